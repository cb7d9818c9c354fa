/* company.c: endings that a connection shares with others, and that only these explain. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_PROCESS_EXIT = {
    .prior = 40,
    .prior_source = "estimate: restarts and crashes are rare, but each ends all connections",
    .expects =
	{
	    TW_NEEDS(ENDED_TOGETHER),
	    TW_NEEDS(ENDING_SEEN),
	    TW_FORBIDS(RESET_TO_SYN),
	    TW_EXPECTS(LISTENER_GONE, 75),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(FIN_BY_BOTH, 75),
	    TW_EXPECTS(FINS_ACKNOWLEDGED, 72),
	    TW_EXPECTS(FINS_CROSSED, 1),
	    TW_EXPECTS(ALL_ACKNOWLEDGED, 90),
	    TW_EXPECTS(REST_BEFORE_FIN, 85),
	    TW_EXPECTS(IDLE_BEFORE_FIN, 45),
	    TW_EXPECTS(LATE_DATA, 4),
	    TW_EXPECTS(REQUEST_UNANSWERED, 15),
	    TW_EXPECTS(RESET_SEEN, 15),
	    TW_EXPECTS(RESET_BY_OPENER, 2),
	    TW_EXPECTS(RESET_ACTIVE, 90),
	    TW_EXPECTS(UNANSWERED_RETRANSMISSIONS, 2),
	    TW_FORBIDS(RESET_IMPOSSIBLE),
	},
    .title = "{server}'s process went away, and all its connections with it",
    .meaning =
	"A process of {server} exited or was killed, and its kernel closed every socket that "
	"it had: several connections of this port ended in one instant, unasked. It closes "
	"them with a FIN, or with a RST where received data was still unread. Whoever "
	"connects next is refused until something listens there again.",
    .advice =
	{
	    "On {server}: what ended the process at this moment? See journalctl -u SERVICE, "
	    "dmesg (out of memory: \"Killed process\"), coredumpctl list, or the orchestrator's "
	    "events (kubectl get events, kubectl describe pod: \"OOMKilled\", \"Liveness probe "
	    "failed\").",
	    "If it was a planned restart: let it drain first (nginx -s quit, HAProxy reload with "
	    "-sf, systemd TimeoutStopSec with a SIGTERM handler), and hand the listening socket "
	    "over (systemd socket activation, SO_REUSEPORT), so that nobody is refused.",
	    "On {client}: requests that had no answer yet may or may not have been done; repeat "
	    "only what may be done twice, and only on a new connection.",
	    "Count with nstat -az TcpEstabResets TcpExtTCPAbortOnClose on {server} before and "
	    "after a restart: what was cut off unread.",
	},
    .references = {"RFC 9293 3.6", "RFC 9293 3.10.4", "Linux tcp_close(), exit_files()"},
    .no_example = "It takes several connections of one port, and their times.",
};

const struct tw_cause_entry tw_cause_entry_SYN_FLOOD = {
    .prior = 10,
    .prior_source = "estimate: floods are rare, but each brings thousands of attempts",
    .expects =
	{
	    TW_NEEDS(SYN_SEEN),
	    TW_NEEDS(LISTENER_FLOODED),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	    TW_FORBIDS(OPENER_ANSWERED),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_FORBIDS(RESET_SEEN),
	    TW_FORBIDS(ICMP_TO_SYN),
	    TW_EXPECTS(SYN_ANSWERED, 50),
	    TW_EXPECTS(SYN_REPEATED, 2),
	    TW_EXPECTS(SYN_ACK_REPEATED, 80),
	    TW_EXPECTS(SYN_CRAFTED, 60),
	    TW_EXPECTS(ENDING_SEEN, 2),
	    TW_EXPECTS(FAN_OUT, 2),
	},
    .title = "one of a flood of attempts at {server}'s port that nobody meant to complete",
    .meaning =
	"The SYN is one of a flood, whose source addresses are forged or do not answer; each "
	"takes a place in the queue of {server}'s listener. The listener repeats its "
	"SYN,ACK to each for a minute or so (RFC 4987). Once the listener's queue is full it "
	"drops every further SYN, those of honest clients too, unless it answers with SYN "
	"cookies.",
    .advice =
	{
	    "On {server}: SYN cookies must be on (sysctl net.ipv4.tcp_syncookies=1, which is the "
	    "default); then a full queue refuses nobody.",
	    "See how bad it is: nstat -az TcpExtTCPReqQFullDoCookies TcpExtTCPReqQFullDrop "
	    "TcpExtSyncookiesSent TcpExtListenDrops, and ss -tan state syn-recv | wc -l.",
	    "Make room: sysctl net.ipv4.tcp_max_syn_backlog and net.core.somaxconn, a larger "
	    "backlog in listen() (nginx: listen 80 backlog=4096), and "
	    "net.ipv4.tcp_synack_retries=2, so that half-open attempts are forgotten sooner.",
	    "In front of it: let the firewall answer SYNs itself (nft synproxy, iptables -j "
	    "SYNPROXY), or a provider's filter. Forged addresses cannot be blocked one by one.",
	    "If it is your own load test: the clients' ACKs do not arrive here; look for a filter "
	    "or a route in which they are lost.",
	},
    .references = {"RFC 4987 2", "RFC 4987 3.6", "Linux tcp_conn_request()"},
    .no_example = "It takes many attempts at one port within a few seconds.",
};

const struct tw_cause_entry tw_cause_entry_BACKSCATTER = {
    .prior = 10,
    .prior_source = "estimate: background traffic of public addresses; private ones have none",
    .expects =
	{
	    TW_NEEDS(UNASKED_ANSWER),
	    TW_FORBIDS(SYN_SEEN),
	    TW_FORBIDS(PAYLOAD_SEEN),
	    TW_FORBIDS(HANDSHAKE_COMPLETE),
	},
    .title = "{server} answers a SYN that {client} never sent",
    .meaning =
	"Somebody else sends SYNs to {server} with {client}'s address as their source, in a "
	"flood or to hide a scan, and {server}'s answers (SYN,ACK, or RST,ACK as of a closed "
	"port) come here like an echo. {client}'s kernel knows of no such attempt, and says "
	"so with a RST.",
    .advice =
	{
	    "Nothing is broken here, and {client} does nothing wrong. A firewall that tracks "
	    "connections can drop such answers quietly (nft: ct state invalid drop).",
	    "Tell whoever runs {server}: it is being flooded or scanned in {client}'s name.",
	    "If {client} did connect: the SYN went another way or was not captured. Capture on "
	    "all interfaces (tcpdump -i any) from before the attempt.",
	},
    .references = {"RFC 4987 2", "RFC 9293 3.5.2", "Moore et al., USENIX Security 2001"},
    .example = "S > C SA seq=0 ack=1; C > S R seq=1",
    .near_miss = "0.00 C > S S seq=0; 0.01 S > C SA seq=0 ack=1; 0.02 C > S R seq=1",
};
