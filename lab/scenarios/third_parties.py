# third_parties.py: forgers and boxes on the way.
# SPDX-License-Identifier: BSD-2-Clause

import errno
import ipaddress

from packet import readdressed, reset_after, reset_answering, tcp_v4
from scenario import scenario
from scenarios.talk import (
    HTTP, close_gracefully, exchange, first_time, newest, request, response, retry)
from wire import DROP


def forged_personality():
    return {"ttl": 110, "ip_id": 0x4D2A, "dont_fragment": False}


@scenario("injected-reset", at="client", reasons=["NO_SOCKET", "..."])
def injected_reset(lab):
    """In the middle of a download somebody on the path forges a RST to the client, exactly in
    sequence but with another TTL and IP ID; the server knows nothing and goes on sending."""
    inject_after_first_flight(lab, both=False)


@scenario("injected-reset", at="middle", reasons=["TCP_FLAGS", "..."])
def injected_reset_both_ends(lab):
    """In the middle of a download somebody on the path forges a RST to each end."""
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
    """A censor reads the request and forges three RSTs with rising sequence numbers to the
    client; the true response comes later."""
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
    """A box on the way forgets the connection after 3 s of idleness (laboratory time) and says
    so: RST to both ends at the same instant."""
    reset_both_when_idle(lab, 3)


@scenario("middlebox-idle-reset", at="middle")
def middlebox_idle_reset_31s(lab):
    """A box on the way forgets the connection after 31 s of idleness and resets both ends."""
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
    """The box forgets silently after 31 s and answers the client's next request with RST, faster
    than the server could."""
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
    """A box forgets after 31 s of idleness and drops what follows; a new connection works."""
    request_into_silence(lab, forget_when_idle(lab, 31, answer=False))


@scenario("graceful-close", conditions=["blind-reset-attempt"])
def blind_reset_attempt(lab):
    """Somebody guesses: three forged RSTs in the window but not exactly in sequence. The server
    asks back with challenge acknowledgements, and nothing else happens."""
    client, server = lab.open()
    exchange(client, server, "/1")
    lab.settle()
    last = newest(lab, "server")
    for ahead in (1000, 9000, 30000):
        lab.wire.inject(reset_answering(last, ahead=ahead, **forged_personality()), "server")
        lab.wait(0.6)
    exchange(client, server, "/2")
    close_gracefully(lab, client, server)


@scenario("nat-bypass-reset", at="client", reasons=["NO_SOCKET", "..."])
def nat_bypass_reset(lab):
    """The client talks to a service address which a box translates to the server's. One of the
    server's segments looks invalid to the box and leaves untranslated: the client does not know
    that address and answers RST, which ends the connection."""
    real = ipaddress.ip_address(lab.server.address)
    service = ipaddress.ip_address(int(real) ^ 1).packed
    real = real.packed
    bypassing = first_time((5,))

    def translate_in(packet):
        if packet.sender == "client" and packet.target == service:
            return readdressed(packet, target=real)
        return None

    def translate_out(packet):
        if packet.sender != "server" or bypassing(packet):
            return None
        return readdressed(packet, source=service)
    lab.wire.rule(translate_in, "server")
    lab.wire.rule(translate_out, "client")
    listener = lab.listen()
    client = lab.connect(address=str(ipaddress.ip_address(service)))
    # The untranslated segment and its RST look like a connection of their own.
    lab.expect_ending(client.socket.getsockname()[1], HTTP, None)
    server = listener.accept()
    client.send(request("/large"))
    server.read()
    server.send(response(12_000))
    lab.settle()
    client.read_to_end()
    server.read()
    lab.settle()


@scenario("unknown", conditions=["synack-injection"], at="client", reasons=["TCP_FLAGS", "..."])
def synack_injection(lab):
    """Somebody answers the SYN faster than the server, with numbers of his own: the client believes
    him, the server rejects the client's acknowledgement of numbers that it never sent."""
    def impostor(packet):
        if packet.flags == "S":
            lab.wire.inject(tcp_v4((packet.target, packet.target_port),
                                   (packet.source, packet.source_port), 0x0BADCAFE, packet.end,
                                   "SA", 8192, options=b"\x02\x04\x05\xb4",
                                   **forged_personality()), "client")
            lab.did("network: forged SYN,ACK")
    lab.wire.rule(impostor, "server")
    lab.listen()
    client = lab.connect()
    lab.until("client", "server", "SA")
    client.send(request())
    lab.settle()
    client.read()


@scenario("peer-lost-state", conditions=["two-hosts-one-address"], at="client", reasons=None)
def two_hosts_one_address(lab):
    """Another machine has the server's address too and sees every packet of the client: it knows
    no such connection and answers with RST, from another distance and with its own habits (TTL
    128, its own IP IDs). The second attempt fares as the first."""
    identifications = iter(range(20_001, 21_000))

    def other_machine(packet):
        if packet.sender != "client" or "R" in packet.flags:
            return
        personality = {"ttl": 128, "ip_id": next(identifications)}
        answer = reset_answering(packet, **personality)
        if packet.flags == "S":
            answer = tcp_v4((packet.target, packet.target_port),
                            (packet.source, packet.source_port), 0, packet.end, "RA", **personality)
        lab.wire.inject(answer, "client", delay=0.021)  # a little later than the server's own
    lab.wire.rule(other_machine, "server")
    for _ in range(2):
        client, server = lab.open()
        client.send(request())
        server.read()
        server.send(response(300))
        lab.settle()
        client.read()
        lab.wait(0.2)
