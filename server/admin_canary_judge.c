/* What came back is held against what must come back. Only the two right answers are right: a decoy that is
 * not there, an own customer who is. Everything else is no answer.
 */
#include <inttypes.h>

#include "certs/base/json.h"
#include "certs/base/text.h"
#include "server/admin_canary.h"

/* Exit codes of tegata-cli (DESIGN 8). */
enum { CLI_DONE = 0, CLI_REFUSED = 5 };

enum answer { ANSWER_NONE, ANSWER_NOBODY, ANSWER_SOMEBODY };

static struct tg_span take_line(struct tg_span *out)
{
    const uint8_t *end = out->n > 0 ? memchr(out->p, '\n', out->n) : NULL;
    size_t n = end != NULL ? (size_t)(end - out->p) : out->n;
    struct tg_span line = tg_span(out->p, n);

    *out = tg_span(out->p + n + (end != NULL), out->n - n - (end != NULL));
    return line;
}

static enum answer understand(const struct tg_canary_line *l, const json_t *doc)
{
    const char *error = tg_json_str(doc, "error");
    const json_t *rows = json_object_get(doc, "rows");

    if (l->show) {
        if (error != NULL) {
            return strcmp(error, "not-found") == 0 ? ANSWER_NOBODY : ANSWER_NONE;
        }
        return tg_json_str(doc, "id") != NULL ? ANSWER_SOMEBODY : ANSWER_NONE;
    }
    if (error != NULL || !json_is_array(rows)) {
        return ANSWER_NONE;
    }
    return json_array_size(rows) > 0 ? ANSWER_SOMEBODY : ANSWER_NOBODY;
}

static void judge_line(const struct tg_canary_line *l, const json_t *doc, struct tg_canary_report *r)
{
    const char *error = tg_json_str(doc, "error");

    switch (understand(l, doc)) {
    case ANSWER_SOMEBODY:
        *(l->own ? &r->found : &r->visible) += 1;
        if (!l->own) {
            tg_canary_note(r, TG_CANARY_ALARM,
                           "%" PRIu64 " 行目のおとりが見えた / the decoy of line %" PRIu64 " is visible",
                           l->line, l->line);
        }
        return;
    case ANSWER_NOBODY:
        if (l->own) {
            tg_canary_note(r, TG_CANARY_NOT_TRIED,
                           "%" PRIu64
                           " 行目の自社のお客さまが見つからない / our own customer of line %" PRIu64
                           " is not found",
                           l->line, l->line);
        }
        return;
    case ANSWER_NONE:
        tg_canary_note(r, TG_CANARY_NOT_TRIED,
                       "%" PRIu64 " 行目に答えがない / no answer to line %" PRIu64 ": %.64s", l->line,
                       l->line, error != NULL ? error : "?");
    }
}

/* The post must be one that could see customers: an answer without a role is none. */
static bool signed_in(struct tg_span line)
{
    TG_JSON_AUTO *doc = NULL;

    return tg_json_parse(line, &doc) == TG_OK && tg_json_str(doc, "role") != NULL;
}

static void not_signed_in(struct tg_span line, int exit_code, const char *whose, struct tg_canary_report *r)
{
    TG_JSON_AUTO *doc = NULL;
    const char *error = tg_json_parse(line, &doc) == TG_OK ? tg_json_str(doc, "error") : NULL;

    tg_canary_note(r, TG_CANARY_NOT_TRIED,
                   "%s: サインインを試せない / the sign-in could not be tried: %.64s (exit %d)", whose,
                   error != NULL ? error : "?", exit_code);
}

void tg_canary_judge(const struct tg_canary *c, struct tg_span out, int exit_code, struct tg_canary_report *r)
{
    struct tg_span line = take_line(&out);

    if (!signed_in(line)) {
        not_signed_in(line, exit_code, "reader", r);
        return;
    }
    for (size_t i = 0; i < c->n; i++) {
        TG_JSON_AUTO *doc = NULL;

        line = take_line(&out);
        if (tg_json_parse(line, &doc) != TG_OK) {
            tg_canary_note(r, TG_CANARY_NOT_TRIED,
                           "%" PRIu64 " 行目から答えがない / no answers from line %" PRIu64 " on",
                           c->line[i].line, c->line[i].line);
            break;
        }
        judge_line(&c->line[i], doc, r);
    }
    if (exit_code != CLI_DONE) {
        tg_canary_note(r, TG_CANARY_NOT_TRIED, "セッションが途中で終わった / the session broke off (exit %d)",
                       exit_code);
    }
}

/* A refusal because of who it is. One for another reason (a clock, a line that is down) proves nothing. */
static bool is_about_person(const char *code)
{
    static const char *const codes[] = {"person-left",  "person-unknown", "contract-over", "post-none",
                                        "card-unknown", "card-blocked",   "cert-revoked",  "cert-expired"};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (strcmp(code, codes[i]) == 0) {
            return true;
        }
    }
    return false;
}

void tg_canary_judge_former(struct tg_span out, int exit_code, struct tg_canary_report *r)
{
    struct tg_span line = take_line(&out);
    TG_JSON_AUTO *doc = NULL;
    const char *error = tg_json_parse(line, &doc) == TG_OK ? tg_json_str(doc, "error") : NULL;

    if (exit_code == CLI_DONE || signed_in(line)) {
        tg_canary_note(r, TG_CANARY_ALARM,
                       "退職者のカードが通った / the former employee's card was accepted");
    } else if (exit_code == CLI_REFUSED && error != NULL && is_about_person(error)) {
        (void)snprintf(r->former, sizeof r->former, "%s", error);
    } else {
        not_signed_in(line, exit_code, "former_reader", r);
    }
}
