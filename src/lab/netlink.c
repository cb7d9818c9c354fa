/* netlink.c: a socket per question: they are few, and none is left open. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/netlink.h"

#include "base/assert.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void lab_netlink_begin(struct lab_netlink *message, uint16_t type, uint16_t flags, const void *body,
		       size_t size)
{
	TW_ASSERT(NLMSG_SPACE(size) <= sizeof(message->bytes));
	memset(message, 0, sizeof(*message));
	message->header.nlmsg_type = type;
	message->header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	message->header.nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
	memcpy(message->bytes + NLMSG_HDRLEN, body, size);
}

void lab_netlink_add(struct lab_netlink *message, uint16_t attribute, const void *value,
		     size_t size)
{
	size_t offset = NLMSG_ALIGN(message->header.nlmsg_len);
	struct rtattr head = {.rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = attribute};

	TW_ASSERT(offset + RTA_SPACE(size) <= sizeof(message->bytes));
	memcpy(message->bytes + offset, &head, sizeof(head));
	memcpy(message->bytes + offset + RTA_LENGTH(0), value, size);
	message->header.nlmsg_len = (uint32_t)(offset + head.rta_len);
}

static int exchange(struct lab_netlink *message, int socket)
{
	struct nlmsgerr refusal;
	ssize_t got;

	if (send(socket, message->bytes, message->header.nlmsg_len, 0) < 0)
		return errno;
	do
		got = recv(socket, message->bytes, sizeof(message->bytes), 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno;
	if ((size_t)got < NLMSG_SPACE(sizeof(refusal)) || message->header.nlmsg_type != NLMSG_ERROR)
		return 0;
	memcpy(&refusal, message->bytes + NLMSG_HDRLEN, sizeof(refusal));
	return -refusal.error;
}

int lab_netlink_ask(struct lab_netlink *message, int protocol)
{
	int channel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int error;

	if (channel < 0)
		return errno;
	error = exchange(message, channel);
	(void)close(channel);
	return error;
}
