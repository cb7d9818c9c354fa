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
          "frame.protocols", "tcp.seq_raw", "tcp.ack_raw", "tcp.window_size_value",
          "frame.time_epoch", "ip.len", "ip.hdr_len", "tcp.hdr_len")
# Facts that speak of other connections of a host, or of the end of the input.
ELSEWHERE = {"peer-alive-afterwards", "retry-follows", "capture-goes-on", "reset-ttl-differs",
             "host-alive-elsewhere", "listener-gone-afterwards"}
SECOND = 1.0


class Packet:
    def __init__(self, values):
        number, _, v4, v6, port, flags, length, protocols, seq, ack, window, time = values[:12]
        self.number, self.flags, self.length = int(number), int(flags, 16), int(length or 0)
        self.seq, self.ack, self.window = (int(number or 0) for number in (seq, ack, window))
        self.time = float(time)
        # The IP header that carries the TCP header: tunnels have some before, payloads after it.
        layers = protocols.partition(":tcp")[0].split(":")
        at = layers.count("ip") - 1
        is_v6 = not v4 or (v6 and layers[-1].startswith("ipv6"))
        self.source = (v6.split(";")[layers.count("ipv6") - 1] if is_v6 else v4.split(";")[at],
                       int(port or 0))
        # As that header says: of a cut frame Wireshark may believe less.
        whole, ip = (int(text.split(";")[at]) if text and not is_v6 else 0
                     for text in values[12:14])
        self.told = max(self.length, whole - ip - int(values[14] or 0))

    def has(self, flag):
        return bool(self.flags & flag)

    @property
    def end(self):
        return self.seq + self.length + self.has(SYN) + self.has(FIN)


def is_after(one, other):
    """Of two sequence numbers (RFC 9293 section 3.4)."""
    return 0 < (one - other) % 2**32 < 2**31


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
        stream, flags, protocols = values[1], values[5], values[7]
        if ";" in stream or ";" in flags or not flags or "icmp" in protocols.partition(":tcp")[0]:
            continue
        streams[int(stream)].append(Packet(values))
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

    def __init__(self, record, packets, streams=None):
        self.record, self.packets, self.streams = record, packets, streams or {}
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

    def payload(self, side=None):
        return [packet for packet in (self.of(side) if side else self.packets)
                if packet.length and not packet.has(RST)]

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


def first_payload_unacknowledged(seen):
    first = next(iter(seen.payload()), None)
    if not first:
        yield "there is no payload"
        return
    answers = [packet for packet in seen.packets if packet.source != first.source
               and packet.has(ACK) and not packet.has(RST) and is_after(packet.ack, first.seq)]
    if answers:
        yield f"the first payload (frame {first.number}) is acknowledged ({answers[0].number})"


def sent_again(seen):
    """Something that occupies sequence numbers came where its side had been before."""
    highest = {}
    for packet in seen.packets:
        if packet.has(RST) or packet.end == packet.seq:
            continue
        top = highest.get(packet.source)
        if top is not None and not is_after(packet.end, top):
            return
        highest[packet.source] = packet.end
    yield "nothing was sent twice"


def closed_window(seen):
    if all(packet.window for packet in seen.packets
           if not packet.has(RST) and not packet.has(SYN)):
        yield "no window was at 0"


def queue_overflow(seen):
    answers = [packet for packet in seen.of("server") if packet.has(SYN)]
    if len(answers) < 2 and not seen.first(RST, "server"):
        yield "SYN,ACK came once, and no RST"


def one_fin(seen):
    if not seen.first(FIN):
        yield "there is no FIN"
    if all(seen.first(FIN, side) for side in ("client", "server")):
        yield "both sides sent a FIN"


def reset_after_own_fin(seen):
    for side in ("client", "server"):
        fin = seen.first(FIN, side)
        if fin and any(packet.has(RST) and packet.number > fin.number for packet in seen.of(side)):
            return
    yield "no side sent a RST after its own FIN"


def needs_end(seen):
    if not seen.first(FIN) and not seen.first(RST):
        yield "there is neither FIN nor RST"


def unanswered_word(seen):
    """Whoever spoke last before the first FIN or RST had no answer."""
    end = next((packet for packet in seen.packets if packet.has(FIN) or packet.has(RST)), None)
    if not end:
        yield "there is neither FIN nor RST"
        return
    words = [packet for packet in seen.payload() if packet.number <= end.number]
    if not words:
        yield "there is no payload before the end"


def no_syn_of_client(seen):
    if any(packet.has(SYN) and not packet.has(ACK) for packet in seen.of("client")):
        yield "the client sent a SYN"


def half_open(seen):
    yield from no_payload(seen)
    if not any(packet.has(SYN) for packet in seen.packets):
        yield "there is no SYN"


# --- of conditions --------------------------------------------------------------------------------

def slow_opening(seen):
    syns = [packet for packet in seen.packets if packet.has(SYN)]
    for packet in syns:
        if sum(other.source == packet.source for other in syns) > 1:
            return
    done = next((packet for packet in seen.packets if not packet.has(SYN)), None)
    if not syns or not done or done.time - syns[0].time < SECOND:
        yield "no SYN was repeated, and it took less than a second"


def both_opened(seen):
    if not all(any(packet.has(SYN) for packet in seen.of(side))
               for side in ("client", "server")):
        yield "not both sides sent a SYN"


def one_socket(seen):
    if seen.ends["client"] != seen.ends["server"]:
        yield "the ends differ"


def ports_used_before(seen):
    numbers = {packet.seq for packet in seen.packets
               if packet.has(SYN) and not packet.has(ACK)}
    sources = {packet.source for packet in seen.packets}
    others = [stream for stream, packets in seen.streams.items()
              if stream != seen.record["stream"]
              and sources <= {packet.source for packet in packets}]
    before = [packet for packet in seen.packets[:1] if not packet.has(SYN)]
    if len(numbers) < 2 and not others and not before:
        yield "no other connection has these ports"


def two_answers(seen):
    """Two that passed here; or one, and the client answers to another that did not."""
    numbers = {packet.end % 2**32 for packet in seen.of("server") if packet.has(SYN)}
    if len(numbers) < 2 and all(packet.ack in numbers for packet in seen.of("client")
                                if packet.has(ACK) and not packet.length):
        yield "there are no two SYN,ACKs"


def long_wait(seen):
    words = seen.payload()
    if all(two.time - one.time < SECOND for one, two in zip(words, words[1:])):
        yield "no payload came a second after the one before"


def one_side_silent(seen):
    if seen.of("client") and seen.of("server"):
        yield "both sides are seen"


CONDITION_RULES = {
    "slow-connect": slow_opening, "simultaneous-open": both_opened, "self-connect": one_socket,
    "time-wait-reuse": ports_used_before, "time-wait-collision": ports_used_before,
    "zero-window-stall": closed_window, "loss": sent_again, "reordering": sent_again,
    "checksum-corruption": sent_again, "slow-server": long_wait, "slow-client": long_wait,
    "synack-injection": two_answers, "asymmetric-path": one_side_silent,
    "blind-reset-attempt": needs_reset,
}

RULES = {
    "graceful-close": fins_without_reset, "simultaneous-close": fins_without_reset,
    "idle-close": fins_without_reset, "half-close": half_close,
    "still-open": needs_both_fins_at_most, "seen-in-part": needs_both_fins_at_most,
    "refused": refused, "syn-unanswered": unanswered, "synack-unanswered": needs_syn_ack,
    "health-check": no_payload, "syn-scan": no_payload, "connect-abandoned": no_payload,
    "data-after-close": crossed_or_late, "keepalive-race": crossed_or_late,
    "stale-connection-reuse": late_data, "tls-close-notify-race": crossed_or_late,
    **{slug: needs_reset for slug in (
        "reset-after-exchange", "quit-and-close", "abortive-close",
        "close-with-unread-data", "middlebox-idle-reset", "peer-lost-state", "injected-reset",
        "nat-bypass-reset")},
    "fin-wait-2-timeout": reset_after_own_fin, "lingering-close-timeout": reset_after_own_fin,
    "request-blackholed": first_payload_unacknowledged,
    "retransmission-timeout": sent_again, "path-blackhole": sent_again,
    "zero-window-timeout": closed_window, "accept-queue-overflow": queue_overflow,
    "close-wait-leak": one_fin, "process-exit": needs_end, "backscatter": no_syn_of_client,
    "client-gave-up-waiting": unanswered_word, "closed-without-response": unanswered_word,
    "early-response-upload-abort": unanswered_word, "syn-flood": half_open,
}


def about_cause(seen):
    cause = seen.record["cause"]
    for text in RULES.get(cause, lambda _: ())(seen):
        yield f"{cause}, but {text}"


def about_conditions(seen):
    for condition in seen.record["conditions"]:
        for text in CONDITION_RULES.get(condition["cause"], lambda _: ())(seen):
            yield f"{condition['cause']}, but {text}"


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
        on_the_wire = sum(packet.told for packet in seen.of(side))
        if counts["sent"] > on_the_wire:
            yield f"the {side} sent {counts['sent']} bytes, but {on_the_wire} passed"


ASPECTS = (about_cause, about_conditions, about_closer, about_way, about_frames, about_delivery)


def complaints(path):
    """(complaints, connections) about one capture."""
    streams = tshark(path)
    found, count = [], 0
    for record in verdicts(path):
        packets = streams.get(record["stream"])
        # Where the two number streams otherwise, compare_tshark.py says so.
        if not packets or packets[0].number != record["first_frame"] or \
                packets[-1].number != record["last_frame"]:
            continue
        seen = Seen(record, packets, streams)
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
