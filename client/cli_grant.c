/* grant …: the words of a command become the members of a request, by a table. What needs the card or a
 * person at the terminal in between (approve, acknowledge) is in cli_grant_sign.
 */
#include "certs/base/clock.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/cli.h"

enum take { TAKE_TEXT, TAKE_NUMBER, TAKE_TIME };

struct option_of {
    const char *option, *member;
    enum take take;
    bool required;
};

#define OPTIONS 8u

static const struct verb {
    const char *word;
    const char *path;
    const char *plain; /* the member of the word without an option; NULL: none */
    struct option_of options[OPTIONS];
} verbs[] = {
    {"list", "/v1/grants", NULL, {{NULL, NULL, TAKE_TEXT, false}}},
    {"declare",
     "/v1/grants/declare",
     NULL,
     {{"--kind", "kind", TAKE_TEXT, true},
      {"--cause", "cause", TAKE_TEXT, true},
      {"--areas", "areas", TAKE_TEXT, true},
      {"--seconds", "seconds", TAKE_NUMBER, true},
      {"--end", "end", TAKE_TIME, true},
      {"--role", "role", TAKE_TEXT, false},
      {"--roster", "roster", TAKE_TEXT, false},
      {"--standing", "standing", TAKE_TEXT, false}}},
    {"start", "/v1/grants/start", "event", {{"--reason", "reason", TAKE_TEXT, true}}},
    {"extend",
     "/v1/grants/extend",
     "event",
     {{"--seconds", "seconds", TAKE_NUMBER, true}, {"--end", "end", TAKE_TIME, true}}},
    {"close", "/v1/grants/close", "event", {{NULL, NULL, TAKE_TEXT, false}}},
    {"acknowledge", "/v1/grants/acknowledge", "event", {{"--pledge", "pledge", TAKE_TEXT, true}}},
    {"views", "/v1/grants/views", "event", {{"--after", "after", TAKE_NUMBER, false}}},
    {"review",
     "/v1/grants/review",
     "event",
     {{"--views", "views", TAKE_TEXT, true}, {"--verdict", "verdict", TAKE_TEXT, true}}},
    {"alarm", "/v1/alarms/acknowledge", "alarm", {{NULL, NULL, TAKE_TEXT, false}}},
};

static const struct verb propose = {"propose",
                                    "/v1/rosters/propose",
                                    NULL,
                                    {{"--name", "name", TAKE_TEXT, true},
                                     {"--areas", "areas", TAKE_TEXT, true},
                                     {"--people", "people", TAKE_TEXT, true},
                                     {"--seconds", "seconds", TAKE_NUMBER, true},
                                     {"--until", "until", TAKE_TIME, true},
                                     {"--role", "role", TAKE_TEXT, false}}};

/* A time is in seconds since 1970, or with a plus so many seconds from now. */
static bool number_of(const struct option_of *o, const char *text, int64_t *ret)
{
    bool later = o->take == TAKE_TIME && text[0] == '+';
    uint64_t n = 0;

    if (tg_u64_parse(tg_span_str(text + (later ? 1 : 0)), INT64_MAX / 4, &n) != TG_OK) {
        return false;
    }
    *ret = (int64_t)n + (later ? tg_now() : 0);
    return true;
}

static bool put_value(struct tg_jout *j, const struct option_of *o, const char *text)
{
    int64_t n = 0;

    if (o->take == TAKE_TEXT) {
        tg_jout_member(j, o->member, text);
        return tg_utf8_ok(tg_span_str(text));
    }
    if (!number_of(o, text, &n)) {
        return false;
    }
    tg_jout_member_int(j, o->member, n);
    return true;
}

static const struct option_of *option_find(const struct verb *v, const char *word, size_t *at)
{
    for (size_t i = 0; i < OPTIONS && v->options[i].option != NULL; i++) {
        if (strcmp(v->options[i].option, word) == 0) {
            *at = i;
            return &v->options[i];
        }
    }
    return NULL;
}

static const char *words_take(const struct verb *v, int argc, char **argv, struct tg_jout *j)
{
    bool seen[OPTIONS] = {false}, plain = v->plain == NULL;
    size_t at = 0;

    for (int i = 0; i < argc; i++) {
        const struct option_of *o = option_find(v, argv[i], &at);

        if (o == NULL) {
            if (plain || strncmp(argv[i], "--", 2) == 0 || !tg_utf8_ok(tg_span_str(argv[i]))) {
                return "unknown option or word";
            }
            tg_jout_member(j, v->plain, argv[i]);
            plain = true;
        } else if (seen[at] || i + 1 == argc || !put_value(j, o, argv[++i])) {
            return seen[at] ? "given twice" : "a value is missing or not right";
        } else {
            seen[at] = true;
        }
    }
    for (size_t i = 0; i < OPTIONS && v->options[i].option != NULL; i++) {
        if (v->options[i].required && !seen[i]) {
            return "an option is missing";
        }
    }
    return plain ? NULL : "which one?";
}

/* "roster" has a verb of its own behind it. */
static const struct verb *verb_find(int *argc, char ***argv)
{
    bool roster = *argc >= 2 && strcmp((*argv)[0], "roster") == 0;
    const char *word = *argc > 0 ? (*argv)[roster ? 1 : 0] : "";

    *argc -= roster ? 2 : 1;
    *argv += roster ? 2 : 1;
    if (roster) {
        return strcmp(word, propose.word) == 0 ? &propose : NULL;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(word, verbs[i].word) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

enum tg_err tg_grant_command(int argc, char **argv, struct tg_command *ret, const char **why)
{
    const struct verb *v;
    struct tg_jout j;

    *why = "grant list | declare | approve | start | extend | close | acknowledge | views | review | alarm | roster";
    if (argc < 1 || (v = verb_find(&argc, &argv)) == NULL) {
        return TG_E_USAGE;
    }
    ret->kind = TG_CMD_GRANT;
    ret->path = v->path;
    if (v->plain == NULL && v->options[0].option == NULL) {
        *why = argc > 0 ? "unknown option or word" : NULL;
        return argc > 0 ? TG_E_USAGE : TG_OK;
    }
    tg_jout_init(&j, &ret->body);
    tg_jout_open(&j, '{');
    if ((*why = words_take(v, argc, argv, &j)) != NULL) {
        return TG_E_USAGE;
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}
