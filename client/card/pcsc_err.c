/* PC/SC results (PC/SC part 5; values of pcsclite.h) as errors of ours: one table, and any doubt is a
 * removal. */
#include "client/card/pcsc_state.h"

struct meaning {
    LONG rv;
    enum tg_err err;
    bool stale; /* the context, or the handle, will not work again */
};

static const struct meaning meanings[] = {
    {SCARD_E_NO_SERVICE, TG_E_PCSC_DOWN, true},
    {SCARD_E_SERVICE_STOPPED, TG_E_PCSC_DOWN, true},
    {SCARD_F_COMM_ERROR, TG_E_PCSC_DOWN, true}, /* the first sign of a killed pcscd */
    {SCARD_F_INTERNAL_ERROR, TG_E_PCSC_DOWN, true},
    {SCARD_E_INVALID_HANDLE, TG_E_PCSC_DOWN, true},
    {SCARD_P_SHUTDOWN, TG_E_PCSC_DOWN, true},
    {SCARD_E_READER_UNAVAILABLE, TG_E_READER_NONE, true},
    {SCARD_E_UNKNOWN_READER, TG_E_READER_NONE, false},
    {SCARD_E_NO_READERS_AVAILABLE, TG_E_READER_NONE, false},
    {SCARD_E_NO_SMARTCARD, TG_E_CARD_NONE, false},
    {SCARD_W_REMOVED_CARD, TG_E_CARD_REMOVED, false},
    {SCARD_E_SHARING_VIOLATION, TG_E_CARD_BUSY, false},
    {SCARD_E_SERVER_TOO_BUSY, TG_E_CARD_BUSY, false},
    {SCARD_W_RESET_CARD, TG_E_CARD_RESET, false},
    {SCARD_W_UNRESPONSIVE_CARD, TG_E_CARD_MUTE, false},
    {SCARD_W_UNPOWERED_CARD, TG_E_CARD_MUTE, false},
    {SCARD_W_UNSUPPORTED_CARD, TG_E_CARD_MUTE, false},
    {SCARD_E_PROTO_MISMATCH, TG_E_CARD_MUTE, false},
    {SCARD_E_TIMEOUT, TG_E_CARD_TIMEOUT, false},
    {SCARD_E_NO_MEMORY, TG_E_NOMEM, false},
    {SCARD_E_INSUFFICIENT_BUFFER, TG_E_LIMIT, false},
    {SCARD_E_NOT_TRANSACTED, TG_E_CARD_REMOVED, false}, /* what a pulled card looks like first */
};

static const struct meaning *find(LONG rv)
{
    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        /* pcsc-lite's LONG is 64 bits wide and its codes are unsigned in the low half. */
        if ((uint32_t)meanings[i].rv == (uint32_t)rv)
            return &meanings[i];
    }
    return NULL;
}

enum tg_err tg_pcsc_err(LONG rv)
{
    const struct meaning *m = find(rv);

    if (rv == SCARD_S_SUCCESS)
        return TG_OK;
    return m != NULL ? m->err : TG_E_CARD_REMOVED;
}

bool tg_pcsc_stale(LONG rv)
{
    const struct meaning *m = find(rv);

    return m != NULL && m->stale;
}
