/* pcap_count.c: what libpcap takes to hand out every packet, when nothing is done with it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <pcap.h>
#include <stdio.h>

int main(int argc, char *argv[])
{
	char error[PCAP_ERRBUF_SIZE] = "one file, please";
	pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
	struct pcap_pkthdr *header;
	const u_char *bytes;
	uint64_t packets = 0;

	if (!capture) {
		(void)fprintf(stderr, "pcap_count: %s\n", error);
		return 2;
	}
	while (pcap_next_ex(capture, &header, &bytes) == 1)
		packets++;
	printf("%" PRIu64 " packets\n", packets);
	pcap_close(capture);
	return 0;
}
