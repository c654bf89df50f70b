/* The hash chain: one digest context for the life of the log. */
#include "certs/seal/seal.h"

/* 0x00 and 0x01 are the leaves and nodes of RFC 9162, should there be a tree one day. */
enum { PREFIX_LINK = 0x02, PREFIX_START = 0x03 };

enum tg_err tg_chain_init(struct tg_chain *c)
{
    *c = (struct tg_chain){.ctx = EVP_MD_CTX_new(), .md = EVP_MD_fetch(NULL, "SHA256", NULL)};
    if (c->ctx != NULL && c->md != NULL)
        return TG_OK;
    tg_chain_done(c);
    return TG_E_NOMEM;
}

void tg_chain_done(struct tg_chain *c)
{
    EVP_MD_CTX_free(c->ctx);
    EVP_MD_free(c->md);
    c->ctx = NULL;
    c->md = NULL;
}

/* The prefix and both spans in one digest. */
static enum tg_err digest(struct tg_chain *c, uint8_t prefix, struct tg_span first, struct tg_span second)
{
    uint8_t head[TG_HASH_BYTES];

    if (EVP_DigestInit_ex2(c->ctx, c->md, NULL) != 1 || EVP_DigestUpdate(c->ctx, &prefix, 1) != 1 ||
        EVP_DigestUpdate(c->ctx, first.p, first.n) != 1 ||
        (second.n != 0 && EVP_DigestUpdate(c->ctx, second.p, second.n) != 1) ||
        EVP_DigestFinal_ex(c->ctx, head, NULL) != 1)
        return TG_E_INTERNAL;
    memcpy(c->head, head, TG_HASH_BYTES);
    return TG_OK;
}

enum tg_err tg_chain_start(struct tg_chain *c, const uint8_t log[TG_LOG_ID_BYTES])
{
    return digest(c, PREFIX_START, tg_span(log, TG_LOG_ID_BYTES), tg_span(NULL, 0));
}

enum tg_err tg_chain_add(struct tg_chain *c, struct tg_span record)
{
    return digest(c, PREFIX_LINK, tg_span(c->head, TG_HASH_BYTES), record);
}
