# opening.py: attempts that never became a connection, or that were none.
# SPDX-License-Identifier: BSD-2-Clause

import ipaddress

from lab import Application
from packet import icmp_unreachable, tcp_v4
from scenario import scenario
from scenarios.talk import HTTP, HTTPS, close_gracefully, exchange, few_attempts, forge_syn, request
from wire import DROP


@scenario("refused", at="client", reasons=["NO_SOCKET"])
def refused(lab):
    """Nobody listens on that port."""
    client = lab.connect(8081)
    lab.connect_result(client)
    lab.settle()


@scenario("icmp-unreachable", at="client")
def icmp_unreachable_host(lab):
    """A router answers the SYN with ICMP host unreachable, which ends the attempt at once."""
    answer_with_icmp(lab, 1)


@scenario("firewall-reject", at="client")
def icmp_admin_prohibited(lab):
    """A packet filter on the way answers the SYN with ICMP administratively prohibited."""
    answer_with_icmp(lab, 13)


def answer_with_icmp(lab, code):
    def router(packet):
        if packet.flags == "S":
            lab.wire.inject(icmp_unreachable(packet, "10.0.127.1", code), "client")
        return DROP if packet.sender == "client" else None
    lab.wire.rule(router, "server")
    lab.connect_result(lab.connect())
    lab.settle()


@scenario("syn-unanswered", at="client")
def syn_unanswered(lab):
    """SYNs into the void until the client gives up."""
    lab.wire.drop(lambda packet: packet.flags == "S")
    lab.connect_result(lab.connect(before=few_attempts))


@scenario("syn-unanswered", at="middle")
def syn_unanswered_doubling(lab):
    """SYNs into the void as kernels before Linux 6.5 and other systems send them: 1, 2, 4 s
    apart."""
    lab.client.tcp("syn_linear_timeouts", 0)
    lab.client.tcp("syn_retries", 2)
    lab.wire.drop(lambda packet: packet.flags == "S")
    lab.connect_result(lab.connect())


@scenario("synack-unanswered")
def synack_unanswered(lab):
    """The server's SYN,ACKs are lost on the way back: both sides repeat, nobody connects."""
    lab.server.tcp("synack_retries", 2)
    lab.wire.drop(lambda packet: packet.flags == "SA")
    lab.listen()
    client = lab.connect(before=few_attempts)
    lab.connect_result(client)
    lab.wait(1)


@scenario("synack-unanswered", at="middle")
def synack_unanswered_spoofed(lab):
    """One SYN from an address where nobody answers; the server repeats its SYN,ACK in vain."""
    lab.server.tcp("synack_retries", 2)
    lab.listen()
    lab.wire.drop(lambda packet: packet.flags == "SA", leg="client")
    forge_syn(lab, HTTP)
    lab.wait(4)


@scenario("connect-abandoned", at="client", reasons=["NO_SOCKET", "..."])
def connect_abandoned(lab):
    """The SYN,ACK takes 1.5 s; the client's program has closed its socket before: a bare RST."""
    lab.listen()
    lab.wire.rule(lambda packet: 1.5 if packet.flags == "SA" else None, "server")
    client = lab.connect()
    lab.wait(1.2)
    client.close()
    lab.wait(1.8)


@scenario("health-check", reasons=["TCP_STATE"] * 3)
def health_check(lab):
    """A load balancer's check: connect, and reset at once; three times, every second."""
    for _ in range(3):
        client, server = lab.open()
        client.abort()
        lab.settle()
        server.read()
        server.close()
        lab.wait(0.8)


@scenario("syn-scan", reasons=["NO_SOCKET"] * 3)
def syn_scan(lab):
    """A port scanner's raw SYNs to three open ports; its own kernel answers the SYN,ACKs with
    RST."""
    for port in (22, 80, 443):
        lab.listen(port)
        forge_syn(lab, port)
        lab.wait(0.1)
    lab.settle()


@scenario("firewall-reject", at="client")
def firewall_reject_with_reset(lab):
    """A packet filter on the way refuses one port with RST: it comes sooner and with another TTL
    than the host's own segments, which the connection before shows."""
    client, server = lab.open(ending="graceful-close")
    exchange(client, server)
    close_gracefully(lab, client, server)

    def packet_filter(packet):
        if packet.sender == "client" and packet.target_port == 3306:
            lab.wire.inject(tcp_v4((packet.target, 3306), (packet.source, packet.source_port), 0,
                                   packet.end, "RA"), "client")
            return DROP
        return None
    lab.wire.rule(packet_filter, "server")
    lab.connect_result(lab.connect(3306))
    lab.settle()


@scenario("graceful-close", conditions=["slow-connect"], at="middle")
def slow_connect_synack_lost(lab):
    """The first SYN,ACK is lost; both sides repeat, and it connects."""
    lab.wire.drop(lambda packet: packet.flags == "SA", leg="client", count=1)
    client, server = lab.open()
    exchange(client, server)
    close_gracefully(lab, client, server)


def overflow(lab):
    """A listener with a backlog of 2 holds three connections; of two that arrive at the same time
    the second finds the queue full after its SYN was answered."""
    lab.listen(backlog=2)
    for number in range(2):
        lab.connect(ending="still-open")
        lab.until("server", "client", "A", count=number + 1)
    lab.connect(ending="still-open")
    client = lab.connect()
    lab.until("client", "server", "SA", count=4)
    return client


@scenario("accept-queue-overflow")
def accept_queue_overflow(lab):
    """The server's program does not accept and its queue is full: the fourth client's
    acknowledgement and request are dropped, and its SYN,ACK is repeated."""
    client = overflow(lab)
    client.send(request())
    lab.wait(3.5)
    client.close()
    lab.wait(0.3)


@scenario("accept-queue-overflow", at="client", reasons=["INVALID_SYN", "..."])
def accept_queue_overflow_reset(lab):
    """The accept queue is full and tcp_abort_on_overflow is set: the fourth client's
    acknowledgement is answered with RST."""
    lab.server.tcp("abort_on_overflow", 1)
    client = overflow(lab)
    lab.settle()
    client.read()


@scenario("accept-queue-overflow")
def accept_queue_overflow_cookies(lab):
    """A backlog of 0, so that every SYN is answered with a cookie and nothing is remembered: what
    the full queue drops leaves no trace, not even a repeated SYN,ACK."""
    lab.listen(backlog=0)
    lab.connect(ending="still-open")
    second = lab.connect()
    lab.until("client", "server", "SA", count=2)
    second.send(request())
    lab.wait(3.5)


@scenario("graceful-close", conditions=["time-wait-reuse"])
def time_wait_reuse(lab):
    """The server closed first and keeps the old connection in TIME-WAIT; the client uses the same
    source port again, and the new connection takes its place."""
    client, server = lab.open(ending="graceful-close")
    exchange(client, server)
    close_gracefully(lab, server, client)
    lab.next_port -= 2
    lab.wait(0.3)
    client, server = lab.open()
    exchange(client, server)
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["time-wait-collision"], at="client",
          reasons=["TCP_INVALID_ACK_SEQUENCE"])
def port_reuse_over_live_connection(lab):
    """The client forgot its connection (a crash) and uses the same source port again: its SYN meets
    the old connection, which answers with old numbers; RST clears it, and the next SYN connects."""
    client, server = lab.open(ending="still-open")
    exchange(client, server)
    client.vanish()
    lab.next_port -= 2
    lab.wait(0.3)
    client, server = lab.open()
    exchange(client, server)
    close_gracefully(lab, client, server)


@scenario("graceful-close", conditions=["simultaneous-open"], at="middle")
def simultaneous_open(lab):
    """Both ends open towards each other at the same moment: the SYNs cross."""
    port = lab.next_port
    here, there = lab.client.socket(), lab.server.socket()
    here.bind((lab.client.address, port))
    there.bind((lab.server.address, port))
    lab.expect_ending(port, port, None)
    for sock, target, name in ((here, lab.server, "client"), (there, lab.client, "server")):
        sock.setblocking(False)
        sock.connect_ex((target.address, port))
        lab.did(f"{name}: connect() from port {port} to port {port}")
    lab.settle()
    here.settimeout(5)
    there.settimeout(5)
    client, server = Application(lab, "client", here), Application(lab, "server", there)
    exchange(client, server)
    close_gracefully(lab, client, server)


@scenario("syn-flood", reasons=None)
def syn_flood(lab):
    """SYNs from many forged addresses fill a listener's queue (SYN cookies off); an honest client's
    SYN is not answered any more."""
    lab.server.tcp("syncookies", 0)
    lab.server.tcp("max_syn_backlog", 8)
    lab.server.tcp("synack_retries", 1)
    lab.listen(backlog=8)
    lab.wire.drop(lambda packet: packet.flags == "SA", leg="client")
    for number in range(20):
        forge_syn(lab, HTTP, source=f"10.0.126.{number + 10}")
        lab.wait(0.01)
    lab.wait(0.1)
    lab.connect(ending="syn-unanswered", before=few_attempts)
    lab.wait(2.5)


@scenario("backscatter", at="client", reasons=["NO_SOCKET"] * 4)
def backscatter(lab):
    """Somebody forges this host's address in SYNs elsewhere: SYN,ACKs arrive that it never asked
    for."""
    source = ipaddress.ip_address(lab.server.address).packed, HTTPS
    for number in range(4):
        port = 1024 + 7001 * number
        target = ipaddress.ip_address(lab.client.address).packed, port
        lab.expect_ending(port, HTTPS, None)
        lab.wire.inject(tcp_v4(source, target, 0x1000 * number, 0x77777777, "SA", 65160, ttl=64,
                               options=b"\x02\x04\x05\xb4"), "client", at="server")
        lab.wait(0.15)
    lab.settle()
