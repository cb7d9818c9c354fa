#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares stream numbers and sequence-analysis marks with those of tshark 4.0, frame by frame.

usage: compare_tshark.py DUMP [-d DIFFERENCES] CAPTURE... (or @LIST: one path per line)

DUMP is run as `DUMP CAPTURE` and prints one line per TCP segment:
    frame TAB stream TAB number-of-the-duplicate-ACK (else 0) TAB mark,mark,...
where a mark is the last part of a tcp.analysis filter name. DIFFERENCES lists explained ones as
    capture TAB frame (or *) TAB what (a mark, stream, frame or *) TAB reason
where a capture goes by its file name, without what stands before a `__` (the package it is from).
Exit status: 0 equal or explained, 1 otherwise.
"""
import argparse
import collections
import os
import subprocess
import sys

MARKS = ['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order',
         'duplicate_ack', 'lost_segment', 'ack_lost_segment', 'keep_alive', 'keep_alive_ack',
         'zero_window', 'zero_window_probe', 'zero_window_probe_ack', 'window_update',
         'window_full', 'reused_ports']
REPEATS = {'retransmission', 'fast_retransmission', 'spurious_retransmission'}
FIRST_SHOWN = 5


def tshark(path):
    """{frame: (stream, number of the duplicate ACK, marks)} of every frame with one TCP header;
    None for a frame with several, or whose only one is quoted in an ICMP error."""
    fields = (['frame.number', 'tcp.stream', 'tcp.analysis.duplicate_ack_num', 'frame.protocols']
              + ['tcp.analysis.' + mark for mark in MARKS])
    command = ['tshark', '-n', '-r', path, '-Y', 'tcp.stream', '-T', 'fields',
               '-E', 'aggregator=;']
    for field in fields:
        command += ['-e', field]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                         check=False)
    frames = {}
    for line in run.stdout.splitlines():
        value = line.split('\t')
        value += [''] * (len(fields) - len(value))
        if ';' in value[1] or 'icmp' in value[3]:
            frames[int(value[0])] = None
            continue
        marks = {mark for mark, shown in zip(MARKS, value[4:]) if shown}
        frames[int(value[0])] = (int(value[1]), int(value[2].split(';')[0] or 0), marks)
    return frames


def ours(dump, path):
    """The same from the dump program; its retransmission mark excludes the other two kinds."""
    run = subprocess.run([dump, path], stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f'{dump} {path}: exit status {run.returncode}')
    frames = {}
    for line in run.stdout.splitlines():
        frame, stream, number, marks = line.split('\t')
        marks = {mark for mark in marks.split(',') if mark}
        if marks & REPEATS:
            marks.add('retransmission')
        frames[int(frame)] = (int(stream), int(number), marks)
    return frames


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


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dump')
    parser.add_argument('captures', nargs='+')
    parser.add_argument('-d', '--differences', help='explained differences')
    options = parser.parse_args()
    reasons = explained(options.differences)
    said = collections.Counter()
    agreed = collections.Counter()
    found = collections.defaultdict(list)
    accepted = collections.Counter()
    frames = 0
    for path in captures(options.captures):
        name = os.path.basename(path).split('__')[-1]
        theirs, mine = tshark(path), ours(options.dump, path)
        for frame, value in theirs.items():
            if value is None:
                continue
            frames += 1
            stream, _, marks = value
            said.update(marks)
            if frame in mine:
                agreed.update(marks & mine[frame][2])
                agreed['stream'] += stream == mine[frame][0]
        for frame, what, who in differences(theirs, mine):
            reason = reason_for(reasons, name, frame, what)
            if reason:
                accepted[reason] += 1
            else:
                found[what].append(f'{name}:{frame} ({who})')
    said['stream'] = frames
    print(f'{frames} frames')
    print(f'{"what":26}{"tshark":>9}{"both":>9}{"differ":>9}')
    for what in ['frame', 'stream', 'duplicate_ack_num'] + MARKS:
        print(f'{what:26}{said[what]:9}{agreed[what]:9}{len(found[what]):9}')
    for what, places in found.items():
        if places:
            print(f'{what}: ' + ', '.join(places[:FIRST_SHOWN]))
    for reason, count in accepted.most_common():
        print(f'explained {count}: {reason}')
    return 1 if any(found.values()) else 0


if __name__ == '__main__':
    sys.exit(main())
