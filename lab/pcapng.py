# pcapng.py: write a pcapng file: one section, one Ethernet interface, nanosecond time stamps.
# SPDX-License-Identifier: BSD-2-Clause
"""A pcapng writer that is just large enough for the laboratory (draft-ietf-opsawg-pcapng)."""

import struct

SECTION_HEADER = 0x0A0D0D0A
INTERFACE_DESCRIPTION = 1
ENHANCED_PACKET = 6

LINKTYPE_ETHERNET = 1

OPTION_END = 0
OPTION_COMMENT = 1
OPTION_SECTION_OS = 3
OPTION_SECTION_APPLICATION = 4
OPTION_INTERFACE_NAME = 2
OPTION_INTERFACE_TIME_RESOLUTION = 9

NANOSECONDS = bytes([9])  # if_tsresol: 10^-9 s


def padded(data):
    return data + bytes(-len(data) % 4)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + padded(value)


def block(block_type, body):
    length = len(body) + 12
    return struct.pack("<II", block_type, length) + body + struct.pack("<I", length)


def section_header(comment, os_name):
    body = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    body += option(OPTION_COMMENT, comment.encode())
    body += option(OPTION_SECTION_OS, os_name.encode())
    body += option(OPTION_SECTION_APPLICATION, b"tcpwhy lab")
    return block(SECTION_HEADER, body + option(OPTION_END, b""))


def interface_description(name):
    body = struct.pack("<HHI", LINKTYPE_ETHERNET, 0, 0)
    body += option(OPTION_INTERFACE_NAME, name.encode())
    body += option(OPTION_INTERFACE_TIME_RESOLUTION, NANOSECONDS)
    return block(INTERFACE_DESCRIPTION, body + option(OPTION_END, b""))


def enhanced_packet(time_ns, frame):
    high, low = time_ns >> 32, time_ns & 0xFFFFFFFF
    body = struct.pack("<IIIII", 0, high, low, len(frame), len(frame)) + padded(frame)
    return block(ENHANCED_PACKET, body)


def write(path, frames, comment, interface, os_name):
    """Write frames, pairs (time in ns since 1970, Ethernet frame), in the order given."""
    with open(path, "wb") as out:
        out.write(section_header(comment, os_name))
        out.write(interface_description(interface))
        for time_ns, frame in frames:
            out.write(enhanced_packet(time_ns, frame))
