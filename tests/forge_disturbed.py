#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes a capture of disturbed connections, for compare_tshark.py.

usage: forge_disturbed.py OUT SEED COUNT

Each of 60 connections advances by random acts: data, repeats, gaps, duplicate ACKs, keep-alives,
probes, closed windows, resets, reused ports, segments quoted in ICMP errors, numbers near 2^32.
Every rule of the sequence analysis is met many times; the same SEED gives the same bytes.
"""
import random
import struct
import sys

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MASK = 0xffffffff
MS = 1_000_000
SERVER, ROUTER = bytes([10, 1, 0, 9]), bytes([10, 9, 9, 9])
GAPS = [0, 1000, MS // 2, MS, 3 * MS - 1, 5 * MS, 19 * MS, 25 * MS, 300 * MS]
ACTS = {'data': 8, 'ack': 6, 'duplicate': 12, 'repeat': 6, 'gap': 2, 'keep_alive': 5, 'probe': 4,
        'close': 2, 'window': 2, 'fin': .3, 'reset': .3, 'syn': .15, 'syn_ack': .1, 'fill': 3,
        'old_ack': 2, 'ack_unseen': 1, 'old': 2}


def ip4(source, target, protocol, payload):
    return struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, source,
                       target) + payload


class Connection:
    """next, acked, window and first number per side; `side` is who speaks."""

    def __init__(self, rng, number):
        self.rng = rng
        self.address = bytes([10, 0, 0, 1 + number])
        self.port = 1000 + number
        self.next = [rng.choice([100, MASK - 50, MASK, 0]), rng.choice([500, MASK - 90, 0])]
        self.acked, self.first = list(self.next), list(self.next)
        self.window = [1000, 1000]
        self.side = self.said = 0
        self.is_midway = rng.random() < .3

    def choose(self):
        if self.said < 2 and not self.is_midway:
            return 'syn' if self.said == 0 else 'syn_ack'
        return self.rng.choices(list(ACTS), list(ACTS.values()))[0]

    def segment(self):
        rng = self.rng
        if rng.random() < .7:
            self.side = rng.randrange(2)
        side, peer = self.side, 1 - self.side
        act = self.choose()
        flags, length, options = ACK, 0, b''
        seq, ack = self.next[side], self.next[peer]
        if act in ('duplicate', 'keep_alive', 'probe', 'close', 'window'):
            ack = self.acked[peer]
        if act == 'data':
            flags, length = PSH | ACK, 10
        elif act == 'ack':
            self.acked[peer] = ack
        elif act == 'repeat':
            seq, length = self.acked[side], rng.choice([1, 10, 20])
        elif act == 'gap':
            seq, length = seq + 10, 10
        elif act == 'keep_alive':
            seq, length = seq - 1, rng.randrange(2)
        elif act == 'probe':
            length = 1
        elif act in ('close', 'window'):
            self.window[side] = 0 if act == 'close' else rng.choice([10, 20, 500, 1000])
        elif act == 'fin':
            flags = FIN | ACK
        elif act == 'reset':
            flags, seq = rng.choice([RST, RST | ACK]), rng.choice([seq, self.acked[side]])
        elif act in ('syn', 'syn_ack'):
            flags = SYN if act == 'syn' else SYN | ACK
            if self.said > 1 and rng.random() < .5:
                self.first[side] = self.acked[side] = rng.choice([1000, 2000, 3000])
            seq = self.first[side]
            options = rng.choice([b'', bytes([3, 3, rng.randrange(16), 1])])
        elif act == 'fill':
            room = (self.acked[side] + self.window[peer] * rng.choice([1, 1, 2, 4]) - seq) & MASK
            length = room if 0 < room < 1400 else 10
        elif act == 'old_ack':
            ack -= rng.choice([10, 20])
        elif act == 'ack_unseen':
            ack += 10
            self.acked[peer] = ack & MASK
        elif act == 'old':
            seq, length = seq - rng.choice([1, 10, 20, 30]), rng.choice([1, 2, 10, 20])
        ack = ack if flags & ACK else 0
        if act not in ('repeat', 'old', 'keep_alive', 'reset') and \
                not (act == 'probe' and rng.random() < .8):
            self.next[side] = (seq + length + bool(flags & (SYN | FIN))) & MASK
        self.said += 1
        return self.packet(seq & MASK, ack & MASK, flags, options, length)

    def packet(self, seq, ack, flags, options, length):
        ports, hosts = (self.port, 80), (self.address, SERVER)
        if self.side == 1:
            ports, hosts = ports[::-1], hosts[::-1]
        tcp = struct.pack('!HHIIBBHHH', *ports, seq, ack, (5 + len(options) // 4) << 4, flags,
                          0 if flags & RST else self.window[self.side], 0, 0)
        packet = ip4(*hosts, 6, tcp + options + b'x' * length)
        if self.rng.random() < .01:
            quote = packet[:self.rng.choice([28, 36, 200])]
            packet = ip4(ROUTER, hosts[0], 1, struct.pack('!BBHI', 3, 1, 0, 0) + quote)
        return packet


def main():
    path, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    connections = [Connection(rng, number) for number in range(60)]
    time_ns = 10**18
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 65535, 101))
        for _ in range(count):
            time_ns += rng.choice(GAPS if rng.random() < .4 else [MS // 10, MS])
            if rng.random() < .01:
                time_ns -= rng.randrange(5 * MS)
            packet = rng.choice(connections).segment()
            out.write(struct.pack('<IIII', time_ns // 10**9, time_ns % 10**9, len(packet),
                                  len(packet)) + packet)


if __name__ == '__main__':
    main()
