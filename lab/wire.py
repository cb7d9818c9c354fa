# wire.py: the user-space path between two hosts: delays, drops, forges, and records exactly.
# SPDX-License-Identifier: BSD-2-Clause
"""
            client leg                     server leg
    client ------------------ middle ------------------ server
      ^ recorded                ^ recorded                ^ recorded

A packet read from a host's TAP device is recorded there, passes the rules of the first leg, takes
that leg's delay and loses that leg's hops of TTL, is recorded in the middle, passes the second
leg and is recorded again just before it is written to the other host's TAP device. What a rule
drops is thus missing from every recording further on.
"""

import heapq
import itertools
import os
import select
import threading
import time

from packet import Packet

DROP = "drop"
POINTS = ("client", "middle", "server")
ETHERTYPE = {4: b"\x08\x00", 6: b"\x86\xdd"}

CLIENT_MAC, SERVER_MAC = "02:54:43:50:00:01", "02:54:43:50:00:06"
CLIENT_GATEWAY_MAC, SERVER_GATEWAY_MAC = "02:54:43:50:00:02", "02:54:43:50:00:05"

# What stands on the two sides of each recording point: (towards the client, towards the server).
NEIGHBOURS = {
    "client": (CLIENT_MAC, CLIENT_GATEWAY_MAC),
    "middle": ("02:54:43:50:00:03", "02:54:43:50:00:04"),
    "server": (SERVER_GATEWAY_MAC, SERVER_MAC),
}


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


def ethernet(packet, point):
    clientwards, serverwards = (mac_bytes(mac) for mac in NEIGHBOURS[point])
    if packet.towards == "server":
        return serverwards + clientwards + ETHERTYPE[packet.version] + packet.data
    return clientwards + serverwards + ETHERTYPE[packet.version] + packet.data


class Wire(threading.Thread):
    """The relay; it runs in its own thread from start() to stop()."""

    def __init__(self, client, server, delay, hops):
        super().__init__(daemon=True)
        self.taps = {"client": client.tap, "server": server.tap}
        self.delay_ns = [int(seconds * 1e9) for seconds in delay]
        self.hops = hops
        self.rules = ([], [])
        self.recording = True
        self.record_only = lambda packet: True  # what the recorder sees of the traffic
        self.recorded = {point: [] for point in POINTS}  # (ns since 1970, Ethernet frame)
        self.seen = {point: [] for point in POINTS}  # (monotonic ns, Packet), recorded or not
        self.queue = []
        self.order = itertools.count()
        self.lock = threading.Lock()
        self.wake_read, self.wake_write = os.pipe()
        self.running = True
        self.clock_offset_ns = time.time_ns() - time.monotonic_ns()

    # What scenarios may do to the path.

    def rule(self, function, leg):
        """Ask function(packet) on a leg ("client" or "server"): None passes, DROP drops, a number
        of seconds delays, bytes take the packet's place."""
        self.rules[0 if leg == "client" else 1].append(function)
        return function

    def drop(self, predicate, leg="server", count=None):
        """Drop packets for which the predicate holds: all of them, or the first `count`."""
        left = [count]

        def dropper(packet):
            if left[0] == 0 or not packet.is_tcp or not predicate(packet):
                return None
            if left[0] is not None:
                left[0] -= 1
            return DROP
        return self.rule(dropper, leg)

    def restore(self, rule):
        """Take a rule away again."""
        for rules in self.rules:
            if rule in rules:
                rules.remove(rule)

    def inject(self, data, towards, at="middle", delay=0):
        """Put a forged IP packet on the wire at a recording point, now or that many seconds
        later."""
        self.schedule(time.monotonic_ns() + int(delay * 1e9), Packet(data, towards, forged=True),
                      POINTS.index(at))
        os.write(self.wake_write, b"!")

    # How it works.

    def schedule(self, due_ns, packet, position):
        with self.lock:
            heapq.heappush(self.queue, (due_ns, next(self.order), packet, position))

    def run(self):
        while self.running:
            ready = select.select([*self.taps.values(), self.wake_read], [], [], self.patience())[0]
            for name, tap in self.taps.items():
                if tap in ready:
                    self.read_host(name, tap)
            if self.wake_read in ready:
                os.read(self.wake_read, 4096)
            self.move_due()

    def patience(self):
        with self.lock:
            if not self.queue:
                return 1.0
            return max(0.0, (self.queue[0][0] - time.monotonic_ns()) / 1e9)

    def read_host(self, name, tap):
        while True:
            try:
                frame = os.read(tap, 65536)
            except BlockingIOError:
                return
            now = time.monotonic_ns()
            if frame[12:14] not in ETHERTYPE.values():
                continue
            packet = Packet(frame[14:], "server" if name == "client" else "client")
            if packet.is_tcp or packet.is_icmp_error:
                self.arrive(now, packet, 0 if name == "client" else 2, sent_here=True)

    def move_due(self):
        while True:
            with self.lock:
                if not self.queue or self.queue[0][0] > time.monotonic_ns():
                    return
                _, _, packet, position = heapq.heappop(self.queue)
            self.arrive(time.monotonic_ns(), packet, position, sent_here=packet.forged)

    def arrive(self, now, packet, position, sent_here=False):
        point = POINTS[position]
        self.seen[point].append((now, packet))
        if self.recording and self.record_only(packet):
            self.recorded[point].append((now + self.clock_offset_ns, ethernet(packet, point)))
        if point == packet.towards:
            os.write(self.taps[point], ethernet(packet, point))
        else:
            self.send_on(now, packet, position)

    def send_on(self, now, packet, position):
        step = 1 if packet.towards == "server" else -1
        leg = min(position, position + step)
        due = now + self.delay_ns[leg]
        for rule in list(self.rules[leg]):
            verdict = rule(packet)
            if verdict == DROP:
                return
            if isinstance(verdict, bytes):
                packet = Packet(verdict, packet.towards, packet.forged)
            elif verdict is not None:
                due += int(verdict * 1e9)
        self.schedule(due, packet.after_hops(self.hops[leg]), position + step)

    def stop(self):
        self.running = False
        os.write(self.wake_write, b"!")
        self.join()
