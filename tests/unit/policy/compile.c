/* What the compiler takes and refuses. bad.csv edits small.policy in one place and names line, column and
 * sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data.h"
#include "server/admit/staff_make.h"

static enum tg_err compile(const char *text, size_t n, struct tg_policy_fault *fault)
{
    struct tg_policy *p = NULL;
    enum tg_err e = tg_policy_compile(tg_span(text, n), &p, fault);
    assert_int_equal(e == TG_OK, p != NULL);
    tg_policy_unref(&p);
    return e;
}

static const char *small_text(void)
{
    static struct tg_buf text = {.p = NULL, .n = 0, .cap = 0, .max = TG_POLICY_BYTES};
    if (text.n == 0)
        data_read("small.policy", &text);
    return tg_buf_cstr(&text);
}

static void edit(struct tg_buf *to, const char *find, const char *with)
{
    const char *text = small_text(), *at = strstr(text, find);
    assert_non_null(at);
    tg_buf_reset(to);
    assert_int_equal(tg_buf_add(to, text, (size_t)(at - text)), TG_OK);
    assert_int_equal(tg_buf_add_str(to, with), TG_OK);
    assert_int_equal(tg_buf_add_str(to, at + strlen(find)), TG_OK);
}

struct tally {
    size_t n, wrong;
};

static enum tg_err bad_row(void *ctx, const struct tg_csv_record *r)
{
    struct tally *tally = ctx;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;
    edit(&text, data_cell(r, 1, 1), data_cell(r, 2, 2));
    enum tg_err e = compile((const char *)text.p, text.n, &fault);
    char got[512], want[512];
    (void)snprintf(got, sizeof got, "%u:%u", fault.line, fault.column);
    (void)snprintf(want, sizeof want, "%s:%s", data_cell(r, 3, 3), data_cell(r, 4, 4));
    tally->n++;
    if (e == TG_E_POLICY && strcmp(got, want) == 0 && strstr(fault.what, data_cell(r, 5, 5)) != NULL)
        return TG_OK;
    tally->wrong++;
    print_error("%s: want %s \"%s\", got %d at %s \"%s\"\n", data_cell(r, 0, 0), want, data_cell(r, 5, 5),
                (int)e, got, fault.what);
    return TG_OK;
}

static void bad(void **state)
{
    struct tally tally = {0, 0};
    (void)state;
    data_rows("bad.csv", bad_row, &tally);
    assert_int_equal(tally.n, 171);
    assert_int_equal(tally.wrong, 0);
}

static void good(void **state)
{
    struct tg_policy_fault fault;
    (void)state;
    assert_int_equal(compile(small_text(), strlen(small_text()), &fault), TG_OK);
    struct tg_policy *p = data_policy(NULL);
    static const char *const roles[] = {"retail.counter",    "retail.callcenter",   "retail.dunning",
                                        "retail.contractor", "nw.operator",         "nw.duty",
                                        "retail.duty",       "emergency.responder", "auditor",
                                        "directory.admin",   "retail.supervisor",   "policy.admin",
                                        "data.admin"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        assert_true(tg_policy_has_role(p, roles[i]));
    assert_false(tg_policy_has_role(p, "retail"));
    assert_false(tg_policy_has_role(p, ""));
    assert_int_equal(strlen(tg_policy_digest(p)), 64);
    struct tg_policy *q = tg_policy_ref(p);
    tg_policy_unref(&p);
    assert_true(tg_policy_has_role(q, "auditor"));
    tg_policy_unref(&q);
}

/* The digest names the bytes, comments and line ends included; CRLF means the same rules. */
static void digest(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy *a = data_policy("small.policy"), *b = NULL;
    struct tg_policy_fault fault;
    (void)state;
    for (const char *s = small_text(); *s != '\0'; s++)
        assert_int_equal(*s == '\n' ? tg_buf_add_str(&text, " # x\r\n") : tg_buf_add(&text, s, 1), TG_OK);
    assert_int_equal(tg_policy_compile(tg_span_buf(&text), &b, &fault), TG_OK);
    assert_string_not_equal(tg_policy_digest(a), tg_policy_digest(b));
    tg_policy_unref(&a);
    tg_policy_unref(&b);
}

/* A file cut anywhere is refused, but for the cuts of the last line end; nothing is read beyond the end. */
static void cut_everywhere(const char *text, size_t n)
{
    struct tg_policy_fault fault;
    for (size_t i = 0; i < n - 1; i++) {
        char *copy = malloc(i + 1); /* exactly as long as it is, for the sanitizer */
        assert_non_null(copy);
        memcpy(copy, text, i);
        enum tg_err e = compile(copy, i, &fault);
        free(copy);
        assert_int_equal(e, TG_E_POLICY);
        assert_true(fault.line >= 1 && fault.column >= 1 && fault.what[0] != '\0');
    }
    assert_int_equal(compile(text, n - 1, &fault), TG_OK);
}

static void cut(void **state)
{
    TG_BUF_AUTO shipped = TG_BUF_INIT(TG_POLICY_BYTES);
    (void)state;
    cut_everywhere(small_text(), strlen(small_text()));
    data_read(NULL, &shipped);
    cut_everywhere((const char *)shipped.p, shipped.n);
}

/* A line that is missing is missed, unless it says nothing: a comment or a blank line. */
static void line_lost(void **state)
{
    TG_BUF_AUTO shipped = TG_BUF_INIT(TG_POLICY_BYTES), rest = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;
    size_t kept = 0, lines = 0;
    (void)state;
    data_read(NULL, &shipped);
    const char *text = tg_buf_cstr(&shipped);
    for (const char *line = text; *line != '\0'; lines++) {
        const char *next = strchr(line, '\n') + 1;
        tg_buf_reset(&rest);
        assert_int_equal(tg_buf_add(&rest, text, (size_t)(line - text)), TG_OK);
        assert_int_equal(tg_buf_add_str(&rest, next), TG_OK);
        enum tg_err e = compile((const char *)rest.p, rest.n, &fault);
        if (line[0] == '#' || line[0] == '\n')
            assert_int_equal(e, TG_OK);
        else if (e == TG_OK)
            kept++;
        line = next;
    }
    assert_true(lines > 400);
    assert_int_equal(kept, 2); /* the two lines of what a contractor is shown of own customers */
}

static void bad_utf8(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;
    (void)state;
    static const char *const sequences[] = {"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xE3\x81", "\x80"};
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        char with[32];
        (void)snprintf(with, sizeof with, "\"空き%s", sequences[i]);
        edit(&text, "\"空き", with);
        assert_int_equal(compile((const char *)text.p, text.n, &fault), TG_E_POLICY);
        assert_int_equal(fault.line, 39);
        assert_int_equal(fault.column, 17);
        assert_non_null(strstr(fault.what, "UTF-8"));
    }
    assert_int_equal(compile("policy 1\n\0", 10, &fault), TG_E_POLICY);
    assert_int_equal(fault.line, 2);
    assert_int_equal(compile("\xEF\xBB\xBFpolicy 1\n", 12, &fault), TG_E_POLICY);
    assert_int_equal(fault.column, 1);
}

static void sentence_length(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;
    char with[TG_POLICY_SENTENCE_BYTES + 3];
    (void)state;
    memset(with, 'a', sizeof with);
    with[0] = '"';
    for (size_t n = TG_POLICY_SENTENCE_BYTES - 1; n <= TG_POLICY_SENTENCE_BYTES; n++) {
        with[1 + n] = '"';
        with[2 + n] = '\0';
        edit(&text, "\"by consent\"", with);
        enum tg_err e = compile((const char *)text.p, text.n, &fault);
        assert_int_equal(e, n < TG_POLICY_SENTENCE_BYTES ? TG_OK : TG_E_POLICY);
        with[1 + n] = 'a';
    }
    assert_non_null(strstr(fault.what, "a sentence is too long"));
}

static void limits(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(4 * TG_POLICY_BYTES);
    struct tg_policy_fault fault;
    (void)state;
    assert_int_equal(compile("", 0, &fault), TG_E_POLICY);
    while (text.n <= TG_POLICY_BYTES)
        assert_int_equal(tg_buf_add_str(&text, "# a comment\n"), TG_OK);
    assert_int_equal(compile((const char *)text.p, text.n, &fault), TG_E_POLICY);
    assert_non_null(strstr(fault.what, "too large"));

    static const struct {
        const char *fmt, *before;
        unsigned max, there;
    } many[] = {
        {"group g%u \"あ\" \"a\"\n", "group sales", TG_POLICY_GROUPS, 2},
        {"purpose u%u \"あ\" \"a\"\n", "purpose ask", TG_PURPOSES, 2},
        {"role r%u kind none \"あ\" \"a\"\n", "role shop", TG_ROLES, 10},
        {"hide h%u\n from watch\n of own\n fields name\n reason \"あ\" \"a\"\n next \"あ\" \"a\"\n",
         "hide nothing", TG_POLICY_RULES, 10},
    };
    for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
        TG_BUF_AUTO extra = TG_BUF_INIT(TG_POLICY_BYTES);
        for (unsigned k = 0; k <= many[i].max - many[i].there; k++) {
            char one[256];
            (void)snprintf(one, sizeof one, "group g%u \"あ\" \"a\"\n", k);
            if (i == 1)
                (void)snprintf(one, sizeof one, "purpose u%u \"あ\" \"a\"\n", k);
            if (i == 2)
                (void)snprintf(one, sizeof one, "role r%u kind none \"あ\" \"a\"\n", k);
            if (i == 3)
                (void)snprintf(one, sizeof one,
                               "hide h%u\n from watch\n of own\n fields name\n reason \"あ\" \"a\"\n next "
                               "\"あ\" \"a\"\n",
                               k);
            assert_int_equal(tg_buf_add_str(&extra, one), TG_OK);
        }
        assert_int_equal(tg_buf_add_str(&extra, many[i].before), TG_OK);
        edit(&text, many[i].before, tg_buf_cstr(&extra));
        assert_int_equal(compile((const char *)text.p, text.n, &fault), TG_E_POLICY);
        assert_non_null(strstr(fault.what, "too many"));
    }
}

static const char *why_of(const struct tg_policy *p, const char *role, enum tg_company_kind kind,
                          enum tg_field f)
{
    struct tg_staff s = {.company = "A", .company_kind = kind};
    struct tg_scope *scope = NULL;
    (void)snprintf(s.role, sizeof s.role, "%s", role);
    assert_int_equal(tg_policy_decide(p, &s, &(struct tg_matter){.purpose = "ask", .now = 0}, &scope), TG_OK);
    const char *rule = tg_policy_why(p, scope, 0, f).rule;
    tg_scope_free(&scope);
    return rule;
}

/* Which reason wins: the class before the field, the field before the role; a name before a group or kind
 * before any. The order in the file does not matter.
 */
static void specificity(void **state)
{
#define SAY " reason \"あ\" \"a\"\n next \"あ\" \"a\"\n"
    static const char *const rules[] = {
        "hide by-role\n from shop\n of any\n fields any\n" SAY,
        "hide by-kind\n from any-retail\n of any\n fields any\n" SAY,
        "hide by-group\n from anyone\n of any\n fields g\n" SAY,
        "hide by-field\n from anyone\n of any\n fields usage\n" SAY,
        "hide by-class\n from anyone\n of own\n fields any\n" SAY,
        "hide by-class-and-field\n from anyone\n of own\n fields address\n" SAY,
        "hide by-class-and-role\n from shop\n of own\n fields any\n" SAY,
    };
    static const struct {
        unsigned with; /* bit i: rule i */
        enum tg_field f;
        const char *wins;
    } cases[] = {
        {0, TG_F_USAGE, "nothing"},
        {0x1, TG_F_USAGE, "by-role"},
        {0x3, TG_F_USAGE, "by-role"},
        {0x2, TG_F_USAGE, "by-kind"},
        {0x7, TG_F_USAGE, "by-group"},
        {0xF, TG_F_USAGE, "by-field"},
        {0x1F, TG_F_USAGE, "by-class"},
        {0x3F, TG_F_USAGE, "by-class"},
        {0x3F, TG_F_ADDRESS, "by-class-and-field"},
        {0x7F, TG_F_ADDRESS, "by-class-and-field"},
        {0x7F, TG_F_USAGE, "by-class-and-role"},
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES), extra = TG_BUF_INIT(TG_POLICY_BYTES);
        for (unsigned k = 0; k < 7; k++) {
            unsigned rule = i % 2 == 0 ? k : 6 - k;
            if ((cases[i / 2].with >> rule & 1) != 0)
                assert_int_equal(tg_buf_add_str(&extra, rules[rule]), TG_OK);
        }
        assert_int_equal(tg_buf_add_str(&extra, "hide nothing"), TG_OK);
        edit(&text, "hide nothing", tg_buf_cstr(&extra));
        struct tg_policy *p = NULL;
        struct tg_policy_fault fault;
        assert_int_equal(tg_policy_compile(tg_span_buf(&text), &p, &fault), TG_OK);
        assert_string_equal(why_of(p, "shop", TG_COMPANY_RETAIL, cases[i / 2].f), cases[i / 2].wins);
        tg_policy_unref(&p);
    }
}

static struct tg_scope *decide_edited(const char *find, const char *with, const char *role,
                                      enum tg_company_kind kind, enum tg_err want)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy *p = NULL;
    struct tg_policy_fault fault;
    struct tg_staff s = {.company = "A", .company_kind = kind};
    struct tg_scope *scope = NULL;
    (void)snprintf(s.role, sizeof s.role, "%s", role);
    edit(&text, find, with);
    assert_int_equal(tg_policy_compile(tg_span_buf(&text), &p, &fault), TG_OK);
    assert_int_equal(tg_policy_decide(p, &s, &(struct tg_matter){.purpose = "ask", .now = 0}, &scope), want);
    tg_policy_unref(&p);
    return scope;
}

/* A group is shown as far as the class has its fields, and no further. */
static void class_bounds_the_group(void **state)
{
    (void)state;
    struct tg_scope *scope = decide_edited("  of other\n  fields name pole", "  of other vacant\n  fields g",
                                           "grid", TG_COMPANY_NETWORK, TG_OK);
    assert_int_equal(tg_scope_count(scope), 2);
    assert_int_equal(tg_scope_clause(scope, 0)->fields, data_fields("name kana pole capacity"));
    assert_int_equal(tg_scope_clause(scope, 1)->class, TG_C_VACANT);
    assert_int_equal(tg_scope_clause(scope, 1)->fields, data_fields("address"));
    assert_int_equal(tg_scope_catalogue(scope, 1), data_fields("address"));
    tg_scope_free(&scope);
}

/* A limit that leaves a role nothing for the purpose is a refusal, not an empty scope. */
static void nothing_left(void **state)
{
    (void)state;
    struct tg_scope *scope = decide_edited("  fields arrears\n", "  fields name pole\n", "grid",
                                           TG_COMPANY_NETWORK, TG_E_FORBIDDEN);
    assert_null(scope);
    scope = decide_edited("  fields arrears\n", "  fields name pole\n", "shop", TG_COMPANY_RETAIL, TG_OK);
    assert_int_equal(tg_scope_clause(scope, 0)->fields, data_fields("kana arrears"));
    tg_scope_free(&scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good),         cmocka_unit_test(bad),
        cmocka_unit_test(digest),       cmocka_unit_test(cut),
        cmocka_unit_test(line_lost),    cmocka_unit_test(bad_utf8),
        cmocka_unit_test(limits),       cmocka_unit_test(sentence_length),
        cmocka_unit_test(specificity),  cmocka_unit_test(class_bounds_the_group),
        cmocka_unit_test(nothing_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
