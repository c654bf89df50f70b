/* tegata-approve: an approval signed by a virtual card that lies in a drawer, without reader and pcscd, and
 * wrong ones on request. For tests and the lab; the product's way is tegata-cli approve.
 *
 *   tegata-approve --card STATE.json --audience URL --act ACT [--prior DIGEST --seq N] [--post POST]
 *                  [--ago SECONDS] [--digest DIGEST | FILE]
 *
 * The card is used through its commands, with PIN 123456, by the client's own code; its file is not written
 * to.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/sha256.h"
#include "client/card/sign.h"
#include "client/proof/approval.h"
#include "tests/card/vcard.h"

#define PIN "123456"

static enum tg_err io_open(void *ctx, const char *reader, struct tg_card_link *ret)
{
    struct tg_span atr = tg_vcard_atr(ctx);

    (void)reader;
    tg_vcard_power(ctx, TG_VCARD_ON);
    *ret = (struct tg_card_link){.proto = atr.n == 8 ? TG_PROTO_T0 : TG_PROTO_T1, .atr_n = atr.n};
    memcpy(ret->atr, atr.p, atr.n);
    return TG_OK;
}

static enum tg_err io_transmit(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    return tg_vcard_apdu(ctx, command, reply) == TG_VCARD_REPLIED ? TG_OK : TG_E_CARD_REMOVED;
}

static void io_close(void *ctx, enum tg_card_end end)
{
    (void)end;
    tg_vcard_power(ctx, TG_VCARD_OFF);
}

static const struct tg_reader_io io = {.open = io_open, .transmit = io_transmit, .close = io_close};

static enum tg_err sign(struct tg_piv *piv, struct tg_approving *a, tg_sec now, struct tg_buf *out)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_CERT_DER_BYTES);
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct tg_card_signer by = {
        .piv = piv, .slot = TG_SLOT_9A, .pin = &pin, .known_tries = -1, .tries_left = -1};
    struct tg_cert *cert = NULL;
    enum tg_err e;

    if ((e = tg_secret_init(&pin, TG_PIN_MAX)) == TG_OK && (e = tg_secret_add(&pin, PIN, 6)) == TG_OK &&
        (e = tg_piv_cert(piv, TG_SLOT_9A, &der)) == TG_OK &&
        (e = tg_cert_parse(tg_span_buf(&der), &cert)) == TG_OK) {
        a->cert = cert;
        e = tg_approval_sign(a, now, tg_sign_with_card, &by, out);
    }
    tg_cert_free(&cert);
    return e;
}

/* A copy of the card: what is tried here leaves no trace on the one in the drawer. */
static char copy[] = "/tmp/tegata-card-XXXXXX";

static enum tg_err card_load(const char *path, struct tg_vcard **ret)
{
    TG_BUF_AUTO state = TG_BUF_INIT(4u * 1024 * 1024);
    enum tg_err e = tg_file_read(path, &state);
    int fd = e == TG_OK ? mkstemp(copy) : -1;

    if (fd < 0) {
        return e != TG_OK ? e : TG_E_IO;
    }
    (void)close(fd);
    if ((e = tg_file_write(copy, tg_span_buf(&state), 0600)) == TG_OK) {
        e = tg_vcard_load(copy, ret);
    }
    return e;
}

struct wish {
    struct tg_approving a;
    const char *card;
    char digest[TG_SHA256_HEX];
    uint64_t ago, seq;
};

static bool option_read(struct wish *w, int o, const char *value)
{
    switch (o) {
    case 'c':
        w->card = value;
        return true;
    case 'u':
        w->a.audience = value;
        return true;
    case 'a':
        w->a.act = value;
        return true;
    case 'p':
        w->a.prior = value;
        return true;
    case 's':
        return tg_u64_parse(tg_span_str(value), INT32_MAX, &w->seq) == TG_OK;
    case 'o':
        w->a.post = value;
        return true;
    case 'g':
        return tg_u64_parse(tg_span_str(value), UINT32_MAX, &w->ago) == TG_OK;
    case 'd':
        return tg_copy(w->digest, sizeof w->digest, tg_span_str(value)) == TG_OK;
    default:
        return false;
    }
}

static bool wish_read(struct wish *w, int argc, char **argv)
{
    static const struct option options[] = {{"card", required_argument, NULL, 'c'},
                                            {"audience", required_argument, NULL, 'u'},
                                            {"act", required_argument, NULL, 'a'},
                                            {"prior", required_argument, NULL, 'p'},
                                            {"seq", required_argument, NULL, 's'},
                                            {"post", required_argument, NULL, 'o'},
                                            {"ago", required_argument, NULL, 'g'},
                                            {"digest", required_argument, NULL, 'd'},
                                            {NULL, 0, NULL, 0}};
    int o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!option_read(w, o, optarg)) {
            return false;
        }
    }
    if (w->digest[0] == '\0' && optind + 1 == argc && tg_sha256_file(argv[optind++], w->digest) != TG_OK) {
        (void)fprintf(stderr, "tegata-approve: the file cannot be read\n");
        return false;
    }
    w->a.digest = w->digest;
    w->a.seq = (int64_t)w->seq;
    return optind == argc && w->digest[0] != '\0' && w->card != NULL && w->a.audience != NULL &&
           w->a.act != NULL;
}

int main(int argc, char **argv)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_JWS_BYTES);
    struct wish w = {.card = NULL};
    struct tg_vcard *card = NULL;
    struct tg_piv *piv = NULL;
    enum tg_err e;

    if (!wish_read(&w, argc, argv)) {
        (void)fprintf(stderr,
                      "usage: tegata-approve --card STATE --audience URL --act ACT [--prior D --seq N] "
                      "[--post P] [--ago S] [--digest D | FILE]\n");
        return 2;
    }
    if ((e = card_load(w.card, &card)) == TG_OK && (e = tg_piv_open(&io, card, "", &piv)) == TG_OK) {
        e = sign(piv, &w.a, tg_now() - (tg_sec)w.ago, &out);
    }
    tg_piv_close(&piv);
    tg_vcard_free(&card);
    (void)unlink(copy);
    if (e != TG_OK) {
        (void)fprintf(stderr, "tegata-approve: %s\n", tg_err_code(e));
        return 1;
    }
    (void)printf("%.*s\n", (int)out.n, (const char *)out.p);
    return 0;
}
