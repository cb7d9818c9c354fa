# packet.py: read the few fields the wire needs from IP packets, and forge packets.
# SPDX-License-Identifier: BSD-2-Clause
"""Packets as the wire sees them. Everything here works on whole IP packets without a link
layer."""

import ipaddress
import struct

TCP, ICMP, ICMPV6 = 6, 1, 58
FLAG_BITS = {"F": 0x01, "S": 0x02, "R": 0x04, "P": 0x08, "A": 0x10}


def checksum(data):
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Packet:
    """One IP packet on its way; `towards` is "client" or "server"."""

    def __init__(self, data, towards, forged=False):
        self.data = bytes(data)
        self.towards = towards
        self.forged = forged  # made by the wire, not by a kernel
        self.version = self.data[0] >> 4
        if self.version == 4:
            start = (self.data[0] & 15) * 4
            self.protocol, self.ttl = self.data[9], self.data[8]
            self.source, self.target = self.data[12:16], self.data[16:20]
            end = struct.unpack("!H", self.data[2:4])[0]
        else:
            start = 40
            self.protocol, self.ttl = self.data[6], self.data[7]
            self.source, self.target = self.data[8:24], self.data[24:40]
            end = 40 + struct.unpack("!H", self.data[4:6])[0]
        self.is_tcp = self.protocol == TCP
        self.is_icmp_error = (self.protocol == ICMP and self.data[start] in (3, 11, 12)) or (
            self.protocol == ICMPV6 and self.data[start] in (1, 2, 3, 4))
        self.flags, self.length, self.payload = "", 0, b""
        if self.is_tcp:
            self.read_tcp(self.data[start:end])

    def read_tcp(self, tcp):
        self.source_port, self.target_port, self.seq, self.ack = struct.unpack("!HHII", tcp[:12])
        self.flags = "".join(name for name, bit in FLAG_BITS.items() if tcp[13] & bit)
        self.window = struct.unpack("!H", tcp[14:16])[0]
        self.payload = tcp[(tcp[12] >> 4) * 4:]
        self.length = len(self.payload)

    @property
    def sender(self):
        return "client" if self.towards == "server" else "server"

    @property
    def client_port(self):
        return self.source_port if self.towards == "server" else self.target_port

    @property
    def end(self):
        """The sequence number after this segment."""
        return (self.seq + self.length + ("S" in self.flags) + ("F" in self.flags)) & 0xFFFFFFFF

    def after_hops(self, hops):
        """The same packet after that many routers."""
        data = bytearray(self.data)
        if self.version == 4:
            data[8] -= hops
            data[10:12] = b"\0\0"
            data[10:12] = struct.pack("!H", checksum(bytes(data[:20])))
        else:
            data[7] -= hops
        return Packet(data, self.towards, self.forged)


def ipv4(source, target, protocol, body, ttl=64, ip_id=0, dont_fragment=True):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), ip_id,
                         0x4000 if dont_fragment else 0, ttl, protocol, 0, source, target)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + body


def tcp_v4(source, target, seq, ack=0, flags="R", window=0, payload=b"", options=b"", **ip):
    """An IPv4 TCP packet; source and target are pairs (address bytes, port)."""
    bits = sum(FLAG_BITS[name] for name in flags)
    segment = struct.pack("!HHIIBBHHH", source[1], target[1], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          (20 + len(options)) // 4 << 4, bits, window, 0, 0) + options + payload
    pseudo = source[0] + target[0] + struct.pack("!BBH", 0, TCP, len(segment))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
    return ipv4(source[0], target[0], TCP, segment, **ip)


def mended(data):
    """The same IPv4 TCP packet with its checksums made right."""
    segment = data[20:36] + b"\0\0" + data[38:]
    pseudo = data[12:20] + struct.pack("!BBH", 0, TCP, len(segment))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
    header = data[:10] + b"\0\0" + data[12:20]
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + segment


def readdressed(packet, source=None, target=None):
    """What address translation makes of a packet."""
    return mended(packet.data[:12] + (source or packet.source) + (target or packet.target)
                  + packet.data[20:])


def reset_after(packet, **ip):
    """A RST that continues, exactly in sequence, what the sender of this packet just sent."""
    return tcp_v4((packet.source, packet.source_port), (packet.target, packet.target_port),
                  packet.end, flags="R", **ip)


def reset_answering(packet, ahead=0, **ip):
    """The bare RST of RFC 9293 3.10.7.1 that the receiver of this packet would send back; a forger
    may put its sequence number ahead."""
    return tcp_v4((packet.target, packet.target_port), (packet.source, packet.source_port),
                  packet.ack + ahead, flags="R", **ip)


def icmp_unreachable(packet, router, code):
    """ICMP destination unreachable for this packet, from a router (RFC 792, quoting as RFC
    1812)."""
    body = struct.pack("!BBHI", 3, code, 0, 0) + packet.data[:548]
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    return ipv4(ipaddress.ip_address(router).packed, packet.source, ICMP, body, dont_fragment=False)
