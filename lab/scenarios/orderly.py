# orderly.py: endings as they should be, and endings that the capture does not show.
# SPDX-License-Identifier: BSD-2-Clause

import socket

from scenario import scenario
from scenarios.talk import HTTP, close_gracefully, exchange, request, response


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
    """The server closes the moment it reads the end of stream: its FIN acknowledges the
    client's."""
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
    """After its response the server waits 3 s for another request, then closes; nobody is
    harmed."""
    client, server = lab.open()
    exchange(client, server)
    lab.wait(3)
    close_gracefully(lab, server, client)


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


@scenario("idle-close", at="client")
def idle_close_by_client(lab):
    """The client's connection pool evicts a connection that was idle for 4 s."""
    client, server = lab.open()
    exchange(client, server)
    lab.wait(4)
    close_gracefully(lab, client, server)


@scenario("graceful-close", at="server")
def graceful_close_last_ack_lost(lab):
    """The last acknowledgement is lost: the server repeats its FIN, and TIME-WAIT acknowledges
    again."""
    client, server = lab.open()
    exchange(client, server)
    lab.settle()
    client.close()
    lab.until("server", "client", "FA")
    lab.wire.drop(lambda p: p.sender == "client" and p.flags == "A", count=1)
    server.read()
    server.close()
    lab.settle()
    lab.settle()


@scenario("graceful-close", at="client")
def killed_without_unread_data(lab):
    """The server's process is killed (SIGKILL) while its connection is idle and everything was
    read: the kernel closes as politely as a program would."""
    client, server = lab.open()
    exchange(client, server)
    lab.wait(0.3)
    server.kill()
    client.read_to_end()
    client.close()
    lab.settle()


@scenario("graceful-close")
def graceful_close_deferred_accept(lab):
    """The listener uses TCP_DEFER_ACCEPT and the client is slow to speak: the SYN,ACK is repeated
    although the acknowledgement came, yet nothing is wrong."""
    listener = lab.listen()
    listener.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
    lab.did("server: listener with TCP_DEFER_ACCEPT")
    client = lab.connect()
    lab.wait(3.5)
    client.send(request())
    server = listener.accept()
    server.read()
    server.send(response(600))
    client.read()
    close_gracefully(lab, client, server)


@scenario("process-exit", reasons=["NO_SOCKET"] * 2)
def process_exit(lab):
    """The server's process ends with four idle connections open: all are closed in the same
    instant, and whoever comes next is refused."""
    pairs = [lab.open() for _ in range(4)]
    for client, server in pairs:
        exchange(client, server)
    lab.wait(0.4)
    lab.listeners[HTTP].close()
    for _, server in pairs:
        server.close()
    for client, _ in pairs:
        client.read()
        client.close()
    lab.wait(0.2)
    for _ in range(2):
        lab.connect_result(lab.connect(ending="refused"))
        lab.wait(0.3)


@scenario("close-wait-leak", at="server")
def close_wait_leak(lab):
    """The client closes; the server's program never notices and keeps its socket for 62 s and
    more."""
    client, server = lab.open()
    exchange(client, server)
    client.close()
    lab.wait(62)
    server.did("has not called close()")


@scenario("fin-wait-2-timeout", reasons=["NO_SOCKET"])
def fin_wait_2_timeout(lab):
    """The client closes; the server's program closes 4 s later, when the client's kernel has
    given up waiting (tcp_fin_timeout is 2 s here, usually 60 s) and answers the late FIN with
    RST."""
    lab.client.tcp("fin_timeout", 2)
    client, server = lab.open()
    exchange(client, server)
    client.close()
    lab.wait(4)
    server.close()
    lab.settle()
