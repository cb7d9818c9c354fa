# silence.py: connections that die of silence, or whose other end has forgotten them.
# SPDX-License-Identifier: BSD-2-Clause

from scenario import scenario
from scenarios.talk import HTTP, die_after, exchange, request, response, retry, small_buffer


@scenario("keepalive-timeout", at="client", reasons=["TCP_KEEPALIVE_TIMEOUT"])
def keepalive_timeout(lab):
    """Nothing from the server arrives any more; the client's keep-alive probes go unanswered and
    its kernel gives up with RST,ACK."""
    client, server = lab.open()
    client.option("TCP_KEEPIDLE", 1)
    client.option("TCP_KEEPINTVL", 1)
    client.option("TCP_KEEPCNT", 3)
    client.option("SO_KEEPALIVE", 1, level=1)
    exchange(client, server)
    lab.settle()
    lab.wire.drop(lambda packet: packet.sender == "server")
    lab.wait(4.6)
    client.read()


@scenario("retransmission-timeout", at="client")
def retransmission_timeout(lab):
    """The path dies both ways; the client's request is repeated until TCP_USER_TIMEOUT (4 s) ends
    the connection without another segment."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.settle()
    client.option("TCP_USER_TIMEOUT", 4000)
    lab.wire.drop(lambda packet: True, leg="client")
    client.send(request("/2"))
    client.read()
    lab.wait(0.5)


@scenario("path-blackhole", at="client")
def path_blackhole(lab):
    """One direction of this connection is swallowed on the way, while another connection between
    the same hosts works beside it."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.settle()
    client.option("TCP_USER_TIMEOUT", 4000)
    doomed = client.socket.getsockname()[1]
    lab.wire.drop(lambda p: p.client_port == doomed and p.sender == "client")
    client.send(request("/2"))
    lab.wait(2)
    retry(lab)
    client.read()
    lab.wait(0.3)


@scenario("peer-lost-state", at="client", reasons=["NO_SOCKET"])
def peer_lost_state(lab):
    """The server restarts and forgets everything; the client's next request meets a kernel
    without any such socket."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.settle()
    server.vanish()
    lab.listeners[HTTP].close()
    lab.wait(1)
    client.send(request("/2"))
    lab.settle()


@scenario("peer-lost-state", reasons=["TCP_FLAGS"])
def peer_lost_state_failover(lab):
    """The address moves to a standby that listens but never saw this connection."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.settle()
    server.vanish()
    lab.wait(1)
    client.send(request("/2"))
    lab.settle()
    client.close()
    retry(lab)


@scenario("retransmission-timeout")
def retransmission_timeout_of_response(lab):
    """The path dies while the server thinks; its response is repeated until its kernel gives up."""
    client, server = lab.open()
    client.send(request("/1"))
    server.read()
    lab.settle()
    die_after(server, 3000)
    lab.wire.drop(lambda packet: True)
    server.send(response(2000))
    server.read()
    lab.wait(0.3)


@scenario("peer-lost-state", at="middle", reasons=["NO_SOCKET"])
def peer_lost_state_client(lab):
    """The client's host crashes and comes back; the server's next message meets a RST."""
    client, server = lab.open(5222)
    client.send("subscribe weather\n")
    server.read()
    server.send("ok\n")
    client.read()
    lab.settle()
    client.vanish()
    lab.wait(1)
    server.send("weather: rain\n")
    lab.settle()
    server.read()


@scenario("zero-window-timeout", reasons=["TCP_FLAGS"])
def zero_window_timeout(lab):
    """The client stops reading for longer than the server's patience (TCP_USER_TIMEOUT 3 s); when
    it reads at last, its window update meets a server that has forgotten."""
    client, server = lab.open(before=small_buffer)
    client.send(request("/large"))
    server.read()
    die_after(server, 3000)
    server.send(response(20_000))
    lab.wait(6)
    client.read(20_000)
    lab.settle()


@scenario("pmtu-blackhole")
def pmtu_blackhole(lab):
    """A tunnel on the way swallows packets above 1400 bytes and says nothing; small ones pass."""
    client, server = lab.open()
    exchange(client, server, "/small")
    lab.settle()
    lab.wire.drop(lambda p: p.sender == "server" and len(p.data) > 1400, leg="client")
    die_after(server, 4000)
    client.send(request("/large"))
    server.read()
    server.send(response(6000))
    lab.wait(1.5)
    client.send(request("/small-again"))
    lab.wait(4)


@scenario("request-blackholed", at="client")
def request_blackholed(lab):
    """The handshake works, but a filter on the way swallows the request for a forbidden name; the
    same server answers another request."""
    client, server = lab.open()
    die_after(client, 3000)
    doomed = client.socket.getsockname()[1]
    lab.wire.drop(lambda p: p.sender == "client" and p.client_port == doomed and p.length)
    client.send(request("/forbidden"))
    client.read()
    retry(lab)


@scenario("middlebox-idle-drop")
def middlebox_idle_drop_at_server(lab):
    """A server that pushes: after 31 s the box has forgotten, and the message vanishes."""
    client, server = lab.open(5222)
    client.send("subscribe weather\n")
    server.read()
    server.send("ok\n")
    client.read()
    lab.wait(31)
    lab.did("network: idle for 31 s; forgets the connection")
    lab.wire.drop(lambda packet: True, leg="client")
    die_after(server, 3000)
    server.send("weather: rain\n")
    server.read()
    lab.wait(0.2)
