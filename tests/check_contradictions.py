#!/usr/bin/python3
# check_contradictions.py: does any verdict say what the packets, as tshark reads them, deny? TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""usage: check_contradictions.py [CAPTURE...] (or @LIST: one path per line)

Nothing here judges: each rule is arithmetic on flags, order and lengths that holds whatever the
cause was. A verdict "refused" without a RST in answer to the SYN, a "graceful-close" with a RST,
a first closer who was not the first: such things must not be said of any capture. Numbers of
frames named for a connection must be its own, or those of a connection that it is related to.
Without a CAPTURE all that lie in this repository; each capture is one test."""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("TCPWHY", str(TOP / "build" / "tcpwhy"))
BY_DEFAULT = [str(path) for pattern in ("examples/*.pcap*", "tests/captures/*.pcap*")
              for path in sorted(TOP.glob(pattern))]
SECONDS = 300
FIRST_SHOWN = 6
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
FIELDS = ("frame.number", "tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "tcp.flags", "tcp.len",
          "frame.protocols")
# Facts that speak of other connections of a host, or of the end of the input.
ELSEWHERE = {"peer-alive-afterwards", "retry-follows", "capture-goes-on", "reset-ttl-differs",
             "host-alive-elsewhere", "listener-gone-afterwards"}


class Packet:
    def __init__(self, number, source, flags, length):
        self.number, self.source, self.flags, self.length = number, source, flags, length

    def has(self, flag):
        return bool(self.flags & flag)


def tshark(path):
    """{stream: packets}, of frames with one TCP header that no ICMP error quotes."""
    command = ["tshark", "-n", "-r", path, "-Y", "tcp.stream", "-T", "fields", "-E",
               "aggregator=;"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                          timeout=SECONDS)
    streams = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        values = (line.split("\t") + [""] * len(FIELDS))[:len(FIELDS)]
        number, stream, v4, v6, port, flags, length, protocols = values
        if ";" in stream or "icmp" in protocols or ";" in flags or not flags:
            continue
        source = ((v6 or v4).split(";")[-1], int(port or 0))
        streams[int(stream)].append(
            Packet(int(number), source, int(flags, 16), int(length or 0)))
    return streams


def verdicts(path):
    done = subprocess.run([BINARY, "--json", path], capture_output=True, text=True, check=False,
                          timeout=SECONDS)
    if done.returncode not in (0, 3):
        raise ValueError(f"exit status {done.returncode}: {done.stderr[-200:]}")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return [record for record in records if record["record"] == "connection"]


class Seen:
    """A connection as tshark shows it, with the two sides that the verdict names."""

    def __init__(self, record, packets):
        self.record, self.packets = record, packets
        self.ends = {side: (record[side]["addr"], record[side].get("port", 0))
                     for side in ("client", "server")}
        self.numbers = {packet.number for packet in packets}

    def of(self, side):
        return [packet for packet in self.packets if packet.source == self.ends[side]]

    def side_of(self, packet):
        if self.ends["client"] == self.ends["server"]:
            return None
        return next((side for side, end in self.ends.items() if end == packet.source), None)

    def first(self, flag, side=None):
        return next((packet for packet in (self.of(side) if side else self.packets)
                     if packet.has(flag)), None)

    def has_limit(self, slug):
        return any(limit["limit"] == slug for limit in self.record["limits"])


# --- the rules: each yields what is contradicted --------------------------------------------------

def fins_without_reset(seen):
    """A RST that both sides outlived had no effect: it was forged, or missed the window."""
    last_reset = max((p.number for p in seen.packets if p.has(RST)), default=0)
    if last_reset and not all(
            any(p.has(FIN) and p.number > last_reset for p in seen.of(side))
            for side in ("client", "server")):
        yield f"there is a RST (frame {last_reset})"
    for side in ("client", "server"):
        if not seen.first(FIN, side) and not seen.has_limit("one-direction"):
            yield f"there is no FIN of the {side}"


def needs_reset(seen):
    if not seen.first(RST):
        yield "there is no RST"


def needs_both_fins_at_most(seen):
    if seen.first(RST):
        yield "there is a RST"
    if seen.first(FIN, "client") and seen.first(FIN, "server"):
        yield "both sides sent a FIN"


def no_payload(seen):
    with_payload = [packet for packet in seen.packets if packet.length and not packet.has(SYN)
                    and not packet.has(RST)]
    if with_payload:
        yield f"there is payload (frame {with_payload[0].number})"


def refused(seen):
    yield from needs_reset(seen)
    reset = seen.first(RST, "server")
    if not reset:
        yield "no RST of the server"
    elif any(packet.has(SYN) and packet.has(ACK) and packet.number < reset.number
             for packet in seen.of("server")):
        yield "a SYN,ACK came before the RST"


def unanswered(seen):
    answers = [packet for packet in seen.of("server") if not packet.has(RST)]
    if answers:
        yield f"the server answered (frame {answers[0].number})"
    if not any(packet.has(SYN) and not packet.has(ACK) for packet in seen.packets):
        yield "there is no SYN"


def needs_syn_ack(seen):
    if not any(packet.has(SYN) and packet.has(ACK) for packet in seen.packets):
        yield "there is no SYN,ACK"


def late_data(seen):
    """Payload of one side after the FIN of the other."""
    for side, other in (("client", "server"), ("server", "client")):
        fin = seen.first(FIN, side)
        if fin and any(packet.length and packet.number > fin.number
                       for packet in seen.of(other)):
            return
    yield "no payload comes after the other side's FIN"


def crossed_or_late(seen):
    """As late data; but what had passed here just before the FIN may have crossed it too."""
    if not seen.first(FIN):
        yield "there is no FIN"
    if not any(packet.length for packet in seen.packets):
        yield "there is no payload"


def half_close(seen):
    yield from late_data(seen)
    if seen.first(RST):
        yield "there is a RST"


RULES = {
    "graceful-close": fins_without_reset, "simultaneous-close": fins_without_reset,
    "idle-close": fins_without_reset, "half-close": half_close,
    "still-open": needs_both_fins_at_most, "seen-in-part": needs_both_fins_at_most,
    "refused": refused, "syn-unanswered": unanswered, "synack-unanswered": needs_syn_ack,
    "health-check": no_payload, "syn-scan": no_payload, "connect-abandoned": no_payload,
    "data-after-close": crossed_or_late, "keepalive-race": crossed_or_late,
    "stale-connection-reuse": late_data, "tls-close-notify-race": crossed_or_late,
    **{slug: needs_reset for slug in (
        "reset-after-exchange", "quit-and-close", "lingering-close-timeout", "abortive-close",
        "close-with-unread-data", "middlebox-idle-reset", "peer-lost-state", "injected-reset",
        "nat-bypass-reset", "fin-wait-2-timeout")},
}


def about_cause(seen):
    cause = seen.record["cause"]
    for text in RULES.get(cause, lambda _: ())(seen):
        yield f"{cause}, but {text}"


def about_closer(seen):
    """The first FIN or RST is its sender's; what the program thinks forged or answered to a SYN of
    others it may pass over."""
    said = seen.record["closed_first"]
    first = next((packet for packet in seen.packets if packet.has(FIN) or packet.has(RST)), None)
    if said == "nobody" and first and first.has(FIN):
        yield f"nobody closed first, but frame {first.number} has a FIN"
    if said in ("client", "server") and not seen.has_limit("one-direction") and \
            not seen.first(FIN, said) and not seen.first(RST, said):
        yield f"the {said} closed first, but sent neither FIN nor RST"
    if said in ("client", "server") and first and first.has(FIN) and not first.has(RST) and \
            seen.side_of(first) not in (said, None) and not seen.has_limit("one-direction"):
        yield f"the {said} closed first, but the first FIN (frame {first.number}) is not its"


def about_way(seen):
    how = seen.record["how"]
    if how == "rst" and not seen.first(RST):
        yield "ended by RST, but there is none"
    if how == "fin" and not seen.first(FIN):
        yield "ended by FIN, but there is none"
    if how == "open" and seen.first(RST):
        yield f"open, but there is a RST (frame {seen.first(RST).number})"


def about_frames(seen):
    for fact in seen.record["facts"]:
        if fact["fact"] in ELSEWHERE or fact.get("side") == "network":
            continue
        strange = [frame for frame in fact.get("frames", ()) if frame not in seen.numbers]
        if strange and not seen.record.get("related"):
            yield f"{fact['fact']} names frames of others: {strange}"


def about_delivery(seen):
    for side, counts in seen.record["delivery"].items():
        if side not in ("client", "server"):
            continue
        on_the_wire = sum(packet.length for packet in seen.of(side))
        if counts["sent"] > on_the_wire:
            yield f"the {side} sent {counts['sent']} bytes, but {on_the_wire} passed"


ASPECTS = (about_cause, about_closer, about_way, about_frames, about_delivery)


def complaints(path):
    """(complaints, connections) about one capture."""
    streams = tshark(path)
    found, count = [], 0
    for record in verdicts(path):
        packets = streams.get(record["stream"])
        # Where the two number streams otherwise, compare_tshark.py says so.
        if not packets or packets[0].number != record["first_frame"]:
            continue
        seen = Seen(record, packets)
        if not seen.of("client") and not seen.of("server"):
            continue
        count += 1
        found += [f"stream {record['stream']}: {text}"
                  for aspect in ASPECTS for text in aspect(seen)]
    return found, count


def check(path):
    try:
        return complaints(path)
    except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        return [repr(error)], 0


def paths_of(words):
    for word in words:
        if word.startswith("@"):
            yield from pathlib.Path(word[1:]).read_text(encoding="utf-8").split()
        else:
            yield word


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("captures", nargs="*")
    options = parser.parse_args()
    if not shutil.which("tshark"):
        print("1..0 # SKIP there is no tshark here")
        return 0
    paths = list(paths_of(options.captures)) or BY_DEFAULT
    bad = 0
    print(f"1..{len(paths)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = zip(paths, pool.map(check, paths))
        for number, (path, (found, count)) in enumerate(results, 1):
            bad += bool(found)
            print(f"{'not ok' if found else 'ok'} {number} - {pathlib.Path(path).name}: "
                  f"{count} connections")
            for text in found[:FIRST_SHOWN]:
                print("# " + re.sub(r"[^\x20-\x7e]", "?", text))
            if len(found) > FIRST_SHOWN:
                print(f"# ... and {len(found) - FIRST_SHOWN} more")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
