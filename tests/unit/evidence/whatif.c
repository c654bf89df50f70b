/* Under another policy: who gains, who loses, which purposes and roles go; and what changes unused. */
#include "server/evidence/whatif.h"

#include "server/evidence/matrix.h"
#include "tests/unit/evidence/book.h"

static const struct book_look contractor = {
    .session = "S1", .role = "retail.contractor", .kind = "retail", .purpose = "inquiry"};
static const struct book_look dunning = {
    .session = "S2", .role = "retail.dunning", .kind = "retail", .purpose = "billing"};

struct run {
    struct book *book;
    struct tg_whatif whatif;
    struct tg_effect_line line[16];
    unsigned n;
};

static enum tg_err add(void *ctx, const struct tg_past *past)
{
    struct run *r = ctx;

    return tg_whatif_add(&r->whatif, past, r->book->compiled[0]);
}

static void collect(void *ctx, const struct tg_effect_line *line)
{
    struct run *r = ctx;

    assert_true(r->n < sizeof r->line / sizeof *r->line);
    r->line[r->n++] = *line;
}

/* Two contractors' looks, a dunner's two purposes, an auditor who is refused, one malformed. */
static void traffic(struct book *b)
{
    struct book_look l = contractor;

    book_names(b);
    book_sign_in(b, "S1", "retail.contractor", "retail");
    book_sign_in(b, "S2", "retail.dunning", "retail");
    book_sign_in(b, "S3", "retail.contractor", "retail");
    book_sign_in(b, "S4", "auditor", "retail");
    for (unsigned i = 0; i < 5; i++)
        book_look(b, &contractor);
    l.session = "S3";
    l.purpose = "moving";
    book_look(b, &l);
    book_look(b, &dunning);
    l = dunning;
    l.purpose = "inquiry";
    book_look(b, &l);
    book_look(b, &l);
    book_look(
        b, &(struct book_look){.session = "S4", .role = "auditor", .kind = "retail", .purpose = "inquiry"});
    book_line(b, "{\"v\":1,\"kind\":\"search\"," BOOK_TIME
                 ",\"decision\":\"deny\",\"problem\":\"bad-json\",\"session\":\"S1\"}");
}

/* The traffic under the shipped policy with one replacement. */
static void run_with(struct run *r, struct book *b, const char *was, const char *is)
{
    const struct tg_decisions all = book_all(b);
    struct tg_ground ground;

    *r = (struct run){.book = b};
    book_policy(b, 1, was, is);
    r->whatif.policy = b->compiled[1];
    traffic(b);
    book_close(b);
    assert_int_equal(tg_decisions_walk(&all, add, r, &ground), TG_OK);
    tg_whatif_walk(&r->whatif, collect, r);
    assert_int_equal(r->whatif.compared, 10);
    assert_int_equal(r->whatif.not_asked, 1);
}

static void check_line(const struct tg_effect_line *l, enum tg_effect effect, const char *person,
                       const char *about)
{
    assert_int_equal(l->effect, effect);
    assert_string_equal(l->person, person);
    assert_string_equal(l->about, about);
    assert_string_equal(l->post, "counter");
}

static void test_nothing_changes(void **state)
{
    struct run r;

    run_with(&r, *state, "# side:", "# Side:"); /* a comment: another digest, the same policy */
    assert_int_equal(r.n, 0);
    assert_int_equal(r.whatif.changed, 0);
    tg_whatif_done(&r.whatif);
}

/* A field is taken away: every contractor loses it, by how many answers, and that it was really shown. */
static void test_loses(void **state)
{
    struct run r;

    run_with(&r, *state, "supply-point capacity current_limit", "supply-point current_limit");
    assert_int_equal(r.n, 2);
    assert_int_equal(r.whatif.changed, 6);
    check_line(&r.line[0], TG_EFFECT_FIELDS, "P-S1", "own");
    check_line(&r.line[1], TG_EFFECT_FIELDS, "P-S3", "own");
    for (unsigned i = 0; i < 2; i++) {
        assert_true(r.line[i].gained == 0 && r.line[i].lost == TG_BIT(TG_F_CAPACITY));
        assert_true(r.line[i].lost_shown == TG_BIT(TG_F_CAPACITY));
        assert_int_equal(r.line[i].answers, i == 0 ? 5 : 1);
        assert_int_equal(r.line[i].records, i == 0 ? 5 : 1);
    }
    tg_whatif_done(&r.whatif);
}

static void test_gains(void **state)
{
    struct run r;

    run_with(&r, *state, "fields identity postcode address supply-point contract_end",
             "fields identity postcode address phone supply-point contract_end");
    assert_int_equal(r.n, 2);
    check_line(&r.line[0], TG_EFFECT_FIELDS, "P-S1", "former");
    assert_true(r.line[0].gained == TG_BIT(TG_F_PHONE) && r.line[0].lost == 0 && r.line[0].lost_shown == 0);
    tg_whatif_done(&r.whatif);
}

/* A purpose is closed: the answers for it would be refused, with all that they showed. */
static void test_purpose_refused(void **state)
{
    struct run r;

    run_with(&r, *state, "    purposes inquiry billing\n", "    purposes billing\n");
    assert_int_equal(r.n, 3);
    assert_int_equal(r.whatif.changed, 2);
    check_line(&r.line[0], TG_EFFECT_FIELDS, "P-S2", "former");
    check_line(&r.line[1], TG_EFFECT_FIELDS, "P-S2", "own");
    check_line(&r.line[2], TG_EFFECT_REFUSED, "P-S2", "inquiry");
    assert_true(r.line[1].lost != 0 && r.line[1].gained == 0 && r.line[1].answers == 2);
    assert_int_equal(r.line[2].answers, 2);
    assert_int_equal(r.line[2].records, 4);
    tg_whatif_done(&r.whatif);
}

static void test_role_gone(void **state)
{
    struct run r;

    run_with(&r, *state, "retail.dunning", "retail.collect");
    assert_int_equal(r.n, 3);
    assert_int_equal(r.whatif.changed, 3);
    check_line(&r.line[2], TG_EFFECT_ROLE_GONE, "P-S2", "");
    assert_int_equal(r.line[2].answers, 3);
    tg_whatif_done(&r.whatif);
}

/* What was refused and would be answered: nobody knows which records, but who and with which fields. */
static void test_opened(void **state)
{
    struct book *b = *state;
    struct run r = {.book = b};
    const struct tg_decisions all = book_all(b);
    struct tg_ground ground;
    struct book_look l = dunning;

    l.purpose = "moving"; /* not open to dunning */
    book_policy(b, 1, "    purposes inquiry billing\n", "    purposes inquiry moving billing\n");
    r.whatif.policy = b->compiled[1];
    book_names(b);
    book_sign_in(b, "S2", "retail.dunning", "retail");
    book_look(b, &l);
    book_close(b);
    assert_int_equal(tg_decisions_walk(&all, add, &r, &ground), TG_OK);
    tg_whatif_walk(&r.whatif, collect, &r);
    assert_int_equal(r.n, 3);
    check_line(&r.line[0], TG_EFFECT_FIELDS, "P-S2", "former");
    check_line(&r.line[2], TG_EFFECT_OPENED, "P-S2", "moving");
    assert_true((r.line[1].gained & TG_BIT(TG_F_NAME)) != 0 && r.line[1].lost == 0 && r.line[1].records == 0);
    assert_int_equal(r.whatif.changed, 1);
    tg_whatif_done(&r.whatif);
}

/* The term of consents is made shorter: who worked with an older one loses what it opened. */
static void test_shorter_consents(void **state)
{
    struct book *b = *state;
    struct run r = {.book = b};
    const struct tg_decisions all = book_all(b);
    struct tg_ground ground;
    struct book_look l = {
        .session = "S1", .role = "retail.counter", .kind = "retail", .purpose = "switching", .basis = "D-1"};

    book_policy(b, 1, "days   31", "days   7");
    r.whatif.policy = b->compiled[1];
    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    for (l.days_ago = 0; l.days_ago < 10; l.days_ago++)
        book_look(b, &l);
    book_close(b);
    assert_int_equal(tg_decisions_walk(&all, add, &r, &ground), TG_OK);
    tg_whatif_walk(&r.whatif, collect, &r);
    assert_int_equal(r.n, 1);
    check_line(&r.line[0], TG_EFFECT_FIELDS, "P-S1", "other");
    assert_int_equal(r.line[0].answers, 3); /* begun 7, 8 and 9 days ago */
    assert_true((r.line[0].lost_shown & TG_BIT(TG_F_CAPACITY)) != 0);
    tg_whatif_done(&r.whatif);
}

/* The matrices, as lines of text. */
static enum tg_err write_change(void *ctx, const struct tg_change *c)
{
    struct tg_buf *out = ctx;

    return tg_buf_addf(out, "%s %s %s %llx %c%c %s\n", c->what, c->role,
                       c->class < TG_C_COUNT ? tg_class_name(c->class) : "", (unsigned long long)c->fields,
                       c->gains ? '+' : '.', c->loses ? '-' : '.', c->text);
}

static void compared(struct book *b, const char *was, const char *is, struct tg_buf *out)
{
    struct tg_matrix *m[2] = {NULL, NULL};

    book_policy(b, 1, was, is);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(tg_matrix_of(b->compiled[i], &m[i]), TG_OK);
    tg_buf_reset(out);
    assert_int_equal(tg_matrix_compare(m[0], m[1], write_change, out), TG_OK);
    assert_non_null(tg_buf_cstr(out));
    tg_matrix_free(&m[0]);
    tg_matrix_free(&m[1]);
}

static void test_matrix(void **state)
{
    struct book *b = *state;
    TG_BUF_AUTO out = TG_BUF_INIT(1 << 20);

    compared(b, "# side:", "# Side:", &out);
    assert_int_equal(out.n, 0);
    compared(b, "supply-point capacity current_limit", "supply-point current_limit", &out);
    assert_string_equal(
        tg_buf_cstr(&out),
        "cell retail.contractor own 80 .- application inquiry moving outage switching: shown > -\n");
    compared(b, "fields name address phone point pole", "fields name kana address postcode point pole", &out);
    assert_string_equal(tg_buf_cstr(&out),
                        "cell emergency.responder own 6 +. outage: - > grant\n"
                        "cell emergency.responder own 10 .- outage: grant > -\n"
                        "cell emergency.responder former 6 +. outage: - > grant\n"
                        "cell emergency.responder former 10 .- outage: grant > -\n"
                        "cell emergency.responder other 6 +. outage: - > grant\n"
                        "cell emergency.responder other 10 .- outage: grant > -\n"
                        "cell emergency.responder last-resort 6 +. outage: - > grant\n"
                        "cell emergency.responder last-resort 10 .- outage: grant > -\n"
                        "cell emergency.responder generator-own 6 +. outage: - > grant\n"
                        "cell emergency.responder generator-own 10 .- outage: grant > -\n"
                        "cell emergency.responder generator-other 6 +. outage: - > grant\n"
                        "cell emergency.responder generator-other 10 .- outage: grant > -\n");
}

static void test_matrix_of_roles(void **state)
{
    struct book *b = *state;
    TG_BUF_AUTO out = TG_BUF_INIT(1 << 20);
    const char *text;

    compared(b, "retail.dunning", "retail.collect", &out);
    text = tg_buf_cstr(&out);
    assert_non_null(strstr(text, "role retail.dunning  0 .. kind retail [inquiry billing] > none []\n"));
    assert_non_null(strstr(text, "role retail.collect  0 .. none [] > kind retail [inquiry billing]\n"));
    assert_non_null(strstr(text, "cap retail.dunning "));
    assert_non_null(strstr(text, " inquiry: shown > -\n"));
    compared(b, "looks  300", "looks  299", &out);
    text = tg_buf_cstr(&out);
    assert_non_null(strstr(text, "cap retail.contractor  0 .. looks 300 in hour release-by"));
    assert_non_null(strstr(text, "> looks 299 in hour release-by"));
    assert_null(strchr(strchr(text, '\n') + 1, '\n'));
    compared(b, "\"電話番号\"", "\"お電話番号\"", &out);
    assert_int_equal(out.n, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, book_setup, book_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_changes),  TEST(test_loses),     TEST(test_gains),
        TEST(test_purpose_refused),  TEST(test_role_gone), TEST(test_opened),
        TEST(test_shorter_consents), TEST(test_matrix),    TEST(test_matrix_of_roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
