#include <arpa/inet.h>
#include <openssl/err.h>
#include <strings.h>

#include "certs/base/file.h"
#include "certs/ca.h"

#define HOST_CHARS 253u  /* RFC 1035 section 2.3.4, as text */
#define HOLDER_CHARS 64u /* ub-common-name, RFC 5280 appendix A.1 */

enum tg_err ca_slot_free(const struct ca *ca, enum ca_profile p, const char *card)
{
    bool nine_e = p == CA_CARD_AUTH;

    for (size_t i = 0; i < ca->reg.n; i++) {
        const struct ca_entry *e = &ca->reg.at[i];

        if (strcmp(e->card, card) == 0 && (e->profile == CA_CARD_AUTH) == nine_e && e->revoked == 0 &&
            e->to > ca->now)
            return ca_say(TG_E_USAGE,
                          "card %s has a certificate for this slot (serial %s): revoke that first", card,
                          e->serial);
    }
    return TG_OK;
}

static enum tg_err entry_of(const struct ca_wish *w, const X509 *x, struct ca_entry *ret)
{
    size_t used = 0;

    *ret = (struct ca_entry){.profile = w->profile, .from = w->from, .to = w->to};
    ca_cert_serial(x, ret->serial);
    (void)snprintf(ret->card, sizeof(ret->card), "%s", w->card != NULL ? w->card : "");
    (void)snprintf(ret->person, sizeof(ret->person), "%s", w->person != NULL ? w->person : "");
    for (size_t i = 0; i < w->names_n; i++) {
        int n = snprintf(ret->names + used, sizeof(ret->names) - used, "%s%s", i > 0 ? " " : "", w->names[i]);

        used += n > 0 ? (size_t)n : 0;
        if (used >= sizeof(ret->names))
            return ca_say(TG_E_USAGE, "the names are too long: at most %zu bytes together",
                          sizeof(ret->names));
    }
    return TG_OK;
}

static enum tg_err check_end(const struct ca *ca, tg_sec to)
{
    ASN1_TIME *end = ASN1_TIME_set(NULL, (time_t)to);
    int order = end == NULL ? 1 : ASN1_TIME_compare(end, X509_get0_notAfter(ca->issuing));

    ASN1_TIME_free(end);
    return order <= 0 ? TG_OK
                      : ca_say(TG_E_USAGE, "the issuing authority ends before that; take an earlier date");
}

enum tg_err ca_issue(struct ca *ca, const struct ca_wish *w, X509 **ret)
{
    struct ca_entry entry;
    X509 *x = NULL;
    enum tg_err e = check_end(ca, w->to);

    if (e == TG_OK && (e = ca_cert_leaf(ca, w, &x)) == TG_OK && (e = entry_of(w, x, &entry)) == TG_OK &&
        (e = ca_register_add(&ca->reg, &entry)) == TG_OK && (e = ca_save(ca)) != TG_OK)
        ca->reg.n--;
    if (e != TG_OK) {
        X509_free(x);
        return e;
    }
    *ret = x;
    return TG_OK;
}

void ca_issue_undo(struct ca *ca)
{
    ca->reg.n--;
    if (ca_save(ca) != TG_OK)
        (void)ca_say(TG_E_IO, "the register names serial %s, which nobody got", ca->reg.at[ca->reg.n].serial);
}

/* ---- issue server ---- */

/* One address has several spellings. */
static void plain(const char *host, char *out, size_t size)
{
    uint8_t ip[16];
    bool six = inet_pton(AF_INET6, host, ip) == 1;

    if (!six || inet_ntop(AF_INET6, ip, out, (socklen_t)size) == NULL)
        (void)snprintf(out, size, "%s", host);
}

static enum tg_err check_hosts(const struct ca_args *a)
{
    char one[HOST_CHARS + 1], other[HOST_CHARS + 1];

    for (size_t i = 0; i < a->names_n; i++) {
        enum tg_err e = ca_text_check("--name", a->names[i], HOST_CHARS);
        if (e != TG_OK)
            return e;
        plain(a->names[i], one, sizeof(one));
        for (size_t k = 0; k < i; k++) {
            plain(a->names[k], other, sizeof(other));
            if (strcasecmp(one, other) == 0)
                return ca_say(TG_E_USAGE, "--name %s is given twice", a->names[i]);
        }
    }
    return TG_OK;
}

static enum tg_err write_server(const struct ca *ca, X509 *x, EVP_PKEY *key, const char *out)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(4 * TG_CERT_DER_BYTES);
    enum tg_err e;

    if ((e = ca_cert_pem(x, &pem)) != TG_OK || (e = ca_cert_pem(ca->issuing, &pem)) != TG_OK ||
        (e = ca_folder_make(out, 0700)) != TG_OK || (e = ca_key_write(out, "server.key", key)) != TG_OK)
        return e;
    return ca_write(out, "server.pem", tg_span_buf(&pem), 0644);
}

enum tg_err ca_cmd_server(const struct ca_args *a)
{
    CA_AUTO ca = {.lock = -1};
    struct ca_wish w = {.profile = CA_SERVER, .cn = a->names[0], .names = a->names, .names_n = a->names_n};
    EVP_PKEY *key = NULL;
    X509 *x = NULL;
    enum tg_err e = check_hosts(a);

    if (e == TG_OK && (e = ca_open(a, &ca)) == TG_OK &&
        (e = ca_span_read(a, ca.now, &w.from, &w.to)) == TG_OK && (e = ca_key_make("P-256", &key)) == TG_OK) {
        w.key = key;
        e = ca_issue(&ca, &w, &x);
    }
    if (e == TG_OK && (e = write_server(&ca, x, key, a->value[CA_OUT])) != TG_OK)
        ca_issue_undo(&ca);
    X509_free(x);
    EVP_PKEY_free(key);
    return e;
}

/* ---- issue card ---- */

static enum tg_err read_slot(const struct ca_args *a, struct ca_wish *w)
{
    const char *slot = a->value[CA_SLOT], *profile = a->value[CA_PROFILE];

    if (strcasecmp(slot, "9E") == 0) {
        w->profile = CA_CARD_AUTH;
        if (profile != NULL || a->value[CA_PERSON] != NULL || a->value[CA_HOLDER] != NULL)
            return ca_say(TG_E_USAGE,
                          "slot 9E names the card, never a person: no --person, --holder, --profile");
        return TG_OK;
    }
    if (strcasecmp(slot, "9A") != 0)
        return ca_say(TG_E_USAGE, "--slot is 9A (the person, with a PIN) or 9E (the card alone)");
    if (a->value[CA_PERSON] == NULL || a->value[CA_HOLDER] == NULL)
        return ca_say(TG_E_USAGE, "slot 9A needs --person and --holder");
    if (profile != NULL && strcmp(profile, "auth") != 0 && strcmp(profile, "sign") != 0)
        return ca_say(TG_E_USAGE, "--profile is auth or sign");
    w->profile = profile != NULL && strcmp(profile, "sign") == 0 ? CA_SIGN : CA_AUTH;
    w->person = a->value[CA_PERSON];
    w->cn = a->value[CA_HOLDER];
    enum tg_err e = ca_person_check(w->person);
    return e == TG_OK ? ca_text_check("--holder", w->cn, HOLDER_CHARS) : e;
}

static enum tg_err write_card(X509 *x, const char *out)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(2 * TG_CERT_DER_BYTES);
    enum tg_err e = ca_cert_pem(x, &pem);

    if (e == TG_OK)
        e = tg_file_write(out, tg_span_buf(&pem), 0644);
    return e == TG_OK ? TG_OK : ca_say(e, "--out %s cannot be written", out);
}

static enum tg_err issue_card(struct ca *ca, const struct ca_args *a, struct ca_wish *w)
{
    X509 *x = NULL;
    enum tg_err e;

    if ((e = ca_open(a, ca)) != TG_OK || (e = ca_span_read(a, ca->now, &w->from, &w->to)) != TG_OK ||
        (e = ca_slot_free(ca, w->profile, w->card)) != TG_OK || (e = ca_issue(ca, w, &x)) != TG_OK)
        return e;
    if ((e = write_card(x, a->value[CA_OUT])) != TG_OK)
        ca_issue_undo(ca);
    X509_free(x);
    return e;
}

enum tg_err ca_cmd_card(const struct ca_args *a)
{
    CA_AUTO ca = {.lock = -1};
    char card[37] = "";
    struct ca_wish w = {.profile = CA_AUTH, .cn = card, .card = card};
    EVP_PKEY *key = NULL;
    enum tg_err e;

    if ((e = ca_uuid_read(a->value[CA_CARD], card)) == TG_OK && (e = read_slot(a, &w)) == TG_OK &&
        (e = ca_pub_load(a->value[CA_PUB], &key)) == TG_OK) {
        w.key = key;
        e = issue_card(&ca, a, &w);
    }
    EVP_PKEY_free(key);
    return e;
}
