/* limits.h: every bound of the program, each with its reason; at a bound the output says so. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_BASE_LIMITS_H
#define TW_BASE_LIMITS_H

enum {
	/* 256 KiB is where read(2) into a reused buffer is fastest (measured: 128 to 512 KiB). */
	TW_LIMIT_READ_BUFFER_BYTES = 256 * 1024,
	/* A record longer than this is damage, not a packet (Wireshark's own bound is the same). */
	TW_LIMIT_RECORD_BYTES = 16 * 1024 * 1024 + 256 * 1024,
	/* Interfaces of one pcapng section: real files hold a few, hostile ones millions. */
	TW_LIMIT_INTERFACES = 4096,
	/* Files of one capture, opened together and merged by time. */
	TW_LIMIT_INPUTS = 1024,
	/* Headers in front of TCP in one frame (VLAN tags, IPv6 extensions): enough for any real one. */
	TW_LIMIT_HEADER_DEPTH = 16,
	/* Datagrams in fragments waiting for their rest: bounded, the oldest makes room. */
	TW_LIMIT_FRAGMENT_DATAGRAMS = 1024,
	/* Text that a person pastes; a longer file is no typed list. */
	TW_LIMIT_TEXT_BYTES = 4 * 1024 * 1024,
	/* Rows of one typed list. */
	TW_LIMIT_TYPED_ROWS = 50000,
	/* Lines of text that are listed as not understood; the rest is counted. */
	TW_LIMIT_FOREIGN_LINES = 200,
	/* Names of hosts in a typed list. */
	TW_LIMIT_NAMES = 4096,
	/* A name as typed; longer ones are prose, not names. */
	TW_LIMIT_NAME_BYTES = 80,
	/* Connections in one table: 2 GiB of them; --max-memory bounds real runs long before. */
	TW_LIMIT_FLOWS = 32 * 1024 * 1024,
};

#endif
