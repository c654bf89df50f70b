/* Revoking, publishing, and showing what was issued. */
#include "certs/base/file.h"
#include "certs/base/text.h"
#include "certs/ca.h"
#include "certs/x509/trust.h"

static bool meant(const struct ca_entry *e, const char *serial, const char *card)
{
    return serial != NULL ? strcmp(e->serial, serial) == 0 : strcmp(e->card, card) == 0;
}

size_t ca_mark(struct ca *ca, const char *serial, const char *card, const char *reason)
{
    size_t n = 0;

    for (size_t i = 0; i < ca->reg.n; i++) {
        struct ca_entry *e = &ca->reg.at[i];

        if (!meant(e, serial, card) || e->revoked != 0)
            continue;
        e->revoked = ca->now;
        (void)snprintf(e->reason, sizeof(e->reason), "%s", reason);
        n++;
    }
    return n;
}

static enum tg_err read_serial(const char *text, char out[33])
{
    bool ok = strlen(text) == 32;

    for (size_t i = 0; ok && i < 32; i++) {
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] + ('a' - 'A') : text[i]);
        ok = (out[i] >= '0' && out[i] <= '9') || (out[i] >= 'a' && out[i] <= 'f');
    }
    out[32] = '\0';
    return ok ? TG_OK : ca_say(TG_E_USAGE, "--serial wants the 32 hex digits that tegata-ca list shows");
}

static enum tg_err read_target(const struct ca_args *a, char serial[33], char card[37])
{
    if ((a->value[CA_SERIAL] == NULL) == (a->value[CA_CARD] == NULL))
        return ca_say(TG_E_USAGE, "revoke needs --serial or --card");
    if (a->value[CA_SERIAL] != NULL)
        return read_serial(a->value[CA_SERIAL], serial);
    return ca_uuid_read(a->value[CA_CARD], card);
}

static enum tg_err read_days(const struct ca_args *a, uint64_t *days)
{
    *days = CA_CRL_DAYS;
    enum tg_err e = ca_args_number(a, CA_DAYS, 3650, days);
    if (e == TG_OK && *days == 0)
        return ca_say(TG_E_USAGE, "--days is at least 1");
    return e;
}

/* The list follows at once: a revocation that waits for a second command is one that may be forgotten. */
enum tg_err ca_cmd_revoke(const struct ca_args *a)
{
    CA_AUTO ca = {.lock = -1};
    const char *reason = a->value[CA_REASON] != NULL ? a->value[CA_REASON] : "unspecified";
    char serial[33] = "", card[37] = "";
    uint64_t days;
    size_t n = 0;
    enum tg_err e;

    if (ca_reason_code(reason) < 0)
        return ca_say(TG_E_USAGE, "--reason is one of %s", ca_reason_words);
    if ((e = read_target(a, serial, card)) != TG_OK || (e = read_days(a, &days)) != TG_OK ||
        (e = ca_open(a, &ca)) != TG_OK)
        return e;
    n = ca_mark(&ca, serial[0] != '\0' ? serial : NULL, card, reason);
    if (n == 0)
        return ca_say(TG_E_NOT_FOUND, "no certificate in force is meant by that: see tegata-ca list");
    if ((e = ca_save(&ca)) != TG_OK || (e = ca_crl_publish(&ca, days)) != TG_OK)
        return e;
    (void)printf("%zu revoked. Take the new list to the servers: tegata-ca trust --out FOLDER\n", n);
    return TG_OK;
}

enum tg_err ca_cmd_crl(const struct ca_args *a)
{
    CA_AUTO ca = {.lock = -1};
    uint64_t days;
    enum tg_err e;

    if ((e = read_days(a, &days)) != TG_OK || (e = ca_open(a, &ca)) != TG_OK)
        return e;
    return ca_crl_publish(&ca, days);
}

static enum tg_err copy(const struct ca *ca, const char *from, const char *out, const char *to)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_CRL_BYTES * 2u);
    char *path = tg_path_join(ca->dir, from);
    enum tg_err e = path == NULL ? TG_E_NOMEM : tg_file_read(path, &text);

    free(path);
    if (e != TG_OK)
        return ca_say(e, "%s/%s cannot be read", ca->dir, from);
    return ca_write(out, to, tg_span_buf(&text), 0644);
}

/* Read as the server will read it: better to hear of it here than there. */
static enum tg_err check_trust(const char *out)
{
    struct tg_trust *t = NULL;
    char why[256] = "";
    enum tg_err e = tg_trust_load(out, &t, why, sizeof(why));

    tg_trust_free(&t);
    return e == TG_OK ? TG_OK : ca_say(e, "a server would refuse this folder: %s", why);
}

enum tg_err ca_cmd_trust(const struct ca_args *a)
{
    CA_AUTO ca = {.lock = -1};
    const char *out = a->value[CA_OUT];
    enum tg_err e;

    if ((e = ca_open(a, &ca)) != TG_OK || (e = ca_folder_make(out, 0755)) != TG_OK ||
        (e = copy(&ca, "root.pem", out, "anchors.pem")) != TG_OK ||
        (e = copy(&ca, "issuing.pem", out, "intermediates.pem")) != TG_OK)
        return e;
    e = copy(&ca, "crl.pem", out, "crl.pem");
    return e == TG_OK ? check_trust(out) : e;
}

static const char *state(const struct ca_entry *e, tg_sec now)
{
    if (e->revoked != 0)
        return "revoked";
    return e->to < now ? "expired" : e->from > now ? "not yet" : "in force";
}

enum tg_err ca_cmd_list(const struct ca_args *a)
{
    CA_AUTO ca = {.lock = -1};
    enum tg_err e = ca_open(a, &ca);

    if (e != TG_OK)
        return e;
    (void)printf("%-32s  %-7s  %-10s  %-10s  %-8s  %s\n", "serial", "slot", "from", "to", "state", "for");
    for (size_t i = 0; i < ca.reg.n; i++) {
        const struct ca_entry *c = &ca.reg.at[i];
        char from[21], to[21];

        ca_time_text(c->from, from);
        ca_time_text(c->to, to);
        (void)printf("%s  %-7s  %.10s  %.10s  %-8s  %s%s%s%s%s%s\n", c->serial, ca_profile_name(c->profile),
                     from, to, state(c, ca.now), c->names, c->card, c->person[0] != '\0' ? " " : "",
                     c->person, c->reason[0] != '\0' ? " " : "", c->reason);
    }
    return fflush(stdout) == 0 ? TG_OK : ca_say(TG_E_IO, "the list could not be printed");
}
