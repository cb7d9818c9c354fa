/* wlan.c: from radio header to 802.11 data frame to LLC. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/wlan.h"

#include "base/limits.h"
#include "wire/link.h"

/* Frame control, IEEE 802.11-2020 section 9.2.4.1, low byte first. */
enum {
	FC0_VERSION = 0x03,
	FC0_TYPE = 0x0c,
	FC0_TYPE_DATA = 0x08,
	FC0_NO_DATA = 0x40, /* subtype bit of Null, CF-Ack and the like */
	FC0_QOS = 0x80,
	FC1_TO_DS = 0x01,
	FC1_FROM_DS = 0x02,
	FC1_MORE_FRAGMENTS = 0x04,
	FC1_PROTECTED = 0x40,
	FC1_HT_CONTROL = 0x80,
};

enum {
	WLAN_BYTES = 24,
	WLAN_FCS_BYTES = 4,
	QOS_AMSDU = 0x80,
	RADIOTAP_TSFT = 1 << 0,
	RADIOTAP_FLAGS = 1 << 1,
	RADIOTAP_FLAG_FCS = 0x10,
	RADIOTAP_FLAG_PAD = 0x20,
	LINK_TYPE_WLAN = 105,
	PPI_BYTES = 8,
	PPI_FIELD_WLAN_COMMON = 2,
	PRISM_MIN_BYTES = 8,
};

static void stop_link(struct tw_descent *descent)
{
	tw_descent_stop(descent, TW_UNDECODED_LINK_HEADER);
}

static size_t header_size(const uint8_t *header)
{
	size_t size = WLAN_BYTES;

	if ((header[1] & FC1_TO_DS) && (header[1] & FC1_FROM_DS))
		size += 6;
	if (header[0] & FC0_QOS)
		size += header[1] & FC1_HT_CONTROL ? 6 : 2;
	return size;
}

static bool is_amsdu(const uint8_t *header)
{
	bool four_addresses = (header[1] & FC1_TO_DS) && (header[1] & FC1_FROM_DS);

	return (header[0] & FC0_QOS) && (header[four_addresses ? 30 : 24] & QOS_AMSDU);
}

/* Subframe: destination, source, length, MSDU, padding to 4 bytes (section 9.3.2.2.2). */
static void amsdu_step(struct tw_descent *descent)
{
	const uint8_t *subframe = tw_descent_peek(descent, 14);

	if (!subframe) {
		stop_link(descent);
		return;
	}
	tw_span_skip(&descent->here, 14);
	if (tw_be16(subframe + 12) + (size_t)3 < descent->here.wire_bytes) {
		tw_descent_stop(descent, TW_UNDECODED_WLAN_AGGREGATE);
		return;
	}
	tw_span_limit(&descent->here, tw_be16(subframe + 12));
	descent->next = tw_llc_step;
}

/* Sets `*reason` and returns false where the frame cannot lead to an IP header. */
static bool carries_data(const uint8_t *header, enum tw_undecoded *reason)
{
	bool is_fragment = (header[1] & FC1_MORE_FRAGMENTS) || (header[22] & 0x0f) != 0;

	if (header[1] & FC1_PROTECTED)
		*reason = TW_UNDECODED_ENCRYPTED;
	else if (is_fragment)
		*reason = TW_UNDECODED_FRAGMENT_WAITING;
	else
		return true;
	return false;
}

static void body_enter(struct tw_descent *descent, const uint8_t *header)
{
	size_t size = header_size(header);

	if (!tw_descent_peek(descent, size)) {
		stop_link(descent);
		return;
	}
	bool aggregated = is_amsdu(header);

	tw_span_skip(&descent->here, descent->has_wlan_pad ? (size + 3) / 4 * 4 : size);
	descent->next = aggregated ? amsdu_step : tw_llc_step;
}

void tw_wlan_step(struct tw_descent *descent)
{
	if (descent->has_wlan_fcs)
		tw_span_limit(&descent->here,
			      descent->here.wire_bytes -
				  tw_min_size(descent->here.wire_bytes, WLAN_FCS_BYTES));
	const uint8_t *header = tw_descent_peek(descent, 2);
	enum tw_undecoded reason = TW_UNDECODED_LINK_HEADER;

	if (!header || (header[0] & FC0_VERSION) != 0) {
		stop_link(descent);
		return;
	}
	if ((header[0] & FC0_TYPE) != FC0_TYPE_DATA || (header[0] & FC0_NO_DATA)) {
		tw_descent_stop(descent, TW_UNDECODED_WLAN_NO_DATA);
		return;
	}
	if (!tw_descent_peek(descent, WLAN_BYTES)) {
		stop_link(descent);
		return;
	}
	if (!carries_data(header, &reason)) {
		tw_descent_stop(descent, reason);
		return;
	}
	body_enter(descent, header);
}

/*
 * Where the fields of a radiotap header begin: behind the `present` words, of which bit 31 says
 * that another follows. 0 where the words do not end within `header`.
 */
static size_t radiotap_fields(struct tw_slice header)
{
	size_t offset = 4;

	for (int i = 0; i < TW_LIMIT_RADIOTAP_WORDS && offset + 4 <= header.size; i++) {
		uint32_t present = tw_le32(header.data + offset);

		offset += 4;
		if ((present >> 31) == 0)
			return offset;
	}
	return 0;
}

/* The flags field is the second of all, behind the 8-byte aligned TSFT; 0 where there is none. */
static unsigned radiotap_flags(struct tw_slice header, size_t fields)
{
	uint32_t present = tw_le32(header.data + 4);
	size_t offset = fields;

	if (present & RADIOTAP_TSFT)
		offset = (offset + 7) / 8 * 8 + 8;
	return (present & RADIOTAP_FLAGS) && offset < header.size ? header.data[offset] : 0;
}

void tw_radiotap_step(struct tw_descent *descent)
{
	const uint8_t *fixed = tw_descent_peek(descent, 8);

	if (!fixed || fixed[0] != 0) {
		stop_link(descent);
		return;
	}
	size_t size = tw_le16(fixed + 2);

	if (!tw_descent_peek(descent, size)) {
		stop_link(descent);
		return;
	}
	struct tw_slice header = tw_slice_head(descent->here.bytes, size);
	size_t fields = radiotap_fields(header);

	if (fields == 0) {
		stop_link(descent);
		return;
	}
	unsigned flags = radiotap_flags(header, fields);

	descent->has_wlan_fcs = (flags & RADIOTAP_FLAG_FCS) != 0;
	descent->has_wlan_pad = (flags & RADIOTAP_FLAG_PAD) != 0;
	tw_span_skip(&descent->here, size);
	descent->next = tw_wlan_step;
}

/* The first field of an 802.11 PPI header is, in practice, 802.11-Common: TSFT, then flags. */
static bool ppi_has_fcs(struct tw_slice header)
{
	if (header.size < PPI_BYTES + 4 + 10)
		return false;
	const uint8_t *field = header.data + PPI_BYTES;

	return tw_le16(field) == PPI_FIELD_WLAN_COMMON && (tw_le16(field + 4 + 8) & 1);
}

void tw_ppi_step(struct tw_descent *descent)
{
	const uint8_t *fixed = tw_descent_peek(descent, PPI_BYTES);

	if (!fixed || fixed[0] != 0) {
		stop_link(descent);
		return;
	}
	size_t size = tw_le16(fixed + 2);
	uint32_t link_type = tw_le32(fixed + 4);

	if (size < PPI_BYTES || !tw_descent_peek(descent, size)) {
		stop_link(descent);
		return;
	}
	if (link_type == LINK_TYPE_WLAN)
		descent->has_wlan_fcs = ppi_has_fcs(tw_slice_head(descent->here.bytes, size));
	tw_span_skip(&descent->here, size);
	tw_link_enter(descent, link_type);
}

void tw_avs_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, 8);
	size_t size = header ? tw_be32(header + 4) : 0;

	if (size < 8 || !tw_descent_peek(descent, size)) {
		stop_link(descent);
		return;
	}
	tw_span_skip(&descent->here, size);
	descent->next = tw_wlan_step;
}

void tw_prism_step(struct tw_descent *descent)
{
	const uint8_t *header = tw_descent_peek(descent, PRISM_MIN_BYTES);

	if (!header) {
		stop_link(descent);
		return;
	}
	if ((tw_be32(header) & 0xfffff000) == 0x80211000) {
		tw_avs_step(descent);
		return;
	}
	/* Message code and length are in the byte order of the machine that captured. */
	size_t size = tw_le32(header + 4) > 0xffff ? tw_be32(header + 4) : tw_le32(header + 4);

	if (size < PRISM_MIN_BYTES || !tw_descent_peek(descent, size)) {
		stop_link(descent);
		return;
	}
	tw_span_skip(&descent->here, size);
	descent->next = tw_wlan_step;
}
