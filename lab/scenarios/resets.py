# resets.py: resets and closes that a program on one of the two ends brought about.
# SPDX-License-Identifier: BSD-2-Clause

from scenario import scenario
from scenarios.talk import (
    HTTPS, SUBMISSION, TLS_CLOSE_NOTIFY, close_gracefully, exchange, request, response,
    retry, small_buffer, tls, tls_handshake)


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
    """The request is acknowledged, then silence; after 3 s the client's program aborts."""
    client, server = lab.open()
    client.send(request("/slow"))
    server.read()
    lab.wait(3)
    client.abort()
    lab.settle()


@scenario("reset-after-exchange", at="client", reasons=["TCP_STATE"])
def reset_after_exchange(lab):
    """Complete response and FIN from the server; the client, having read all of it, resets
    instead of closing (as browsers and load balancers do to save TIME-WAIT)."""
    client, server = lab.open()
    client.send(request())
    server.read()
    server.send(response(2500, more="Connection: close\r\n"))
    server.close()
    client.read_to_end()
    lab.settle()
    client.abort()
    lab.settle()


@scenario("tls-close-notify-race", reasons=["TCP_TIMEWAIT_SOCKET", "TCP_FLAGS", "..."])
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
    """A client's report met a fully closed server, over IPv6."""
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
    """The server answers and closes fully in one breath; the client, which does not look for the
    end of stream, sends its next request as soon as it has read the answer."""
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
    """After 3 s of idleness the server closes; the client's next request is already on the wire.
    The client retries on a new connection."""
    race(lab)


@scenario("keepalive-race", at="client", reasons=["TCP_ABORT_ON_DATA"])
def keepalive_race_at_client(lab):
    """The keep-alive race recorded at the client, where the FIN seems to answer the request."""
    race(lab)


def race(lab):
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.wait(3)
    client.send(request("/2"))
    lab.wait(0.008)
    server.close()
    lab.until("client", "server", "R")
    lab.must_cross("PA", "FA")
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


@scenario("client-gave-up-waiting", reasons=["TCP_TIMEWAIT_SOCKET", "..."])
def client_gave_up_waiting_late_response(lab):
    """The client's time limit closes after 2 s; the response comes at last and meets a RST."""
    client, server = lab.open()
    client.send(request("/slow"))
    server.read()
    lab.wait(2)
    client.close()
    lab.wait(0.5)
    server.send(response(1200))
    lab.settle()
    server.read()
    server.close()
    lab.settle()


@scenario("closed-without-response", at="client")
def killed_before_response(lab):
    """The server's process is killed (SIGKILL) after it has read the request: FIN, and no byte."""
    client, server = lab.open()
    client.send(request())
    server.read()
    lab.wait(0.3)
    server.kill()
    client.read_to_end()
    client.close()
    lab.settle()


@scenario("reset-after-exchange", at="middle", reasons=["TCP_STATE"])
def reset_after_exchange_by_server(lab):
    """The client has its response and closes; the server resets instead of closing too."""
    client, server = lab.open()
    exchange(client, server)
    lab.settle()
    client.close()
    server.read()
    server.abort()
    lab.settle()


@scenario("tls-close-notify-race", at="client", reasons=["TCP_TIMEWAIT_SOCKET", "TCP_FLAGS", "..."])
def tls_close_notify_race_tls12(lab):
    """TLS before 1.3, where an alert is a record of its own type (31 bytes): the client's
    farewell meets a closed socket."""
    client, server = lab.open(HTTPS)
    tls_handshake(client, server)
    client.send(tls(0x17, 180))
    server.read()
    server.send(tls(0x17, 1200) + tls(0x15, 26))
    server.close()
    client.read_to_end()
    lab.wait(0.060)
    client.send(tls(0x15, 26))
    client.close()
    lab.settle()


@scenario("lingering-close-timeout", reasons=["TCP_ABORT_ON_CLOSE", "..."])
def lingering_close_timeout(lab):
    """The server answers an upload with 413, ends its sending and drains what comes for 2 s; then
    its patience ends and it closes, and what is still coming is reset."""
    client, server = lab.open()
    client.send("POST /upload HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 90000\r\n\r\n")
    server.read()
    server.send(response(100, "413 Content Too Large", "Connection: close\r\n"))
    server.shutdown()
    for _ in range(8):
        client.send(b"u" * 700)
        server.read()
        lab.wait(0.25)
    client.send(b"u" * 700)
    client.send(b"u" * 700)
    lab.wait(0.05)
    server.close()
    client.send(b"u" * 700)
    lab.settle()


@scenario("early-response-upload-abort", reasons=["TCP_ABORT_ON_CLOSE", "..."])
def early_response_upload_abort(lab):
    """The server answers 413 after the first part of an upload and closes at once, with more of it
    already in its socket and on the way: RST,ACK, and the client may never see the answer."""
    client, server = lab.open()
    client.send("POST /upload HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 30000\r\n\r\n")
    server.read()
    client.send(b"u" * 9000)
    lab.wait(0.030)
    server.send(response(100, "413 Content Too Large", "Connection: close\r\n"))
    server.close()
    client.send(b"u" * 4000)
    lab.settle()
    client.read()


@scenario("early-response-upload-abort", at="middle", reasons=["TCP_ABORT_ON_DATA", "..."])
def early_response_upload_abort_after_fin(lab):
    """The server answers 413 and closes with all read that had come: FIN, and the upload's next
    part meets a RST."""
    client, server = lab.open()
    client.send("POST /upload HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 30000\r\n\r\n")
    server.read()
    client.send(b"u" * 1400)
    server.read(1400)
    client.send(b"u" * 2800)
    server.send(response(100, "413 Content Too Large", "Connection: close\r\n"))
    server.close()
    lab.settle()
    client.read()


@scenario("close-with-unread-data", at="middle", reasons=["TCP_ABORT_ON_CLOSE", "..."])
def client_cancels_download(lab):
    """The client has seen enough of a download and closes with the rest unread."""
    client, server = lab.open()
    client.send(request("/large"))
    server.read()
    server.send(response(30_000))
    client.read(3000)
    lab.wait(0.002)
    client.close()
    lab.settle()


@scenario("close-with-unread-data", at="client", reasons=["TCP_ABORT_ON_CLOSE", "..."])
def close_with_full_buffer(lab):
    """The client never reads; its window is closed when it closes: its RST,ACK has the window open
    again, for the unread data were thrown away first."""
    client, server = lab.open(before=small_buffer)
    client.send(request("/large"))
    server.read()
    server.send(response(20_000))
    lab.wait(1)
    client.close()
    lab.settle()


@scenario("close-with-unread-data", reasons=["TCP_STATE"])
def listener_closed_before_accept(lab):
    """A connection waits in the queue, its request in the socket, when the server's program
    closes its listener: the kernel resets what nobody accepted."""
    listener = lab.listen()
    client = lab.connect()
    lab.until("server", "client", "A")
    client.send(request())
    lab.wait(0.5)
    listener.close()
    lab.settle()
    client.read()


@scenario("abortive-close", at="client", reasons=["TCP_STATE"])
def abortive_close_by_disconnect(lab):
    """The server's program dissolves the association: connect() with AF_UNSPEC."""
    client, server = lab.open()
    client.send(request("/report"))
    server.read()
    server.send(response(5000)[:2000])
    lab.settle()
    server.disconnect()
    client.read_to_end()
    lab.settle()


@scenario("abortive-close", reasons=["TCP_STATE"])
def abortive_close_no_timestamps(lab):
    """An abort without time stamps on either side."""
    lab.server.tcp("timestamps", 0)
    client, server = lab.open()
    client.send(request("/report"))
    server.read()
    server.send(response(5000)[:2000])
    lab.settle()
    server.abort()
    lab.settle()


@scenario("close-with-unread-data", at="middle", reasons=["TCP_ABORT_ON_CLOSE"])
def close_with_unread_data_no_timestamps(lab):
    """A request lies unread when the server closes; no time stamps."""
    lab.server.tcp("timestamps", 0)
    client, server = lab.open()
    exchange(client, server, "/1")
    client.send(request("/2"))
    lab.until("server", "client", "PA", count=2)
    lab.wait(0.3)
    server.close()
    lab.settle()


@scenario("keepalive-race", at="middle")
def keepalive_race_without_reset(lab):
    """The request crosses the server's idle FIN; the server still reads and ignores it, so that
    no RST tells the client: its request was simply never answered."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.wait(3)
    client.send(request("/2"))
    lab.wait(0.005)
    server.shutdown()
    server.read()
    client.read()
    lab.must_cross("PA", "FA")
    client.close()
    server.read()
    server.close()
    retry(lab)
