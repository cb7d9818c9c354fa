# lab.py: what a scenario is written with: two hosts, the wire, and applications that keep a diary.
# SPDX-License-Identifier: BSD-2-Clause
"""Scenarios call these in plain order; everything an application does is noted with its time."""

import fcntl
import os
import platform
import signal
import socket
import struct
import termios
import time

import wire as wires
from host import Host, call, libc
from kernel import ResetTrace

TCP_USER_TIMEOUT = 18
TCP_REPAIR = 19
PATIENCE = 20  # seconds before a scenario that waits in vain fails


class Unexpected(Exception):
    """The run did not show what the scenario is about (usually: the machine was too busy)."""


class Application:
    """One end of one connection, in the hands of a program."""

    def __init__(self, lab, name, sock):
        self.lab, self.name, self.socket = lab, name, sock
        self.error = None  # errno of the last read that failed

    def did(self, what):
        self.lab.did(f"{self.name}: {what}")

    def unread(self):
        try:
            return struct.unpack("i", fcntl.ioctl(self.socket, termios.FIONREAD, bytes(4)))[0]
        except OSError:
            return 0

    def option(self, name, value, level=socket.IPPROTO_TCP):
        self.socket.setsockopt(level, getattr(socket, name, None) or globals()[name], value)
        self.did(f"setsockopt({name}, {value})")

    def send(self, data):
        if isinstance(data, str):
            data = data.encode()
        try:
            self.socket.sendall(data)
        except OSError as error:
            self.did(f"send {len(data)} bytes failed: {error.strerror}")
            return
        self.did(f"send {len(data)} bytes")

    def read(self, count=None):
        """Read what is there (waiting for something), or exactly count bytes."""
        data = b""
        try:
            while count is None or len(data) < count:
                part = self.socket.recv(min(65536, (count or 65536) - len(data)))
                data += part
                if not part or count is None:
                    break
        except OSError as error:
            self.error = error.errno
            self.did(f"read failed: {error.strerror or 'timed out'}")
            return data
        self.did(f"read {len(data)} bytes" if data else "read: end of stream")
        return data

    def read_to_end(self):
        while self.read():
            pass

    def shutdown(self):
        self.socket.shutdown(socket.SHUT_WR)
        self.did("shutdown(SHUT_WR)")

    def close(self):
        unread = self.unread()
        self.did("close()" + (f" with {unread} bytes unread" if unread else ""))
        self.socket.close()

    def abort(self):
        """SO_LINGER with zero time, then close: the classic deliberate reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.did(f"close() with SO_LINGER 0, {self.unread()} bytes unread")
        self.socket.close()

    def disconnect(self):
        """connect() to the address family "unspecified" dissolves the association."""
        unspecified = bytes(16)
        call(libc.connect, self.socket.fileno(), unspecified, len(unspecified))
        self.did("connect(AF_UNSPEC)")

    def kill(self):
        """Hand the socket to a process of its own and kill that process with SIGKILL."""
        unread = self.unread()
        process = os.fork()
        if process == 0:
            signal.pause()
        self.socket.close()
        self.did(f"process killed with SIGKILL, {unread} bytes unread")
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)

    def vanish(self):
        """Forget the connection without a word, as a crash or a failover does (TCP_REPAIR)."""
        self.socket.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        self.socket.close()
        self.did("forgets the connection (as after a crash); nothing is sent")


class Listener:
    def __init__(self, lab, port, backlog):
        self.lab, self.port = lab, port
        self.socket = lab.server.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((lab.server.address, port))
        self.socket.listen(backlog)
        self.socket.settimeout(PATIENCE)

    def accept(self):
        sock, peer = self.socket.accept()
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.lab.did(f"server: accept() from port {peer[1]}")
        return Application(self.lab, "server", sock)

    def close(self):
        self.lab.did(f"server: listener on port {self.port} closed")
        self.socket.close()


class Lab:
    """One run of one scenario."""

    def __init__(self, scenario):
        self.scenario = scenario
        self.client = Host("client", scenario.client_address, wires.CLIENT_MAC,
                           wires.CLIENT_GATEWAY_MAC)
        self.server = Host("server", scenario.server_address, wires.SERVER_MAC,
                           wires.SERVER_GATEWAY_MAC)
        self.wire = wires.Wire(self.client, self.server, scenario.delay, scenario.hops)
        self.trace = ResetTrace([self.client.address, self.server.address])
        self.diary, self.connections, self.keep = [], [], []
        self.listeners = {}
        self.next_port = scenario.first_port
        self.trace.start()
        self.wire.start()
        self.start = time.monotonic()

    def finish(self):
        """Stop the wire first, so that what the clean-up sends is not recorded."""
        self.wire.stop()
        self.resets = self.trace.finish()

    def did(self, what):
        self.diary.append(f"{time.monotonic() - self.start:8.3f} s  {what}")

    # Time.

    def wait(self, seconds):
        time.sleep(seconds)

    def settle(self):
        """Long enough for everything on the way, delayed acknowledgements included."""
        time.sleep(0.15 + 4 * sum(self.scenario.delay))

    def until(self, point, sender, flags, count=1):
        """Wait until `count` segments with exactly these flags from this sender passed a point."""
        deadline = time.monotonic() + PATIENCE
        while len(self.passed(point, sender, flags)) < count:
            if time.monotonic() > deadline:
                raise Unexpected(f"no {flags} from the {sender} at the {point}")
            time.sleep(0.0005)

    def passed(self, point, sender, flags):
        """The times at which such segments passed a point."""
        return [at for at, packet in list(self.wire.seen[point])
                if packet.is_tcp and packet.sender == sender and packet.flags == flags]

    def must(self, fulfilled, otherwise):
        if not fulfilled:
            raise Unexpected(otherwise)

    def must_cross(self, client_flags, server_flags):
        """The client must have sent its last such segment before the server's arrived there."""
        sent = self.passed("client", "client", client_flags)[-1]
        arrived = self.passed("client", "server", server_flags)[-1]
        self.must(sent < arrived,
                  f"the client's {client_flags} did not cross the server's {server_flags}")

    # Connections.

    def listen(self, port=80, backlog=16):
        self.listeners[port] = Listener(self, port, backlog)
        return self.listeners[port]

    def expect_ending(self, client_port, port, ending, client=None, server=None):
        """Label a connection: the main one (ending None) has the scenario's cause and
        conditions."""
        scenario = self.scenario
        self.connections.append({
            "client": {"addr": client or self.client.address, "port": client_port},
            "server": {"addr": server or self.server.address, "port": port},
            "cause": ending or scenario.cause,
            "conditions": [] if ending else list(scenario.conditions),
        })

    def connect(self, port=80, ending=None, before=None, address=None):
        """Start a connection from the client; `ending` labels it when it is not the main one."""
        sock = self.client.socket()
        client_port, self.next_port = self.next_port, self.next_port + 2
        sock.bind((self.client.address, client_port))
        if before:
            before(sock)
        self.expect_ending(client_port, port, ending, server=address)
        self.did(f"client: connect() from port {client_port} to port {port}")
        sock.setblocking(False)
        sock.connect_ex((address or self.server.address, port))
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        client = Application(self, "client", sock)
        self.keep.append(client)
        return client

    def open(self, port=80, ending=None, before=None):
        """A connection established on both sides: (client, server)."""
        listener = self.listeners.get(port) or self.listen(port)
        client = self.connect(port, ending, before)
        server = listener.accept()
        self.keep.append(server)
        return client, server

    def connect_result(self, client):
        """What the program is told about its connect()."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            error = client.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                client.did(f"connect() failed: {os.strerror(error)}")
                return
            time.sleep(0.005)
        raise Unexpected("connect() did not fail")

    # The truth.

    def truth(self, vantage):
        scenario = self.scenario
        return {
            "scenario": scenario.name,
            "about": scenario.prose,
            "cause": scenario.cause,
            "conditions": list(scenario.conditions),
            "connections": self.connections,
            "what_the_applications_did": [line.strip() for line in self.diary],
            "kernel_reset_reasons": [event[4] for event in self.resets],
            "kernel_resets": [
                {"at": f"{event[0] - self.start:.6f} s", "from": event[1], "to": event[2],
                 "state": event[3], "reason": event[4]} for event in self.resets],
            "vantage": vantage,
            "one_way_delay_ms": {"client_to_middle": scenario.delay[0] * 1000,
                                 "middle_to_server": scenario.delay[1] * 1000},
            "kernel": f"Linux {platform.release()}",
        }

    def check(self):
        """The kernel must have reset for exactly the reasons that the scenario names, in order.  A
        final "..." stands for any further resets that answer what was still on its way."""
        expected = self.scenario.reasons
        reasons = [event[4] for event in self.resets]
        if expected is None:
            return
        if expected and expected[-1] == "...":
            expected = expected[:-1]
            reasons = reasons[:len(expected)]
        if reasons != list(expected):
            raise Unexpected(f"kernel reset reasons {reasons}, not {list(expected)}")
