/* path.c: endings by silence or by a third party, and the honest unknown. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "cause/entry.h"

const struct tw_cause_entry tw_cause_entry_RETRANSMISSION_TIMEOUT = {
    .prior = 30,
    .prior_source = "estimate: a few of 100 failures; paths that break under a "
		    "connection are rare",
    .expects =
	{
	    TW_NEEDS(UNANSWERED_RETRANSMISSIONS),
	    TW_FORBIDS(ALIVE_AFTERWARDS),
	    TW_EXPECTS(FIRST_PAYLOAD_LOST, 3),
	    TW_EXPECTS(IDLE_BEFORE_SILENCE, 4),
	    TW_EXPECTS(LOST_IS_LARGER, 8),
	    TW_EXPECTS(SMALLER_PASSES, 2),
	    TW_EXPECTS(GAVE_UP_ON_WINDOW, 1),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(ENDING_SEEN, 30),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 3),
	    TW_EXPECTS(RESET_SEEN, 20),
	    TW_EXPECTS(RESET_BARE, 20),
	    TW_EXPECTS(FIN_BY_BOTH, 5),
	},
    .title = "data was sent again and again, and nothing came back",
    .meaning = "What was sent stayed unacknowledged through all repetitions: the path or the other "
	       "host was gone, and nothing in the input shows which. Linux gives up silently, "
	       "without a RST, and its application sees \"timed out\".",
    .advice = {"Capture at the silent side: do the packets arrive, and does it "
	       "answer?",
	       "Look for what changed at that moment: a link (ip -s link, ethtool "
	       "-S INTERFACE), a route (ip route get ADDRESS), a VPN, a restart.",
	       "On the sender: ss -tino dst ADDRESS shows backoff, rto and unacked "
	       "while it lasts; nstat -az TcpExtTCPTimeouts TcpExtTCPAbortOnTimeout "
	       "counts it.",
	       "To give up sooner than net.ipv4.tcp_retries2 (15, about 15 minutes) "
	       "does, set TCP_USER_TIMEOUT: libpq tcp_user_timeout, HAProxy tcp-ut, "
	       "or the socket option in milliseconds."},
    .references = {"RFC 9293 3.8.3", "RFC 1122 4.2.3.5"},
    .example = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
	       "0.2 C > S PA seq=1 ack=1 len=100; 0.3 S > C PA seq=1 ack=101 len=100; "
	       "0.3 C > S PA seq=101 ack=101 len=100; 0.6 C > S PA seq=101 ack=101 len=100; "
	       "1.2 C > S PA seq=101 ack=101 len=100; 2.4 C > S PA seq=101 ack=101 len=100; "
	       "4.8 C > S PA seq=101 ack=101 len=100",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 "
		 "ack=1; 0.3 C > S PA seq=1 ack=1 len=100; 0.6 C > S PA seq=1 ack=1 "
		 "len=100; 1.2 C > S PA seq=1 ack=1 len=100; 2.4 C > S PA seq=1 ack=1 "
		 "len=100; 2.5 S > C PA seq=1 ack=101 len=9; 2.6 C > S FA seq=101 "
		 "ack=10; 2.7 S > C FA seq=10 ack=102; 2.8 C > S A seq=102 ack=11",
};

const struct tw_cause_entry tw_cause_entry_PATH_BLACKHOLE = {
    .prior = 20,
    .prior_source = "estimate: a little rarer than silences of which nothing shows "
		    "whether host or path is to blame",
    .expects =
	{
	    TW_NEEDS(UNANSWERED_RETRANSMISSIONS),
	    TW_NEEDS(ALIVE_AFTERWARDS),
	    TW_EXPECTS(HEARD_MEANWHILE, 60),
	    TW_EXPECTS(FIRST_PAYLOAD_LOST, 3),
	    TW_EXPECTS(IDLE_BEFORE_SILENCE, 4),
	    TW_EXPECTS(LOST_IS_LARGER, 6),
	    TW_EXPECTS(SMALLER_PASSES, 2),
	    TW_EXPECTS(GAVE_UP_ON_WINDOW, 1),
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 99),
	    TW_EXPECTS(ENDING_SEEN, 30),
	    TW_EXPECTS(ZERO_WINDOW_AT_END, 2),
	    TW_EXPECTS(RESET_SEEN, 15),
	    TW_EXPECTS(FIN_BY_BOTH, 4),
	},
    .title = "packets of this connection vanished on the way, though the other host was alive",
    .meaning =
	"Something between the two swallows the packets of this connection, in one direction "
	"at least, for the silent host showed that it was alive. What was sent stayed "
	"unacknowledged through all repetitions.",
    .advice = {"Capture at both ends and compare: which direction is lost?",
	       "Look for a firewall or NAT that lost or never had this connection's "
	       "state: conntrack -L -d ADDRESS, conntrack -S, and \"nf_conntrack: "
	       "table full, dropping packet\" in dmesg "
	       "(net.netfilter.nf_conntrack_max).",
	       "Look for a path that differs by flow (ECMP, a bonded link with one "
	       "bad member): mtr --tcp --port PORT ADDRESS, several times, and cat "
	       "/proc/net/bonding/bond0.",
	       "If only full segments vanish, it is the MTU: ping -M do -s 1472 "
	       "ADDRESS, then clamp the MSS (nft ... tcp option maxseg size set rt "
	       "mtu) or let ICMP type 3 code 4 pass."},
    .references = {"RFC 9293 3.8.3"},
    .example = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 ack=1; "
	       "0.2 C > S PA seq=1 ack=1 len=100; 0.3 S > C PA seq=1 ack=101 len=100; "
	       "0.3 C > S PA seq=101 ack=101 len=100; 0.6 C > S PA seq=101 ack=101 len=100; "
	       "1.2 C > S PA seq=101 ack=101 len=100; 1.5 S > C A seq=101 ack=101; "
	       "2.4 C > S PA seq=101 ack=101 len=100; 4.8 C > S PA seq=101 ack=101 len=100",
    .near_miss = "0.0 C > S S seq=0; 0.1 S > C SA seq=0 ack=1; 0.2 C > S A seq=1 "
		 "ack=1; 0.3 C > S PA seq=1 ack=1 len=100; 0.6 C > S PA seq=1 ack=1 "
		 "len=100; 1.2 C > S PA seq=1 ack=1 len=100; 2.4 C > S PA seq=1 ack=1 "
		 "len=100; 4.8 C > S PA seq=1 ack=1 len=100",
};

const struct tw_cause_entry tw_cause_entry_INJECTED_RESET = {
    .prior = 8,
    .prior_source = "estimate: rare outside of networks that filter; it must not be "
		    "claimed without an impossibility",
    .expects =
	{
	    TW_NEEDS(RESET_SEEN),
	    TW_NEEDS(RESET_IMPOSSIBLE),
	    TW_FORBIDS(FILTER_REFUSED),
	    TW_EXPECTS(UNTRANSLATED, 1),
	    TW_EXPECTS(RESET_BOTH_ENDS, 25),
	    TW_EXPECTS(RESET_FOREIGN, 70),
	    TW_EXPECTS(RESET_TOO_FAST, 25),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 70),
	    TW_EXPECTS(RESET_IP_ID_CONTINUES, 4),
	    TW_EXPECTS(IDLE_BEFORE_RESET, 3),
	    TW_EXPECTS(RESET_ACTIVE, 40),
	    TW_EXPECTS(RESETS_TO_EACH, 10),
	    TW_EXPECTS(CONVERSATION_SEEN, 96),
	    TW_FORBIDS(CAPTURED_AT_RESETTER),
	},
    .title = "a third party forged the RST in {resetter}'s name",
    .meaning =
	"A device between the two made the RST in {resetter}'s name (an intrusion prevention "
	"system, a censor, a broken middlebox): {resetter}'s own packets say that it did not "
	"send it. It can copy addresses, ports and numbers from the packets that pass; it "
	"cannot know the sender's count of IP IDs, its flow label or its distance, and it "
	"cannot keep {resetter} from going on.",
    .advice = {"Capture at {resetter}: if the RST does not leave it (nstat -az TcpOutRsts does not "
	       "rise), it was made on the way.",
	       "Compare the RST with {resetter}'s other packets: tshark -r FILE -Y "
	       "\"tcp.stream eq N\" -T fields -e frame.number -e ip.src -e ip.ttl "
	       "-e ip.id -e tcp.flags.str -e tcp.seq_raw.",
	       "Find how far away the forger is: the RST's TTL, counted down from 64, 128 or 255, "
	       "and the time between the packet that it answers and the RST.",
	       "Look through the rules of your own devices first: Suricata's reject and drop "
	       "actions, Snort's active response, a firewall's \"reset both\"; their logs name the "
	       "rule and the time. Web filters go by the name in the TLS hello or the HTTP Host: "
	       "try another one.",
	       "Encryption of the whole path (WireGuard, IPsec) evades devices that read."},
    .references = {"RFC 5961 3.2", "Weaver, Sommer, Paxson: NDSS 2009"},
    .example = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 ack=1; "
	       "0.05 C > S PA seq=1 ack=1 len=100; 0.051 S > C RA seq=1 ack=101 win=0; "
	       "0.07 S > C PA seq=1 ack=101 len=500; 0.08 S > C PA seq=501 ack=101 len=500",
    .near_miss = "0.00 C > S S seq=0; 0.02 S > C SA seq=0 ack=1; 0.04 C > S A seq=1 "
		 "ack=1; 0.05 C > S PA seq=1 ack=1 len=100; 0.07 S > C PA seq=1 "
		 "ack=101 len=500; 0.09 S > C RA seq=501 ack=101 win=501",
};

const struct tw_cause_entry tw_cause_entry_NAT_BYPASS_RESET = {
    .prior = 6,
    .prior_source = "estimate: known from Kubernetes (issues 74839, 117924), rare per connection",
    .expects =
	{
	    TW_NEEDS(UNTRANSLATED),
	    TW_EXPECTS(RESET_SEEN, 93),
	    TW_EXPECTS(RESET_BARE, 96),
	    TW_EXPECTS(RESET_ACTIVE, 2),
	    /* The SYN,ACK itself may be what passed. */
	    TW_EXPECTS(HANDSHAKE_COMPLETE, 80),
	    TW_EXPECTS(RESET_TTL_DIFFERS, 4),
	    TW_EXPECTS(RESET_TOO_FAST, 2),
	    TW_EXPECTS(IDLE_BEFORE_RESET, 8),
	    TW_EXPECTS(FIN_BEFORE_RESET, 8),
	},
    .title = "a segment passed the address translation untouched, and a host that did not know "
	     "it answered with RST",
    .meaning =
	"A device that rewrites addresses between the two (a Kubernetes service, a NAT, a "
	"load balancer) let one segment pass as it was, and the host that got it has no "
	"connection with that address, so it answered with a RST. The segment did not fit the "
	"device's record of the connection, by its sequence numbers or after losses "
	"(conntrack calls it INVALID). The receiver's kernel reset what it did not know (RFC "
	"9293 3.10.7.1); for the other end that RST is a valid one, so it forgot the "
	"connection. Neither application closed anything.",
    .advice =
	{"On the translating host, drop what cannot be translated: iptables -I FORWARD -m "
	 "conntrack --ctstate INVALID -j DROP (kube-proxy does so since Kubernetes 1.15); nft: ct "
	 "state invalid drop.",
	 "Or let conntrack not judge by sequence numbers: sysctl -w "
	 "net.netfilter.nf_conntrack_tcp_be_liberal=1 (kube-proxy: conntrack.tcpBeLiberal).",
	 "Count them: conntrack -S (invalid=) and nstat -az TcpOutRsts; log "
	 "them: sysctl -w net.netfilter.nf_conntrack_log_invalid=6.",
	 "Capture on all interfaces of the end that resets: tcpdump -ni any \"tcp[13] & 4 != 0\" "
	 "shows a RST to an address that the connection does not have."},
    .references = {"RFC 9293 3.10.7.1", "Linux nf_conntrack_tcp_packet()",
		   "Kubernetes issue 74839"},
    /* Behind the device, where all addresses are right; before it, the stray has another pair. */
    .example = "0.000 C > S S seq=0; 0.001 S > C SA seq=0 ack=1; 0.020 C > S A seq=1 ack=1; "
	       "0.021 C > S PA seq=1 ack=1 len=100; 0.022 S > C PA seq=1 ack=101 len=500; "
	       "0.023 S > C PA seq=501 ack=101 len=500; 0.042 C > S A seq=101 ack=501; "
	       "0.043 C > S R seq=101; 0.500 C > S PA seq=101 ack=501 len=100; "
	       "0.501 S > C R seq=501; 0.720 C > S PA seq=101 ack=501 len=100; "
	       "0.721 S > C R seq=501",
    .near_miss = "0.000 C > S S seq=0; 0.001 S > C SA seq=0 ack=1; 0.020 C > S A seq=1 ack=1; "
		 "0.021 C > S PA seq=1 ack=1 len=100; 0.022 S > C PA seq=1 ack=101 len=500; "
		 "0.023 S > C PA seq=501 ack=101 len=500; 0.042 C > S A seq=101 ack=501; "
		 "0.043 C > S R seq=101; 0.044 C > S A seq=101 ack=1001; "
		 "0.500 C > S PA seq=101 ack=1001 len=100; 0.501 S > C R seq=1001",
};

const struct tw_cause_entry tw_cause_entry_UNKNOWN = {
    .prior = 14,
    .prior_source = "estimate; besides, it keeps 2 of 100 of the leader's weight "
		    "(judge.c says why)",
    .expects = {{TW_FACT_NONE, 0}},
    .title = "the input does not show why",
    .meaning = "None of the known causes fits, or the evidence does not decide between them.",
    .advice = {"Capture at both ends, ICMP included, from before the connection is "
	       "opened until after its end: tcpdump -ni any -s 128 -w FILE \"tcp "
	       "port PORT or icmp or icmp6\".",
	       "See what would settle it."},
    .references = {"RFC 9293"},
    .no_example = "It is what remains where no cause fits; a list that shows it would "
		  "be one that some cause ought to explain.",
};
