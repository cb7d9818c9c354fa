# source.py: what the checks of the source share: finding files, blanking comments, reporting.
# SPDX-License-Identifier: BSD-2-Clause
import os
import pathlib
import re
import sys

SKIPPED = re.compile(r"\.|build$|build-|node_modules$|__pycache__$")


def root():
    """The tree to check: the first argument that is a folder, else the one this tool lives in."""
    given = [arg for arg in sys.argv[1:] if not arg.startswith("-")]
    return pathlib.Path(given[0]) if given else pathlib.Path(__file__).resolve().parent.parent


def files(top, *suffixes, under=""):
    """Our own files below TOP/UNDER with one of these suffixes, as sorted paths relative to TOP."""
    found = []
    for folder, folders, names in os.walk(top / under):
        folders[:] = [name for name in folders if not SKIPPED.match(name)]
        found += [pathlib.Path(folder, name).relative_to(top) for name in names]
    return sorted(path for path in found if path.suffix in suffixes)


def layer_order(top):
    """The layers, lowest first, as src/meson.build has them."""
    text = (top / "src/meson.build").read_text()
    listed = re.search(r"layer_order\s*=\s*\[(.*?)\]", text, re.S)
    if not listed:
        sys.exit("src/meson.build: no layer_order")
    return re.findall(r"'(\w+)'", listed.group(1))


def blank(text):
    """C source with the insides of comments and literals blanked; lines stay where they are."""
    def spaces(match):
        return re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|' r"'(?:\\.|[^'\\\n])*'",
                  spaces, text, flags=re.S)


class Report:
    """Collects FILE:LINE: WHAT; done() prints them and ends the program, 1 if there were any."""

    def __init__(self):
        self.complaints = []

    def add(self, path, line, what):
        self.complaints.append((str(path), line, what))

    def done(self):
        for path, line, what in sorted(self.complaints):
            print(f"{path}:{line}: {what}")
        sys.exit(1 if self.complaints else 0)
