#!/usr/bin/env python3
# check.py: do recordings and their truth files agree?  Needs no root.
# SPDX-License-Identifier: BSD-2-Clause
"""For each NAME.pcapng beside a NAME.truth.json: frames in order of time, checksums right, the
connections of the truth in the order in which they appear, and every reset accounted for. Prints
TAP, one result per recording."""

import collections
import ipaddress
import json
import pathlib
import struct
import sys

import pcapng
from packet import TCP, Packet, checksum

DAMAGED = {"checksum-corruption": 2}  # frames that are wrong on purpose
ALSO_RIGHT = 0xFFFF  # what Linux writes for a computed checksum of 0


def frames(path):
    """(time in ns, packet) for each frame of a file that pcapng.py wrote."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == pcapng.ENHANCED_PACKET:
            _, high, low, captured, _ = struct.unpack_from("<IIIII", data, at + 8)
            yield high << 32 | low, Packet(data[at + 42:at + 28 + captured], "server")
        at += length


def ends(packet):
    source, target = (str(ipaddress.ip_address(part)) for part in (packet.source, packet.target))
    return (source, packet.source_port), (target, packet.target_port)


def checksum_is_right(packet):
    start = 20 if packet.version == 4 else 40
    segment = packet.data[start:]
    pseudo = packet.source + packet.target + struct.pack("!IHBB", len(segment), 0, 0, TCP)
    return checksum(pseudo + segment) in (0, ALSO_RIGHT)


def connections_of(packets):
    """The pairs of ends in order of appearance; a SYN with another number is a new connection."""
    found, opened_by = [], {}
    for packet in packets:
        pair = frozenset(ends(packet))
        opener = (ends(packet)[0], packet.seq) if packet.flags == "S" else None
        if pair not in opened_by or (
                opener and opened_by[pair] and opener[0] == opened_by[pair][0]
                and opener != opened_by[pair]):
            found.append(pair)
            opened_by[pair] = opener
    return found


def unexplained_resets(packets, truth):
    """RSTs of the host where the recorder stood which its kernel did not report, or the reverse, by
    sender.  (For a reset on behalf of a listener the kernel names no receiver.)"""
    seen = collections.Counter(
        ends(packet)[0] for packet in packets if "R" in packet.flags and packet.ttl == 64)
    told = collections.Counter()
    for reset in truth["kernel_resets"]:
        address, _, port = reset["from"].rpartition(":")
        told[str(ipaddress.ip_address(address.strip("[]"))), int(port)] += 1
    servers = {connection["server"]["addr"] for connection in truth["connections"]}
    at_server = truth["vantage"] == "server"
    told = collections.Counter({sender: count for sender, count in told.items()
                                if (sender[0] in servers) == at_server})
    return (seen - told) + (told - seen)


def complaints(path):
    truth = json.loads(path.with_name(path.stem + ".truth.json").read_text())
    recorded = list(frames(path))
    packets = [packet for _, packet in recorded if packet.is_tcp]
    if any(later[0] < earlier[0] for earlier, later in zip(recorded, recorded[1:])):
        yield "frames are not in order of time"
    wrong = sum(not checksum_is_right(packet) for packet in packets)
    if wrong != DAMAGED.get(truth["scenario"], 0):
        yield f"{wrong} wrong checksums"
    labelled = [frozenset(((c[side]["addr"], c[side]["port"]) for side in ("client", "server")))
                for c in truth["connections"]]
    if connections_of(packets) != labelled:
        yield "its connections are not those of the truth"
    if truth["vantage"] != "middle":
        for sender, count in unexplained_resets(packets, truth).items():
            yield f"{count} resets of {sender} in only one of recording and truth"


def main():
    paths = [path for folder in sys.argv[1:]
             for path in sorted(pathlib.Path(folder).glob("*.pcapng"))]
    bad = 0
    print(f"1..{len(paths)}")
    for number, path in enumerate(paths, 1):
        found = list(complaints(path))
        bad += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {path.name}")
        for complaint in found:
            print(f"# {complaint}")
    return 1 if bad or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
