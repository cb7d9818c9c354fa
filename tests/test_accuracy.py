#!/usr/bin/python3
# test_accuracy.py: the measurement of accuracy counts what it should, on recordings made up here.
# SPDX-License-Identifier: BSD-2-Clause
import contextlib
import io
import json
import math
import pathlib
import socket
import struct
import sys
import tempfile
import unittest

import run_cases
import tap

sys.path.insert(0, str(run_cases.TESTS.parent / "lab"))
import accuracy  # noqa: E402
import frames  # noqa: E402
import judging  # noqa: E402
import scores  # noqa: E402
import tables  # noqa: E402
import truth as truths  # noqa: E402
from frames import ACK, FIN, PSH, RST, SYN  # noqa: E402

CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 80)
CLIENT6, SERVER6 = ("fd00::1", 40000), ("fd00::2", 80)
SECOND = 10**9


# --- made-up recordings ---------------------------------------------------------------------------


def frame(source, target, flags, seq=0, protocol=frames.TCP, fragment=0):
    tcp = struct.pack("!HHIIBBHHH", source[1], target[1], seq, 0, 5 << 4, flags, 1000, 0, 0)
    if ":" in source[0]:
        ends = b"".join(socket.inet_pton(socket.AF_INET6, end[0]) for end in (source, target))
        ip = struct.pack("!IHBB", 6 << 28, 20, protocol, 64)
        return bytes(12) + frames.IPV6 + ip + ends + tcp
    ends = b"".join(socket.inet_aton(end[0]) for end in (source, target))
    return bytes(12) + frames.IPV4 + struct.pack(
        "!BBHHHBBH", 0x45, 0, 40, 0, fragment, 64, protocol, 0) + ends + tcp


def block(kind, body, order="<"):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + \
        struct.pack(order + "I", len(body) + 12)


def pcapng(timed, resolution=9, order="<"):
    """A file of (time in units of the resolution, frame)."""
    option = struct.pack(order + "HH", 9, 1) + bytes([resolution, 0, 0, 0, 0, 0, 0, 0])
    file = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    file += block(1, struct.pack(order + "HHI", 1, 0, 0) + option, order)
    for time, data in timed:
        file += block(6, struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(data),
                                     len(data)) + data, order)
    return file


def conversation(*segments, client=CLIENT, server=SERVER):
    """(1 s apart) frames of ">" or "<", flags, and perhaps a sequence number."""
    ways = {">": (client, server), "<": (server, client)}
    return [(number * SECOND, frame(*ways[way], flags, *seq))
            for number, (way, flags, *seq) in enumerate(segments)]


REFUSED = ((">", SYN, 100), ("<", RST | ACK, 0))
ABORTED = ((">", SYN, 200), ("<", SYN | ACK, 7), (">", ACK), (">", PSH | ACK), ("<", RST | ACK))


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
        return path

    def connections(self, timed, **kind):
        return frames.connections(self.file("one.pcapng", pcapng(timed, **kind)))

    def truth(self, *connections, **told):
        """Each connection is (cause, ends of client and server, other keys)."""
        told = {"schema": truths.SCHEMA, "scenario": "one", "seed": 7, "emulated": False,
                "kernel": "Linux 6.18", **told}
        told["connections"] = [
            {"number": number, "cause": cause, "conditions": [], "perhaps": [],
             "incidental": False, "at": {point: {
                 "client": dict(zip(("addr", "port"), client)),
                 "server": dict(zip(("addr", "port"), server))} for point in truths.POINTS},
             **other} for number, (cause, client, server, other) in enumerate(connections, 1)]
        return truths.Truth(self.file("one-7.truth.json", json.dumps(told)))


class Frames(Folder):
    def test_a_recording_is_read(self):
        for kind in ({}, {"resolution": 6}, {"order": ">"}):
            for ends in ((CLIENT, SERVER), (CLIENT6, SERVER6)):
                with self.subTest(kind, ends=ends):
                    path = self.file("one.pcapng", pcapng(
                        [(3, frame(*ends, SYN, 5)), (9, frame(*ends[::-1], SYN | ACK, 6))], **kind))
                    unit = 1000 if "resolution" in kind else 1
                    self.assertEqual(list(frames.segments(path)), [
                        (1, 3 * unit, *ends, 5, SYN), (2, 9 * unit, *ends[::-1], 6, SYN | ACK)])

    def test_what_is_no_tcp_keeps_its_frame_number(self):
        strange = [frame(CLIENT, SERVER, SYN, protocol=1), frame(CLIENT, SERVER, SYN, fragment=9),
                   frame(CLIENT, SERVER, SYN)[:40], b"short", bytes(60)]
        timed = [(0, data) for data in [*strange, frame(CLIENT, SERVER, SYN)]]
        found = list(frames.segments(self.file("one.pcapng", pcapng(timed))))
        self.assertEqual([segment.number for segment in found], [6])

    def test_a_damaged_file_is_an_error(self):
        good = pcapng(conversation(*REFUSED))
        for bad in (good[:-4], good + b"1234", b"text, and more of it"):
            with self.subTest(bad), self.assertRaises(frames.FrameError):
                frames.connections(self.file("one.pcapng", bad))

    def sizes(self, *segments):
        return [len(c.segments) for c in self.connections(conversation(*segments))]

    def test_a_new_opening_is_a_new_connection(self):
        self.assertEqual(self.sizes(*ABORTED, *REFUSED), [5, 2])
        self.assertEqual(self.sizes((">", ACK), ("<", ACK), *REFUSED), [2, 2])
        self.assertEqual(self.sizes(*ABORTED, ("<", SYN, 9), (">", RST | ACK)), [5, 2])

    def test_what_only_looks_like_a_new_opening_is_none(self):
        self.assertEqual(self.sizes((">", SYN, 5), (">", SYN, 5), ("<", SYN | ACK, 6)), [3])
        self.assertEqual(self.sizes((">", SYN, 5), ("<", SYN, 6), (">", SYN | ACK, 5)), [3])
        self.assertEqual(self.sizes((">", SYN, 5), ("<", ACK), (">", RST), (">", SYN, 5)), [4])

    def test_pauses_and_openings_are_known(self):
        timed = conversation((">", SYN, 5), ("<", SYN | ACK, 6))
        timed.append((40 * SECOND, frame(CLIENT, SERVER, ACK)))
        found, = self.connections(timed)
        self.assertEqual((found.longest_pause_ns, found.opening), (39 * SECOND, 5))
        found, = self.connections(conversation(("<", SYN | ACK, 6)))
        self.assertEqual((found.longest_pause_ns, found.opening), (0, None))

    def test_typed_text_has_directions_and_flags_only(self):
        found, = self.connections(conversation(
            (">", SYN), ("<", SYN | ACK), (">", ACK), (">", FIN | PSH | ACK), ("<", RST)))
        self.assertEqual(frames.typed(found, CLIENT),
                         "Client -> Server [SYN]\nServer -> Client [SYN, ACK]\n"
                         "Client -> Server [ACK]\nClient -> Server [FIN, PSH, ACK]\n"
                         "Server -> Client [RST]\n")


class Truths(Folder):
    def test_what_is_no_truth_is_an_error(self):
        for text in ("[]", '{"schema": "tcpwhy/1"}', '{"schema": "tcpwhy-lab/1"}', "{"):
            with self.subTest(text), self.assertRaises(truths.TruthError):
                truths.Truth(self.file("one-7.truth.json", text))

    def test_what_is_also_right_is_right_at_its_point_for_what_the_run_is_about(self):
        truth = self.truth(
            ("refused", CLIENT, SERVER, {}), ("refused", CLIENT, SERVER, {"incidental": True}),
            also_right=[{"cause": "syn-unanswered", "at": "server"}])
        main, besides = truth.connections
        self.assertEqual(truth.right_causes(main, "server"), {"refused", "syn-unanswered"})
        self.assertEqual(truth.right_causes(main, "client"), {"refused"})
        self.assertEqual(truth.right_causes(besides, "server"), {"refused"})

    def located(self, truth, **timed):
        places = truths.locate(truth, {point: self.connections(conversation(*segments))
                                       for point, segments in timed.items()})
        return {point: {number: len(seen.segments) for number, seen in found.items()}
                for point, found in places.items()}

    def test_connections_with_the_same_ends_come_in_order(self):
        truth = self.truth(("abortive-close", CLIENT, SERVER, {}), ("refused", CLIENT, SERVER, {}),
                           ("refused", CLIENT, ("10.0.0.9", 80), {}))
        self.assertEqual(self.located(truth, client=(*ABORTED, *REFUSED)),
                         {"client": {1: 5, 2: 2}})

    def test_a_connection_that_did_not_come_there_is_absent(self):
        truth = self.truth(*[("abortive-close", CLIENT, SERVER, {})] * 2)
        self.assertEqual(self.located(truth, client=((">", SYN, 1), *ABORTED), server=ABORTED),
                         {"client": {1: 1, 2: 5}, "server": {2: 5}})
        self.assertEqual(self.located(truth, client=ABORTED), {"client": {1: 5}})

    def test_more_connections_than_the_truth_has_are_left_over(self):
        truth = self.truth(("abortive-close", CLIENT, SERVER, {}))
        self.assertEqual(self.located(truth, client=(*ABORTED, *REFUSED)), {"client": {1: 5}})


# --- one verdict ----------------------------------------------------------------------------------


def record(closed_first="server", client=CLIENT, conditions=(), at="client", **hypotheses):
    chances = {slug.replace("_", "-"): chance for slug, chance in hypotheses.items()}
    return {
        "record": "connection", "first_frame": 1, "cause": next(iter(chances)),
        "client": {"addr": client[0], "port": client[1]},
        "closed_first": closed_first, "ended_by": closed_first, "vantage": {"at": at},
        "hypotheses": [{"cause": slug, "probability": chance} for slug, chance in chances.items()],
        "conditions": [{"cause": slug, "probability": chance} for slug, chance in conditions],
    }


class Judging(Folder):
    def judge(self, said, cause="abortive-close", other=None, source=judging.CAPTURE,
              timed=None, **told):
        truth = self.truth((cause, CLIENT, SERVER, other or {}), **told)
        seen = self.connections(timed or conversation(*ABORTED))[0]
        place = judging.Place(truth, truth.connections[0], "client")
        return judging.judge(place, seen, source, said)

    def right(self, *arguments, **named):
        one = self.judge(*arguments, **named)
        return one.top_1, one.class_top_1, one.top_3, one.class_top_3

    def test_slug_and_class_are_told_apart(self):
        self.assertEqual(self.right(record(abortive_close=0.9, unknown=0.1)), (True,) * 4)
        turned = record(close_with_unread_data=0.6, abortive_close=0.3, unknown=0.1)
        self.assertEqual(self.right(turned), (False, True, True, True))
        self.assertEqual(self.judge(turned).alike, "abortive-close or close-with-unread-data")
        self.assertAlmostEqual(self.judge(turned).confidence, 0.9)
        split = record(injected_reset=0.4, close_with_unread_data=0.35, abortive_close=0.25)
        self.assertEqual(self.right(split), (False, True, True, True))
        other = record(refused=0.4, unknown=0.3, half_close=0.2, abortive_close=0.1)
        self.assertEqual(self.right(other), (False, False, False, False))

    def test_of_equals_the_wrong_one_leads(self):
        equal = record(close_with_unread_data=0.25, abortive_close=0.25, refused=0.5)
        self.assertFalse(self.judge(equal).class_top_1)

    def test_forgotten_state_is_a_class_after_a_long_pause_only(self):
        said = record(peer_lost_state=0.8, middlebox_idle_reset=0.2)
        late = [*conversation(*ABORTED), (40 * SECOND, frame(CLIENT, SERVER, ACK))]
        self.assertEqual(self.right(said, "middlebox-idle-reset"), (False, False, True, True))
        self.assertTrue(self.judge(said, "middlebox-idle-reset", timed=late).class_top_1)

    def test_the_truth_may_name_what_is_alike_or_also_right(self):
        said = record(refused=0.8, abortive_close=0.2)
        self.assertTrue(self.judge(said, alike=["refused", "abortive-close"]).class_top_1)
        self.assertEqual(self.judge(said, alike=["refused", "abortive-close"]).alike,
                         "abortive-close or close-with-unread-data or refused")
        self.assertEqual(self.right(said, also_right=[{"cause": "refused", "at": "client"}]),
                         (True,) * 4)
        self.assertFalse(self.judge(
            said, also_right=[{"cause": "refused", "at": "server"}]).class_top_1)

    def test_probabilities_are_scored(self):
        one = self.judge(record(close_with_unread_data=0.5, abortive_close=0.3, unknown=0.2))
        self.assertAlmostEqual(one.brier, 0.7**2 + 0.5**2 + 0.2**2)
        self.assertAlmostEqual(one.brier_by_class, 0.2**2 + 0.2**2)
        self.assertAlmostEqual(one.log_score, -math.log(0.3))
        self.assertAlmostEqual(one.log_score_by_class, -math.log(0.8))
        never = self.judge(record(refused=1.0))
        self.assertAlmostEqual(never.brier, 2)
        self.assertAlmostEqual(never.log_score, -math.log(judging.LEAST_PROBABILITY))

    def test_no_verdict_is_wrong(self):
        one = self.judge(None)
        self.assertEqual((one.verdict, one.top_1, one.class_top_3, one.confidence),
                         ("no-verdict", False, False, 0))

    def test_sides_are_those_of_the_laboratory(self):
        ended = {"closed_first": "server", "ended_by": "network"}
        one = self.judge(record("server", abortive_close=1), other=ended)
        self.assertEqual((one.closed_first, one.ended_by, one.vantage),
                         (("server", "server"), ("network", "server"), ("client", "client")))
        turned = self.judge(record("client", SERVER, at="server", abortive_close=1), other=ended)
        self.assertEqual((turned.closed_first, turned.vantage),
                         (("server", "server"), ("client", "client")))
        opened = self.judge(record("client", at="server", abortive_close=1), other=ended,
                            diary=[{"who": "server", "call": "connect", "connection": 1}])
        self.assertEqual((opened.closed_first, opened.vantage),
                         (("server", "server"), ("client", "client")))
        deeds = [{"who": who, "call": "connect", "connection": 1} for who in ("client", "server")]
        both = self.judge(record("server", abortive_close=1), other=ended, diary=deeds)
        self.assertEqual((both.closed_first, both.vantage),
                         (("server", "server"), ("client", "client")))
        typed = self.judge(record("client", ("Server", None), abortive_close=1), other=ended,
                           source=judging.FLAGS)
        self.assertEqual((typed.closed_first, typed.vantage), (("server", "server"), None))

    def test_flags_are_asked_only_for_conditions_that_they_show(self):
        truth = {"conditions": ["loss", "slow-connect"], "perhaps": ["reordering"]}
        said = record(abortive_close=1, conditions=[("loss", 0.9), ("slow-connect", 0.4)])
        one = self.judge(said, other=truth)
        self.assertEqual((one.conditions, one.perhaps, one.held),
                         (["loss", "slow-connect"], ["reordering"], ["loss"]))
        one = self.judge(said, other=truth, source=judging.FLAGS)
        self.assertEqual((one.conditions, one.perhaps, one.held), (["slow-connect"], [], []))

    def test_what_cannot_be_seen_from_a_point_is_not_asked_there(self):
        lossy = {"conditions": ["loss"], "ended_by": "server", "closed_first": "server"}
        for at, wanted, perhaps in (("client", [], ["loss"]), ("server", ["loss"], [])):
            one = self.judge(record("client", abortive_close=1), other=lossy,
                             hidden=[{"condition": "loss", "at": at}])
            self.assertEqual((one.conditions, one.perhaps), (wanted, perhaps))
        for at, wanted in (("client", None), ("server", "server")):
            one = self.judge(record("client", abortive_close=1), other=lossy,
                             also_right=[{"cause": "still-open", "at": at}])
            self.assertEqual((one.closed_first[0], one.ended_by[0]), (wanted, wanted))

    def test_parts_are_kept_apart(self):
        said = record(abortive_close=1)
        self.assertEqual(self.judge(said).part, judging.MAIN)
        self.assertEqual(self.judge(said, emulated=True).part, judging.EMULATED)
        self.assertEqual(self.judge(said, other={"incidental": True}, emulated=True).part,
                         judging.INCIDENTAL)

    def test_every_public_slug_is_shown_by_flags_or_not(self):
        public = run_cases.vocabulary()
        self.assertEqual(set(judging.SHOWN_BY_FLAGS), public["ending"] | public["condition"])
        self.assertEqual(set(judging.SHOWN_BY_FLAGS.values()), set("ypn"))


# --- many verdicts --------------------------------------------------------------------------------


def judged(cause="refused", verdict="refused", confidence=0.9, point="client", **other):
    right = cause == verdict
    return judging.Judged(**{**dict(
        scenario="one", seed=1, number=1, point=point, source="capture", part="main", cause=cause,
        alike=cause, right=[cause], verdict=verdict, probabilities={}, top_1=right, top_3=True,
        class_top_1=right, class_top_3=True, confidence=confidence, brier=0.2, brier_by_class=0.1,
        log_score=0.4, log_score_by_class=0.3, conditions=[], perhaps=[], held=[],
        closed_first=(None, "client"), ended_by=("server", "server"),
        vantage=("client", "unknown")), **other})


class Scores(unittest.TestCase):
    MANY = [judged(), judged(confidence=0.95), judged("half-close", confidence=0.45),
            judged(verdict="unknown", point="server", seed=4), judged(confidence=1.0, seed=2)]

    def test_rates_are_counted(self):
        found = scores.measure(self.MANY, [])
        self.assertEqual({key: found["all"][key] for key in ("count", "top_1", "top_3", "unknown")},
                         {"count": 5, "top_1": 3, "top_3": 5, "unknown": 1})
        self.assertAlmostEqual(found["all"]["brier"], 0.2)
        self.assertEqual(found["points"]["server"]["top_1"], 0)
        self.assertEqual(found["slugs"]["refused"]["count"], 4)
        self.assertEqual(found["slugs"]["refused"]["points"]["client"]["top_1"], 3)
        self.assertEqual(found["confusion"], {"half-close": {"refused": 1},
                                              "refused": {"refused": 3, "unknown": 1}})
        self.assertEqual(found["shown_by_flags"]["y"]["count"], 4)
        self.assertEqual([(entry["verdict"], entry["point"], entry["seeds"])
                          for entry in found["mistakes"]],
                         [("refused", "client", [1]), ("unknown", "server", [4])])

    def test_classes_are_those_with_several_members(self):
        found = scores.measure([judged(), judged(alike="a or b")], [])
        self.assertEqual(list(found["classes"]), ["a or b"])

    def test_calibration_compares_confidence_with_being_right(self):
        bins = scores.reliability(self.MANY)
        self.assertEqual([(entry["from"], entry["count"], entry["right"]) for entry in bins],
                         [(0.4, 1, 0), (0.9, 4, 3)])
        self.assertAlmostEqual(scores.calibration_error(bins),
                               (0.45 + abs(3 - (0.9 + 0.95 + 0.9 + 1.0))) / 5)
        self.assertIsNone(scores.calibration_error([]))

    def test_in_the_field_a_frequent_cause_counts_for_more(self):
        both = [judged(confidence=1.0, brier_by_class=0.0)] * 4 + [
            judged("half-close", confidence=0.6, brier_by_class=1.0)]
        field = scores.measure(both, [{"slug": "refused", "prior": 30},
                                      {"slug": "half-close", "prior": 10}])["field"]
        self.assertAlmostEqual(field["class_top_1"], 0.75)
        self.assertAlmostEqual(field["brier_by_class"], 0.25)
        self.assertAlmostEqual(field["ece"], 0.25 * 0.6)
        self.assertIsNone(scores.measure(both, [])["field"])

    def test_conditions_are_found_missed_or_said_in_vain(self):
        held = [judged(conditions=["loss"], held=["loss"]), judged(conditions=["loss"]),
                judged(held=["loss"]), judged(perhaps=["loss"], held=["loss"]), judged(),
                judged(conditions=["tfo-blackhole"])]
        found = scores.measure(held, [{"slug": "loss"}])["conditions"]
        self.assertEqual([found["loss"][key] for key in ("held", "found", "not_held", "false")],
                         [2, 1, 3, 1])
        self.assertFalse(found["tfo-blackhole"]["known"])

    def test_unknown_is_neither_right_nor_wrong(self):
        found = scores.measure([*self.MANY, judged(ended_by=("server", "client"))], [])
        self.assertEqual(found["vantage"]["all"],
                         {"count": 6, "right": 0, "unknown": 6, "wrong": 0})
        self.assertEqual(found["ended_by"]["all"],
                         {"count": 6, "right": 5, "unknown": 0, "wrong": 1})
        self.assertEqual(found["closed_first"]["all"]["count"], 0)

    def test_spans_of_numbers_are_short(self):
        self.assertEqual(tables.spans([3, 1, 2, 7, 9, 10]), "1 to 3, 7, 9 to 10")


# --- the whole ------------------------------------------------------------------------------------

FAKE = r'''#!{python} -IS
# A tcpwhy whose laboratory copies a run, and whose verdict goes by the last frame or row.
import json, pathlib, shutil, sys
words, here = sys.argv[1:], pathlib.Path(__file__).parent
exits = json.loads((here / "exits.json").read_text())
def leave(code, text=""):
    print(text, file=sys.stderr)
    sys.exit(code)
if words == ["--version"]:
    print("tcpwhy 9.9")
elif words == ["causes", "--json"]:
    for slug, prior in (("refused", 80), ("abortive-close", 40)):
        print(json.dumps({{"record": "cause", "slug": slug, "kind": "ending", "prior": prior}}))
elif words == ["lab"]:
    print("aborts   abortive-close   1s  It aborts\nlater   syn-flood   70s  Many")
    print("refuses  refused  9s  It refuses")
elif words[0] == "lab":
    name, seed, folder = words[1], words[3], pathlib.Path(words[5])
    if exits.get(name):
        leave(exits[name], "lab: " + name + " is impossible")
    for file in (here / "runs").glob(name + "-*"):
        shutil.copy(file, folder / file.name.replace("-SEED", "-" + seed))
    truth = folder / (name + "-" + seed + ".truth.json")
    truth.write_text(truth.read_text().replace('"SEED"', seed))
else:
    if exits.get("--json"):
        leave(exits["--json"], "tcpwhy: broken")
    typed = sys.stdin.read()
    about = typed if words[1] == "-" else pathlib.Path(words[1]).name
    refused = about.startswith("refuses") or about.count("[") == 2
    cause = "refused" if refused else "abortive-close"
    print(json.dumps({{"record": "connection", "cause": cause, "first_frame": 1,
                       "client": {{"addr": "Client"}}, "closed_first": "server",
                       "ended_by": "server", "conditions": [], "vantage": {{"at": "client"}},
                       "hypotheses": [{{"cause": cause, "probability": 0.8}}]}}))
    print(json.dumps({{"record": "capture"}}))
'''


class Whole(Folder):
    def setUp(self):
        super().setUp()
        self.binary = self.file("tcpwhy", FAKE.format(python=sys.executable))
        self.binary.chmod(0o755)
        self.exits()
        (self.folder / "runs").mkdir()
        for name, cause, segments in (("refuses", "refused", REFUSED),
                                      ("aborts", "abortive-close", ABORTED),
                                      ("later", "syn-flood", REFUSED)):
            told = self.truth((cause, CLIENT, SERVER, {"ended_by": "server"}), scenario=name,
                              seed="SEED").path
            told.rename(self.folder / "runs" / f"{name}-SEED.truth.json")
            for point in truths.POINTS:
                self.file(f"runs/{name}-SEED-{point}.pcapng", pcapng(conversation(*segments)))

    def exits(self, **codes):
        self.file("exits.json", json.dumps({key.replace("__", "--"): code
                                            for key, code in codes.items()}))

    def measure(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = accuracy.main(["--binary", str(self.binary), *map(str, words)])
        return code, out.getvalue() + err.getvalue()

    def level(self, least, most):
        return self.file("level.json", json.dumps(
            {"points": {point: {"class_top_1": least, "ece": most} for point in truths.POINTS}}))

    def test_runs_are_made_judged_and_told(self):
        report = self.folder / "report.json"
        code, text = self.measure("--runs", 2, "--seed", 5, "--json", report)
        self.assertEqual(code, 0, text)
        self.assertTrue(text.startswith("./dev accuracy --runs 2 --seed 5 --json "), text)
        self.assertIn("seeds 5 to 6", text)
        self.assertIn("2 connections: syn-flood: the program does not know", text)
        self.assertLessEqual(max(map(len, text.splitlines())), tables.WIDTH)
        found = json.loads(report.read_text())
        whole = found["parts"]["main"]["capture"]["all"]
        self.assertEqual((found["runs"], whole["count"], whole["top_1"]), (6, 12, 12))
        self.assertAlmostEqual(whole["ece"], 0.2)
        self.assertEqual(found["parts"]["main"]["flags"]["all"]["top_1"], 12)
        self.assertEqual(found["not_judged"]["later"], {"syn-flood": 2})
        self.assertEqual(set(found["seconds"]), {"aborts", "later", "refuses"})
        self.assertEqual(len(found["judged"]), 24)

    def test_recordings_may_be_kept_and_judged_again(self):
        kept = self.folder / "kept"
        first = self.measure("--keep", kept, "--match", "^abo|^ref")[1]
        again = self.measure("--from", kept)[1]
        self.assertEqual(len(list(kept.iterdir())), 8)
        self.assertEqual(first.split("\n\n")[1:], again.split("\n\n")[1:])
        self.measure("--keep", kept, "--match", "later")
        code, text = self.measure("--from", kept, "--match", "aborts", "--tap")
        self.assertIn("ok 1 - abortive-close: 3 of 3 by class\n", text)
        self.assertNotIn("refused", text)

    def test_a_run_that_went_otherwise_is_told(self):
        self.exits(refuses=5)
        code, text = self.measure()
        self.assertEqual(code, 0)
        self.assertIn("refuses, seed 1: not recorded: lab: refuses is impossible", text)
        code, text = self.measure("--tap")
        self.assertEqual(code, 1)
        self.assertIn("not ok 2 - refused: no connection was judged\n", text)

    def test_a_machine_that_cannot_run_it_skips(self):
        self.exits(refuses=4)
        self.assertEqual(self.measure(), (
            77, "the laboratory cannot run: lab: refuses is impossible\n"))
        self.assertEqual(self.measure("--tap"), (0, "1..0 # SKIP lab: refuses is impossible\n"))

    def test_wrong_usage_is_told(self):
        self.exits(refuses=2)
        self.assertEqual(self.measure()[0], 2)
        self.assertEqual(self.measure("--binary", self.folder / "none")[0], 2)
        self.assertEqual(self.measure("--fail-below", self.folder / "none")[0], 2)
        for words in (["--runs", 0], ["--match", "("], ["--from", self.folder / "none"]):
            with self.subTest(words), self.assertRaises(SystemExit) as caught:
                self.measure(*words)
            self.assertEqual(caught.exception.code, 2)

    def test_the_level_holds_or_falls(self):
        self.assertEqual(self.measure("--fail-below", self.level(0.9, 0.3))[0], 0)
        code, text = self.measure("--fail-below", self.level(1.0, 0.1))
        self.assertEqual(code, 1)
        self.assertIn("expected calibration error 0.200, at most 0.100 is the level", text)
        self.assertNotIn("right by class, at least", text)
        code, text = self.measure("--fail-below", self.level(1.1, 0.3))
        self.assertIn("at the client: 2 100.0 % right by class, at least 110.0 %", text)

    def test_tap_has_a_test_for_each_cause(self):
        code, text = self.measure("--tap", "--runs", 2)
        self.assertEqual((code, text), (0, "1..4\n"
                         "ok 1 - abortive-close: 6 of 6 by class\n"
                         "ok 2 - refused: 6 of 6 by class\n"
                         "ok 3 - syn-flood: 2 connections; the cause is unknown # SKIP not judged\n"
                         "ok 4 - every recording got its verdict\n"))
        code, text = self.measure("--tap", "--fail-below", self.level(1.0, 0.1))
        self.assertEqual(code, 1)
        self.assertEqual(text.count("\nnot ok"), 3)

    def test_a_program_that_fails_is_wrong(self):
        self.exits(__json=1)
        code, text = self.measure()
        self.assertEqual(code, 1)
        self.assertIn("no-verdict 3", text)
        self.assertEqual(self.measure("--tap")[0], 1)

    def test_recordings_of_earlier_runs_are_not_counted(self):
        kept = self.folder / "kept"
        self.measure("--keep", kept, "--seed", 3)
        code, text = self.measure("--keep", kept, "--seed", 4, "--tap")
        self.assertIn("ok 1 - abortive-close: 3 of 3 by class\n", text)

    def test_what_is_not_judged_is_counted(self):
        judged = self.folder / "judged"
        judged.mkdir()
        self.truth(("refused", CLIENT, SERVER, {}),
                   ("abortive-close", CLIENT, ("10.0.0.9", 80), {"incidental": True}),
                   scenario="refuses-first").path.rename(judged / "refuses-7.truth.json")
        both = conversation(*REFUSED) + conversation(*ABORTED, server=("10.0.0.9", 80))
        stray = conversation((">", SYN), client=("10.0.0.8", 1))
        self.file("judged/refuses-7-client.pcapng", pcapng(both))
        self.file("judged/refuses-7-middle.pcapng", pcapng(conversation(*REFUSED)))
        self.file("judged/refuses-7-server.pcapng", pcapng(stray + conversation(*REFUSED)))
        code, text = self.measure("--from", judged)
        self.assertIn("1 connection in the middle: no segment came there\n"
                      "1 connection at the server: no segment came there\n"
                      "1 verdict at the server: about what the truth does not name\n", text)
        code, text = self.measure("--from", judged, "--tap")
        self.assertIn("1..2\nok 1 - refused: 2 of 3 by class\n", text)  # one run: bad luck

    def test_one_wrong_run_of_a_cause_is_luck_and_two_are_not(self):
        def one(scenario, right):
            return {"source": "capture", "part": "main", "cause": "refused",
                    "scenario": scenario, "seed": 1, "class_top_1": right}
        level = {"points": {}, "slugs": {}}
        for wrong, held in ((["a"], True), (["a", "a"], True), (["a", "b"], False)):
            report = {"judged": [one(name, False) for name in wrong] + [one("c", True)] * 3,
                      "not_judged": {"later": {}}, "expected": []}
            with self.subTest(wrong):
                self.assertEqual([check[0] for check in accuracy.slug_checks(report, level)],
                                 [held])
        report["judged"] += [one("c", True)] * 40
        self.assertTrue(next(accuracy.slug_checks(report, level))[0])

    def test_a_run_without_recordings_is_an_error(self):
        lonely = self.folder / "lonely"
        lonely.mkdir()
        self.truth(("refused", CLIENT, SERVER, {})).path.rename(lonely / "one-7.truth.json")
        code, text = self.measure("--from", lonely)
        self.assertEqual(code, 1)
        self.assertIn("one-7.truth.json: no recording", text)

    def test_the_longest_runs_are_begun_first(self):
        begun = []

        class Recorder:
            def record(self, name, seed, folder):
                begun.append((name, seed))

        accuracy.record_all(Recorder(), [(name, seed) for seed in (1, 2) for name in "abc"],
                            self.folder, 1, {"a": 1, "b": 2}, lambda done: None)
        self.assertEqual(begun[0], ("c", 1))
        self.assertEqual(len(set(begun)), 6)


if __name__ == "__main__":
    tap.main()
