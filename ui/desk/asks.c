#include "ui/desk/asks.h"

#include <stdlib.h>

#include "ui/desk/labels.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

#define ASKS_MAX 2048u

struct list {
    const json_t *at[ASKS_MAX];
    size_t n;
};

struct tg_asks {
    json_t *doc;
    struct list queue, mine; /* in their order */
};

void tg_asks_free(struct tg_asks **a)
{
    if (*a == NULL)
        return;
    tg_json_done(&(*a)->doc);
    free(*a);
    *a = NULL;
}

/* ---- its shape ---- */

static bool has_texts(const json_t *of, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (tg_json_str(of, names[i]) == NULL)
            return false;
    }
    return true;
}

static bool are_texts(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!json_is_string(json_array_get(list, i)))
            return false;
    }
    return json_is_array(list);
}

static bool is_subject(const json_t *s)
{
    static const char *const names[] = {"code", "ja", "en", "ends", NULL}, *const says[] = {"ja", "en", NULL};

    if (!has_texts(s, names))
        return false;
    if (strcmp(tg_json_str(s, "ends"), "answer") == 0)
        return are_texts(json_object_get(s, "fields")) && are_texts(json_object_get(s, "at_once"));
    return has_texts(json_object_get(s, "referral"), says);
}

static bool is_answer(const json_t *a)
{
    static const char *const names[] = {"code", "ja", "en", NULL};

    return has_texts(a, names) && json_is_boolean(json_object_get(a, "opens"));
}

static bool is_inquiry(const json_t *q)
{
    static const char *const names[] = {"id", "subject", "state", "company", "office", NULL};

    return has_texts(q, names) && json_is_integer(json_object_get(q, "asked")) &&
           are_texts(json_object_get(q, "fields"));
}

static bool all(const json_t *list, bool (*is)(const json_t *))
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!is(json_array_get(list, i)))
            return false;
    }
    return json_is_array(list) && json_array_size(list) <= ASKS_MAX;
}

/* ---- its order ---- */

static int64_t asked(const json_t *q)
{
    return tg_json_int(q, "asked", 0);
}

static bool queued_before(const json_t *x, const json_t *y)
{
    return asked(x) < asked(y);
}

bool tg_inquiry_is(const json_t *inquiry, const char *state)
{
    const char *is = tg_json_str(inquiry, "state");

    return is != NULL && strcmp(is, state) == 0;
}

static int rank(const json_t *q)
{
    if (tg_inquiry_is(q, "answered"))
        return 0;
    return tg_inquiry_is(q, "asked") || tg_inquiry_is(q, "taken") ? 1 : 2;
}

static bool mine_before(const json_t *x, const json_t *y)
{
    return rank(x) != rank(y) ? rank(x) < rank(y) : asked(x) > asked(y);
}

static void fill(struct list *l, const json_t *from, bool (*before)(const json_t *, const json_t *))
{
    for (size_t i = 0; i < json_array_size(from); i++) {
        const json_t *q = json_array_get(from, i);
        size_t at = l->n++;

        for (; at > 0 && before(q, l->at[at - 1]); at--)
            l->at[at] = l->at[at - 1];
        l->at[at] = q;
    }
}

enum tg_err tg_asks_read(struct tg_span json, struct tg_asks **ret)
{
    TG_JSON_AUTO *doc = NULL;
    enum tg_err e = tg_json_parse(json, &doc);
    struct tg_asks *a;

    if (e != TG_OK)
        return e == TG_E_NOMEM ? e : TG_E_SERVER_REPLY;
    if (!json_is_integer(json_object_get(doc, "now")) || !are_texts(json_object_get(doc, "may")) ||
        !all(json_object_get(doc, "subjects"), is_subject) ||
        !all(json_object_get(doc, "answers"), is_answer) || !all(json_object_get(doc, "mine"), is_inquiry) ||
        !all(json_object_get(doc, "queue"), is_inquiry))
        return TG_E_SERVER_REPLY;
    if ((a = calloc(1, sizeof *a)) == NULL)
        return TG_E_NOMEM;
    a->doc = doc;
    doc = NULL;
    fill(&a->queue, json_object_get(a->doc, "queue"), queued_before);
    fill(&a->mine, json_object_get(a->doc, "mine"), mine_before);
    *ret = a;
    return TG_OK;
}

/* ---- reading it ---- */

tg_sec tg_asks_now(const struct tg_asks *a)
{
    return tg_json_int(a->doc, "now", 0);
}

static bool has(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return true;
    }
    return false;
}

bool tg_asks_may(const struct tg_asks *a, const char *what)
{
    return has(json_object_get(a->doc, "may"), what);
}

size_t tg_asks_subjects(const struct tg_asks *a)
{
    return json_array_size(json_object_get(a->doc, "subjects"));
}

const json_t *tg_asks_subject(const struct tg_asks *a, size_t i)
{
    return json_array_get(json_object_get(a->doc, "subjects"), i);
}

const json_t *tg_asks_subject_named(const struct tg_asks *a, const char *code)
{
    for (size_t i = 0; i < tg_asks_subjects(a); i++) {
        if (strcmp(tg_json_str(tg_asks_subject(a, i), "code"), code) == 0)
            return tg_asks_subject(a, i);
    }
    return NULL;
}

const json_t *tg_asks_subject_for(const struct tg_asks *a, const char *field)
{
    for (size_t i = 0; i < tg_asks_subjects(a); i++) {
        if (has(json_object_get(tg_asks_subject(a, i), "fields"), field))
            return tg_asks_subject(a, i);
    }
    return NULL;
}

size_t tg_asks_answers(const struct tg_asks *a)
{
    return json_array_size(json_object_get(a->doc, "answers"));
}

const json_t *tg_asks_answer(const struct tg_asks *a, size_t i)
{
    return json_array_get(json_object_get(a->doc, "answers"), i);
}

size_t tg_asks_queue(const struct tg_asks *a)
{
    return a->queue.n;
}

const json_t *tg_asks_queued(const struct tg_asks *a, size_t i)
{
    return i < a->queue.n ? a->queue.at[i] : NULL;
}

size_t tg_asks_mine(const struct tg_asks *a)
{
    return a->mine.n;
}

const json_t *tg_asks_own(const struct tg_asks *a, size_t i)
{
    return i < a->mine.n ? a->mine.at[i] : NULL;
}

int64_t tg_asks_meter(const struct tg_asks *a, const char *what)
{
    return tg_json_int(json_object_get(a->doc, "meter"), what, -1);
}

/* ---- words ---- */

const char *tg_sentence(const json_t *of)
{
    const char *text = tg_json_str(of, tg_tongue_english() ? "en" : "ja");

    return text != NULL ? text : "";
}

const char *tg_inquiry_state_text(const json_t *inquiry)
{
    static const struct {
        const char *name, *text;
    } states[] = {
        {"asked", N_("waits in the queue")},
        {"taken", N_("being answered")},
        {"answered", N_("answered: can be opened once")},
        {"read", N_("was opened")},
        {"expired", N_("expired")},
        {"withdrawn", N_("withdrawn")},
    };
    const char *state = tg_json_str(inquiry, "state");

    for (size_t i = 0; state != NULL && i < sizeof states / sizeof *states; i++) {
        if (strcmp(states[i].name, state) == 0)
            return _(states[i].text);
    }
    return state != NULL ? state : "";
}

int64_t tg_inquiry_waited(const json_t *inquiry, tg_sec now)
{
    int64_t until = tg_json_int(inquiry, "answered", 0);

    if (until <= 0)
        until = now;
    return until > asked(inquiry) ? until - asked(inquiry) : 0;
}

enum tg_err tg_fields_text(const json_t *list, struct tg_buf *out)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < json_array_size(list) && e == TG_OK; i++)
        e = tg_buf_addf(out, "%s%s", i > 0 ? ", " : "",
                        tg_field_text(json_string_value(json_array_get(list, i))));
    return e;
}

/* ---- asking ---- */

static void put(struct tg_jout *j, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0')
        tg_jout_member(j, name, value);
}

enum tg_err tg_asking_write(const struct tg_asking *q, struct tg_buf *out)
{
    struct tg_jout j;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    put(&j, "subject", q->subject);
    put(&j, "point", q->point);
    put(&j, "id", q->id);
    put(&j, "name", q->name);
    put(&j, "consent", q->consent);
    put(&j, "fields", q->fields);
    put(&j, "step", q->step);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_asked tg_asked_of(const json_t *answer)
{
    static const char *const names[] = {[TG_ASKED_OWN] = "own",
                                        [TG_ASKED_FACILITY] = "facility",
                                        [TG_ASKED_QUESTION] = "question",
                                        [TG_ASKED_MISMATCH] = "mismatch",
                                        [TG_ASKED_REFERRAL] = "referral"};
    const char *result = tg_json_str(answer, "result");

    for (size_t i = TG_ASKED_OWN; result != NULL && i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], result) == 0)
            return (enum tg_asked)i;
    }
    return TG_ASKED_NONE;
}
