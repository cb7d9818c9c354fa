/* wlan.h: IEEE 802.11 data frames and the radio headers that captures put in front of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TW_WIRE_WLAN_H
#define TW_WIRE_WLAN_H

#include "wire/descent.h"

/*
 * Data frames without protection lead on to LLC; everything else stops with its reason. Of an
 * A-MSDU only one with a single subframe can give its segment: a frame has one result.
 */
tw_step tw_wlan_step;
/* www.radiotap.org */
tw_step tw_radiotap_step;
/* CACE Per-Packet Information 1.0.7; leads on to the link type that it names. */
tw_step tw_ppi_step;
/* The 144 bytes of linux-wlan-ng; some drivers send AVS headers under the same link type. */
tw_step tw_prism_step;
tw_step tw_avs_step;

#endif
