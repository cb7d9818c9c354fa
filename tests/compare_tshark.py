#!/usr/bin/python3
# compare_tshark.py: do stream numbers and sequence-analysis marks equal tshark's? Prints TAP.
# SPDX-License-Identifier: BSD-2-Clause
"""usage: compare_tshark.py DUMP [-d DIFFERENCES] [CAPTURE...] (or @LIST: one path per line)

Frame by frame; without a CAPTURE all that lie in this repository. tcpwhy follows tshark 4.0; what
newer ones say otherwise about these captures is listed in tshark-differences-newer.txt.

DUMP is run as `DUMP CAPTURE` and prints one line per TCP segment:
    frame TAB stream TAB number-of-the-duplicate-ACK (else 0) TAB mark,mark,...
where a mark is the last part of a tcp.analysis filter name. DIFFERENCES lists explained ones as
    capture TAB frame (or *) TAB what (a mark, stream, frame or *) TAB reason
where a capture goes by its file name, without what stands before a `__` (the package it is from).
Each capture is one test. Exit status: 0 equal or explained, 1 otherwise.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
DIFFERENCES = TOP / 'tests/tshark-differences.txt'
BY_DEFAULT = [str(path) for pattern in ('examples/*.pcap*', 'tests/captures/*.pcap*')
              for path in sorted(TOP.glob(pattern))]

MARKS = ['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order',
         'duplicate_ack', 'lost_segment', 'ack_lost_segment', 'keep_alive', 'keep_alive_ack',
         'zero_window', 'zero_window_probe', 'zero_window_probe_ack', 'window_update',
         'window_full', 'reused_ports']
REPEATS = {'retransmission', 'fast_retransmission', 'spurious_retransmission'}
NEWER_DIFFERENCES = TOP / 'tests/tshark-differences-newer.txt'
FOLLOWED = '4.0.'
FIRST_SHOWN = 5


def tshark_version():
    run = subprocess.run(['tshark', '--version'], capture_output=True, text=True, check=False)
    found = re.search(r'\d+(\.\d+)+', run.stdout)
    return found.group() if found else 'of an unknown version'


def tshark(path):
    """({frame: (stream, number of the duplicate ACK, marks)}, problem) of every frame with one TCP
    header; None for a frame with several, or whose only one is quoted in an ICMP error."""
    fields = (['frame.number', 'tcp.stream', 'tcp.analysis.duplicate_ack_num', 'frame.protocols']
              + ['tcp.analysis.' + mark for mark in MARKS])
    command = ['tshark', '-n', '-r', path, '-Y', 'tcp.stream', '-T', 'fields',
               '-E', 'aggregator=;']
    for field in fields:
        command += ['-e', field]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        return {}, f'tshark: exit status {run.returncode}: {run.stderr[-300:]}'
    frames = {}
    for line in run.stdout.splitlines():
        value = line.split('\t')
        value += [''] * (len(fields) - len(value))
        if ';' in value[1] or 'icmp' in value[3]:
            frames[int(value[0])] = None
            continue
        marks = {mark for mark, shown in zip(MARKS, value[4:]) if shown}
        frames[int(value[0])] = (int(value[1]), int(value[2].split(';')[0] or 0), marks)
    return frames, None


def ours(dump, path):
    """The same from the dump program; its retransmission mark excludes the other two kinds."""
    run = subprocess.run([dump, path], capture_output=True, text=True, check=False)
    if run.returncode:
        return {}, f'{dump}: exit status {run.returncode}: {run.stderr[-300:]}'
    frames = {}
    for line in run.stdout.splitlines():
        frame, stream, number, marks = line.split('\t')
        marks = {mark for mark in marks.split(',') if mark}
        if marks & REPEATS:
            marks.add('retransmission')
        frames[int(frame)] = (int(stream), int(number), marks)
    return frames, None


def differences(theirs, mine):
    """Yields (frame, what, who): who is 'tshark' or 'ours', the one that says more."""
    for frame in sorted(theirs.keys() | mine.keys()):
        if frame not in theirs:
            yield frame, 'frame', 'ours'
            continue
        if theirs[frame] is None:
            continue
        if frame not in mine:
            yield frame, 'frame', 'tshark'
            continue
        stream, number, marks = theirs[frame]
        our_stream, our_number, our_marks = mine[frame]
        if stream != our_stream:
            yield frame, 'stream', f'{stream} ours {our_stream}'
        if number != our_number and 'duplicate_ack' in marks & our_marks:
            yield frame, 'duplicate_ack_num', f'{number} ours {our_number}'
        for mark in sorted(marks ^ our_marks):
            yield frame, mark, 'tshark' if mark in marks else 'ours'


def explained(path):
    reasons = {}
    if path:
        with open(path, encoding='utf-8') as lines:
            for line in lines:
                if line.strip() and not line.startswith('#'):
                    name, frame, what, reason = line.rstrip('\n').split('\t')
                    reasons[name, frame, what] = reason
    return reasons


def reason_for(reasons, name, frame, what):
    for key in ((name, str(frame), what), (name, str(frame), '*'), (name, '*', what),
                (name, '*', '*')):
        if key in reasons:
            return reasons[key]
    return None


def captures(arguments):
    for argument in arguments:
        if not argument.startswith('@'):
            yield argument
            continue
        with open(argument[1:], encoding='utf-8') as lines:
            yield from (line.strip() for line in lines if line.strip())


class Sum:
    """What was compared so far; each capture is one line of TAP."""

    def __init__(self, reasons):
        self.reasons = reasons
        self.said = collections.Counter()
        self.agreed = collections.Counter()
        self.differ = collections.Counter()
        self.accepted = collections.Counter()

    def count(self, theirs, mine):
        for frame, value in theirs.items():
            if value is None:
                continue
            self.said.update(value[2] | {'stream'})
            if frame in mine:
                self.agreed.update(value[2] & mine[frame][2])
                self.agreed['stream'] += value[0] == mine[frame][0]

    def unexplained(self, name, theirs, mine):
        self.count(theirs, mine)
        for frame, what, who in differences(theirs, mine):
            reason = reason_for(self.reasons, name, frame, what)
            if reason:
                self.accepted[reason] += 1
            else:
                self.differ[what] += 1
                yield f'frame {frame}: {what} ({who})'

    def show(self):
        print(f'# {"what":26}{"tshark":>9}{"both":>9}{"differ":>9}')
        for what in ['frame', 'stream', 'duplicate_ack_num'] + MARKS:
            print(f'# {what:26}{self.said[what]:9}{self.agreed[what]:9}{self.differ[what]:9}')
        for reason, count in self.accepted.most_common():
            print(f'# explained {count}: {reason}')


def complaints_of(dump, path, result):
    theirs, problem = tshark(path)
    mine, our_problem = ours(dump, path)
    if problem or our_problem:
        return [text for text in (problem, our_problem) if text]
    return list(result.unexplained(os.path.basename(path).split('__')[-1], theirs, mine))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dump')
    parser.add_argument('captures', nargs='*')
    parser.add_argument('-d', '--differences', help='explained differences', default=DIFFERENCES)
    options = parser.parse_args()
    if not shutil.which('tshark'):
        print('1..0 # SKIP tshark is not installed')
        return 0
    paths = list(captures(options.captures)) or BY_DEFAULT
    version = tshark_version()
    reasons = explained(options.differences)
    if not version.startswith(FOLLOWED):
        reasons |= explained(NEWER_DIFFERENCES)
    result = Sum(reasons)
    bad = 0
    print(f'1..{len(paths)}', flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda path: complaints_of(options.dump, path, result), paths)
        for number, (path, lines) in enumerate(zip(paths, found), 1):
            bad += bool(lines)
            print(f'{"not ok" if lines else "ok"} {number} - {os.path.basename(path)}')
            for line in lines[:FIRST_SHOWN]:
                print(f'# {line}')
            sys.stdout.flush()
    print(f'# tshark {version}')
    result.show()
    return 1 if bad or not paths else 0


if __name__ == '__main__':
    sys.exit(main())
