#!/usr/bin/python3
# compare_capinfos.py: do our readers see the frames that Wireshark's tools see? Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""Usage: compare_capinfos.py DUMP_FRAMES [CAPTURE...]

Each CAPTURE in every format that we read, compressed, from a pipe and in pieces; without one, some
loopback traffic is recorded (tcpdump, root), or made with text2pcap where that is not possible.
And the number of frames of every capture in the repository: DUMP_FRAMES, $TCPWHY and capinfos.
"""

import contextlib
import gzip
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

TOOLS = ("tshark", "capinfos", "editcap", "mergecap", "text2pcap")
TOP = pathlib.Path(__file__).resolve().parents[2]
COUNTED = [path for pattern in ("examples/*.pcap*", "tests/captures/*.pcap*")
           for path in sorted(TOP.glob(pattern))]
FORMATS = ("pcap", "nsecpcap", "modpcap", "suse6_3pcap", "rh6_1pcap", "nokiapcap", "pcapng")


def run(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True,
                          **options).stdout


def traffic():
    """A few connections over the loopback device, some of them reset."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with peer, contextlib.suppress(ConnectionError):
                peer.sendall(peer.recv(65536) * 20)

    threading.Thread(target=serve, daemon=True).start()
    for size in (1, 100, 5000, 60000):
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"x" * size)
            client.recv(1000)
    server.close()


def record(path):
    """Loopback traffic with nanosecond times; False where capturing is not allowed."""
    if not shutil.which("tcpdump"):
        return False
    dump = subprocess.Popen(["tcpdump", "-i", "lo", "-U", "-s", "200", "-w", str(path),
                             "--time-stamp-precision=nano", "tcp"], stderr=subprocess.PIPE,
                            text=True)
    line = dump.stderr.readline()
    while line and "listening" not in line:
        line = dump.stderr.readline()
    if not line:
        return False
    traffic()
    time.sleep(1)
    dump.terminate()
    dump.communicate()
    return path.stat().st_size > 24


def make(path):
    """A capture without any privilege: some hex dumps with times."""
    rows = []
    for i in range(200):
        rows.append(f"2026-01-01T00:00:{i % 60:02}.{i * 4321987:09}Z")
        rows.append("000000 " + " ".join(f"{(i + k) % 256:02x}" for k in range(14 + i)))
    source = path.with_suffix(".txt")
    source.write_text("\n".join(rows) + "\n")
    run("text2pcap", "-F", "nsecpcap", "-t", "ISO", source, path)


def theirs(path):
    """number, time in ns, captured and original length of each frame, as tshark sees them."""
    out = run("tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=,", "-e",
              "frame.number", "-e", "frame.time_epoch", "-e", "frame.cap_len", "-e", "frame.len")
    frames = []
    for row in out.splitlines():
        number, epoch, captured, length = row.split(",")
        seconds, fraction = epoch.split(".")
        frames.append((int(number), int(seconds) * 10**9 + int(fraction.ljust(9, "0")),
                       int(captured), int(length)))
    return frames


def ours(dump_frames, *paths):
    frames = []
    for row in run(dump_frames, *paths).splitlines():
        number, time_ns, _, captured, length = row.split(",")
        frames.append((int(number), int(time_ns), int(captured), int(length)))
    return frames


def complaint(mine, other):
    """What is wrong with our frames, or None."""
    if mine == other:
        return None
    pairs = [pair for pair in zip(mine, other) if pair[0] != pair[1]]
    first = "; first %s here, %s there" % pairs[0] if pairs else ""
    return f"{len(mine)} frames here, {len(other)} there{first}"


def compare_formats(dump_frames, capture, folder):
    """Yields (what was compared, complaint or None)."""
    yield "as recorded", complaint(ours(dump_frames, capture), theirs(capture))
    for name in FORMATS:
        path = folder / f"converted.{name}"
        run("editcap", "-F", name, capture, path)
        yield name, complaint(ours(dump_frames, path), theirs(path))


def compare_others(dump_frames, capture, folder):
    """The same for gzip, a pipe, and pieces that are put together again."""
    packed = folder / "packed.gz"
    packed.write_bytes(gzip.compress(capture.read_bytes()))
    expected = theirs(capture)
    yield "gzip", complaint(ours(dump_frames, packed), expected)
    with capture.open("rb") as stream:
        out = run(dump_frames, "-", stdin=stream)
    yield "pipe", None if out == run(dump_frames, capture) else "is not as from the file"
    run("editcap", "-c", "7", "-F", "nsecpcap", capture, folder / "piece.pcap")
    pieces = sorted(folder.glob("piece*.pcap"))
    merged = folder / "merged.pcapng"
    run("mergecap", "-w", merged, *reversed(pieces))
    yield "pieces merged", complaint(ours(dump_frames, *reversed(pieces)), theirs(merged))
    for piece in pieces:
        piece.unlink()


def packets(path):
    """The number of packets that tcpwhy tells; None where there is no such program to ask."""
    program = os.environ.get("TCPWHY")
    if not program:
        return None
    record = json.loads(run(program, "--json", path).splitlines()[-1])
    return record["packets"]


def compare_counts(dump_frames):
    rows = run("capinfos", "-M", "-T", "-r", "-c", *COUNTED).splitlines()
    counts = {name: int(count) for name, count in (row.split("\t") for row in rows)}
    for path in COUNTED:
        count, mine, told = counts[str(path)], len(ours(dump_frames, path)), packets(path)
        wrong = mine != count or told not in (count, None)
        yield (f"{path.name}: {count} frames",
               f"{mine} by the readers, {told} by tcpwhy" if wrong else None)


def compare_all(dump_frames, captures, folder):
    if not captures:
        captures = [folder / "recorded.pcap"]
        if not record(captures[0]):
            make(captures[0])
    for capture in captures:
        for compare in (compare_formats, compare_others):
            for what, wrong in compare(dump_frames, capture, folder):
                yield f"{capture.name}: {what}", wrong
    yield from compare_counts(dump_frames)


def main():
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print("1..0 # SKIP not installed: " + " ".join(missing))
        return 0
    failures = 0
    results = 0
    with tempfile.TemporaryDirectory() as name:
        captures = [pathlib.Path(given) for given in sys.argv[2:]]
        for what, wrong in compare_all(sys.argv[1], captures, pathlib.Path(name)):
            results += 1
            failures += wrong is not None
            print(f"{'not ok' if wrong else 'ok'} {results} - {what}")
            if wrong:
                print(f"# {wrong}")
            sys.stdout.flush()
    print(f"1..{results}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
