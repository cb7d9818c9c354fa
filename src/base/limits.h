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
	/* The read buffers of all inputs together: with many inputs each gets a smaller one. */
	TW_LIMIT_READ_BUFFERS_BYTES = 32 * 1024 * 1024,
	TW_LIMIT_READ_BUFFER_BYTES_MIN = 16 * 1024,
	/* What these buffers may grow by, together, for records larger than they are. */
	TW_LIMIT_READ_GROWTH_BYTES = 256 * 1024 * 1024,
	/* With more inputs, files are closed between reads: ulimit allows a process 1024. */
	TW_LIMIT_OPEN_FILES = 256,
	/* zstd's own default for a decoder (128 MiB); a stream that wants more is refused. */
	TW_LIMIT_ZSTD_WINDOW_LOG = 27,
	/* Bytes looked at to tell text from binary data. */
	TW_LIMIT_CONTENT_BYTES = 1024,
	/* Headers in front of TCP in one frame (VLAN tags, IPv6 extensions): real ones fit. */
	TW_LIMIT_HEADER_DEPTH = 16,
	/* Datagrams in fragments waiting for their rest: bounded, the oldest makes room. */
	TW_LIMIT_FRAGMENT_DATAGRAMS = 1024,
	/* Pieces of one datagram that do not touch yet: 64 KiB over Ethernet, reordered. */
	TW_LIMIT_FRAGMENT_RANGES = 64,
	/* Kept from the front of such a datagram: tunnel and TCP headers, some data. */
	TW_LIMIT_FRAGMENT_HEAD_BYTES = 512,
	/* How long a datagram waits for its rest: Linux' net.ipv4.ipfrag_time. */
	TW_LIMIT_FRAGMENT_SECONDS = 30,
	/* `present` words of a radiotap header: one per antenna; real ones have under ten. */
	TW_LIMIT_RADIOTAP_WORDS = 32,
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
	/* Letters of a history in Zeek's notation; only storms of RSTs or SYNs have more. */
	TW_LIMIT_ZEEK_HISTORY = 30,
	/* Ranges of data behind holes, per direction, for Zeek's `g`. One place is kept free; holes
	 * between further ranges are only counted: no letter differed in 1000 streams with up to
	 * half of their segments lost. */
	TW_LIMIT_ZEEK_RANGES = 3,
	/* Connections in one table: 2 GiB of them; --max-memory bounds real runs long before. */
	TW_LIMIT_FLOWS = 32 * 1024 * 1024,
	/* Records of connections, 4.6 KiB each: 4 GiB of them; those beyond are counted. */
	TW_LIMIT_CONNECTIONS = 896 * 1024,
};

#endif
