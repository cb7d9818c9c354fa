# frames.py: the TCP segments of a recording, the connections they make, and these as typed text.
# SPDX-License-Identifier: BSD-2-Clause
"""Reads what the laboratory writes, and no more: pcapng, Ethernet, IPv4, IPv6 without extension
headers, TCP."""
import socket
import struct
import typing

SECTION_HEADER = b"\x0a\x0d\x0d\x0a"  # reads the same in both byte orders
LITTLE_ENDIAN = b"\x4d\x3c\x2b\x1a"
INTERFACE_DESCRIPTION, ENHANCED_PACKET = 1, 6
OPTION_TIME_RESOLUTION = 9
MICROSECONDS = 6  # the resolution, as a power of ten, of an interface that does not say

IPV4, IPV6, TCP = b"\x08\x00", b"\x86\xdd", 6
FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")  # as Wireshark orders them
FIN, SYN, RST, PSH, ACK = (1 << bit for bit in range(5))


class FrameError(Exception):
    """The file is not what the laboratory writes."""


class Segment(typing.NamedTuple):
    number: int  # of its frame in the file, from 1
    time_ns: int  # since 1970
    source: tuple  # address and port
    target: tuple
    seq: int
    flags: int


class Connection:
    """Segments between the same two ends, from one opening to the next."""

    def __init__(self, segment):
        self.pair = pair_of(segment)
        self.segments = []
        self.first_seq = {}  # by sender: the number of its SYN or SYN,ACK

    def add(self, segment):
        self.segments.append(segment)
        if segment.flags & SYN:
            self.first_seq.setdefault(segment.source, segment.seq)

    def ends_before(self, segment):
        """Does this segment open another connection? A repeated SYN does not; nor does the SYN of
        the other side when all that was seen so far is SYNs: that is a simultaneous open."""
        if segment.flags & (SYN | ACK) != SYN:
            return False
        if segment.source in self.first_seq:
            return segment.seq != self.first_seq[segment.source]
        return any(earlier.flags & (SYN | ACK) != SYN for earlier in self.segments)

    @property
    def opening(self):
        """The number of the first SYN, by which it is known at every point; None: none was seen."""
        return next((s.seq for s in self.segments if s.flags & (SYN | ACK) == SYN), None)

    @property
    def longest_pause_ns(self):
        times = [segment.time_ns for segment in self.segments]
        return max((later - earlier for earlier, later in zip(times, times[1:])), default=0)


def pair_of(segment):
    return frozenset((segment.source, segment.target))


def resolution(options, order):
    """The power of ten that one unit of an interface's time stamps is a part of."""
    at = 0
    while at + 4 <= len(options):
        code, length = struct.unpack_from(order + "HH", options, at)
        if code == OPTION_TIME_RESOLUTION:
            return options[at + 4]
        at += 4 + length + -length % 4
    return MICROSECONDS


def packets(data):
    """(time in ns, frame) of each packet of a pcapng file."""
    order, units, at = "<", [], 0
    while at < len(data):
        if data[at:at + 4] == SECTION_HEADER:
            order, units = "<" if data[at + 8:at + 12] == LITTLE_ENDIAN else ">", []
        kind, length = struct.unpack_from(order + "II", data, at) if at + 8 <= len(data) else (0, 0)
        if length < 12 or at + length > len(data) or (at == 0 and data[:4] != SECTION_HEADER):
            raise FrameError(f"no block of pcapng at byte {at}")
        body = data[at + 8:at + length - 4]
        if kind == INTERFACE_DESCRIPTION:
            units.append(10 ** (9 - resolution(body[8:], order)))
        elif kind == ENHANCED_PACKET:
            interface, high, low, captured = struct.unpack_from(order + "IIII", body)
            yield (high << 32 | low) * units[interface], body[20:20 + captured]
        at += length


def decode(frame):
    """(source, target, seq, flags) of a frame with a TCP header; None of any other."""
    if frame[12:14] == IPV4 and len(frame) >= 34:
        family, protocol, tcp = socket.AF_INET, frame[23], frame[14 + (frame[14] & 15) * 4:]
        source, target = frame[26:30], frame[30:34]
        if struct.unpack_from("!H", frame, 20)[0] & 0x1FFF:
            return None  # a later fragment
    elif frame[12:14] == IPV6 and len(frame) >= 54:
        family, protocol, tcp = socket.AF_INET6, frame[20], frame[54:]
        source, target = frame[22:38], frame[38:54]
    else:
        return None
    if protocol != TCP or len(tcp) < 20:
        return None
    source_port, target_port, seq = struct.unpack_from("!HHI", tcp)
    return ((socket.inet_ntop(family, source), source_port),
            (socket.inet_ntop(family, target), target_port), seq, tcp[13])


def segments(path):
    for number, (time_ns, frame) in enumerate(packets(path.read_bytes()), 1):
        decoded = decode(frame)
        if decoded:
            yield Segment(number, time_ns, *decoded)


def connections(path):
    """The connections of a recording, in order of appearance."""
    found, current = [], {}
    for segment in segments(path):
        pair = pair_of(segment)
        if pair not in current or current[pair].ends_before(segment):
            current[pair] = Connection(segment)
            found.append(current[pair])
        current[pair].add(segment)
    return found


def typed(connection, client):
    """The connection as people paste it when they tell nothing but directions and flags."""
    def row(segment):
        names = ", ".join(name for bit, name in enumerate(FLAGS) if segment.flags >> bit & 1)
        way = "Client -> Server" if segment.source == client else "Server -> Client"
        return f"{way} [{names or '<None>'}]\n"
    return "".join(map(row, connection.segments))
