/* Enrolment: keys made on the card, certified, written, and proved. The register is locked only while the
 * certificates are made, not while the card takes its time. */
#include <unistd.h>

#include "certs/base/text.h"
#include "certs/ca.h"
#include "certs/ca_card.h"

#define HOLDER_CHARS 64u /* ub-common-name, RFC 5280 appendix A.1 */
#define HEX_BYTES 64u    /* a management key of 32 bytes */

struct job {
    const struct ca_args *args;
    struct ca_card_wish wish;
    char uuid[37];
    struct ca_card *card;
    EVP_PKEY *key[2]; /* 9A, 9E */
    X509 *cert[2];
};

static void job_done(struct job *j)
{
    ca_card_close(&j->card);
    tg_secret_done(&j->wish.pin);
    tg_secret_done(&j->wish.key);
    for (size_t i = 0; i < 2; i++) {
        EVP_PKEY_free(j->key[i]);
        X509_free(j->cert[i]);
    }
}

static enum tg_err line_read(uint64_t fd, struct tg_secret *to)
{
    char c = 0;
    ssize_t n = 0;
    bool fits = true;

    while (fits && (n = read((int)fd, &c, 1)) == 1 && c != '\n')
        fits = tg_secret_add(to, &c, 1) == TG_OK;
    tg_wipe(&c, 1);
    return fits && n >= 0 && to->n > 0 ? TG_OK : TG_E_IO;
}

static enum tg_err read_pin(struct job *j)
{
    uint64_t fd = 0;
    enum tg_err e;

    if (j->args->value[CA_PIN_FD] == NULL)
        return TG_OK;
    if ((e = ca_args_number(j->args, CA_PIN_FD, 1023, &fd)) != TG_OK ||
        (e = tg_secret_init(&j->wish.pin, TG_PIN_MAX + 1)) != TG_OK)
        return e;
    return line_read(fd, &j->wish.pin) == TG_OK ? TG_OK
                                                : ca_say(TG_E_USAGE, "--pin-fd: one line of 6 to 8 digits");
}

/* What cards leave the factory with, SP 800-73-4's example key: anybody can write to such a card. */
static enum tg_err default_key(struct tg_secret *key)
{
    static const uint8_t eight[] = {1, 2, 3, 4, 5, 6, 7, 8};
    enum tg_err e = TG_OK;

    for (int i = 0; i < 3 && e == TG_OK; i++)
        e = tg_secret_add(key, eight, sizeof(eight));
    ca_say(TG_OK, "warning: the default management key is used; change it before the card is handed out");
    return e;
}

static enum tg_err hex_key(uint64_t fd, struct tg_secret *key)
{
    TG_SECRET_AUTO hex = TG_SECRET_INIT;
    enum tg_err e = tg_secret_init(&hex, HEX_BYTES);

    if (e == TG_OK && (e = line_read(fd, &hex)) == TG_OK) {
        for (size_t i = 0; i < hex.n; i++)
            if (hex.p[i] >= 'A' && hex.p[i] <= 'F')
                hex.p[i] = (uint8_t)(hex.p[i] + ('a' - 'A'));
        key->n = hex.n / 2;
        e = key->n == 16 || key->n == 24 || key->n == 32 ? TG_OK : TG_E_FORM;
    }
    if (e == TG_OK)
        e = tg_unhex(tg_secret_span(&hex), key->p, key->n);
    return e == TG_OK ? TG_OK
                      : ca_say(TG_E_USAGE, "--management-key-fd: one line of 32, 48 or 64 hex digits");
}

static enum tg_err read_key(struct job *j)
{
    uint64_t fd = 0;
    enum tg_err e = tg_secret_init(&j->wish.key, HEX_BYTES / 2);

    if (e != TG_OK)
        return e;
    if (j->args->value[CA_KEY_FD] == NULL)
        return default_key(&j->wish.key);
    e = ca_args_number(j->args, CA_KEY_FD, 1023, &fd);
    return e == TG_OK ? hex_key(fd, &j->wish.key) : e;
}

static enum tg_err read_words(struct job *j)
{
    const struct ca_args *a = j->args;
    tg_sec from, to;
    enum tg_err e = TG_OK;

    j->wish.reader = a->value[CA_READER];
    j->wish.alg = a->value[CA_ALG] != NULL ? a->value[CA_ALG] : "p256";
    j->wish.gzip = a->value[CA_GZIP] != NULL;
    j->wish.replace = a->value[CA_REPLACE] != NULL;
    if (a->value[CA_CARD] != NULL)
        e = ca_uuid_read(a->value[CA_CARD], j->uuid);
    else
        ca_uuid_make(j->uuid);
    if (e == TG_OK && (e = ca_person_check(a->value[CA_PERSON])) == TG_OK &&
        (e = ca_text_check("--holder", a->value[CA_HOLDER], HOLDER_CHARS)) == TG_OK &&
        (e = ca_span_read(a, tg_now(), &from, &to)) == TG_OK && (e = read_pin(j)) == TG_OK)
        e = read_key(j);
    return e;
}

static enum tg_err check_free(const struct ca *ca, const char *uuid)
{
    enum tg_err e = ca_slot_free(ca, CA_AUTH, uuid);
    return e == TG_OK ? ca_slot_free(ca, CA_CARD_AUTH, uuid) : e;
}

/* Before the card is touched: would we certify it at all? */
static enum tg_err check_authority(const struct job *j)
{
    CA_AUTO ca = {.lock = -1};
    enum tg_err e = ca_open(j->args, &ca);

    return e == TG_OK ? check_free(&ca, j->uuid) : e;
}

static enum tg_err certify(struct job *j)
{
    CA_AUTO ca = {.lock = -1};
    struct ca_wish w = {.profile = CA_AUTH,
                        .cn = j->args->value[CA_HOLDER],
                        .card = j->uuid,
                        .person = j->args->value[CA_PERSON],
                        .key = j->key[0]};
    enum tg_err e;

    if ((e = ca_open(j->args, &ca)) != TG_OK || (e = check_free(&ca, j->uuid)) != TG_OK ||
        (e = ca_span_read(j->args, ca.now, &w.from, &w.to)) != TG_OK ||
        (e = ca_issue(&ca, &w, &j->cert[0])) != TG_OK)
        return e;
    w = (struct ca_wish){.profile = CA_CARD_AUTH,
                         .cn = j->uuid,
                         .card = j->uuid,
                         .key = j->key[1],
                         .from = w.from,
                         .to = w.to};
    if ((e = ca_issue(&ca, &w, &j->cert[1])) != TG_OK)
        ca_issue_undo(&ca);
    return e;
}

static enum tg_err write_and_prove(struct job *j)
{
    enum tg_err e = TG_OK;

    for (int i = 0; i < 2 && e == TG_OK; i++)
        e = ca_card_put(j->card, i == 1, j->cert[i]);
    for (int i = 0; i < 2 && e == TG_OK; i++)
        e = ca_card_prove(j->card, i == 1, j->cert[i]);
    return e;
}

/* A certificate whose card did not prove itself must not count. */
static void take_back(const struct job *j)
{
    CA_AUTO ca = {.lock = -1};

    if (ca_open(j->args, &ca) == TG_OK && ca_mark(&ca, NULL, j->uuid, "cessationOfOperation") > 0 &&
        ca_save(&ca) == TG_OK && ca_crl_publish(&ca, CA_CRL_DAYS) == TG_OK)
        ca_say(TG_OK, "the two certificates made for this card are revoked; start again with --replace");
    else
        ca_say(TG_OK, "revoke what was made: tegata-ca revoke --card %s", j->uuid);
}

static enum tg_err enroll(struct job *j)
{
    enum tg_err e;

    if ((e = read_words(j)) != TG_OK || (e = check_authority(j)) != TG_OK ||
        (e = ca_card_open(&j->wish, &j->card)) != TG_OK)
        return e;
    for (int i = 0; i < 2 && e == TG_OK; i++)
        e = ca_card_generate(j->card, i == 1, &j->key[i]);
    if (e != TG_OK || (e = certify(j)) != TG_OK)
        return e;
    if ((e = write_and_prove(j)) != TG_OK) {
        take_back(j);
        return e;
    }
    (void)printf("%s,%s,active\n", j->uuid, j->args->value[CA_PERSON]);
    return fflush(stdout) == 0 ? TG_OK
                               : ca_say(TG_E_IO, "enrolled, but the line for cards.csv was not printed");
}

enum tg_err ca_cmd_enroll(const struct ca_args *a)
{
    struct job j = {.args = a, .wish = {.pin = TG_SECRET_INIT, .key = TG_SECRET_INIT}};
    enum tg_err e = enroll(&j);

    job_done(&j);
    return e;
}
