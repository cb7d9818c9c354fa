# judging.py: one connection of a run beside one verdict of tcpwhy about it: what was right?
# SPDX-License-Identifier: BSD-2-Clause
import collections
import concurrent.futures
import dataclasses
import math
import typing

import frames
from program import ProgramError
from truth import POINTS, locate

# Packets cannot always part these. A class counts as right when its members together lead and the
# truth is among them.
UNREAD = frozenset({"close-with-unread-data", "abortive-close"})
FORGOTTEN = frozenset({"middlebox-idle-reset", "peer-lost-state"})
FORGOTTEN_AFTER_NS = 30 * 10**9  # the shortest pause after which a box may have forgotten

CONDITION_HOLDS = 0.5
LEAST_PROBABILITY = 0.001  # for the log score, where the truth is not among the hypotheses

# Can direction and flags alone show it? y: yes, p: in part, n: no. Of each cause and condition.
SHOWN_BY_FLAGS = {slug: letter for letter, slugs in {
    "y": "graceful-close still-open seen-in-part health-check abortive-close"
         " close-with-unread-data data-after-close keepalive-race stale-connection-reuse"
         " peer-lost-state refused syn-unanswered synack-unanswered syn-scan backscatter unknown"
         " slow-connect simultaneous-open time-wait-collision",
    "p": "simultaneous-close half-close closed-without-response client-gave-up-waiting"
         " reset-after-exchange early-response-upload-abort middlebox-idle-reset"
         " accept-queue-overflow connect-abandoned injected-reset synack-injection",
    "n": "idle-close process-exit tls-close-notify-race quit-and-close lingering-close-timeout"
         " middlebox-idle-drop nat-bypass-reset keepalive-timeout retransmission-timeout"
         " path-blackhole pmtu-blackhole request-blackholed zero-window-timeout"
         " fin-wait-2-timeout close-wait-leak firewall-reject icmp-unreachable syn-flood"
         " self-connect time-wait-reuse tfo-blackhole option-mismatch zero-window-stall"
         " window-limited loss reordering slow-server slow-client nagle-delayed-ack"
         " two-hosts-one-address asymmetric-path checksum-corruption blind-reset-attempt",
}.items() for slug in slugs.split()}

NO_VERDICT = "no-verdict"  # stands for the cause where tcpwhy has no record of the connection
VANTAGE = {"client": "client", "middle": "between", "server": "server"}
OTHER = {"client": "server", "server": "client"}
CAPTURE, FLAGS = "capture", "flags"
MAIN, INCIDENTAL, EMULATED = "main", "incidental", "emulated"


@dataclasses.dataclass
class Judged:
    """What one verdict about one connection is worth."""
    scenario: str
    seed: int
    number: int
    point: str
    source: str  # CAPTURE, or FLAGS: its flags alone, as typed text
    part: str  # MAIN, INCIDENTAL or EMULATED
    cause: str  # the truth
    alike: str  # the class of the truth: its slugs, " or " between them
    verdict: str
    probabilities: dict  # by ending
    right: list  # all slugs that are right at this point, and what packets cannot part from them
    top_1: bool
    top_3: bool
    class_top_1: bool
    class_top_3: bool
    confidence: float  # what the members of the leading class have together
    brier: float
    brier_by_class: float
    log_score: float
    log_score_by_class: float
    conditions: list  # that must hold
    perhaps: list  # that may hold
    held: list  # that the verdict says hold
    closed_first: tuple  # (truth, verdict); the truth may be None: not said
    ended_by: tuple
    vantage: tuple = None  # (truth, verdict); None: not asked


@dataclasses.dataclass
class Judgement:
    """All that came of judging runs."""
    judged: list = dataclasses.field(default_factory=list)
    later: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    absent: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    unlabelled: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    errors: list = dataclasses.field(default_factory=list)

    def add(self, other):
        for field in dataclasses.fields(self):
            mine = getattr(self, field.name)
            mine.extend(getattr(other, field.name)) if isinstance(mine, list) else \
                mine.update(getattr(other, field.name))


class Place(typing.NamedTuple):
    """A connection as one point saw it."""
    truth: object
    connection: object
    point: str

    def __str__(self):
        return f"{self.truth.scenario}-{self.truth.seed}-{self.point}, {self.connection.number}"


def classes(truth, connection, pause_ns):
    """The inseparable classes that count for this connection; no two share a member."""
    found = [set(UNREAD)]
    if pause_ns >= FORGOTTEN_AFTER_NS:
        found.append(set(FORGOTTEN))
    alike = set(() if connection.incidental else truth.alike)
    touched = [members for members in found if members & alike]
    return [frozenset(members) for members in found if members not in touched] + (
        [frozenset(alike.union(*touched))] if alike else [])


def class_of(slug, among):
    return next((members for members in among if slug in members), frozenset({slug}))


def brier(chances, happened):
    """The squared distance from what happened, over all outcomes; 0 is best, 2 is worst."""
    return (1 - chances.get(happened, 0)) ** 2 + sum(
        chance ** 2 for outcome, chance in chances.items() if outcome != happened)


def log_score(chances, happened):
    return -math.log(max(chances.get(happened, 0), LEAST_PROBABILITY))


def weigh(right, among, probabilities):
    """The members of Judged that compare the hypotheses with the right causes. A class must have
    more than any other to lead: of equals, the wrong one stands first."""
    together = collections.Counter()
    for slug, chance in probabilities.items():
        together[class_of(slug, among)] += chance
    right_classes = {class_of(slug, among) for slug in right}
    slugs = list(probabilities)  # likeliest first
    by_class = sorted(together, key=lambda members: (-together[members], members in right_classes))
    happened = max(sorted(right), key=lambda slug: probabilities.get(slug, 0))
    happened_class = class_of(happened, among)
    return {
        "right": sorted(set().union(*right_classes)),
        "top_1": bool(right.intersection(slugs[:1])),
        "top_3": bool(right.intersection(slugs[:3])),
        "class_top_1": bool(right_classes.intersection(by_class[:1])),
        "class_top_3": bool(right_classes.intersection(by_class[:3])),
        "confidence": min(together[by_class[0]], 1.0) if by_class else 0.0,
        "brier": brier(probabilities, happened),
        "brier_by_class": brier(together, happened_class),
        "log_score": log_score(probabilities, happened),
        "log_score_by_class": log_score(together, happened_class),
    }


def part_of(truth, connection):
    if connection.incidental:
        return INCIDENTAL
    return EMULATED if truth.emulated else MAIN


def judge(place, seen, source, record):
    """One verdict, a record of tcpwhy's JSON or None, about what was `seen` of a connection."""
    truth, connection, point = place
    record = record or {"cause": NO_VERDICT, "client": {}}
    probabilities = {entry["cause"]: entry["probability"]
                     for entry in record.get("hypotheses", ())}
    among = classes(truth, connection, seen.longest_pause_ns)
    client = (record["client"].get("addr"), record["client"].get("port"))
    opened = client != (connection.ends[point][1] if source == CAPTURE else ("Server", None))
    turned = opened != (connection.opener == "client")  # its client is the laboratory's server

    def as_in_truth(key, said=record):
        who = said.get(key, "unknown")
        return OTHER.get(who, who) if turned else who

    hidden = truth.hidden.get(point, set())

    def who_is_asked(who):
        """Where another cause is right too, the truth's own answer cannot be seen."""
        return who if truth.right_causes(connection, point) == {connection.cause} else None

    def judged_here(slugs):
        return sorted(slug for slug in slugs
                      if source == CAPTURE or SHOWN_BY_FLAGS.get(slug, "n") != "n")

    return Judged(
        truth.scenario, truth.seed, connection.number, point, source, part_of(truth, connection),
        connection.cause, " or ".join(sorted(class_of(connection.cause, among))),
        record["cause"], probabilities,
        **weigh(truth.right_causes(connection, point), among, probabilities),
        conditions=judged_here(connection.conditions - hidden),
        perhaps=judged_here(connection.perhaps | (connection.conditions & hidden)),
        held=judged_here(entry["cause"] for entry in record.get("conditions", ())
                         if entry["probability"] >= CONDITION_HOLDS),
        closed_first=(who_is_asked(connection.closed_first), as_in_truth("closed_first")),
        ended_by=(who_is_asked(connection.ended_by), as_in_truth("ended_by")),
        vantage=(VANTAGE[point], as_in_truth("at", record.get("vantage", {})))
        if source == CAPTURE else None)


class Judge:
    def __init__(self, program):
        self.program = program
        self.vocabulary = {cause["slug"] for cause in program.causes()}

    def verdicts(self, result, what, source, text=None):
        try:
            return self.program.verdicts(source, text)
        except ProgramError as error:
            result.errors.append(f"{what}: {error}")
            return []

    def judge_run(self, truth):
        """Judges one run from each point, and from the flags of each of its connections."""
        result = Judgement()
        result.later.update(connection.cause for connection in truth.connections
                            if connection.cause not in self.vocabulary)
        captures = {point: truth.capture(point) for point in POINTS}
        try:
            recorded = {point: frames.connections(path) for point, path in captures.items()
                        if path.exists()}
            if not recorded:
                raise frames.FrameError("no recording")
        except frames.FrameError as error:
            result.errors.append(f"{truth.path.name}: {error}")
            return result
        for point, places in locate(truth, recorded).items():
            records = self.verdicts(result, captures[point].name, captures[point])
            labelled = {segment.number for seen in places.values() for segment in seen.segments}
            result.unlabelled[point] += sum(r["first_frame"] not in labelled for r in records)
            for connection in truth.connections:
                if connection.cause in self.vocabulary:
                    self.judge_place(result, Place(truth, connection, point), records,
                                     places.get(connection.number))
        return result

    def judge_place(self, result, place, records, seen):
        if not seen:
            result.absent[place.point] += 1
            return
        result.judged.append(judge_capture(place, records, seen))
        if SHOWN_BY_FLAGS.get(place.connection.cause, "n") == "n":
            return
        text = frames.typed(seen, place.connection.ends[place.point][0])
        typed = self.verdicts(result, f"flags of {place}", "-", text)
        result.judged.append(judge(place, seen, FLAGS, typed[0] if typed else None))


def judge_capture(place, records, seen):
    """The verdict that begins with one of the segments that were seen of a connection."""
    numbers = {segment.number for segment in seen.segments}
    of_it = [record for record in records if record["first_frame"] in numbers]
    return judge(place, seen, CAPTURE, of_it[0] if of_it else None)


def judge_all(program, truths, jobs, tell):
    """Judges all runs, `jobs` at a time; `tell` is called with how many are done."""
    judge_one = Judge(program).judge_run
    result = Judgement()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for number, part in enumerate(pool.map(judge_one, truths), 1):
            result.add(part)
            tell(number)
    return result
