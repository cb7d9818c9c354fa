#!/usr/bin/python3
# check_captures.py: does tcpwhy say of the laboratory's captures what really happened? Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""Beside each tests/captures/NAME.pcapng lies NAME.truth.json: what the programs did, by
lab/scenarios, and which RSTs the kernel says it sent. One test per connection of a truth file. Its
cause must lead, its conditions must be there and no others, and who closed and ended it must be as
it was. A truth whose slug the program does not know (`tcpwhy causes`) is TAP's TODO."""
import argparse
import ipaddress
import json
import os
import pathlib
import re
import subprocess
import sys

from run_cases import BINARY, TESTS, condition_holds, probabilities

SECONDS = 120
IDLE_SECONDS = 3  # the shortest idle limit of the laboratory's middleboxes
RIGHT, BY_CLASS, TODO, WRONG = range(4)

# Packets cannot always part these: any of a class may lead, if together they are sure enough.
UNREAD = {"close-with-unread-data", "abortive-close"}
FORGOTTEN = {"middlebox-idle-reset", "peer-lost-state"}
CLASS_SURE = 0.9
SURER = {"question-28338": 0.97}

# Right only with a cause, a condition or a context that later work brings.
LATER = {
    ("two-hosts-one-address", 0): "needs the sight of both hosts' counters: two-hosts-one-address",
    ("two-hosts-one-address", 1): "needs the sight of both hosts' counters: two-hosts-one-address",
    ("synack-injection", 0): "needs the condition synack-injection",
    ("loss-until-timeout", 0): "the loss is not visible where this was recorded",
}

# Conditions that the truth does not name and that are there all the same.
ALSO_TRUE = {
    ("checksum-corruption", "loss"): "a damaged segment is discarded: loss is how it shows",
    ("close-with-full-buffer", "zero-window-stall"): "the window really was closed",
    ("zero-window-timeout", "zero-window-stall"): "the window really was closed",
    ("port-reuse-over-live-connection", "slow-connect"): "the SYN really was repeated",
    ("simultaneous-open", "slow-connect"): "the SYN really was repeated",
    ("tfo-blackhole", "slow-connect"): "the SYN really was repeated",
    ("tfo-blackhole", "loss"): "the SYN's payload really was lost",
}

# How a connection with this cause can have ended; causes not named here end in several ways.
HOW = {
    "fin": "graceful-close simultaneous-close half-close idle-close closed-without-response",
    "rst": "abortive-close close-with-unread-data data-after-close stale-connection-reuse refused"
           " reset-after-exchange tls-close-notify-race quit-and-close health-check injected-reset"
           " middlebox-idle-reset peer-lost-state keepalive-timeout connect-abandoned syn-scan",
    "silence": "retransmission-timeout path-blackhole syn-unanswered synack-unanswered",
    "icmp": "icmp-unreachable",
    "open": "still-open seen-in-part",
}
HOW_OF = {cause: how for how, causes in HOW.items() for cause in causes.split()}
DIARY = re.compile(r"([\d.]+) s +(\w+): (.*)")
CLOSES = re.compile(r"close\(\)|shutdown\(|connect\(AF_UNSPEC\)|process killed")
FAILS = re.compile(r"(read|connect\(\)) failed")


class Truth:
    """A truth file, and what follows from its diary."""

    def __init__(self, path):
        self.name = path.name[: -len(".truth.json")]
        self.capture = path.with_name(self.name + ".pcapng")
        told = json.loads(path.read_text(encoding="utf-8"))
        self.connections = told["connections"]
        self.resets = told["kernel_resets"]
        self.delay = sum(told["one_way_delay_ms"].values()) / 1000
        self.diary = [(float(at), who, what) for at, who, what in
                      (DIARY.match(line).groups() for line in told["what_the_applications_did"])]

    def idle(self):
        times = [at for at, _, _ in self.diary]
        return max((b - a for a, b in zip(times, times[1:])), default=0)

    def closers(self):
        """Who may count as the first to close; both, where no packet could tell the other so."""
        closes = []
        for at, who, what in self.diary:
            if FAILS.match(what) or who == "network":
                break
            if CLOSES.match(what):
                closes.append((at, who))
        return {who for at, who in closes if at - closes[0][0] < self.delay}

    def network_resets(self):
        return any(who == "network" and re.search("RST|resets", what)
                   for _, who, what in self.diary)

    def resetters(self, connection):
        """The sides of a connection whose kernel says that it sent a RST."""
        sides = {(connection[side]["addr"], connection[side]["port"]): side
                 for side in ("client", "server")}
        senders = (reset["from"].rpartition(":") for reset in self.resets)
        ends = {(str(ipaddress.ip_address(addr.strip("[]"))), int(port))
                for addr, _, port in senders}
        return {side for end, side in sides.items() if end in ends}


def vocabulary(binary):
    done = subprocess.run([binary, "causes"], capture_output=True, text=True, check=True)
    return {line.split()[0] for line in done.stdout.splitlines()
            if line.split()[1:2] in (["ending"], ["condition"])}


def connections_of(binary, path):
    done = subprocess.run([binary, "--json", str(path)], capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    if done.returncode:
        raise ValueError(f"exit code {done.returncode}: {done.stderr[-500:]}")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return [record for record in records if record["record"] == "connection"]


def ends_of(connection):
    return [(connection[side]["addr"], connection[side]["port"]) for side in ("client", "server")]


def class_of(truth, cause):
    if cause in UNREAD:
        return UNREAD
    if cause in FORGOTTEN and truth.idle() >= IDLE_SECONDS:
        return FORGOTTEN
    return None


def judge_cause(truth, cause, record):
    """(verdict, complaint) about the leading cause."""
    found = probabilities(record)
    alike = class_of(truth, cause)
    shares = ", ".join(f"{slug} {chance:.3f}" for slug, chance in found.items())
    bound = next((b for name, b in SURER.items() if truth.name.startswith(name)), CLASS_SURE)
    together = sum(found.get(slug, 0) for slug in alike or ())
    if alike and (record["cause"] not in alike or together < bound):
        return WRONG, f"{cause} and its like should have {bound} together: {shares}"
    if record["cause"] == cause:
        return RIGHT, None
    return (BY_CLASS, None) if alike else (WRONG, f"the cause is {cause}, not: {shares}")


def about_conditions(truth, wanted, record, known):
    for slug in wanted:
        if slug in known and not condition_holds(record, slug)[0]:
            yield f"the condition {slug} is missing"
    for entry in record["conditions"]:
        slug = entry["cause"]
        if slug not in wanted and condition_holds(record, slug)[0] and \
                (truth.name, slug) not in ALSO_TRUE:
            yield f"the condition {slug} is not in the truth"


def about_ending(truth, connection, record):
    """Who closed and ended it, as far as the truth file tells."""
    how, ended_by = record["how"], record["ended_by"]
    resetters = truth.resetters(connection)
    if how != HOW_OF.get(connection["cause"], how):
        yield f"it ended by {HOW_OF[connection['cause']]}, not by {how}"
    if how == "rst" and truth.network_resets() and len(truth.connections) == 1:
        if ended_by != "network":
            yield f"the network ended it, not {ended_by}"
    elif how == "rst" and resetters and ended_by not in resetters:
        yield f"kernels sent a RST at {' and '.join(sorted(resetters))}, not at {ended_by}"
    if len(truth.connections) == 1 and how in ("fin", "rst"):
        closers = truth.closers()
        if closers and record.get("closed_first") not in closers:
            yield f"closed first by {' or '.join(sorted(closers))}, not {record['closed_first']}"


def about_ends(connection, record):
    told, said = ends_of(connection), ends_of(record)
    if said != told and (record["opener_known"] or said != told[::-1]):
        yield f"client and server are {told}, not {said}"


def judge(truth, stream, record, known):
    """(verdict, lines that tell why) for one connection."""
    connection = truth.connections[stream]
    cause, conditions = connection["cause"], connection["conditions"]
    if cause not in known:
        return TODO, [f"the catalogue has no {cause} yet"]
    verdict, complaint = judge_cause(truth, cause, record)
    wrong = [complaint] if complaint else []
    wrong += about_conditions(truth, conditions, record, known)
    wrong += about_ending(truth, connection, record)
    wrong += about_ends(connection, record)
    missing = [slug for slug in conditions if slug not in known]
    later = LATER.get((truth.name, stream))
    if later and wrong:
        return TODO, [later]
    if later and not missing:
        return WRONG, ["is right now: take it out of LATER"]
    if missing and not wrong:
        return TODO, [f"the catalogue has no {missing[0]} yet"]
    return (WRONG, wrong) if wrong else (verdict, [])


def judge_all(binary, truth, known):
    try:
        records = connections_of(binary, truth.capture)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return [(WRONG, [str(error)])] * len(truth.connections)
    if len(records) != len(truth.connections):
        text = f"{len(records)} connections, not {len(truth.connections)}"
        return [(WRONG, [text])] * len(truth.connections)
    return [judge(truth, stream, record, known) for stream, record in enumerate(records)]


def show(number, name, verdict, lines):
    todo = f" # TODO {lines[0]}" if verdict == TODO else ""
    print(f"{'ok' if verdict in (RIGHT, BY_CLASS) else 'not ok'} {number} - {name}{todo}")
    for line in lines if verdict == WRONG else ():
        print(f"# {line}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=BINARY)
    parser.add_argument("truths", nargs="*", type=pathlib.Path, metavar="TRUTH")
    options = parser.parse_args()
    if not os.access(options.binary, os.X_OK):
        print(f"Bail out! no such program: {options.binary}")
        return 1
    paths = options.truths or sorted((TESTS / "captures").glob("*.truth.json"))
    truths = [Truth(path) for path in paths]
    known = vocabulary(options.binary)
    verdicts = []
    print(f"1..{sum(len(truth.connections) for truth in truths)}")
    for truth in truths:
        for stream, (verdict, lines) in enumerate(judge_all(options.binary, truth, known)):
            verdicts.append(verdict)
            cause = truth.connections[stream]["cause"]
            show(len(verdicts), f"{truth.name}, stream {stream}: {cause}", verdict, lines)
    right = verdicts.count(RIGHT) + verdicts.count(BY_CLASS)
    print(f"# {right} of {len(verdicts)} connections right, {verdicts.count(BY_CLASS)} of them by "
          f"class, {verdicts.count(TODO)} todo")
    return 1 if WRONG in verdicts or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
