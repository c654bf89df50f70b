#include "tests/unit/evidence/book.h"

#include "certs/base/file.h"

int book_setup(void **state)
{
    struct book *b = calloc(1, sizeof *b);
    void *tool = NULL;

    assert_non_null(b);
    assert_int_equal(tool_setup(&tool), 0);
    b->tool = tool;
    tool_open(b->tool);
    for (unsigned i = 0; i < 2; i++)
        b->policy[i] = TG_BUF_INIT(TG_POLICY_BYTES);
    book_policy(b, 0, NULL, NULL);
    *state = b;
    return 0;
}

int book_teardown(void **state)
{
    struct book *b = *state;
    void *tool = b->tool;

    for (unsigned i = 0; i < 2; i++) {
        tg_buf_done(&b->policy[i]);
        tg_policy_unref(&b->compiled[i]);
    }
    free(b);
    return tool_teardown(&tool);
}

static void shipped(struct tg_buf *to)
{
    const char *path = getenv("DEFAULT_POLICY");

    assert_non_null(path);
    assert_int_equal(tg_file_read(path, to), TG_OK);
}

/* Appends text with every `was` replaced; true when there was one. */
static bool replaced(const char *text, const char *was, const char *is, struct tg_buf *to)
{
    bool found = false;

    for (const char *at; (at = strstr(text, was)) != NULL; text = at + strlen(was)) {
        assert_int_equal(tg_buf_add(to, text, (size_t)(at - text)), TG_OK);
        assert_int_equal(tg_buf_add_str(to, is), TG_OK);
        found = true;
    }
    assert_int_equal(tg_buf_add_str(to, text), TG_OK);
    return found;
}

void book_policy(struct book *b, unsigned which, const char *was, const char *is)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault = {0};
    struct tg_buf *to = &b->policy[which];

    shipped(&text);
    tg_buf_reset(to);
    tg_policy_unref(&b->compiled[which]);
    assert_non_null(tg_buf_cstr(&text));
    if (was == NULL)
        assert_int_equal(tg_buf_add_span(to, tg_span_buf(&text)), TG_OK);
    else
        assert_true(replaced(tg_buf_cstr(&text), was, is, to));
    if (tg_policy_compile(tg_span_buf(to), &b->compiled[which], &fault) != TG_OK)
        fail_msg("%u:%u: %s", fault.line, fault.column, fault.what);
}

void book_line(struct book *b, const char *fmt, ...)
{
    char line[8192];
    va_list args;

    va_start(args, fmt);
    assert_in_range(vsnprintf(line, sizeof line, fmt, args), 1, sizeof line - 1);
    va_end(args);
    assert_int_equal(tool_one(b->tool, line), TG_OK);
}

void book_names(struct book *b)
{
    char names[1024] = "";

    for (enum tg_field f = 0; f < TG_F_COUNT; f++) {
        size_t n = strlen(names);

        (void)snprintf(names + n, sizeof names - n, "%s%s", f > 0 ? " " : "", tg_field_name(f));
    }
    book_line(b, "{\"v\":1,\"kind\":\"admin\",\"decision\":\"allow\",\"names\":\"%s\"}", names);
}

void book_sign_in(struct book *b, const char *session, const char *role, const char *kind)
{
    book_line(b,
              "{\"v\":1,\"kind\":\"sign-in\",\"decision\":\"allow\",\"person\":\"P-%s\",\"role\":\"%s\","
              "\"session\":"
              "\"%s\",\"areas\":\"02203\",\"company_kind\":\"%s\"}",
              session, role, session, kind);
}

/* "name":"value", unless it is to be left out. */
static void put(char *to, size_t size, const struct book_look *l, const char *const pair[2])
{
    size_t n = strlen(to);

    if (pair[1] != NULL && (l->drop == NULL || strcmp(l->drop, pair[0]) != 0))
        (void)snprintf(to + n, size - n, ",\"%s\":\"%s\"", pair[0], pair[1]);
}

static void put_outcome(char *to, size_t size, const struct book_look *l, const struct tg_verdict *v)
{
    size_t n = strlen(to);

    n += (size_t)snprintf(to + n, size - n, ",\"rows\":[");
    for (size_t i = 0; i < v->n; i++) {
        tg_mask clear = v->clause[i].fields ^ (i == 0 ? l->spoil_clear : 0);
        tg_mask hidden = v->hidden[i] ^ (i == 0 ? l->spoil_hidden : 0);

        n += (size_t)snprintf(to + n, size - n,
                              "%s{\"id\":\"c%zu\",\"class\":\"%s\",\"clear\":\"%llx\",\"hidden\":\"%llx\"}",
                              i > 0 ? "," : "", i, tg_class_name(v->clause[i].class),
                              (unsigned long long)clear, (unsigned long long)hidden);
    }
    n += (size_t)snprintf(to + n, size - n, "],\"rules\":[");
    for (size_t i = 0; i < v->n; i++)
        n += (size_t)snprintf(to + n, size - n, "%s\"%s\"", i > 0 ? "," : "",
                              i + 1 == v->n && l->spoil_rule != NULL ? l->spoil_rule : v->clause[i].rule);
    (void)snprintf(to + n, size - n, "]");
}

void book_look(struct book *b, const struct book_look *l)
{
    const struct tg_policy *policy = b->compiled[l->policy];
    struct tg_inputs in = {.role = l->role,
                           .company = "TOHOKU",
                           .kind = strcmp(l->kind, "network") == 0 ? TG_COMPANY_NETWORK : TG_COMPANY_RETAIL,
                           .areas = "02203",
                           .matter = {.purpose = l->purpose}};
    struct tg_consent consent = {.company = "TOHOKU", .point = "0212345678901234567890"};
    char person[64], line[8192], time[28], from[11];
    struct tg_verdict v;
    tg_usec now = tg_now_us();
    enum tg_err err;
    in.matter.now = now / 1000000;
    tg_time_text(now, time);
    if (l->basis != NULL) {
        consent.to = tg_day_of(in.matter.now);
        consent.from = consent.to - l->days_ago;
        tg_day_text(consent.from, from);
        (void)snprintf(consent.ref, sizeof consent.ref, "%s", l->basis);
        (void)snprintf(consent.purpose, sizeof consent.purpose, "%s", l->purpose);
        in.matter.consent = &consent;
    }
    err = tg_policy_verdict(policy, &in, &v);
    const char *const members[][2] = {{"time", time},
                                      {"basis", l->basis},
                                      {"consented", l->basis != NULL ? from : NULL},
                                      {"problem", err != TG_OK ? tg_err_code(err) : NULL},
                                      {"session", l->session},
                                      {"person", person},
                                      {"role", l->role},
                                      {"company", "TOHOKU"},
                                      {"post", "counter"},
                                      {"purpose", l->purpose},
                                      {"terminal", l->terminal},
                                      {"peer", l->peer},
                                      {"policy", tg_policy_digest(policy)}};

    (void)snprintf(person, sizeof person, "P-%s", l->session);
    (void)snprintf(line, sizeof line, "{\"v\":1,\"kind\":\"search\",\"decision\":\"%s\"",
                   err == TG_OK ? "allow" : "deny");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        put(line, sizeof line, l, members[i]);
    if (err == TG_OK)
        put_outcome(line, sizeof line, l, &v);
    book_line(b, "%s}", line);
}

void book_close(struct book *b)
{
    tool_close(b->tool);
}

struct tg_decisions book_all(const struct book *b)
{
    return (struct tg_decisions){.folder = b->tool->folder, .key = b->tool->key};
}

enum tg_err book_shelf(void *ctx, const char *digest, struct tg_buf *text)
{
    const struct book *b = ctx;

    for (unsigned i = 0; i < 2; i++) {
        if (b->compiled[i] != NULL && strcmp(tg_policy_digest(b->compiled[i]), digest) == 0)
            return tg_buf_add_span(text, tg_span_buf(&b->policy[i]));
    }
    return TG_E_NOT_FOUND;
}
