/* steps.h: every sentence that the steps of a scenario may say, and what their functions share. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_LAB_STEPS_H
#define TW_LAB_STEPS_H

#include "lab/run.h"

/*
 * X(pattern, name): lab_step_<name>() performs the sentence, with its LAB_VALUES_MAX values.
 * Patterns are those of words.h; where two fit a sentence, the upper one is meant.
 */

#define LAB_ON	   "[ on connection {number}]"
#define LAB_PIECES "[ in {number} pieces[ {time} apart]]" LAB_ON
#define LAB_PORT   "[ on port {number}]"
/* Of a box that forgets; in the order of enum lab_forgetting. */
#define LAB_FORGETTING "(silently|and answers later packets with RST|and resets both ends)"

/* What programs do: steps_program.c. */
#define LAB_PROGRAM_STEPS(X)                                                             \
	X("{host} listens" LAB_PORT "[ with a backlog of {number}]", listen)             \
	X("{host} connects[ (without waiting|but is not accepted)][ to {host}]" LAB_PORT \
	  "[ from the (same) port]",                                                     \
	  connect)                                                                       \
	X("{host} tries to connect[ to {host}]" LAB_PORT "[ from the (same) port]",      \
	  try_to_connect)                                                                \
	X("{host} waits for the connection" LAB_ON, wait_for_connection)                 \
	X("{host} accepts" LAB_ON, accept)                                               \
	X("they connect to each other", connect_both)                                    \
	X("{host} shuts down (its reading|its sending|both ways)" LAB_ON, shut_down)     \
	X("{host} closes its listener" LAB_PORT, close_listener)                         \
	X("{host} closes and the other follows[ after {time}]" LAB_ON, close_both)       \
	X("{host} closes" LAB_ON, close)                                                 \
	X("{host} aborts" LAB_ON, abort)                                                 \
	X("{host} disconnects" LAB_ON, disconnect)                                       \
	X("{host} is killed", kill)                                                      \
	X("{host} forgets the connection" LAB_ON, forget)                                \
	X("{host} forgets everything", forget_everything)                                \
	X("an administrator destroys the connection on {host}" LAB_ON, destroy)          \
	X("{host} sets {option}" LAB_ON, set_option)                                     \
	X("{host} prepares {option}", prepare_option)                                    \
	X("the kernel of {host} has {word} {word}[ {word} {word}]", set_sysctl)          \
	X("{host} retries", retry)

/* What they say to each other: steps_talk.c. */
#define LAB_TALK_STEPS(X)                                                                    \
	X("{host} sends a request[ of {size}]" LAB_PIECES, send_request)                     \
	X("{host} sends a response[ of {size}]" LAB_PIECES, send_response)                   \
	X("{host} sends a last response[ of {size}]" LAB_PIECES, send_last_response)         \
	X("{host} sends the first part of a response of {size}" LAB_PIECES, send_first_part) \
	X("{host} sends the head of an upload of {size}" LAB_PIECES, send_upload)            \
	X("{host} sends {size} (of the upload|more)" LAB_PIECES, send_more)                  \
	X("{host} sends a small message" LAB_PIECES, send_small)                             \
	X("{host} sends {text}" LAB_PIECES, send_text)                                       \
	X("{host} sends TLS data of {size}" LAB_PIECES, send_tls_data)                       \
	/* The choice is in the order of enum lab_tls_message. */                            \
	X("{host} sends a (TLS client hello|TLS server hello|TLS close_notify|"              \
	  "TLS 1.2 close_notify|TLS alert)" LAB_PIECES,                                      \
	  send_tls)                                                                          \
	X("{host} reads everything" LAB_ON, read_everything)                                 \
	X("{host} reads {size}" LAB_ON, read_size)                                           \
	X("{host} reads what is there" LAB_ON, read_some)                                    \
	X("{host} reads to the end" LAB_ON, read_to_end)                                     \
	X("{host} reads nothing" LAB_ON, read_nothing)                                       \
	X("they exchange a request and a response[ of {size}]" LAB_ON, exchange)             \
	X("they exchange {number} requests and responses[ of {size}][ {time} apart]" LAB_ON, \
	  exchange_many)

/* Time, and checks: steps_time.c. */
#define LAB_TIME_STEPS(X)                                                                     \
	X("wait {time}", wait)                                                                \
	X("wait until {host}'s {segment} (is sent|is in the middle|arrives)[ {number} times]" \
	  "[ for the {ordinal} time]" LAB_ON,                                                 \
	  wait_until)                                                                         \
	X("everything settles", settle)                                                       \
	X("{host}'s {segment} and {host}'s {segment} crossed" LAB_ON, check_crossed)          \
	X("{host}'s read (failed with {word}|ended|brought {size})" LAB_ON, check_read)       \
	X("{host}'s connect failed with {word}" LAB_ON, check_connect)

/* What the wire does: steps_wire.c, and forgers and strangers: steps_forge.c. */
#define LAB_WIRE_STEPS(X)                                                                        \
	X("the wire drops {match}", drop)                                                        \
	X("the wire delays {match} by {time}[ on (the client's|the server's) leg]", delay)       \
	X("the wire duplicates {match}", duplicate)                                              \
	X("the wire damages {match}", damage)                                                    \
	X("the wire strips (window scaling|SACK|time stamps|MSS|Fast Open) from {match}", strip) \
	X("the wire clamps the MSS to {number}", clamp_mss)                                      \
	X("the wire breaks[ towards {host}]", break_wire)                                        \
	X("the wire heals", heal)                                                                \
	X("a box on the way forgets idle connections after {time} " LAB_FORGETTING, forget_idle) \
	X("a box on the way forgets all connections now " LAB_FORGETTING, forget_now)            \
	X("a box on the way translates the client's port", translate_port)                       \
	X("a box on the way translates a service address to the server's"                        \
	  "[, but not its {ordinal} data segment]",                                              \
	  translate_service)                                                                     \
	X("the server's address moves to the other host", redirect)                              \
	X("the other host sees every packet too", copy)                                          \
	X("recording (stops|starts)", record)                                                    \
	X("only segments of {host} are recorded", record_only)

#define LAB_FORGE_STEPS(X)                                                                      \
	X("the wire forges a (RST|RST,ACK) to {hosts} now[, {size} ahead][ {hand}]", forge_now) \
	X("the wire forges a SYN,ACK to {host} when it sees {match}[ {hand}]", forge_synack)    \
	X("the wire forges a (RST|RST,ACK) to {hosts} when it sees {match}[, (swallowing) it]"  \
	  "[ {hand}]",                                                                          \
	  forge_when)                                                                           \
	X("the wire forges {number} (RSTs|RST,ACKs) to {hosts}, {size} apart, when it sees "    \
	  "{match}[, (swallowing) it][ {hand}]",                                                \
	  forge_many)                                                                           \
	X("the wire answers {match} with (RST|RST,ACK)[, (swallowing) it][ {hand}]", answer)    \
	X("the wire answers {match} with ICMP code {number}[, (swallowing) it]", answer_icmp)   \
	X("a stranger sends a SYN to port {number}", stray_syn)                                 \
	X("a stranger sends {number} SYNs from other addresses", flood)                         \
	X("a stranger's SYN,ACK reaches the client {number} times", backscatter)

#define LAB_ALL_STEPS(X)     \
	LAB_PROGRAM_STEPS(X) \
	LAB_TALK_STEPS(X)    \
	LAB_TIME_STEPS(X)    \
	LAB_WIRE_STEPS(X)    \
	LAB_FORGE_STEPS(X)

#define LAB_STEP_FUNCTION(pattern, name) \
	bool lab_step_##name(struct lab_run *run, const struct lab_value *values);
LAB_ALL_STEPS(LAB_STEP_FUNCTION)
#undef LAB_STEP_FUNCTION

/* The number of a value, or what is meant where the sentence does not have it. */
uint64_t lab_step_number(const struct lab_value *value, uint64_t otherwise);
int64_t lab_step_time(const struct lab_value *value, int64_t otherwise_ns);
/* The connection of "on connection N", or the newest; 0 and lab_run_fail() where there is none. */
uint32_t lab_step_connection(struct lab_run *run, const struct lab_value *on);
/* The sum of the wire's delays, twice; at least 2 ms, what the machine itself takes. */
int64_t lab_round_trip_ns(const struct lab_plan *plan);
/* A request of the client and a response of `bytes` (0: of any size), both read. */
bool lab_exchange(struct lab_run *run, uint32_t number, uint64_t bytes);
/* Does this entry of the wire's log belong to the connection? */
bool lab_is_of_connection(const struct lab_run *run, const struct lab_connection *connection,
			  const struct lab_passed *passed);
bool lab_add_rule(struct lab_run *run, struct lab_rule *rule);
/* The rule with what a {match} says: which packets, on which leg, and which ordinals of them. */
bool lab_add_rules(struct lab_run *run, const struct lab_value *match, struct lab_rule *rule);
/* The diary has what the wire does in the scenario's own words. */
void lab_note_sentence(struct lab_run *run);
/* Sleeps. */
void lab_pause(int64_t duration_ns);
/* Waits until nothing is on the way and nothing has been for a while. */
void lab_settle(struct lab_run *run);

#endif
