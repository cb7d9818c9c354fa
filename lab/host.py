# host.py: one end of the wire: a network namespace with a TAP device, and its kernel's settings.
# SPDX-License-Identifier: BSD-2-Clause
"""Namespaces here have no name: they vanish with the process, so nothing is ever left behind."""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    if function(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


class Namespace:
    """`with namespace:` runs its body (and the sockets and processes made there) inside."""

    def __init__(self):
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        call(libc.unshare, CLONE_NEWNET)
        self.inside = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        call(libc.setns, home, CLONE_NEWNET)
        self.home = home

    def __enter__(self):
        call(libc.setns, self.inside, CLONE_NEWNET)

    def __exit__(self, *_):
        call(libc.setns, self.home, CLONE_NEWNET)


class Host:
    """A host with one interface `eth0`, one address and a default route into the wire."""

    def __init__(self, name, address, mac, gateway_mac):
        self.name = name
        self.address = address
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.namespace = Namespace()
        self.tap = self.open_tap()
        self.configure(mac, gateway_mac)

    def open_tap(self):
        with self.namespace:
            tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", b"eth0", IFF_TAP | IFF_NO_PI))
        return tap

    def configure(self, mac, gateway_mac):
        """Static neighbours and no IPv6 autoconfiguration: no packet but the experiment's own."""
        v6 = self.family == socket.AF_INET6
        self.sysctl("ipv6/conf/all/disable_ipv6", 0 if v6 else 1)
        gateway = self.address.rpartition(":" if v6 else ".")[0] + (":1" if v6 else ".1")
        prefix, nodad = ("64", "nodad") if v6 else ("24", "")
        family = "-6" if v6 else "-4"
        self.run(f"ip link set dev lo up")
        self.run(f"ip link set dev eth0 address {mac} mtu 1500 up")
        self.run(f"ip {family} address add {self.address}/{prefix} dev eth0 {nodad}")
        self.run(f"ip {family} neighbour add {gateway} lladdr {gateway_mac} dev eth0 nud permanent")
        self.run(f"ip {family} route add default via {gateway} dev eth0")

    def run(self, command):
        with self.namespace:
            subprocess.run(command.split(), check=True)

    def sysctl(self, name, value):
        """Set /proc/sys/net/NAME in this host's own namespace."""
        with self.namespace:
            with open(f"/proc/sys/net/{name}", "w", encoding="ascii") as knob:
                knob.write(str(value))

    def tcp(self, name, value):
        self.sysctl(f"ipv4/tcp_{name}", value)

    def socket(self):
        with self.namespace:
            return socket.socket(self.family, socket.SOCK_STREAM)
