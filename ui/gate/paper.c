/* Counterpart: server/grants writes these texts. */
#include "ui/gate/paper.h"

#include <inttypes.h>
#include <stdlib.h>

#include "certs/base/limits.h"
#include "certs/jws/sha256.h"
#include "ui/text/areas.h"
#include "ui/text/when.h"
#include "ui/tr.h"
#include "ui/wire/wire.h"

enum show { AS_TEXT, AS_KIND, AS_ROLE, AS_AREAS, AS_SPAN, AS_TIME, AS_COUNT };

/* One member: how it has to look, and how it is shown; all of them are. */
struct member {
    struct tg_json_member is;
    const char *label;
    enum show show;
};

#define MEMBERS 16u
#define TIME_MAX 253402300799 /* the end of the year 9999 */

struct form {
    const char *act, *title;
    size_t n;
    struct member member[MEMBERS];
};

/* What tells them apart is the member that names what is approved: an event's text begins with grant, a
 * standing roster's with roster.
 */
static const struct form forms[] = {
    {"grant",
     N_("Approve an emergency right"),
     13,
     {{{"grant", TG_JSON_STRING, true, 1, 31}, N_("Event"), AS_TEXT},
      {{"kind", TG_JSON_STRING, true, 1, 16}, N_("Kind"), AS_KIND},
      {{"cause", TG_JSON_STRING, true, 1, 255}, N_("Cause"), AS_TEXT},
      {{"areas", TG_JSON_STRING, true, 5, 2047}, N_("Municipalities"), AS_AREAS},
      {{"seconds", TG_JSON_INTEGER, true, 1, TIME_MAX}, N_("How long"), AS_SPAN},
      {{"end", TG_JSON_INTEGER, true, 1, TIME_MAX}, N_("At the latest until"), AS_TIME},
      {{"role", TG_JSON_STRING, true, 1, 31}, N_("Role"), AS_ROLE},
      {{"roster", TG_JSON_STRING, true, 1, 8191}, N_("For whom"), AS_TEXT},
      {{"standing", TG_JSON_STRING, true, 0, 31}, N_("Standing roster"), AS_TEXT},
      {{"declared_by", TG_JSON_STRING, true, 1, 63}, N_("Declared by"), AS_TEXT},
      {{"declared_at", TG_JSON_INTEGER, true, 1, TIME_MAX}, N_("Declared at"), AS_TIME},
      {{"number", TG_JSON_INTEGER, true, 1, INT32_MAX - 1}, N_("Number of this text"), AS_COUNT},
      {{"prior", TG_JSON_STRING, false, 64, 64}, N_("Follows the text"), AS_TEXT}}},
    {"roster",
     N_("Approve a standing roster"),
     9,
     {{{"roster", TG_JSON_STRING, true, 1, 31}, N_("Standing roster"), AS_TEXT},
      {{"name", TG_JSON_STRING, true, 1, 255}, N_("Its name"), AS_TEXT},
      {{"areas", TG_JSON_STRING, true, 5, 2047}, N_("Municipalities"), AS_AREAS},
      {{"seconds", TG_JSON_INTEGER, true, 1, TIME_MAX}, N_("How long at most"), AS_SPAN},
      {{"until", TG_JSON_INTEGER, true, 1, TIME_MAX}, N_("Valid until"), AS_TIME},
      {{"role", TG_JSON_STRING, true, 1, 31}, N_("Role"), AS_ROLE},
      {{"people", TG_JSON_STRING, true, 1, 8191}, N_("For whom"), AS_TEXT},
      {{"proposed_by", TG_JSON_STRING, true, 1, 63}, N_("Proposed by"), AS_TEXT},
      {{"proposed_at", TG_JSON_INTEGER, true, 1, TIME_MAX}, N_("Proposed at"), AS_TIME}}},
};

struct tg_paper {
    json_t *doc;
    const struct form *form;
};

void tg_paper_free(struct tg_paper **p)
{
    if (*p == NULL)
        return;
    tg_json_done(&(*p)->doc);
    free(*p);
    *p = NULL;
}

static const struct form *form_of(const json_t *doc)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (json_object_get(doc, forms[i].act) != NULL)
            return &forms[i];
    }
    return NULL;
}

static enum tg_err members_check(const json_t *doc, const struct form *f)
{
    struct tg_json_member is[MEMBERS];

    for (size_t i = 0; i < f->n; i++)
        is[i] = f->member[i].is;
    return tg_json_check(doc, is, f->n, NULL);
}

/* What follows another text has a number above 1 and names it, and the other way round. */
static bool order_holds(const struct tg_paper *p)
{
    int64_t seq = 0;
    const char *prior = tg_paper_prior(p, &seq);

    return (prior == NULL) == (tg_json_int(p->doc, "number", 1) == 1) &&
           (prior == NULL || tg_sha256_is(prior));
}

enum tg_err tg_paper_read(struct tg_span text, struct tg_paper **ret)
{
    struct tg_paper *p;
    enum tg_err e;

    if (text.n < 2 || text.n > TG_WIRE_PAPER_BYTES || text.p[0] != '{' || text.p[text.n - 1] != '}')
        return TG_E_BAD_JSON; /* nor is there anything before it or behind it, spaces included */
    if ((p = calloc(1, sizeof *p)) == NULL)
        return TG_E_NOMEM;
    if ((e = tg_json_parse(text, &p->doc)) == TG_OK && (p->form = form_of(p->doc)) == NULL)
        e = TG_E_APPROVAL_ACT;
    if (e == TG_OK)
        e = members_check(p->doc, p->form);
    if (e == TG_OK && !order_holds(p))
        e = TG_E_APPROVAL_ORDER;
    if (e != TG_OK) {
        tg_paper_free(&p);
        return e;
    }
    *ret = p;
    return TG_OK;
}

const char *tg_paper_act(const struct tg_paper *p)
{
    return p->form->act;
}

const char *tg_paper_prior(const struct tg_paper *p, int64_t *seq)
{
    const char *prior = tg_json_str(p->doc, "prior");

    *seq = prior != NULL ? tg_json_int(p->doc, "number", 0) : 0;
    return prior;
}

const char *tg_paper_title(const struct tg_paper *p)
{
    return _(p->form->title);
}

struct word {
    const char *name, *text;
};

static const char *word_of(const struct word *words, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i].name, name) == 0)
            return _(words[i].text);
    }
    return name;
}

static const char *kind_text(const char *kind)
{
    static const struct word kinds[] = {{"outage", N_("Power cut")},
                                        {"fault", N_("System fault")},
                                        {"transition", N_("Transition period")},
                                        {"drill", N_("Drill")}};

    return word_of(kinds, sizeof kinds / sizeof *kinds, kind);
}

static const char *role_text(const char *role)
{
    static const struct word roles[] = {{"emergency.responder", N_("Emergency responder")}};

    return word_of(roles, sizeof roles / sizeof *roles, role);
}

static enum tg_err value_put(const json_t *value, enum show how, struct tg_buf *out)
{
    const char *text = json_string_value(value);

    switch (how) {
    case AS_TEXT:
        return tg_buf_add_str(out, text);
    case AS_KIND:
        return tg_buf_add_str(out, kind_text(text));
    case AS_ROLE:
        return tg_buf_add_str(out, role_text(text));
    case AS_AREAS:
        return tg_areas_text(tg_span_str(text), out);
    case AS_SPAN:
        return tg_lasts_text(json_integer_value(value), out);
    case AS_TIME:
        return tg_when_text(json_integer_value(value), out);
    case AS_COUNT:
        return tg_buf_addf(out, "%" PRId64, (int64_t)json_integer_value(value));
    }
    return TG_E_INTERNAL;
}

/* What is not in it, or is empty there, has no line. */
static bool says(const json_t *value)
{
    return value != NULL && (!json_is_string(value) || json_string_value(value)[0] != '\0');
}

enum tg_err tg_paper_line(const struct tg_paper *p, size_t i, const char **label, struct tg_buf *text)
{
    size_t at = 0;

    *label = NULL;
    for (; at < p->form->n; at++) {
        if (says(json_object_get(p->doc, p->form->member[at].is.name)) && i-- == 0)
            break;
    }
    if (at == p->form->n)
        return TG_OK;
    *label = _(p->form->member[at].label);
    return value_put(json_object_get(p->doc, p->form->member[at].is.name), p->form->member[at].show, text);
}
