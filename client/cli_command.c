#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/cli.h"

/* The options of search and show; everything else is what is looked for. */
struct words {
    const char *by, *purpose, *case_ref, *cursor, *limit, *plain;
    struct tg_buf query; /* several plain words, joined: who types a name with a blank need not quote it */
};

static const char **option_slot(struct words *w, const char *name, bool search)
{
    if (strcmp(name, "--purpose") == 0) {
        return &w->purpose;
    }
    if (strcmp(name, "--case") == 0) {
        return &w->case_ref;
    }
    if (search && strcmp(name, "--by") == 0) {
        return &w->by;
    }
    if (search && strcmp(name, "--cursor") == 0) {
        return &w->cursor;
    }
    return search && strcmp(name, "--limit") == 0 ? &w->limit : NULL;
}

/* Joins a further plain word of a search; an id has no blanks. */
static enum tg_err plain_more(struct words *w, const char *word)
{
    enum tg_err e = w->query.n == 0 ? tg_buf_add_str(&w->query, w->plain) : TG_OK;

    if (e == TG_OK) {
        e = tg_buf_add_str(&w->query, " ");
    }
    if (e == TG_OK) {
        e = tg_buf_add_str(&w->query, word);
    }
    w->plain = e == TG_OK ? tg_buf_cstr(&w->query) : NULL;
    return w->plain != NULL ? TG_OK : TG_E_LIMIT;
}

static enum tg_err words_read(int argc, char **argv, bool search, struct words *w, const char **why)
{
    bool options = true;

    for (int i = 1; i < argc; i++) {
        const char **slot =
            options && strncmp(argv[i], "--", 2) == 0 ? option_slot(w, argv[i], search) : &w->plain;

        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
            continue;
        }
        if (search && slot == &w->plain && w->plain != NULL) {
            if (plain_more(w, argv[i]) != TG_OK) {
                *why = "too long";
                return TG_E_USAGE;
            }
            continue;
        }
        if (slot == NULL || *slot != NULL || (slot != &w->plain && i + 1 == argc)) {
            *why = slot == NULL ? "unknown option" : *slot != NULL ? "given twice" : "a value is missing";
            return TG_E_USAGE;
        }
        *slot = slot == &w->plain ? argv[i] : argv[++i];
    }
    *why = w->plain == NULL ? "nothing to look for" : NULL;
    return w->plain == NULL ? TG_E_USAGE : TG_OK;
}

static void put_text(struct tg_jout *j, const char *name, const char *value)
{
    if (value != NULL) {
        tg_jout_member(j, name, value);
    }
}

static bool words_clean(const struct words *w)
{
    const char *all[] = {w->by, w->purpose, w->case_ref, w->cursor, w->plain};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i] != NULL && !tg_utf8_ok(tg_span_str(all[i]))) {
            return false;
        }
    }
    return true;
}

/* The kinds are the product's; purposes and fields are the policy's, and only the server knows it. */
static bool kind_known(const char *by)
{
    static const char *const kinds[] = {"kana", "name", "phone", "point", "customer", "address"};
    bool known = by == NULL;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !known; i++) {
        known = strcmp(by, kinds[i]) == 0;
    }
    return known;
}

static enum tg_err body_write(const struct words *w, bool search, struct tg_buf *out, const char **why)
{
    uint64_t limit = 0;
    struct tg_jout j;

    if (!words_clean(w)) {
        *why = "not UTF-8";
        return TG_E_USAGE;
    }
    if (!kind_known(w->by)) {
        *why = "--by is kana, name, phone, point, customer or address";
        return TG_E_USAGE;
    }
    if (w->limit != NULL &&
        (tg_u64_parse(tg_span_str(w->limit), TG_PAGE_ROWS, &limit) != TG_OK || limit == 0)) {
        *why = "--limit is a number from 1 to 100";
        return TG_E_USAGE;
    }
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    put_text(&j, search ? "query" : "id", w->plain);
    put_text(&j, "by", w->by);
    put_text(&j, "purpose", w->purpose);
    put_text(&j, "case", w->case_ref);
    put_text(&j, "cursor", w->cursor);
    if (limit > 0) {
        tg_jout_member_int(&j, "limit", (int64_t)limit);
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

static enum tg_err query_read(int argc, char **argv, struct tg_command *ret, const char **why)
{
    struct words w = {.plain = NULL, .query = TG_BUF_INIT(TG_HTTP_BODY_BYTES)};
    bool search = ret->kind == TG_CMD_SEARCH;
    enum tg_err e = words_read(argc, argv, search, &w, why);

    if (e == TG_OK) {
        e = body_write(&w, search, &ret->body, why);
    }
    tg_buf_done(&w.query);
    return e;
}

/* release PERSON [--case REF]: a supervisor's. */
static enum tg_err release_read(int argc, char **argv, struct tg_command *ret, const char **why)
{
    struct words w = {.plain = NULL, .query = TG_BUF_INIT(TG_HTTP_BODY_BYTES)};
    enum tg_err e = words_read(argc, argv, false, &w, why);
    struct tg_jout j;

    tg_buf_done(&w.query);
    if (e != TG_OK) {
        return e;
    }
    if (w.purpose != NULL || !words_clean(&w)) {
        *why = w.purpose != NULL ? "unknown option" : "not UTF-8";
        return TG_E_USAGE;
    }
    tg_jout_init(&j, &ret->body);
    tg_jout_open(&j, '{');
    put_text(&j, "person", w.plain);
    put_text(&j, "reason-case", w.case_ref);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_command_read(int argc, char **argv, struct tg_command *ret, const char **why)
{
    *why = "unknown command";
    ret->body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    if (argc == 1 && strcmp(argv[0], "whoami") == 0) {
        ret->kind = TG_CMD_WHOAMI;
        ret->path = "/v1/whoami";
        return TG_OK;
    }
    if (argc == 1 && strcmp(argv[0], "batch") == 0) {
        ret->kind = TG_CMD_BATCH;
        ret->path = "";
        return TG_OK;
    }
    if (argc > 0 && strcmp(argv[0], "search") == 0) {
        ret->kind = TG_CMD_SEARCH;
        ret->path = "/v1/customers/search";
        return query_read(argc, argv, ret, why);
    }
    if (argc > 0 && strcmp(argv[0], "show") == 0) {
        ret->kind = TG_CMD_SHOW;
        ret->path = "/v1/customers/show";
        return query_read(argc, argv, ret, why);
    }
    if (argc > 0 && strcmp(argv[0], "release") == 0) {
        ret->kind = TG_CMD_RELEASE;
        ret->path = "/v1/caps/release";
        return release_read(argc, argv, ret, why);
    }
    if (argc > 0 && strcmp(argv[0], "audit") == 0) {
        return tg_audit_command(argc - 1, argv + 1, ret, why);
    }
    if (argc > 0 && strcmp(argv[0], "inquiry") == 0) {
        return tg_inquiry_command(argc - 1, argv + 1, ret, why);
    }
    if (argc > 0 && strcmp(argv[0], "grant") == 0) {
        return tg_grant_command(argc - 1, argv + 1, ret, why);
    }
    return TG_E_USAGE;
}

void tg_command_done(struct tg_command *c)
{
    tg_buf_done(&c->body);
}

/* Reads one word at *at, writes it to *to; both move. */
static enum tg_err word_take(char **at, char **to)
{
    char quote = '\0';

    for (; **at != '\0' && (quote != '\0' || (**at != ' ' && **at != '\t')); (*at)++) {
        if (quote == '\0' && (**at == '\'' || **at == '"')) {
            quote = **at;
        } else if (quote != '\0' && **at == quote) {
            quote = '\0';
        } else if (quote != '\'' && **at == '\\' && (*at)[1] != '\0') {
            *(*to)++ = *++(*at);
        } else {
            *(*to)++ = **at;
        }
    }
    return quote == '\0' ? TG_OK : TG_E_FORM;
}

enum tg_err tg_words_split(char *line, char **words, size_t max, int *n)
{
    char *to = line;
    size_t count = 0;

    for (char *at = line; *at != '\0';) {
        if (*at == ' ' || *at == '\t') {
            at++;
            continue;
        }
        if (count == max) {
            return TG_E_LIMIT;
        }
        words[count++] = to;
        if (word_take(&at, &to) != TG_OK) {
            return TG_E_FORM;
        }
        at += *at != '\0' ? 1 : 0; /* the blank, before the NUL is written over it */
        *to++ = '\0';
    }
    *n = (int)count;
    return TG_OK;
}
