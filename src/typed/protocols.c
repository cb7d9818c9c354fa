/* protocols.c: which protocols run over TCP. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed/protocols.h"

static const char *const over_tcp[] = {
    "TLSv1",  "TLSv1.0", "TLSv1.1",  "TLSv1.2",	   "TLSv1.3",	"TLS",	 "SSL",	   "SSLv2",
    "SSLv3",  "HTTP",	 "HTTP/XML", "HTTP/JSON",  "HTTP2",	"HTTPS", "SSH",	   "SSHv1",
    "SSHv2",  "FTP",	 "FTP-DATA", "SMTP",	   "IMAP",	"POP",	 "MySQL",  "PGSQL",
    "TDS",    "TNS",	 "SMB2",     "NBSS",	   "TPKT",	"MQTT",	 "AMQP",   "RTMP",
    "TELNET", "VNC",	 "BGP",	     "Modbus/TCP", "WebSocket", "X11",	 "RESP",   "COTP",
    "S7COMM", "LDP",	 "MSRP",     "OpcUa",	   "SSL/TLS",	"iSCSI", "DCERPC", "EPM",
    "RDP",    "Rlogin",	 "IRC",	     "SMTP/IMF",   "XMPP/XML",	"JSON",	 NULL,
};

static const char *const maybe_tcp[] = {
    "NFS", "RPC",   "Portmap", "DIAMETER", "SIP",    "SIP/SDP", "LDAP",	     "KRB5",	"SNMP",
    "SMB", "MOUNT", "NLM",     "RTSP",	   "CIGI",   "GIOP",	"MEMCACHE",  "H.225.0", "LSC",
    "DNP", "ENIP",  "CIP",     "CIP CM",   "SKINNY", "Gearman", "CASSANDRA", NULL,
};

static const char *const not_tcp[] = {
    "ARP",   "ICMP",   "ICMPv6", "UDP",	   "DNS",    "MDNS",  "LLMNR",	 "DHCP",   "DHCPv6",
    "BOOTP", "NTP",    "SSDP",	 "NBNS",   "STP",    "LACP",  "LLDP",	 "CDP",	   "QUIC",
    "GQUIC", "IGMP",   "IGMPv2", "IGMPv3", "OSPF",   "SCTP",  "BROWSER", "RTP",	   "RTCP",
    "TFTP",  "SYSLOG", "VRRP",	 "HSRP",   "EIGRP",  "PIMv2", "RSTP",	 "ISAKMP", "ESP",
    "GRE",   "VXLAN",  "LOOP",	 "PTPv2",  "RADIUS", NULL,
};

enum tw_protocol tw_protocol_of(const struct tw_token *token)
{
	if (tw_token_is(token, "TCP"))
		return TW_PROTOCOL_TCP;
	if (tw_token_is_any(token, over_tcp))
		return TW_PROTOCOL_OVER_TCP;
	if (tw_token_is_any(token, maybe_tcp))
		return TW_PROTOCOL_MAYBE_TCP;
	if (tw_token_is_any(token, not_tcp))
		return TW_PROTOCOL_NOT_TCP;
	return TW_PROTOCOL_UNKNOWN;
}
