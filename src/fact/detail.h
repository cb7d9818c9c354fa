/* detail.h: the lists that facts choose from, where yes or no does not say it all. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_FACT_DETAIL_H
#define TW_FACT_DETAIL_H

#include "fact/list.h"

/*
 * The bits of tw_fact_value.detail stand for the rows of the fact's list, in this order. Slugs are
 * public. X(NAME, slug, words): words follow the fact's sentence.
 */

/* Who gives a RST a shape of its own: the stacks of hosts first, then boxes and tools. */
#define TW_SENDERS(X)                                                  \
	X(LINUX, "linux", "Linux")                                     \
	X(FREEBSD, "freebsd", "FreeBSD")                               \
	X(MACOS, "macos", "macOS")                                     \
	X(WINDOWS, "windows", "Windows")                               \
	X(SOLARIS, "solaris", "Solaris")                               \
	X(LWIP, "lwip", "lwIP")                                        \
	X(CISCO, "cisco", "Cisco IOS")                                 \
	X(REJECT_RULE, "reject-rule", "a REJECT rule of nft/iptables") \
	X(SURICATA, "suricata", "Suricata")                            \
	X(SNORT, "snort", "Snort")                                     \
	X(GFW_2025, "gfw-2025", "the Chinese firewall of August 2025")

enum tw_sender {
#define X(name, slug, words) TW_SENDER_##name,
	TW_SENDERS(X)
#undef X
	    TW_SENDER_COUNT
};

/* In what a RST is unlike the other packets of its apparent sender. */
#define TW_MARKS(X)                                                  \
	X(TTL, "ttl", "TTL")                                         \
	X(IP_ID, "ip-id", "IP ID")                                   \
	X(DONT_FRAGMENT, "dont-fragment", "\"don't fragment\"")      \
	X(FLOW_LABEL, "flow-label", "flow label")                    \
	X(LINK, "link-address", "link-layer address")                \
	X(SERVICE, "service-class", "class of service")              \
	X(OPTIONS, "options", "options")                             \
	X(TIME, "time-stamp", "time stamp")                          \
	X(WINDOW, "window", "window (copied from the other side)")   \
	X(SHAPE, "shape", "shape (another system's)")                \
	X(SEQUENCE, "sequence", "sequence number (answers nothing)") \
	X(WINDOW_SHOWN, "window-shown", "window (a reply has none)") \
	X(OTHER_RESETS, "other-resets", "the host's own RSTs after it")

enum tw_mark {
#define X(name, slug, words) TW_MARK_##name,
	TW_MARKS(X)
#undef X
	    TW_MARK_COUNT
};

/* Weaver, Sommer, Paxson: "Detecting Forged TCP Reset Packets", NDSS 2009. */
#define TW_DETECTORS(X)                                       \
	X(RST_SEQ_DATA, "rst-seq-data", "RST_SEQ_DATA")       \
	X(DATA_SEQ_RST, "data-seq-rst", "DATA_SEQ_RST")       \
	X(RST_SEQ_CHANGE, "rst-seq-change", "RST_SEQ_CHANGE") \
	X(RST_ACK_CHANGE, "rst-ack-change", "RST_ACK_CHANGE")

enum tw_detector {
#define X(name, slug, words) TW_DETECTOR_##name,
	TW_DETECTORS(X)
#undef X
	    TW_DETECTOR_COUNT
};

/*
 * "Global, Passive Detection of Connection Tampering", SIGCOMM 2023: what a server receives within
 * the first ten packets of a client's address. Many ordinary aborts have these patterns too.
 */
#define TW_SIGNATURES(X)                                                                    \
	X(SYN, "syn", "SYN, then nothing")                                                  \
	X(SYN_RST, "syn-rst", "SYN, RST")                                                   \
	X(SYN_RSTACK, "syn-rstack", "SYN, RST+ACK")                                         \
	X(SYN_BOTH, "syn-rst-rstack", "SYN, RST and RST+ACK")                               \
	X(ACK, "ack", "SYN, ACK, then nothing")                                             \
	X(ACK_RST, "ack-rst", "SYN, ACK, RST")                                              \
	X(ACK_RSTS, "ack-rst-rst", "SYN, ACK, RSTs")                                        \
	X(ACK_RSTACK, "ack-rstack", "SYN, ACK, RST+ACK")                                    \
	X(ACK_RSTACKS, "ack-rstack-rstack", "SYN, ACK, RST+ACKs")                           \
	X(PSH, "psh", "PSH+ACK, then nothing")                                              \
	X(PSH_RST, "psh-rst", "PSH+ACK, RST")                                               \
	X(PSH_RSTACK, "psh-rstack", "PSH+ACK, RST+ACK")                                     \
	X(PSH_BOTH, "psh-rst-rstack", "PSH+ACK, RST and RST+ACK")                           \
	X(PSH_RSTACKS, "psh-rstack-rstack", "PSH+ACK, RST+ACKs")                            \
	X(PSH_RST_SAME, "psh-rst-rst-same", "PSH+ACK, RSTs alike")                          \
	X(PSH_RST_DIFFER, "psh-rst-rst-differ", "PSH+ACK, RSTs unlike")                     \
	X(PSH_RST_ZERO, "psh-rst-rst-zero", "PSH+ACK, RSTs with and without an ACK number") \
	X(DATA_RST, "data-rst", "PSH+ACK, data, RST")                                       \
	X(DATA_RSTACK, "data-rstack", "PSH+ACK, data, RST+ACK")

enum tw_signature {
#define X(name, slug, words) TW_SIGNATURE_##name,
	TW_SIGNATURES(X)
#undef X
	    TW_SIGNATURE_COUNT
};

struct tw_detail {
	const char *slug;
	const char *words;
};

/* What a bit of the fact's detail stands for; NULL where its list has no such row. */
const struct tw_detail *tw_fact_detail(enum tw_fact fact, unsigned bit);

static inline uint32_t tw_detail_bit(unsigned row)
{
	return UINT32_C(1) << row;
}

#endif
