# tables.py: the measured numbers as text, in tables of at most 100 columns.
# SPDX-License-Identifier: BSD-2-Clause
import textwrap

WIDTH = 100
PLACES = {"client": "at the client", "middle": "in the middle", "server": "at the server",
          "all": "all"}
RATES = {"top-1": "top_1", "class top-1": "class_top_1", "top-3": "top_3",
         "class top-3": "class_top_3", "unknown": "unknown"}
MEANS = {"confidence": "confidence", "ECE": "ece", "Brier": "brier", "by class": "brier_by_class",
         "log score": "log_score", "by class ": "log_score_by_class"}


def table(head, rows):
    """Columns as wide as they need be: the first to the left, the others to the right."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    return "".join("  ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width)
                             in enumerate(zip(row, widths))).rstrip() + "\n"
                   for row in [head, *rows])


def section(title, text):
    return f"\n{title}\n{'-' * len(title)}\n{text}" if text else ""


def rate(part, count):
    return f"{part} {100 * part / count:5.1f} %" if count else "-"


def number(value):
    return "-" if value is None else f"{value:.3f}"


def rate_row(name, totals):
    return [name, totals["count"], *(rate(totals[key], totals["count"]) for key in RATES.values())]


def rates_table(what, named):
    return table([what, "judged", *RATES], [rate_row(*pair) for pair in named]) if named else ""


def places(scores):
    """(place, totals) of each point, and of all together."""
    named = [(PLACES[point], totals) for point, totals in scores["points"].items()]
    return named + [("all", scores["all"])] if scores["all"]["count"] else []


def points_table(scores):
    return rates_table("captured", places(scores))


def worst_first(named):
    return sorted(named.items(), key=lambda pair: (
        pair[1]["class_top_1"] / pair[1]["count"], pair[0]))


def by_point_cells(entry, part, whole):
    cells = []
    for point in ("client", "middle", "server"):
        counts = entry["points"].get(point)
        cells.append(f"{counts[part]}/{counts[whole]}" if counts and counts[whole] else "-")
    return cells


def slugs_table(named, what="cause"):
    head = [what, "judged", "top-1", "class top-1", "top-3", "client", "middle", "server"]
    rows = [[slug, entry["count"], *(rate(entry[key], entry["count"])
                                     for key in ("top_1", "class_top_1", "top_3")),
             *by_point_cells(entry, "class_top_1", "count")]
            for slug, entry in worst_first(named)]
    return table(head, rows) if rows else ""


def classes_text(named):
    """A class is named by its members, which are too long for a column."""
    return "".join(f"{name}\n" + rates_table("  captured", [
        (f"  {place}", totals) for place, totals in places(
            {"all": entry, "points": entry["points"]})]) for name, entry in named.items())


def confusion_text(confusion):
    """One line per cause in truth: how often the verdict was which."""
    width = max(map(len, confusion), default=0) + 2
    lines = []
    for cause, verdicts in confusion.items():
        shares = ", ".join(f"{verdict} {count}" for verdict, count in verdicts.items())
        lines += textwrap.wrap(shares, WIDTH, initial_indent=cause.ljust(width),
                               subsequent_indent=" " * width, break_on_hyphens=False)
    return "".join(line + "\n" for line in lines)


def wrapped(lines):
    return "".join("\n".join(textwrap.wrap(line, WIDTH, subsequent_indent="  ",
                                           break_on_hyphens=False)) + "\n" for line in lines)


def mistakes_text(mistakes):
    return wrapped(
        f"{entry['scenario']}, connection {entry['connection']}, {PLACES[entry['point']]}: "
        f"{entry['verdict']}, not {entry['cause']}: {counted(len(entry['seeds']), 'run')}, "
        f"seed {spans(entry['seeds'])}" for entry in mistakes)


def counted(count, thing):
    return f"{count} {thing}{'' if count == 1 else 's'}"


def conditions_table(named):
    rows = [[slug, entry["held"], rate(entry["found"], entry["held"]),
             *by_point_cells(entry, "found", "held"), rate(entry["false"], entry["not_held"])]
            if entry["known"] else [slug, entry["held"], "later", "", "", "", ""]
            for slug, entry in named.items()]
    head = ["condition", "held", "found", "client", "middle", "server", "found though not held"]
    return table(head, rows) if rows else ""


def answers_table(scores):
    titles = {"closed_first": "who closed first", "ended_by": "who ended it",
              "vantage": "where it was captured"}
    rows = []
    for key, title in titles.items():
        for point, counts in {**scores[key]["points"], "all": scores[key]["all"]}.items():
            if counts["count"]:
                rows.append([title, PLACES[point], counts["count"], *(
                    rate(counts[answer], counts["count"])
                    for answer in ("right", "unknown", "wrong"))])
    rows = [[f"{row[0]:24}{row[1]}", *row[2:]] for row in rows]
    return table(["question".ljust(24) + "captured", "asked", "right", "unknown", "wrong"],
                 rows) if rows else ""


def calibration_table(scores):
    rows = [[place, totals["count"], *(number(totals[key]) for key in MEANS.values())]
            for place, totals in places(scores)]
    if scores["field"]:
        rows.append(["all, as frequent as in the field", scores["field"]["count"],
                     *(number(scores["field"][key]) for key in MEANS.values())])
    return table(["captured", "judged", *MEANS], rows) if rows else ""


def reliability_table(bins):
    rows = [[f"{entry['from']:.1f} to {entry['to']:.1f}", entry["count"],
             f"{100 * entry['confidence']:.1f} %", rate(entry["right"], entry["count"])]
            for entry in bins]
    return table(["confidence", "judged", "its mean", "right"], rows) if rows else ""


def not_judged_text(report):
    """What is missing from the rates, and why."""
    told = report["not_judged"]
    lines = [f"{counted(count, 'connection')}: {slug}: the program does not know this cause yet"
             for slug, count in told["later"].items()]
    lines += [f"{counted(count, 'connection')} {PLACES[point]}: no segment came there"
              for point, count in told["absent"].items() if count]
    lines += [f"{counted(count, 'verdict')} {PLACES[point]}: about what the truth does not name"
              for point, count in told["unlabelled"].items() if count]
    lines += [f"{entry['scenario']}, seed {entry['seed']}: not recorded: {entry['why']}"
              for entry in report["failed_runs"]]
    return wrapped(lines + told["errors"])


def spans(numbers):
    """1, 2, 3, 7 -> "1 to 3, 7"."""
    found = []
    for value in sorted(numbers):
        if found and found[-1][1] == value - 1:
            found[-1][1] = value
        else:
            found.append([value, value])
    return ", ".join(str(low) if low == high else f"{low} to {high}" for low, high in found)


def summary(report):
    """The few lines that suit a README."""
    scores = report["parts"]["main"]
    seeds = spans(report["seeds"])
    head = wrapped([
        f"{report['command']}: {report['version']}, {', '.join(report['kernels'])}, "
        f"{counted(report['scenarios'], 'scenario')}, {counted(report['runs'], 'run')}, "
        f"{'seeds' if len(report['seeds']) > 1 else 'seed'} {seeds}."])
    named = places(scores["capture"])
    typed = scores["flags"]["all"]
    if typed["count"]:
        named.append(("flags alone, typed", typed))
    text = head + "\n" + rates_table("captured", named)
    whole = scores["capture"]["all"]
    if whole["count"]:
        text += (f"\nCalibration: expected error {number(whole['ece'])}, Brier score by class "
                 f"{number(whole['brier_by_class'])}, log score by class "
                 f"{number(whole['log_score_by_class'])}.\n")
    if scores["capture"]["field"]:
        field = scores["capture"]["field"]
        text += wrapped([
            f"With causes as frequent as the catalogue's priors say: class top-1 "
            f"{100 * field['class_top_1']:.1f} %, expected error {number(field['ece'])}, Brier "
            f"score by class {number(field['brier_by_class'])}, log score by class "
            f"{number(field['log_score_by_class'])}."])
    return text


def text_of(report):
    main = report["parts"]["main"]
    capture, flags = main["capture"], main["flags"]
    letters = {"y": "shown by flags", "p": "shown in part"}
    text = summary(report)
    text += section("By cause, the worst first", slugs_table(capture["slugs"]))
    text += section("Classes that packets cannot always part", classes_text(capture["classes"]))
    text += section("What was said of which cause", confusion_text(capture["confusion"]))
    text += section("Wrong by class", mistakes_text(capture["mistakes"]))
    text += section("Conditions", conditions_table(capture["conditions"]))
    text += section("Who and where", answers_table(capture))
    text += section("Calibration", calibration_table(capture))
    text += section("Reliability of the leading class", reliability_table(capture["reliability"]))
    text += section("From the flags alone, as typed text", rates_table("cause is", [
        (letters[letter], totals) for letter, totals in flags["shown_by_flags"].items()
        if letter in letters]))
    text += section("From the flags alone, by cause", slugs_table(flags["slugs"]))
    text += section("From the flags alone: what was said of which cause",
                    confusion_text(flags["confusion"]))
    text += section("From the flags alone: conditions", conditions_table(flags["conditions"]))
    for part, title in (("emulated", "Emulated stacks"), ("incidental", "Incidental connections")):
        scores = report["parts"][part]
        text += section(title, points_table(scores["capture"]))
        text += section(f"{title}, by cause", slugs_table(scores["capture"]["slugs"]))
        text += section(f"{title}, from the flags alone", points_table(scores["flags"]))
    return text + section("Not judged, and why", not_judged_text(report))
