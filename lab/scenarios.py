# scenarios.py: the experiments, one function each: its docstring is the story, its body the deed.
# SPDX-License-Identifier: BSD-2-Clause
"""The name of a scenario is its function's name with hyphens; what @scenario states is in scenario.py,
what `lab` can do is in lab.py.  One way is 20 ms unless a scenario says otherwise.

New scenarios go to the end: the addresses and ports of a scenario come from its place in the file.
"""

import errno
import ipaddress
import socket
import struct

from packet import icmp_unreachable, reset_after, reset_answering, tcp_v4
from scenario import scenario
from wire import DROP

HTTP, HTTPS, SUBMISSION = 80, 443, 587


# What the applications say to each other.

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


def tls_handshake(client, server):
    client.send(tls(0x16, 512))
    server.read()
    server.send(tls(0x16, 122) + tls(0x14, 1) + tls(0x17, 2200))
    client.read()
    client.send(tls(0x14, 1) + tls(0x17, 69))
    server.read()


TLS_CLOSE_NOTIFY = tls(0x17, 19)  # TLS 1.3: 24 bytes on the wire


# The question this project began with.

@scenario("close-with-unread-data", at=("server", "middle"),
          reasons=["TCP_ABORT_ON_CLOSE", "TCP_FLAGS"])
def question_28338(lab):
    """Wireshark Q&A 28338: the server ends its answer and its sending with FIN, the client sends
    another request, and the server closes without reading it: RST,ACK.  The client's last data and FIN
    were already on their way and meet a server that knows nothing any more: a bare RST.  Then the
    client connects again."""
    client, server = lab.open(8080)
    client.send(request("/1"))
    server.read()
    server.send(response(900)[:500])
    server.send(response(900)[500:])  # held back by Nagle's rule
    server.shutdown()  # so that the FIN rides on it
    lab.until("client", "server", "FPA")
    lab.wait(0.003)
    client.read()
    client.send("GET /2 HTTP/1.1\r\nHost: shop\r\n\r\n")
    lab.until("server", "client", "PA", count=2)
    lab.wait(0.004)
    server.close()
    client.send("GET /3 HTTP/1.1\r\nHost: shop\r\n\r\n")
    client.close()  # the RST,ACK is still under way
    lab.settle()
    lab.must_cross("FPA", "RA")
    retry(lab, 8080)


@scenario("abortive-close", at=("server", "middle"), reasons=["TCP_STATE", "TCP_FLAGS"])
def question_28338_linger(lab):
    """The same seven segments by another deed: the server reads the client's second request and then
    aborts deliberately (SO_LINGER 0) in FIN-WAIT-2."""
    client, server = lab.open(8080)
    client.send(request("/1"))
    server.read()
    server.send(response(900)[:500])
    server.send(response(900)[500:])
    server.shutdown()
    lab.until("client", "server", "FPA")
    lab.wait(0.003)
    client.read()
    client.send("GET /2 HTTP/1.1\r\nHost: shop\r\n\r\n")
    lab.until("server", "client", "PA", count=2)
    lab.wait(0.004)
    server.read()
    server.abort()
    client.send("GET /3 HTTP/1.1\r\nHost: shop\r\n\r\n")
    client.close()
    lab.settle()
    lab.must_cross("FPA", "RA")
    retry(lab, 8080)


# Endings as they should be.

@scenario("graceful-close", at="middle")
def graceful_close(lab):
    """Request, response, and the client closes first; FIN and acknowledgement both ways."""
    client, server = lab.open()
    exchange(client, server)
    lab.settle()
    client.close()
    lab.wait(0.12)  # longer than the delayed acknowledgement: four segments
    server.read()
    server.close()
    lab.settle()


@scenario("graceful-close", at="middle")
def graceful_close_three_segments(lab):
    """The server closes the moment it reads the end of stream: its FIN acknowledges the client's."""
    client, server = lab.open()
    exchange(client, server)
    server.lab.did("server: waits for the end of stream")
    client.close()
    server.read()
    server.close()
    lab.settle()


@scenario("graceful-close", at="client")
def graceful_close_by_server(lab):
    """Connection: close, as HTTP/1.0 does it: the server's FIN follows its response."""
    client, server = lab.open()
    client.send(request())
    server.read()
    server.send(response(3000, more="Connection: close\r\n"))
    server.close()
    client.read_to_end()
    client.close()
    lab.settle()


@scenario("graceful-close", ipv6=True)
def graceful_close_ipv6(lab):
    """Request, response and an orderly close over IPv6."""
    client, server = lab.open()
    exchange(client, server)
    lab.settle()
    close_gracefully(lab, client, server)


@scenario("simultaneous-close", at="middle")
def simultaneous_close(lab):
    """Both programs close at the same moment: the FINs cross on the wire."""
    client, server = lab.open()
    exchange(client, server)
    lab.settle()
    client.close()
    server.close()
    lab.settle()
    lab.must_cross("FA", "FA")


@scenario("half-close")
def half_close(lab):
    """The client ends its sending (shutdown) and goes on reading: 50 kB come after its FIN."""
    client, server = lab.open()
    client.send(request("/export"))
    client.shutdown()
    server.read_to_end()
    server.send(response(50_000))
    server.close()
    client.read_to_end()
    client.close()
    lab.settle()


@scenario("idle-close", delay=(0.0005, 0.0005))
def idle_close(lab):
    """After its response the server waits 3 s for another request, then closes; nobody is harmed."""
    client, server = lab.open()
    exchange(client, server)
    lab.wait(3)
    close_gracefully(lab, server, client)


# Endings that the capture does not show.

@scenario("still-open", at="client")
def still_open(lab):
    """Two exchanges, and the capture ends while the connection lives."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.wait(0.3)
    exchange(client, server, "/2")
    lab.settle()


@scenario("still-open")
def still_open_mid_transfer(lab):
    """The capture ends in the middle of a download."""
    client, server = lab.open()
    client.send(request("/large"))
    server.read()
    server.send(response(400_000))
    lab.until("server", "server", "A", count=20)
    lab.wire.recording = False


@scenario("seen-in-part", at="middle")
def seen_in_part(lab):
    """Neither opening nor ending is in the capture: it begins and ends within the conversation."""
    lab.wire.recording = False
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.settle()
    lab.wire.recording = True
    exchange(client, server, "/2", 5000)
    exchange(client, server, "/3", 400)
    lab.settle()
    lab.wire.recording = False
    close_gracefully(lab, client, server)


# No answer.

@scenario("closed-without-response")
def closed_without_response(lab):
    """The server reads the request and closes cleanly without a byte: an empty reply."""
    client, server = lab.open()
    client.send(request())
    server.read()
    lab.wait(0.2)
    close_gracefully(lab, server, client)


@scenario("client-gave-up-waiting")
def client_gave_up_waiting(lab):
    """The request is acknowledged, then silence; after 3 s the client's time limit closes with FIN.
    The server notices later and closes too."""
    client, server = lab.open()
    client.send(request("/slow"))
    server.read()
    lab.wait(3)
    client.close()
    lab.wait(0.5)
    server.read()
    server.close()
    lab.settle()


@scenario("client-gave-up-waiting", at="client", reasons=["TCP_STATE"])
def client_gave_up_waiting_with_reset(lab):
    """The same, but the client's program aborts when its time limit strikes."""
    client, server = lab.open()
    client.send(request("/slow"))
    server.read()
    lab.wait(3)
    client.abort()
    lab.settle()


# Resets that harm nobody.

@scenario("reset-after-exchange", at="client", reasons=["TCP_STATE"])
def reset_after_exchange(lab):
    """Complete response and FIN from the server; the client, having read all of it, resets instead of
    closing (as browsers and load balancers do to save TIME-WAIT)."""
    client, server = lab.open()
    client.send(request())
    server.read()
    server.send(response(2500, more="Connection: close\r\n"))
    server.close()
    client.read_to_end()
    lab.settle()
    client.abort()
    lab.settle()


@scenario("tls-close-notify-race", reasons=["TCP_TIMEWAIT_SOCKET", "TCP_FLAGS"])
def tls_close_notify_race(lab):
    """TLS 1.3: the server says close_notify and closes fully; the client's own farewell (24 bytes)
    meets a closed socket."""
    client, server = lab.open(HTTPS)
    tls_handshake(client, server)
    client.send(tls(0x17, 180))
    server.read()
    server.send(tls(0x17, 1200) + TLS_CLOSE_NOTIFY)
    server.close()
    client.read_to_end()
    lab.wait(0.060)
    client.send(TLS_CLOSE_NOTIFY)
    client.close()
    lab.settle()


@scenario("quit-and-close", reasons=["TCP_TIMEWAIT_SOCKET", "NO_SOCKET"])
def quit_and_close(lab):
    """SMTP: the client says QUIT and closes without waiting; the server's goodbye is reset."""
    client, server = lab.open(SUBMISSION)
    server.send("220 mail.example ESMTP\r\n")
    for line, answer in (("EHLO client.example\r\n", "250-mail.example\r\n250 SIZE 1000000\r\n"),
                         ("MAIL FROM:<a@client.example>\r\n", "250 2.1.0 Ok\r\n"),
                         ("RCPT TO:<b@mail.example>\r\n", "250 2.1.5 Ok\r\n"),
                         ("DATA\r\n", "354 End data with <CR><LF>.<CR><LF>\r\n"),
                         ("Subject: hello\r\n\r\nHello.\r\n.\r\n", "250 2.0.0 Ok: queued\r\n")):
        client.read()
        client.send(line)
        server.read()
        server.send(answer)
    client.read()
    client.send("QUIT\r\n")
    client.close()
    lab.until("server", "client", "FA")
    lab.wait(0.060)  # the server's thread gets to it a little later
    server.read()
    server.send("221 2.0.0 Bye\r\n")
    server.close()
    lab.settle()


# Resets that hurt.

@scenario("abortive-close", reasons=["TCP_STATE"])
def abortive_close(lab):
    """The server has read everything and is amid its response when it aborts (SO_LINGER 0)."""
    client, server = lab.open()
    client.send(request("/report"))
    server.read()
    server.send(response(5000)[:2000])
    lab.settle()
    server.abort()
    client.read_to_end()
    lab.settle()


@scenario("close-with-unread-data", reasons=["TCP_ABORT_ON_CLOSE"])
def close_with_unread_data(lab):
    """A pipelined second request lies unread when the server answers the first and closes."""
    client, server = lab.open()
    first = request("/1")
    client.send(first)
    client.send(request("/2"))
    server.read(len(first))
    lab.until("server", "client", "PA", count=2)
    lab.wait(0.010)
    server.send(response(700))
    lab.wait(0.100)
    server.close()
    lab.wait(0.060)
    client.read_to_end()
    lab.settle()


@scenario("close-with-unread-data", at="client", reasons=["TCP_ABORT_ON_CLOSE"])
def killed_with_unread_data(lab):
    """The server's process is killed (SIGKILL) while a request lies in its socket unread."""
    client, server = lab.open()
    exchange(client, server, "/1")
    client.send(request("/2"))
    lab.until("server", "client", "PA", count=2)
    lab.wait(0.5)
    server.kill()
    lab.settle()
    client.read()


@scenario("close-with-unread-data", ipv6=True, reasons=["TCP_ABORT_ON_CLOSE"])
def close_with_unread_data_ipv6(lab):
    """A request lies unread when the server closes, over IPv6."""
    client, server = lab.open()
    exchange(client, server, "/1")
    client.send(request("/2"))
    lab.until("server", "client", "PA", count=2)
    lab.wait(0.3)
    server.close()
    lab.settle()


@scenario("data-after-close", reasons=["TCP_ABORT_ON_DATA", "..."])
def data_after_close(lab):
    """A client reports measurements, one after the other, without waiting for answers.  The server
    says that it wants no more and closes fully; the next report is already on its way and meets a
    socket without an owner."""
    report_until_closed(lab)


@scenario("data-after-close", ipv6=True, at="middle", reasons=["TCP_ABORT_ON_DATA", "..."])
def data_after_close_ipv6(lab):
    """The same over IPv6."""
    report_until_closed(lab)


def report_until_closed(lab):
    client, server = lab.open(2003)
    for number in range(4):
        client.send(f"load.host7 {number}.25 1795000{number}00\n")
        lab.wait(0.030)
    lab.until("server", "client", "PA", count=3)
    server.read()
    client.send("load.host7 4.75 1795000400\n")
    server.send("quota exceeded\n")
    server.close()
    lab.settle()
    client.read_to_end()
    client.close()
    lab.settle()


@scenario("data-after-close", at="client", reasons=["TCP_ABORT_ON_DATA"])
def data_after_close_acknowledged(lab):
    """The server answers and closes fully in one breath; the client, which does not look for the end
    of stream, sends its next request as soon as it has read the answer."""
    client, server = lab.open()
    client.send(request("/1"))
    server.read()
    answer = response(700, more="Connection: close\r\n")
    server.send(answer)
    server.close()
    client.read(len(answer))
    lab.until("client", "server", "FA")
    lab.wait(0.002)
    client.send(request("/2"))
    lab.settle()
    client.close()
    lab.settle()


@scenario("keepalive-race", reasons=["TCP_ABORT_ON_DATA"])
def keepalive_race(lab):
    """After 3 s of idleness the server closes; the client's next request is already on the wire.  The
    client retries on a new connection."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.wait(3)
    client.send(request("/2"))
    lab.wait(0.008)
    server.close()
    lab.until("client", "server", "R")
    client.read()
    client.close()
    retry(lab)
    lab.must_cross("PA", "FA")


@scenario("keepalive-race", at="client", reasons=["TCP_ABORT_ON_DATA"])
def keepalive_race_at_client(lab):
    """The same race, recorded where the FIN seems to answer the request."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.wait(3)
    client.send(request("/2"))
    lab.wait(0.008)
    server.close()
    lab.until("client", "server", "R")
    client.read()
    client.close()
    retry(lab)


@scenario("stale-connection-reuse", reasons=["TCP_TIMEWAIT_SOCKET"])
def stale_connection_reuse(lab):
    """The server closed its idle connection long ago and the client's kernel acknowledged it; the
    client's pool does not look and sends the next request into it."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.wait(2.5)
    server.close()
    lab.wait(1.5)
    client.send(request("/2"))
    lab.settle()
    client.close()
    retry(lab)


# Silence and other trouble on the way.

@scenario("keepalive-timeout", at="client", reasons=["TCP_KEEPALIVE_TIMEOUT"])
def keepalive_timeout(lab):
    """Nothing from the server arrives any more; the client's keep-alive probes go unanswered and its
    kernel gives up with RST,ACK."""
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
    """The path dies both ways; the client's request is repeated until TCP_USER_TIMEOUT (4 s) ends the
    connection without another segment."""
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
    """One direction of this connection is swallowed on the way, while another connection between the
    same hosts works beside it."""
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


@scenario("graceful-close", conditions=["zero-window-stall"], at="middle")
def zero_window_stall(lab):
    """The client's program stops reading for 1.5 s: its window fills, closes, is probed, and opens."""
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


# The other side does not know this connection, or never came to know it.

@scenario("peer-lost-state", at="client", reasons=["NO_SOCKET"])
def peer_lost_state(lab):
    """The server restarts and forgets everything; the client's next request meets a kernel without any
    such socket."""
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


def few_attempts(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 2)


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
    """The same as kernels before Linux 6.5 and other systems do it: 1, 2, 4 s apart."""
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


def forge_syn(lab, port):
    """A SYN as a scanner's raw socket makes it: only an MSS option, window 1024."""
    source = ipaddress.ip_address(lab.client.address).packed, lab.next_port
    target = ipaddress.ip_address(lab.server.address).packed, port
    lab.expect_ending(lab.next_port, port, None)
    lab.did(f"client: raw SYN from port {lab.next_port} to port {port}")
    lab.wire.inject(tcp_v4(source, target, 0x5EED0000 + port, flags="S", window=1024, ttl=52,
                           ip_id=31000 + port, dont_fragment=False, options=b"\x02\x04\x05\xb4"),
                    "server", at="client")
    lab.next_port += 2


@scenario("connect-abandoned", at="client", reasons=["NO_SOCKET", "NO_SOCKET"])
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
    """A port scanner's raw SYNs to three open ports; its own kernel answers the SYN,ACKs with RST."""
    for port in (22, 80, 443):
        lab.listen(port)
        forge_syn(lab, port)
        lab.wait(0.1)
    lab.settle()


# Third parties.

def forged_personality():
    return {"ttl": 110, "ip_id": 0x4D2A, "dont_fragment": False}


@scenario("injected-reset", at="client", reasons=["NO_SOCKET", "..."])
def injected_reset(lab):
    """In the middle of a download somebody on the path forges a RST to the client, exactly in sequence
    but with another TTL and IP ID; the server knows nothing and goes on sending."""
    inject_after_first_flight(lab, both=False)


@scenario("injected-reset", at="middle", reasons=["TCP_FLAGS", "..."])
def injected_reset_both_ends(lab):
    """The same, with a forged RST to the server too."""
    inject_after_first_flight(lab, both=True)


def inject_after_first_flight(lab, both):
    client, server = lab.open()
    end_of_flight = first_time((10,))  # Linux begins with ten segments

    def injector(packet):
        if packet.sender == "server" and end_of_flight(packet):
            lab.wire.inject(reset_after(packet, **forged_personality()), "client")
            if both:
                lab.wire.inject(reset_answering(packet, **forged_personality()), "server")
            lab.did("network: forged RST")
    lab.wire.rule(injector, "client")
    client.send(request("/large"))
    server.read()
    server.send(response(30_000))
    client.read_to_end()
    lab.must(client.error == errno.ECONNRESET, "the forged RST was not accepted")
    lab.settle()
    lab.settle()


@scenario("injected-reset", at="client", reasons=["NO_SOCKET", "..."])
def injected_reset_on_request(lab):
    """A censor reads the request and forges three RSTs with rising sequence numbers to the client; the
    true response comes later."""
    client, server = lab.open()

    def censor(packet):
        if packet.sender == "client" and b"forbidden" in packet.payload:
            for ahead in (0, 1460, 4380):
                lab.wire.inject(reset_answering(packet, ahead=ahead, **forged_personality()),
                                "client")
            lab.did("network: forged three RSTs")
    lab.wire.rule(censor, "server")
    client.send(request("/forbidden"))
    server.read()
    server.send(response(2000))
    lab.settle()
    client.read()
    lab.must(client.error == errno.ECONNRESET, "the forged RST was not accepted")


def newest(lab, sender):
    """The last segment of this sender that passed the middle."""
    return [p for _, p in lab.wire.seen["middle"] if p.is_tcp and p.sender == sender][-1]


def reset_both_when_idle(lab, seconds):
    client, server = lab.open()
    exchange(client, server)
    lab.wait(seconds)
    lab.did(f"network: idle for {seconds} s; resets both ends and forgets")
    lab.wire.inject(reset_after(newest(lab, "server"), ttl=64, ip_id=0), "client")
    lab.wire.inject(reset_after(newest(lab, "client"), ttl=64, ip_id=0), "server")
    lab.settle()
    client.read()
    server.read()
    lab.must(client.error == server.error == errno.ECONNRESET, "a RST was not accepted")


@scenario("middlebox-idle-reset", at="middle")
def middlebox_idle_reset(lab):
    """A box on the way forgets the connection after 3 s of idleness (laboratory time) and says so: RST
    to both ends at the same instant."""
    reset_both_when_idle(lab, 3)


@scenario("middlebox-idle-reset", at="middle")
def middlebox_idle_reset_31s(lab):
    """The same after 31 s."""
    reset_both_when_idle(lab, 31)


def forget_when_idle(lab, seconds, answer):
    """The box drops (or answers) whatever the client sends on the old connection."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.wait(seconds)
    lab.did(f"network: idle for {seconds} s; forgets the connection")
    old = client.socket.getsockname()[1]

    def box(packet):
        if packet.sender != "client" or packet.client_port != old:
            return None
        if answer and "R" not in packet.flags:
            lab.wire.inject(reset_answering(packet, ttl=64, ip_id=0), "client")
        return DROP
    lab.wire.rule(box, "server")
    return client


@scenario("middlebox-idle-reset", at="client")
def middlebox_idle_reset_on_next(lab):
    """The box forgets silently after 31 s and answers the client's next request with RST, faster than
    the server could."""
    client = forget_when_idle(lab, 31, answer=True)
    client.send(request("/2"))
    lab.settle()
    client.read()
    lab.must(client.error == errno.ECONNRESET, "the RST was not accepted")
    client.close()
    retry(lab)


def request_into_silence(lab, client):
    client.option("TCP_USER_TIMEOUT", 3000)
    client.send(request("/2"))
    client.read()
    client.close()
    retry(lab)


@scenario("middlebox-idle-drop", at="client")
def middlebox_idle_drop(lab):
    """The box forgets after 3 s of idleness (laboratory time) and drops what follows; a new
    connection works."""
    request_into_silence(lab, forget_when_idle(lab, 3, answer=False))


@scenario("middlebox-idle-drop", at="client")
def middlebox_idle_drop_31s(lab):
    """The same after 31 s."""
    request_into_silence(lab, forget_when_idle(lab, 31, answer=False))
