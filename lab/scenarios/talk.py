# talk.py: what the applications say to each other, and other things that several scenarios do.
# SPDX-License-Identifier: BSD-2-Clause

import ipaddress
import socket
import struct

from packet import tcp_v4

HTTP, HTTPS, SUBMISSION = 80, 443, 587


def request(path="/", size=0):
    """A small HTTP request, filled with a cookie up to `size` bytes."""
    head = f"GET {path} HTTP/1.1\r\nHost: shop.example\r\n"
    if size > len(head) + 12:
        head += f"Cookie: {'c' * (size - len(head) - 12)}\r\n"
    return head + "\r\n"


def response(size, status="200 OK", more=""):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{more}\r\n"
    return head + "x" * size


def exchange(client, server, path="/", size=600):
    """One request and its response."""
    client.send(request(path))
    server.read()
    answer = response(size)
    server.send(answer)
    client.read(len(answer))


def close_gracefully(lab, first, second):
    first.close()
    second.read()
    second.close()
    lab.settle()


def retry(lab, port=HTTP):
    """What a client does after a failure: a new connection, which works."""
    client, server = lab.open(port, ending="graceful-close")
    exchange(client, server, "/retry")
    close_gracefully(lab, client, server)


def tls(kind, size):
    """A TLS record of that outer type with `size` bytes behind its header."""
    return struct.pack("!BHH", kind, 0x0301 if kind == 0x16 else 0x0303, size) + bytes(
        (7 * n + kind) & 0xFF for n in range(size))


TLS_CLOSE_NOTIFY = tls(0x17, 19)  # TLS 1.3: 24 bytes on the wire


def tls_handshake(client, server):
    client.send(tls(0x16, 512))
    server.read()
    server.send(tls(0x16, 122) + tls(0x14, 1) + tls(0x17, 2200))
    client.read()
    client.send(tls(0x14, 1) + tls(0x17, 69))
    server.read()


def first_time(numbers):
    """True once for each of the server's data segments with these ordinal numbers (from 1)."""
    seen, order = {}, []

    def chosen(packet):
        if packet.sender != "server" or not packet.length or packet.seq in seen:
            return False
        seen[packet.seq] = True
        order.append(packet.seq)
        return len(order) in numbers
    return chosen


def forge_syn(lab, port, source=None):
    """A SYN as a scanner's raw socket makes it: only an MSS option, window 1024."""
    source = source or lab.client.address
    here = ipaddress.ip_address(source).packed, lab.next_port
    there = ipaddress.ip_address(lab.server.address).packed, port
    lab.expect_ending(lab.next_port, port, None, client=source)
    lab.did(f"forger: raw SYN from {source} port {lab.next_port} to port {port}")
    lab.wire.inject(tcp_v4(here, there, 0x5EED0000 + lab.next_port, flags="S", window=1024, ttl=52,
                           ip_id=lab.next_port ^ 0x5A5A, dont_fragment=False,
                           options=b"\x02\x04\x05\xb4"), "server", at="client")
    lab.next_port += 2


def few_attempts(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 2)


def newest(lab, sender):
    """The last segment of this sender that passed the middle."""
    return [p for _, p in lab.wire.seen["middle"] if p.is_tcp and p.sender == sender][-1]


def small_buffer(sock):
    """A receive buffer whose window is about 7 kB."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)


def die_after(application, milliseconds):
    """The kernel gives up on data that stay unacknowledged that long, as tcp_retries2 does
    later."""
    application.option("TCP_USER_TIMEOUT", milliseconds)
