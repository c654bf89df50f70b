/* The 32 bytes that begin a frame, within this room. */
#ifndef TG_SEAL_FRAME_HEAD_H
#define TG_SEAL_FRAME_HEAD_H

#include "certs/seal/seal.h"

enum { AT_TYPE = 3, AT_LENGTH = 4, AT_SEQ = 8, AT_ACKED = 16, AT_TIME = 24, ALIGN = 8 };

/* TG_E_FORM when these bytes begin no frame. */
enum tg_err tg_frame_head_get(const uint8_t *at, struct tg_frame *ret, size_t *payload) TG_MUST;

#endif
