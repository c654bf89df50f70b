/* tegata-admin canary: exit 0 all is well, 1 somebody is seen who may not be, or a former employee comes in;
 * 2 its settings; 3 it could not be tried.
 */
#include "server/admin_canary.h"

#include <inttypes.h>
#include <stdarg.h>

#include "certs/base/json.h"
#include "certs/base/text.h"

#define OUTPUT_BYTES (16u * 1024u * 1024u) /* of tegata-cli: what our own customers look like */
#define LINE_BYTES (TG_CANARY_NOTES * 256u)

void tg_canary_note(struct tg_canary_report *r, enum tg_canary_verdict v, const char *fmt, ...)
{
    va_list args;

    if (r->verdict == TG_CANARY_OK || v == TG_CANARY_ALARM) {
        r->verdict = v;
    }
    if (r->n_notes == TG_CANARY_NOTES) {
        r->more++;
        return;
    }
    char *note = r->note[r->n_notes++];
    va_start(args, fmt);
    (void)vsnprintf(note, sizeof r->note[0], fmt, args);
    va_end(args);
    for (size_t n = strlen(note); n > 0 && !tg_utf8_ok(tg_span(note, n)); n--) {
        note[n - 1] = '\0'; /* cut in the middle of a letter */
    }
}

static void try_decoys(const struct tg_canary *c, struct tg_canary_report *r)
{
    TG_BUF_AUTO out = TG_BUF_INIT(OUTPUT_BYTES);
    const char *const words[] = {c->cli,     "--config", c->client, "--reader", c->reader,
                                 "--pin-fd", "3",        "--json",  "batch",    NULL};
    struct tg_canary_ask ask = {
        .words = words, .pin = &c->pin, .in = tg_span_buf(&c->questions), .seconds = c->seconds};
    int code = 0;

    if (tg_canary_run(&ask, &out, &code) == TG_OK) {
        tg_canary_judge(c, tg_span_buf(&out), code, r);
    } else {
        tg_canary_note(r, TG_CANARY_NOT_TRIED, "tegata-cli を実行できない / cannot be run");
    }
    tg_wipe(out.p, out.n);
}

static void try_former(const struct tg_canary *c, struct tg_canary_report *r)
{
    TG_BUF_AUTO out = TG_BUF_INIT(OUTPUT_BYTES);
    const char *const words[] = {c->cli,     "--config", c->client, "--reader", c->former_reader,
                                 "--pin-fd", "3",        "--json",  "whoami",   NULL};
    struct tg_canary_ask ask = {
        .words = words, .pin = &c->former_pin, .in = tg_span(NULL, 0), .seconds = c->seconds};
    int code = 0;

    if (tg_canary_run(&ask, &out, &code) == TG_OK) {
        tg_canary_judge_former(tg_span_buf(&out), code, r);
    } else {
        tg_canary_note(r, TG_CANARY_NOT_TRIED, "tegata-cli を実行できない / cannot be run");
    }
}

static const char *verdict_name(enum tg_canary_verdict v)
{
    static const char *const names[] = {"ok", "alarm", "settings", "not-tried"};

    return names[v];
}

/* One line, whatever happened. */
static void line_write(const struct tg_canary_report *r, struct tg_buf *out)
{
    enum tg_err e;

    if (r->verdict == TG_CANARY_OK) {
        e = tg_buf_addf(out,
                        "異常なし / ok: %u decoys stay invisible, %u of our own are found, "
                        "the former card is refused (%s)",
                        r->decoys, r->found, r->former);
    } else {
        e = tg_buf_add_str(out, r->verdict == TG_CANARY_ALARM ? "警報 / ALARM" : "実施できず / NOT TRIED");
    }
    for (unsigned i = 0; i < r->n_notes && e == TG_OK; i++) {
        e = tg_buf_addf(out, "%s%s", i == 0 ? ": " : "; ", r->note[i]);
    }
    if (e == TG_OK && r->more > 0) {
        e = tg_buf_addf(out, "; %u more", r->more);
    }
    tg_ignore(e); /* a line cut short is still an alarm */
}

static void json_write(const struct tg_canary_report *r, struct tg_buf *out)
{
    struct tg_jout j;
    char time[28];

    tg_time_text(tg_now_us(), time);
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "time", time);
    tg_jout_member(&j, "verdict", verdict_name(r->verdict));
    tg_jout_member_int(&j, "decoys", r->decoys);
    tg_jout_member_int(&j, "visible", r->visible);
    tg_jout_member_int(&j, "own", r->own);
    tg_jout_member_int(&j, "found", r->found);
    tg_jout_member(&j, "former", r->former);
    tg_jout_key(&j, "notes");
    tg_jout_open(&j, '[');
    for (unsigned i = 0; i < r->n_notes; i++) {
        tg_jout_str(&j, r->note[i]);
    }
    tg_jout_close(&j, ']');
    tg_jout_member_int(&j, "more", r->more);
    tg_jout_close(&j, '}');
    tg_ignore(tg_jout_end(&j));
}

static void sound(const struct tg_canary *c, const struct tg_canary_report *r, const char *line)
{
    if (r->verdict == TG_CANARY_OK || c == NULL || c->alarm == NULL || c->alarm[0] == '\0') {
        return;
    }
    if (tg_canary_call(c->alarm, verdict_name(r->verdict), line) != TG_OK) {
        (void)fprintf(stderr, "tegata-admin: canary: %s: 警報を送れない / the alarm did not go out\n",
                      c->alarm);
    }
}

int tg_admin_canary(struct tg_admin *a)
{
    TG_BUF_AUTO line = TG_BUF_INIT(LINE_BYTES);
    TG_BUF_AUTO json = TG_BUF_INIT(2 * LINE_BYTES);
    struct tg_canary_report r = {.verdict = TG_CANARY_OK};
    struct tg_canary *c = NULL;
    bool as_json = a->argc == 1 && strcmp(a->argv[0], "--json") == 0;

    if (a->argc > (as_json ? 1 : 0)) {
        return TG_ADMIN_USAGE;
    }
    if (tg_canary_load(a->config, &c, &r) != TG_OK) {
        return tg_admin_fail("canary", tg_err_en(TG_E_NOMEM));
    }
    if (r.verdict == TG_CANARY_OK) {
        try_decoys(c, &r);
        try_former(c, &r);
    }
    line_write(&r, &line);
    const char *text = tg_buf_cstr(&line);
    text = text != NULL ? text : verdict_name(r.verdict);
    if (as_json) {
        json_write(&r, &json);
        (void)printf("%.*s\n", (int)json.n, (const char *)json.p);
    } else {
        (void)printf("canary: %s\n", text);
    }
    (void)fflush(stdout);
    sound(c, &r, text);
    tg_canary_free(&c);
    return (int)r.verdict;
}
