# kernel.py: listen to the kernel's own account of the resets it sends.
# SPDX-License-Identifier: BSD-2-Clause
"""The tracepoint tcp:tcp_send_reset names a reason (Linux 6.10 and later). It knows no namespace,
so events are chosen by our addresses, and a trace instance of our own disturbs nobody else's."""

import glob
import os
import re
import subprocess

TRACING = "/sys/kernel/tracing"
EVENT = re.compile(r" (\d+\.\d+): tcp_send_reset: .*src=(\S+) dest=(\S+) state=(\S+) reason=(\S+)")


def remove_abandoned():
    """Remove the instances of runs that were killed."""
    for folder in glob.glob(f"{TRACING}/instances/tcpwhy-lab-*"):
        if not os.path.exists(f"/proc/{folder.rpartition('-')[2]}"):
            try:
                os.rmdir(folder)
            except FileNotFoundError:
                pass  # another run was faster


class ResetTrace:
    """Collects reset events between start() and finish()."""

    def __init__(self, addresses):
        self.addresses = addresses
        self.folder = f"{TRACING}/instances/tcpwhy-lab-{os.getpid()}"

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as knob:
            knob.write(text)

    def start(self):
        if not os.path.exists(f"{TRACING}/events"):
            subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACING], check=True)
        remove_abandoned()
        os.mkdir(self.folder)
        self.write("trace_clock", "mono")
        self.write("events/tcp/tcp_send_reset/enable", "1")

    def finish(self):
        """The events as (monotonic seconds, from, to, state, reason), oldest first."""
        self.write("events/tcp/tcp_send_reset/enable", "0")
        with open(f"{self.folder}/trace", encoding="ascii") as trace:
            found = [match.groups() for match in map(EVENT.search, trace) if match]
        os.rmdir(self.folder)
        ours = [event for event in found if any(address in event[1] for address in self.addresses)]
        return [(float(event[0]), *event[1:]) for event in sorted(ours, key=lambda e: float(e[0]))]
