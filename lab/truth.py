# truth.py: what a run of the laboratory is known to have been, and where it is in its recordings.
# SPDX-License-Identifier: BSD-2-Clause
"""A run leaves NAME-SEED.truth.json and, from each point, NAME-SEED-POINT.pcapng."""
import dataclasses
import json

SCHEMA = "tcpwhy-lab/1"
POINTS = ("client", "middle", "server")
SUFFIX = ".truth.json"


class TruthError(Exception):
    """The file is no truth of the laboratory."""


@dataclasses.dataclass(frozen=True)
class Connection:
    """One connection of a run, as the scenario says that it was. Its client is who opened it, as
    in tcpwhy's output; `closed_first` and `ended_by` name hosts."""
    number: int
    cause: str
    conditions: frozenset = frozenset()
    perhaps: frozenset = frozenset()  # conditions that are neither required nor wrong
    incidental: bool = False  # not what the scenario is about
    closed_first: str = None
    ended_by: str = None
    opener: str = "client"  # the host, or the host beside which the opener stood
    ends: dict = dataclasses.field(default_factory=dict)  # by point: (client, server)


class Truth:
    def __init__(self, path):
        self.path = path
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise TruthError(f"{path}: {error}") from error
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            raise TruthError(f"{path}: its schema is not {SCHEMA}")
        try:
            self.scenario, self.seed = told["scenario"], told["seed"]
            self.emulated = told["emulated"]
            self.kernel = told["kernel"]
            self.alike = frozenset(told.get("alike") or ())
            self.also_right = {}
            for entry in told.get("also_right") or ():
                self.also_right.setdefault(entry["at"], set()).add(entry["cause"])
            self.hidden = {}
            for entry in told.get("hidden") or ():
                self.hidden.setdefault(entry["at"], set()).add(entry["condition"])
            openers = openers_in(told.get("diary") or ())
            self.connections = [connection_of(entry, openers) for entry in told["connections"]]
        except (KeyError, TypeError) as error:
            raise TruthError(f"{path}: {error!r} is missing or wrong") from error

    def capture(self, point):
        return self.path.with_name(f"{self.path.name[:-len(SUFFIX)]}-{point}.pcapng")

    def right_causes(self, connection, point):
        """The causes that a capture from this point may be said to show."""
        also = set() if connection.incidental else self.also_right.get(point, set())
        return {connection.cause} | also


def end_of(entry):
    return entry["addr"], entry["port"]


def openers_in(diary):
    """{number: host} of the connections that the server or the host beside it opened; where both
    ends did, the client is the client."""
    by_host = [(deed.get("who"), deed.get("connection")) for deed in diary
               if deed.get("call") == "connect"]
    return {number: "server" for who, number in by_host
            if who in ("server", "other") and ("client", number) not in by_host}


def connection_of(entry, openers):
    return Connection(
        entry["number"], entry["cause"], frozenset(entry.get("conditions") or ()),
        frozenset(entry.get("perhaps") or ()), bool(entry.get("incidental")),
        entry.get("closed_first"), entry.get("ended_by"),
        openers.get(entry["number"], "client"),
        {point: (end_of(ends["client"]), end_of(ends["server"]))
         for point, ends in entry["at"].items() if ends})


def locate(truth, recorded):
    """Where the truth's connections are in what was recorded: {point: {number: connection}}.

    `recorded` has the connections of each point (frames.py). Between the same two ends they come
    in the order of the truth. Where a point has fewer of them, because all segments of one were
    lost before it, the numbers of their SYNs, known from the other points, tell which they are."""
    places = {point: {} for point in recorded}
    openings, incomplete = {}, []
    for point, connections in recorded.items():
        for numbers, found in by_pair(truth, point, connections):
            if len(found) < len(numbers):
                incomplete.append((point, numbers, found))
                continue
            places[point].update(zip(numbers, found))
            for number, connection in zip(numbers, found):
                openings.setdefault(number, connection.opening)
    for point, numbers, found in incomplete:
        known = {openings[number]: number for number in numbers
                 if openings.get(number) is not None}
        certain = {known[c.opening]: c for c in found if c.opening in known}
        others = [number for number in numbers if number not in certain]
        rest = [connection for connection in found if connection.opening not in known]
        places[point].update(certain)
        places[point].update(zip(others, rest))
    return places


def by_pair(truth, point, connections):
    """(numbers of the truth, recorded connections) of each pair of ends that the truth names."""
    numbers = {}
    for connection in truth.connections:
        if point in connection.ends:
            numbers.setdefault(frozenset(connection.ends[point]), []).append(connection.number)
    return [(of_pair, [c for c in connections if c.pair == pair])
            for pair, of_pair in numbers.items()]


def truths_in(folder):
    """All truths of a folder, sorted by scenario and seed."""
    truths = [Truth(path) for path in folder.glob("*" + SUFFIX)]
    return sorted(truths, key=lambda truth: (truth.scenario, truth.seed))
