# conditions.py: connections that end well although something was wrong.
# SPDX-License-Identifier: BSD-2-Clause

import socket

from packet import mended
from scenario import scenario
from scenarios.talk import close_gracefully, exchange, first_time, request, response, small_buffer


TCP_FASTOPEN_CONNECT = 30


@scenario("graceful-close", conditions=["zero-window-stall"], at="middle")
def zero_window_stall(lab):
    """The client's program stops reading for 1.5 s: its window fills, closes, is probed, and
    opens."""
    def small_buffer(sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    client, server = lab.open(before=small_buffer)
    client.send(request("/large"))
    server.read()
    server.send(response(20_000))
    lab.did("client: does not read")
    lab.wait(1.5)
    answer = response(20_000)
    client.read(len(answer))
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["loss"])
def loss(lab):
    """Three of the server's data segments are lost; duplicate acknowledgements bring them back."""
    client, server = lab.open()
    lab.wire.drop(first_time((3, 7, 12)))
    client.send(request("/large"))
    server.read()
    answer = response(26_000)
    server.send(answer)
    client.read(len(answer))
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["loss"], at="middle")
def loss_until_timeout(lab):
    """The last segment of a response and its tail-loss probe are lost; the retransmission timer
    repairs it."""
    client, server = lab.open()
    client.send(request("/1"))
    server.read()
    lab.wire.drop(lambda p: p.sender == "server" and p.length, count=2)
    answer = response(900)
    server.send(answer)
    client.read(len(answer))
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["slow-connect"], at="client")
def slow_connect(lab):
    """The first SYN is lost; the second, a second later, connects."""
    lab.wire.drop(lambda packet: packet.flags == "S", count=1)
    client, server = lab.open()
    exchange(client, server)
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["window-limited"], at="middle")
def window_limited(lab):
    """A receive buffer of 8 kB holds a download to one window per round trip."""
    client, server = lab.open(before=small_buffer)
    client.send(request("/large"))
    server.read()
    answer = response(28_000)
    server.send(answer)
    client.read(len(answer))
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["nagle-delayed-ack"], at="client", delay=(0.0005, 0.0005))
def nagle_delayed_ack(lab):
    """Each request is two small writes: Nagle's rule holds the second until the first is
    acknowledged, and the server delays that acknowledgement by 40 ms, for it waits for the
    second."""
    client, server = lab.open(9042)
    for number in range(7):
        client.send(f"length 0000{number}\n")
        client.send(f"body of request {number}\n")
        server.read(13 + 18)
        server.send(f"answer {number}\n")
        client.read(9)
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["slow-server"])
def slow_server(lab):
    """The server's program needs 2.5 s for its answer; network and kernels are idle meanwhile."""
    client, server = lab.open()
    exchange(client, server, "/1")
    client.send(request("/slow"))
    server.read()
    lab.wait(2.5)
    answer = response(900)
    server.send(answer)
    client.read(len(answer))
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["slow-client"])
def slow_client(lab):
    """The client's program sends the head of its request, and the rest 2.5 s later."""
    client, server = lab.open()
    client.send("POST /form HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 200\r\n\r\n")
    server.read()
    lab.wait(2.5)
    client.send(b"f" * 200)
    server.read()
    server.send(response(300))
    client.read()
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["reordering"])
def reordering(lab):
    """One of the server's segments takes a slower path and arrives 30 ms late: it is retransmitted
    although it was not lost."""
    client, server = lab.open()
    late = first_time((4,))
    lab.wire.rule(lambda p: 0.030 if p.is_tcp and late(p) else None, "client")
    client.send(request("/large"))
    server.read()
    answer = response(24_000)
    server.send(answer)
    client.read(len(answer))
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["checksum-corruption"], at="client")
def checksum_corruption(lab):
    """A faulty link damages two of the server's segments; the client's kernel throws them away
    and they are sent again."""
    client, server = lab.open()
    damaged = first_time((2, 6))

    def faulty_link(packet):
        if not packet.is_tcp or not damaged(packet):
            return None
        return packet.data[:700] + bytes([packet.data[700] ^ 0x10]) + packet.data[701:]
    lab.wire.rule(faulty_link, "client")
    client.send(request("/large"))
    server.read()
    answer = response(16_000)
    server.send(answer)
    client.read(len(answer))
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["option-mismatch"], at="middle")
def option_mismatch(lab):
    """A box on the server's side strips window scaling from the SYN,ACK: the client takes the
    server's window at its face value, 64 bytes, and its upload crawls."""
    def strip(packet):
        at = packet.data.find(b"\x03\x03", 40)
        if packet.flags != "SA" or at < 0:
            return None
        return mended(packet.data[:at] + b"\x01\x01\x01" + packet.data[at + 3:])
    lab.wire.rule(strip, "server")
    client, server = lab.open()
    form = "POST /form HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 300\r\n\r\n" + "f" * 300
    for _ in range(2):
        client.send(form)
        server.read(len(form))
        server.send(response(200))
        client.read()
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["asymmetric-path"], at="middle")
def asymmetric_path(lab):
    """The recorder stands where only the client's packets pass; the answers take another way."""
    lab.wire.record_only = lambda packet: packet.sender == "client"
    client, server = lab.open()
    exchange(client, server, "/1", 5000)
    exchange(client, server, "/2")
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["tfo-blackhole"], at="client")
def tfo_blackhole(lab):
    """TCP Fast Open: the first connection fetches a cookie; the second puts its request into the
    SYN, and a box on the way drops SYNs with data: a second is lost until a plain SYN
    connects."""
    for host in (lab.client, lab.server):
        host.tcp("fastopen", 3)
    listener = lab.listen()
    listener.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)

    def fast_open(sock):
        sock.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
    client = lab.connect(ending="graceful-close", before=fast_open)
    client.send(request("/1"))
    server = listener.accept()
    server.read()
    server.send(response(300))
    client.read()
    close_gracefully(lab, client, server)
    lab.wire.drop(lambda packet: packet.flags == "S" and packet.length)
    client = lab.connect(before=fast_open)
    client.send(request("/2"))
    server = listener.accept()
    server.read()
    server.send(response(300))
    client.read()
    close_gracefully(lab, client, server)
