#!/usr/bin/env python3
"""Compares dump_frames with tshark, capinfos and mergecap on a capture in every format we read.

Usage: compare_capinfos.py DUMP_FRAMES [CAPTURE...]. Without a capture it records some loopback
traffic (tcpdump, root); where that is not possible it makes a capture with text2pcap.
Exit 77 (skipped) where the tools are missing.
"""

import gzip
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

TOOLS = ("tshark", "capinfos", "editcap", "mergecap", "text2pcap")
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
            with peer:
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


def compare(what, mine, other):
    if mine == other:
        print(f"same {len(mine)} frames: {what}")
        return 0
    print(f"DIFFERENT: {what}: {len(mine)} frames here, {len(other)} there")
    for mine_row, other_row in zip(mine, other):
        if mine_row != other_row:
            print(f"  first difference: {mine_row} here, {other_row} there")
            break
    return 1


def compare_formats(dump_frames, capture, folder):
    failures = compare("as recorded", ours(dump_frames, capture), theirs(capture))
    for name in FORMATS:
        path = folder / f"converted.{name}"
        run("editcap", "-F", name, capture, path)
        failures += compare(name, ours(dump_frames, path), theirs(path))
        count = int(run("capinfos", "-M", "-T", "-r", "-c", path).split("\t")[-1])
        failures += len(ours(dump_frames, path)) != count
    return failures


def compare_others(dump_frames, capture, folder):
    """Compressed, from a pipe, and in pieces that are put together again."""
    packed = folder / "packed.gz"
    packed.write_bytes(gzip.compress(capture.read_bytes()))
    expected = theirs(capture)
    failures = compare("gzip", ours(dump_frames, packed), expected)
    with capture.open("rb") as stream:
        out = run(dump_frames, "-", stdin=stream)
    failures += out != run(dump_frames, capture)
    run("editcap", "-c", "7", "-F", "nsecpcap", capture, folder / "piece.pcap")
    pieces = sorted(folder.glob("piece*.pcap"))
    merged = folder / "merged.pcapng"
    run("mergecap", "-w", merged, *reversed(pieces))
    failures += compare(f"{len(pieces)} pieces merged", ours(dump_frames, *reversed(pieces)),
                        theirs(merged))
    return failures


def main():
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print("skipped: not installed: " + " ".join(missing))
        return 77
    dump_frames = sys.argv[1]
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        captures = [pathlib.Path(given) for given in sys.argv[2:]]
        if not captures:
            captures = [folder / "recorded.pcap"]
            if not record(captures[0]):
                make(captures[0])
        for capture in captures:
            failures += compare_formats(dump_frames, capture, folder)
            failures += compare_others(dump_frames, capture, folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
