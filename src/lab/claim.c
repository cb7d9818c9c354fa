/* claim.c: addresses that no other run has at the same time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "lab/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SLOTS = 64 * 252, CLIENT_NET = 64, SERVER_NET = 128, SERVER_NET6 = 0x8000 };

/* The last number of each host's address; its gateway has 1. */
static const uint8_t host_numbers[LAB_HOSTS] = {
    [LAB_CLIENT] = 2, [LAB_SERVER] = 2, [LAB_OTHER] = 3};

/* Binds the name of the slot. Abstract names go with their last descriptor. */
static int claim_slot(unsigned slot, int *claim)
{
	union {
		struct sockaddr any;
		struct sockaddr_un path;
	} name = {.path = {.sun_family = AF_UNIX}};
	char *text = name.path.sun_path + 1; /* behind the NUL that makes it abstract */
	size_t room = sizeof(name.path.sun_path) - 1;
	size_t length = (size_t)snprintf(text, room, "tcpwhy-lab-slot-%u", slot);
	size_t size = offsetof(struct sockaddr_un, sun_path) + 1 + length;
	int error;

	*claim = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*claim < 0)
		return errno;
	if (bind(*claim, &name.any, (socklen_t)size) == 0)
		return 0;
	error = errno;
	(void)close(*claim);
	*claim = -1;
	return error;
}

static void compose4(uint8_t bytes[16], enum lab_host_name host, unsigned slot, uint8_t number)
{
	unsigned net = host == LAB_CLIENT ? CLIENT_NET : SERVER_NET;
	uint8_t address[4] = {10, (uint8_t)(net + slot / 252), (uint8_t)(1 + slot % 252), number};

	memcpy(bytes, address, sizeof(address));
}

static void compose6(uint8_t bytes[16], enum lab_host_name host, unsigned slot, uint8_t number)
{
	unsigned net = slot + (host == LAB_CLIENT ? 0 : SERVER_NET6);
	uint8_t address[16] = {
	    0xfd, 0x74, 0x63, 0x70, 0x77, 0x68, (uint8_t)(net >> 8), (uint8_t)net, [15] = number};

	memcpy(bytes, address, sizeof(address));
}

int lab_addresses_claim(struct lab_addresses *addresses, bool ip6, int *claim)
{
	unsigned first = (uint32_t)getpid() % SLOTS * 7919 % SLOTS;
	unsigned slot = first;
	int error;

	while ((error = claim_slot(slot, claim)) == EADDRINUSE) {
		slot = (slot + 1) % SLOTS;
		if (slot == first)
			return error;
	}
	if (error)
		return error;
	*addresses = (struct lab_addresses){.ip6 = ip6};
	for (enum lab_host_name host = 0; host < LAB_HOSTS; host++) {
		void (*compose)(uint8_t *, enum lab_host_name, unsigned, uint8_t) =
		    ip6 ? compose6 : compose4;

		compose(addresses->bytes[host], host, slot, host_numbers[host]);
		compose(addresses->gateway[host], host, slot, 1);
		(void)inet_ntop(ip6 ? AF_INET6 : AF_INET, addresses->bytes[host],
				addresses->text[host], sizeof(addresses->text[host]));
	}
	return 0;
}
