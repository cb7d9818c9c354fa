/* timers.c: the table of default time limits, and the search in it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fact/timers.h"

#include "base/time.h"

enum {
	SERVER = TW_EXPIRY_SERVER_CLOSES,
	CLIENT = TW_EXPIRY_CLIENT_CLOSES,
	GIVES_UP = TW_EXPIRY_GIVES_UP,
	RESETS = TW_EXPIRY_RESETS,
	RESETS_NEXT = TW_EXPIRY_RESETS_NEXT,
	FORGETS = TW_EXPIRY_FORGETS,
	PROBES = TW_EXPIRY_PROBES,
	LINGERS = TW_EXPIRY_LINGERS,
	ORPHANS = TW_EXPIRY_ORPHANS,
};

/* The most widespread first: these are named where there is no room for all. */
static const struct tw_timer timers[] = {
    /* HTTP servers and proxies */
    {"nginx", "keepalive_timeout", 75, SERVER, "nginx ngx_http_core_module"},
    {"nginx", "upstream keepalive_timeout", 60, CLIENT, "nginx ngx_http_upstream_module"},
    {"nginx", "proxy_read_timeout", 60, GIVES_UP, "nginx ngx_http_proxy_module"},
    {"nginx", "lingering_timeout", 5, LINGERS, "nginx ngx_http_core_module"},
    {"nginx", "lingering_time", 30, LINGERS, "nginx ngx_http_core_module"},
    {"Apache httpd", "KeepAliveTimeout", 5, SERVER, "httpd core documentation"},
    {"Apache httpd", "lingering close, one read", 2, LINGERS, "httpd server/connection.c"},
    {"Apache httpd", "lingering close", 30, LINGERS, "httpd server/connection.c"},
    {"AWS ALB", "idle timeout", 60, SERVER | CLIENT | GIVES_UP, "AWS ELB user guide"},
    {"Apache httpd", "Timeout", 60, SERVER | GIVES_UP, "httpd core documentation"},
    {"AWS CLB", "idle timeout", 60, SERVER | CLIENT | GIVES_UP, "AWS ELB user guide"},
    {"Node.js", "server.keepAliveTimeout (until 2026)", 5, SERVER, "Node.js 22 http"},
    {"Node.js", "server.keepAliveTimeout (since 2026)", 65, SERVER, "Node.js PR 62782"},
    {"Envoy", "idle_timeout", 3600, SERVER | CLIENT, "Envoy timeouts FAQ"},
    {"Envoy", "route timeout", 15, GIVES_UP, "Envoy timeouts FAQ"},
    {"Tomcat", "keepAliveTimeout (shipped server.xml)", 20, SERVER, "Tomcat http.xml"},
    {"Tomcat", "keepAliveTimeout (without server.xml)", 60, SERVER, "Tomcat http.xml"},
    {"Kestrel", "KeepAliveTimeout (older)", 120, SERVER, "Kestrel KestrelServerLimits.cs"},
    {"Kestrel", "KeepAliveTimeout", 130, SERVER, "Microsoft Learn KestrelServerLimits"},
    {"Kestrel", "RequestHeadersTimeout", 30, SERVER, "Kestrel KestrelServerLimits.cs"},
    {"IIS", "connectionTimeout", 120, SERVER, "Kestrel KestrelServerLimits.cs"},
    {"Varnish", "timeout_idle", 5, SERVER, "Varnish params.h"},
    {"Varnish", "backend_idle_timeout", 60, CLIENT, "Varnish params.h"},
    {"Varnish", "first_byte_timeout", 60, GIVES_UP, "Varnish params.h"},
    {"Squid", "client_idle_pconn_timeout", 120, SERVER, "Squid cf.data.pre"},
    {"Squid", "server_idle_pconn_timeout", 60, CLIENT, "Squid cf.data.pre"},
    {"Squid", "request_start_timeout", 300, SERVER, "Squid cf.data.pre"},
    {"Squid", "read_timeout", 900, GIVES_UP, "Squid cf.data.pre"},
    {"Caddy", "idle_timeout", 300, SERVER, "Caddy caddyhttp/app.go"},
    {"Caddy", "read_header timeout", 60, SERVER, "Caddy caddyhttp/app.go"},
    {"Traefik", "idleTimeout", 180, SERVER, "Traefik static_config.go"},
    {"Traefik", "readTimeout", 60, SERVER, "Traefik static_config.go"},
    {"Traefik", "idleConnTimeout", 90, CLIENT, "Traefik http_config.go"},
    {"gunicorn", "keepalive", 2, SERVER, "gunicorn config.py"},
    {"gunicorn", "timeout", 30, SERVER, "gunicorn config.py"},
    {"uvicorn", "timeout_keep_alive", 5, SERVER, "uvicorn config.py"},
    {"Puma", "persistent_timeout", 65, SERVER, "Puma configuration.rb"},
    {"Puma", "first_data_timeout", 30, SERVER, "Puma configuration.rb"},
    {"aiohttp", "web.run_app keepalive_timeout", 75, SERVER, "aiohttp web.py"},
    {"aiohttp", "RequestHandler keepalive_timeout", 3630, SERVER, "aiohttp web_protocol.py"},
    {"aiohttp", "TCPConnector keepalive_timeout", 15, CLIENT, "aiohttp connector.py"},
    {"nginx", "client_header_timeout", 60, SERVER, "nginx ngx_http_core_module"},
    {"nginx", "client_body_timeout", 60, SERVER, "nginx ngx_http_core_module"},
    /* clients' pools */
    {"Go net/http", "DefaultTransport IdleConnTimeout", 90, CLIENT, "Go net/http transport.go"},
    {"curl", "CURLOPT_MAXAGE_CONN", 118, CLIENT, "curl url.c"},
    {"OkHttp", "ConnectionPool keepAliveDuration", 300, CLIENT, "OkHttp ConnectionPool.kt"},
    {"Chromium", "used idle socket", 300, CLIENT, "Chromium client_socket_pool_base.h"},
    {"Chromium", "unused idle socket", 10, CLIENT, "Chromium client_socket_pool_base.h"},
    {"Firefox", "network.http.keep-alive.timeout", 115, CLIENT, "Firefox all.js"},
    /* databases and other services */
    {"MySQL", "wait_timeout", 28800, SERVER, "MySQL sys_vars.cc"},
    {"PostgreSQL", "authentication_timeout", 60, SERVER, "postgresql.conf.sample"},
    {"Redis", "tcp-keepalive", 300, PROBES, "redis.conf"},
    {"Kafka broker", "connections.max.idle.ms", 600, SERVER, "Kafka SocketServerConfigs"},
    {"Kafka clients", "connections.max.idle.ms", 540, CLIENT, "Kafka CommonClientConfigs"},
    {"OpenSSH sshd", "LoginGraceTime", 120, SERVER, "sshd_config(5)"},
    /* balancers and translators of the clouds */
    {"AWS NLB", "TCP idle timeout", 350, RESETS_NEXT, "AWS ELB user guide"},
    {"AWS NAT gateway", "idle timeout", 350, RESETS_NEXT, "AWS VPC user guide"},
    {"AWS Network Firewall", "TcpIdleTimeoutSeconds", 350, FORGETS, "AWS API_FlowTimeouts"},
    {"AWS EC2", "TcpEstablishedTimeout (Nitro v6)", 350, FORGETS, "AWS EC2 user guide"},
    {"AWS EC2", "TcpEstablishedTimeout", 432000, FORGETS, "AWS EC2 user guide"},
    {"Azure Load Balancer", "idle timeout", 240, FORGETS | RESETS, "Azure load-balancer-tcp-reset"},
    {"Azure NAT Gateway", "idle timeout", 240, RESETS_NEXT, "Azure NAT gateway documentation"},
    {"Google Cloud LB", "client HTTP keepalive", 610, SERVER, "GCP load balancing documentation"},
    {"Google Cloud LB", "backend HTTP keepalive", 600, CLIENT, "GCP load balancing documentation"},
    {"Google Cloud NAT", "TCP established", 1200, FORGETS, "GCP Cloud NAT documentation"},
    {"Google PSC", "TCP established", 1200, FORGETS, "GCP Private Service Connect"},
    {"Oracle Cloud LB", "keep-alive to clients", 65, SERVER, "OCI connectionreuse"},
    {"Oracle Cloud LB", "idle to backends", 300, CLIENT, "OCI connectionreuse"},
    /* firewalls */
    {"Cisco ASA", "timeout conn", 3600, FORGETS, "Cisco ASA running configurations"},
    {"Cisco ASA", "timeout half-closed", 600, ORPHANS, "Cisco ASA running configurations"},
    {"FortiGate", "session-ttl", 3600, FORGETS, "FortiOS CLI reference"},
    {"FortiADC", "tcp-established", 3600, FORGETS, "FortiADC CLI reference"},
    {"kube-proxy", "tcpEstablishedTimeout", 86400, FORGETS, "Kubernetes defaults.go"},
    {"Linux IPVS", "ESTABLISHED", 900, FORGETS, "Linux ip_vs_proto_tcp.c"},
    {"Linux conntrack", "tcp_timeout_established", 432000, FORGETS,
     "Linux nf_conntrack_proto_tcp.c"},
    {"pf", "tcp.established", 86400, FORGETS, "FreeBSD pfvar.h"},
    /* kernels */
    {"Linux", "tcp_keepalive_intvl", 75, PROBES, "Linux tcp.h"},
    {"FreeBSD", "keepintvl", 75, PROBES, "FreeBSD tcp_timer.h"},
    {"macOS", "keepintvl", 75, PROBES, "XNU tcp_timer.h"},
    {"Windows", "KeepAliveInterval", 1, PROBES, "Microsoft KeepAliveInterval"},
    {"Go net", "Dialer KeepAlive", 30, PROBES, "Go net/http transport.go"},
    {"Linux", "tcp_fin_timeout", 60, ORPHANS, "Linux tcp.h"},
    {"FreeBSD", "finwait2_timeout", 60, ORPHANS, "FreeBSD tcp_timer.h"},
    {"macOS", "FIN-WAIT-2", 60, ORPHANS, "XNU tcp_timer.h"},
};

_Static_assert(TW_LEN(timers) <= TW_TIMERS_MAX, "room for all that can match");

static bool is_as_long(int64_t duration_ns, const struct tw_timer *timer)
{
	int64_t limit_ns = timer->seconds * TW_NS_PER_S;
	int64_t tolerance_ns = limit_ns / 100 > TW_NS_PER_S ? limit_ns / 100 : TW_NS_PER_S;

	if (tolerance_ns > limit_ns / 4)
		tolerance_ns = limit_ns / 4;
	return duration_ns >= limit_ns - tolerance_ns && duration_ns <= limit_ns + tolerance_ns;
}

size_t tw_timers_matching(int64_t duration_ns, unsigned expiries,
			  const struct tw_timer *out[TW_TIMERS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < TW_LEN(timers); i++)
		if ((timers[i].expiry & expiries) && is_as_long(duration_ns, &timers[i]))
			out[count++] = &timers[i];
	return count;
}
