# seed.py: the question this project began with, and its double.
# SPDX-License-Identifier: BSD-2-Clause

from scenario import scenario
from scenarios.talk import request, response, retry


@scenario("close-with-unread-data", at=("server", "middle"),
          reasons=["TCP_ABORT_ON_CLOSE", "TCP_FLAGS"])
def question_28338(lab):
    """Wireshark Q&A 28338: the server ends its answer and its sending with FIN, the client sends
    another request, and the server closes without reading it: RST,ACK. The client's last data and
    FIN were already on their way and meet a server that knows nothing any more: a bare RST. Then
    the client connects again."""
    seven_segments(lab, lambda server: server.close())


@scenario("abortive-close", at=("server", "middle"), reasons=["TCP_STATE", "TCP_FLAGS"])
def question_28338_linger(lab):
    """The seven segments of Wireshark Q&A 28338 by another deed: the server reads the client's
    second request and then aborts deliberately (SO_LINGER 0) in FIN-WAIT-2."""
    def read_and_abort(server):
        server.read()
        server.abort()
    seven_segments(lab, read_and_abort)


def seven_segments(lab, deed):
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
    deed(server)
    client.send("GET /3 HTTP/1.1\r\nHost: shop\r\n\r\n")
    client.close()  # the RST,ACK is still under way
    lab.settle()
    lab.must_cross("FPA", "RA")
    retry(lab, 8080)
