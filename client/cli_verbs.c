/* The words of a command become the members of a request, by a table. */
#include "certs/base/clock.h"
#include "certs/base/json.h"
#include "certs/base/text.h"
#include "client/cli.h"

/* A time is in seconds since 1970, or with a plus so many seconds from now. */
static bool number_of(const struct tg_option *o, const char *text, int64_t *ret)
{
    bool later = o->take == TG_TAKE_TIME && text[0] == '+';
    uint64_t n = 0;

    if (tg_u64_parse(tg_span_str(text + (later ? 1 : 0)), INT64_MAX / 4, &n) != TG_OK) {
        return false;
    }
    *ret = (int64_t)n + (later ? tg_now() : 0);
    return true;
}

static bool put_value(struct tg_jout *j, const struct tg_option *o, const char *text)
{
    int64_t n = 0;

    if (o->take == TG_TAKE_TEXT) {
        tg_jout_member(j, o->member, text);
        return tg_utf8_ok(tg_span_str(text));
    }
    if (!number_of(o, text, &n)) {
        return false;
    }
    tg_jout_member_int(j, o->member, n);
    return true;
}

static const struct tg_option *option_find(const struct tg_verb *v, const char *word, size_t *at)
{
    for (size_t i = 0; i < TG_VERB_OPTIONS && v->options[i].option != NULL; i++) {
        if (strcmp(v->options[i].option, word) == 0) {
            *at = i;
            return &v->options[i];
        }
    }
    return NULL;
}

static const char *words_take(const struct tg_verb *v, int argc, char **argv, struct tg_jout *j)
{
    bool seen[TG_VERB_OPTIONS] = {false}, plain = v->plain == NULL;
    size_t at = 0;

    for (int i = 0; i < argc; i++) {
        const struct tg_option *o = option_find(v, argv[i], &at);

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
    for (size_t i = 0; i < TG_VERB_OPTIONS && v->options[i].option != NULL; i++) {
        if (v->options[i].required && !seen[i]) {
            return "an option is missing";
        }
    }
    return plain ? NULL : "which one?";
}

enum tg_err tg_verb_command(const struct tg_verb *v, int argc, char **argv, struct tg_command *ret,
                            const char **why)
{
    struct tg_jout j;

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
