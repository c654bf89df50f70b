#include "server/admin_acts.h"

#include <pwd.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "server/acts/readings.h"
#include "server/policy_file.h"

#define WHY 1024

int tg_bench_open(const struct tg_admin *a, enum tg_ledger_use use, struct tg_bench *ret)
{
    char why[WHY] = "";
    int64_t number = 0;
    enum tg_err e;

    memset(ret, 0, sizeof *ret);
    ret->conf = tg_policy_acts(&a->settings);
    for (size_t i = 0; i < TG_APPROVALS; i++) {
        ret->text[i] = TG_BUF_INIT(TG_JWS_BYTES + 2);
    }
    if ((e = tg_acts_open(&ret->conf, use, &ret->acts, why, sizeof why)) == TG_OK) {
        e = tg_acts_policy(&ret->conf, tg_bench_in_force(ret, &number), &ret->policy, why, sizeof why);
    }
    return e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("acts", why);
}

int tg_bench_people(const struct tg_admin *a, struct tg_bench *b)
{
    char why[WHY] = "";
    enum tg_err e;

    if ((e = tg_book_load(a->settings.staff, &b->book, why, sizeof why)) == TG_OK) {
        e = tg_trust_load(a->settings.card_trust, &b->trust, why, sizeof why);
    }
    return e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("people and cards", why);
}

void tg_bench_close(struct tg_bench *b)
{
    tg_acts_close(&b->acts);
    tg_book_unref(&b->book);
    tg_trust_free(&b->trust);
    tg_policy_unref(&b->policy);
    for (size_t i = 0; i < TG_APPROVALS; i++) {
        tg_buf_done(&b->text[i]);
    }
}

const char *tg_bench_in_force(const struct tg_bench *b, int64_t *number)
{
    const struct tg_act *last = tg_acts_last(b->acts, TG_ACT_POLICY, NULL, tg_acts_count(b->acts));

    *number = last != NULL ? last->number : 0;
    return last != NULL ? last->digest : tg_acts_builtin(b->acts);
}

int tg_bench_approval(struct tg_bench *b, const char *path, struct tg_act *act)
{
    struct tg_buf *text = &b->text[act->n_approvals];
    const char *line = NULL;
    enum tg_err e = tg_file_read(path, text);

    if (e == TG_OK) {
        while (text->n > 0 && (text->p[text->n - 1] == '\n' || text->p[text->n - 1] == '\r')) {
            text->n--;
        }
        e = text->n > 0 && text->n <= TG_JWS_BYTES && tg_text_clean(tg_span_buf(text)) ? TG_OK
                                                                                       : TG_E_APPROVAL;
        line = e == TG_OK ? tg_buf_cstr(text) : NULL;
    }
    if (line == NULL) {
        return tg_admin_fail(path, tg_err_en(e == TG_OK ? TG_E_NOMEM : e));
    }
    tg_approval_claimed(tg_span_buf(text), &act->claim[act->n_approvals]);
    act->approval[act->n_approvals++] = line;
    return TG_ADMIN_DONE;
}

enum tg_err tg_bench_check(const struct tg_bench *b, const struct tg_act *act,
                           struct tg_approval by[TG_APPROVALS], char *why, size_t size)
{
    const struct tg_act_world w = {.book = b->book,
                                   .trust = b->trust,
                                   .policy = b->policy,
                                   .audience = b->conf.audience,
                                   .now = tg_now()};
    enum tg_err e = tg_act_unused(b->acts, act);

    if (e != TG_OK) {
        (void)snprintf(why, size, "%s", tg_err_en(e));
        return e;
    }
    return tg_act_check(&w, act, by, why, size);
}

int tg_bench_add(struct tg_bench *b, struct tg_act *act, enum tg_err outcome)
{
    enum tg_err e;

    act->outcome = outcome;
    e = tg_acts_add(b->acts, act, tg_now_us());
    return e == TG_OK ? TG_ADMIN_DONE : tg_admin_fail("acts: it could not be written down", tg_err_en(e));
}

/* Which account; the machine says so, nobody signed it. */
static void user_take(char out[32])
{
    const struct passwd *p = getpwuid(getuid());

    if (p == NULL || tg_copy(out, 32, tg_span_str(p->pw_name)) != TG_OK) {
        (void)snprintf(out, 32, "uid %u", (unsigned)getuid());
    }
}

static enum tg_err words_digest(const struct tg_admin *a, char out[TG_SHA256_HEX])
{
    TG_BUF_AUTO words = TG_BUF_INIT(TG_CONF_BYTES);
    enum tg_err e = TG_OK;

    for (int i = 0; i < a->argc && e == TG_OK; i++) {
        e = tg_buf_add(&words, a->argv[i], strlen(a->argv[i]) + 1);
    }
    return e == TG_OK ? tg_sha256_hex(tg_span_buf(&words), out) : e;
}

int tg_admin_note_reading(const struct tg_admin *a, const char *what)
{
    struct tg_reading r = {.time = tg_now_us()};
    char why[WHY] = "";
    enum tg_err e;

    if (!a->settings.orders) {
        return TG_ADMIN_DONE;
    }
    (void)snprintf(r.what, sizeof r.what, "%s", what);
    user_take(r.user);
    if ((e = words_digest(a, r.digest)) == TG_OK) {
        e = tg_readings_note(a->settings.acts, &r, why, sizeof why);
    }
    if (e == TG_OK) {
        return TG_ADMIN_DONE;
    }
    (void)fprintf(stderr, "tegata-admin: %s\n", why[0] != '\0' ? why : tg_err_en(e));
    return tg_admin_fail(what, "the journal is not read without a record of it");
}
