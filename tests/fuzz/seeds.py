#!/usr/bin/python3
# seeds.py: makes the seed corpus of every fuzz target from what the project holds already.
# SPDX-License-Identifier: BSD-2-Clause
"""usage: seeds.py FOLDER: fills FOLDER/TARGET for each target; writes nothing else."""
import ast
import hashlib
import pathlib
import re
import struct
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
# The table of fuzz_wire.c: a seed names its link type by its place there.
LINK_TYPES = [1, 113, 276, 101, 0, 108, 12, 14, 228, 229, 9, 50, 51, 104, 204, 105, 127, 119, 163,
              192, 242]
FRAMES = 12
LITERALS = re.compile(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+')
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')
LOOKS_LIKE_PACKETS = re.compile(r"SYN|FIN|RST|ACK|Flags|->|>|TCP")


def captures():
    return sorted([*TOP.glob("tests/captures/*.pcapng"), *TOP.glob("examples/*.pcapng")])


def frames(path):
    """(link type, bytes) of each Enhanced Packet Block of a little-endian pcapng file."""
    data, at, link_types = path.read_bytes(), 0, []
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if size < 12:
            return
        if kind == 1:
            link_types.append(struct.unpack_from("<H", data, at + 8)[0])
        if kind == 6:
            interface, _, _, length = struct.unpack_from("<IIII", data, at + 8)
            yield link_types[interface], data[at + 28:at + 28 + length]
        at += size


def wire_seed(path):
    some = list(frames(path))[:FRAMES]
    if not some or some[0][0] not in LINK_TYPES:
        return b""
    body = b"".join(struct.pack(">HB", len(data), 0) + data for _, data in some)
    return bytes([LINK_TYPES.index(some[0][0])]) + body


def literals(path):
    """Each run of adjacent string literals in a C file, joined as the compiler joins them."""
    for run in LITERALS.findall(path.read_text()):
        parts = LITERAL.findall(run)
        try:
            yield b"".join(ast.literal_eval("b" + part) for part in parts)
        except (SyntaxError, ValueError):
            continue


def texts():
    for path in sorted(TOP.glob("examples/*.txt")):
        yield path.read_bytes()
    for path in [*sorted(TOP.glob("tests/typed/*.c")), *sorted(TOP.glob("src/cause/*.c"))]:
        for text in literals(path):
            if len(text) > 12 and LOOKS_LIKE_PACKETS.search(text.decode("latin-1")):
                yield text


def save(folder, items):
    folder.mkdir(parents=True, exist_ok=True)
    for item in items:
        if item:
            (folder / hashlib.sha256(item).hexdigest()[:16]).write_bytes(item)


def main():
    folder = pathlib.Path(sys.argv[1])
    files = [path.read_bytes() for path in captures()]
    lists = list(texts())
    if not files or not lists:
        sys.exit("seeds.py: found no captures, or no lists of packets")
    save(folder / "capture", files)
    save(folder / "session", files)
    save(folder / "wire", (wire_seed(path) for path in captures()))
    save(folder / "typed", lists)
    save(folder / "typed-session", lists)
    (folder / "made").write_text(f"{len(files)} captures, {len(lists)} lists\n")


if __name__ == "__main__":
    main()
