/* Decisions made again: the true ones agree to the last bit, each kind of untrue one is found and named. */
#include "server/evidence/replay.h"

#include "tests/unit/evidence/book.h"

static const struct book_look counter = {
    .session = "S1", .role = "retail.counter", .kind = "retail", .purpose = "inquiry", .terminal = "T1"};

struct tally {
    struct book *book;
    struct tg_shelf *shelf;
    unsigned same, different, unsettled, no_policy, gaps[TG_GAP_COUNT];
    uint64_t last_seq; /* of the last one that differs */
    char what[TG_REPLAY_WHAT];
};

static enum tg_err one(void *ctx, const struct tg_past *past)
{
    struct tally *t = ctx;
    const struct tg_policy *policy;
    const char *why;

    if (past->settled == TG_SETTLED_NOT) {
        t->unsettled++;
        return TG_OK;
    }
    t->gaps[past->gap]++;
    if (past->gap != TG_GAP_NONE)
        return TG_OK;
    policy = tg_shelf_policy(t->shelf, past->policy, &why);
    assert_true((policy == NULL) == (why != NULL));
    if (policy == NULL) {
        t->no_policy++;
    } else if (tg_replay_same(past, policy, t->what)) {
        assert_string_equal(t->what, "");
        t->same++;
    } else {
        assert_string_not_equal(t->what, "");
        t->different++;
        t->last_seq = past->seq;
    }
    return TG_OK;
}

static struct tally replayed(struct book *b, tg_shelf_read *read)
{
    struct tally t = {.book = b};
    const struct tg_decisions all = book_all(b);
    struct tg_ground ground;

    book_close(b);
    assert_int_equal(tg_shelf_new(read, b, &t.shelf), TG_OK);
    assert_int_equal(tg_decisions_walk(&all, one, &t, &ground), TG_OK);
    tg_shelf_free(&t.shelf);
    return t;
}

/* Every role, every purpose, under two policies: all of them agree. */
static void test_all_agree(void **state)
{
    static const char *const roles[][2] = {
        {"retail.counter", "retail"},    {"retail.callcenter", "retail"}, {"retail.dunning", "retail"},
        {"retail.contractor", "retail"}, {"nw.operator", "network"},      {"emergency.responder", "retail"},
        {"auditor", "retail"},           {"nw.operator", "retail"},       {"nobody.knows", "retail"}};
    static const char *const purposes[] = {"inquiry", "billing", "outage", "construction", "nonsense"};
    struct book *b = *state;
    struct tally t;

    book_policy(b, 1, "supply-point capacity current_limit", "supply-point current_limit");
    book_names(b);
    for (unsigned r = 0; r < sizeof roles / sizeof *roles; r++) {
        for (unsigned p = 0; p < sizeof purposes / sizeof *purposes; p++) {
            struct book_look l = counter;

            l.role = roles[r][0];
            l.kind = roles[r][1];
            l.purpose = purposes[p];
            l.policy = p % 2;
            book_sign_in(b, "S1", l.role, l.kind);
            book_look(b, &l);
        }
    }
    t = replayed(b, book_shelf);
    assert_int_equal(t.same, 45);
    assert_int_equal(t.different + t.unsettled + t.no_policy, 0);
}

/* One bit more in a mask, whichever; another rule; allowed where it is refused. */
static void test_every_untruth(void **state)
{
    struct book *b = *state;
    struct book_look l = counter;
    unsigned untrue = 0;
    struct tally t;

    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    for (enum tg_field f = 0; f < TG_F_COUNT; f++, untrue++) {
        l.spoil_hidden = TG_BIT(f);
        book_look(b, &l);
    }
    l.spoil_hidden = 0;
    l.spoil_clear = TG_BIT(TG_F_POLE); /* hidden from retail */
    book_look(b, &l);
    l.spoil_clear = TG_BIT(TG_F_ARREARS); /* not for this purpose */
    book_look(b, &l);
    l = counter;
    l.spoil_rule = "network-supply";
    book_look(b, &l);
    untrue += 3;
    /* Had no value: no untruth. */
    l = counter;
    l.spoil_clear = TG_BIT(TG_F_USAGE);
    book_look(b, &l);
    book_line(b,
              "{\"v\":1,\"kind\":\"show\"," BOOK_TIME
              ",\"decision\":\"allow\",\"session\":\"S1\",\"role\":\"auditor\","
              "\"purpose\":"
              "\"inquiry\",\"policy\":\"%s\"}",
              tg_policy_digest(b->compiled[0]));
    book_line(b,
              "{\"v\":1,\"kind\":\"show\"," BOOK_TIME
              ",\"decision\":\"deny\",\"problem\":\"forbidden\",\"session\":\"S1\","
              "\"role\":"
              "\"retail.counter\",\"purpose\":\"inquiry\",\"policy\":\"%s\"}",
              tg_policy_digest(b->compiled[0]));
    untrue += 2;
    t = replayed(b, book_shelf);
    assert_int_equal(t.different, untrue);
    assert_int_equal(t.same, 1);
    assert_non_null(strstr(t.what, "then forbidden, now allow"));
    assert_int_equal(t.last_seq,
                     2 + untrue + 1); /* names, sign-in, the true one, and the checkpoint stands behind */
}

/* A class that the role does not see, and a consent that opens nothing. */
static void test_row_and_basis(void **state)
{
    static const char head[] =
        "{\"v\":1,\"kind\":\"show\"," BOOK_TIME
        ",\"decision\":\"allow\",\"session\":\"S1\",\"role\":\"retail.counter\","
        "\"company\":\"TOHOKU\",\"purpose\":\"inquiry\",\"rules\":[\"retail-own\",\"retail-former\"]";
    struct book *b = *state;
    struct tally t;

    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    book_line(b, "%s,\"policy\":\"%s\"}", head, tg_policy_digest(b->compiled[0]));
    book_line(b,
              "%s,\"policy\":\"%s\",\"rows\":[{\"id\":\"c1\",\"class\":\"other\",\"clear\":\"1\",\"hidden\":"
              "\"0\"}]}",
              head, tg_policy_digest(b->compiled[0]));
    t = replayed(b, book_shelf);
    assert_int_equal(t.same, 1);
    assert_int_equal(t.different, 1);
    assert_non_null(strstr(t.what, "class other is not shown now"));
}

/* A consent counts as long as its rule says: the day on which it began is an input like the others. */
static void test_consent(void **state)
{
    struct book *b = *state;
    struct book_look l = counter;
    struct tally t;

    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    l.purpose = "switching";
    l.basis = "D-1";
    l.days_ago = 30;
    book_look(b, &l);
    l.drop = "consented";
    book_look(b, &l);
    l.drop = "basis"; /* the answer shows what only a consent opens */
    book_look(b, &l);
    l.drop = NULL;
    l.days_ago = 31; /* one too many: it opened nothing, but is said to have */
    book_look(b, &l);
    t = replayed(b, book_shelf);
    assert_int_equal(t.same, 1);
    assert_int_equal(t.gaps[TG_GAP_CONSENT], 1);
    assert_int_equal(t.different, 2);
    assert_non_null(strstr(t.what, "consent D-1 opens nothing now"));
}

/* A look-up under a grant of so many seconds around it, exactly as the policy decides it. */
static void book_grant(struct book *b, const char *granted)
{
    struct tg_grant g = {.n = 1, .id = {"EV-20261120-001"}, .areas = "02203", .until = INT64_MAX};
    struct tg_inputs in = {.role = "emergency.responder",
                           .company = "TOHOKU",
                           .kind = TG_COMPANY_RETAIL,
                           .areas = "02203",
                           .matter = {.purpose = "outage", .now = 1, .grant = &g}};
    struct tg_verdict v;
    char rules[1024] = "";

    assert_int_equal(tg_policy_verdict(b->compiled[0], &in, &v), TG_OK);
    assert_in_range(v.n, 1, TG_C_COUNT);
    for (size_t i = 0; i < v.n; i++) {
        size_t n = strlen(rules);

        (void)snprintf(rules + n, sizeof rules - n, "%s\"%s\"", i > 0 ? "," : "", v.clause[i].rule);
    }
    book_line(b,
              "{\"v\":1,\"kind\":\"search\"," BOOK_TIME
              ",\"decision\":\"allow\",\"session\":\"S1\",\"role\":\"emergency.responder\",\"company\":\"TOHOKU\","
              "\"purpose\":\"outage\",\"rules\":[%s],\"policy\":\"%s\",\"grants\":[\"EV-20261120-001\"]%s}",
              rules, tg_policy_digest(b->compiled[0]), granted);
}

/* What grants opened is an input like the others, and the entry says it itself: area and time. */
static void test_grant(void **state)
{
    static const struct {
        tg_sec from, until; /* from the look-up on */
    } times[] = {{-60, 60}, {0, 1}, {-60, 0}, {1, 60}};
    struct book *b = *state;
    char granted[128];
    tg_usec at = 0;
    struct tally t;

    assert_int_equal(tg_time_parse(tg_span_str("2026-11-20T06:42:11.123456Z"), &at), TG_OK);
    book_names(b);
    book_sign_in(b, "S1", "emergency.responder", "retail");
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) { /* the last two: over, and not yet begun */
        (void)snprintf(granted, sizeof granted, ",\"granted\":{\"areas\":\"02203\",\"from\":%lld,\"until\":%lld}",
                       (long long)(at / 1000000 + times[i].from), (long long)(at / 1000000 + times[i].until));
        book_grant(b, granted);
    }
    book_grant(b, "");
    book_grant(b, ",\"granted\":{\"from\":1,\"until\":9999999999}");
    book_grant(b, ",\"granted\":[]");
    t = replayed(b, book_shelf);
    assert_int_equal(t.same, 2);
    assert_int_equal(t.different, 2);
    assert_int_equal(t.gaps[TG_GAP_GRANT], 3);
}

static void test_gaps(void **state)
{
    struct book *b = *state;
    struct book_look l = counter;
    struct tally t;

    book_sign_in(b, "S1", "retail.counter", "retail");
    book_look(b, &l); /* no names yet */
    book_names(b);
    book_look(b, &l);
    l.session = "S2"; /* never signed in */
    book_look(b, &l);
    l.session = "S3"; /* signed in, but by a server that did not write the inputs down */
    book_line(b, "{\"v\":1,\"kind\":\"sign-in\",\"decision\":\"allow\",\"session\":\"S3\"}");
    book_look(b, &l);
    l = counter;
    l.drop = "policy";
    book_look(b, &l);
    book_line(b, "{\"v\":1,\"kind\":\"show\"," BOOK_TIME
                 ",\"decision\":\"allow\",\"session\":\"S1\",\"rows\":[{\"id\":"
                 "\"c\",\"class\":"
                 "\"alien\",\"clear\":\"0\",\"hidden\":\"0\"}]}");
    book_line(b, "{\"v\":1,\"kind\":\"admin\",\"names\":\"name alien\"}");
    book_line(b, "{\"v\":1,\"kind\":\"show\"," BOOK_TIME
                 ",\"decision\":\"allow\",\"session\":\"S1\",\"rows\":[{\"id\":"
                 "\"c\",\"class\":"
                 "\"own\",\"clear\":\"3\",\"hidden\":\"0\"}]}");
    book_line(b, "{\"v\":1,\"kind\":\"search\"," BOOK_TIME
                 ",\"decision\":\"deny\",\"problem\":\"bad-member\",\"session\":\"S1\"}");
    t = replayed(b, book_shelf);
    assert_int_equal(t.same, 1);
    assert_int_equal(t.different, 0);
    assert_int_equal(t.gaps[TG_GAP_NAMES], 1);
    assert_int_equal(t.gaps[TG_GAP_SIGN_IN], 2);
    assert_int_equal(t.gaps[TG_GAP_WORD], 2);
    assert_int_equal(t.no_policy, 1);
    assert_int_equal(t.unsettled, 1);
}

/* The legend, not the position, says which field is meant. */
static void test_names_in_another_order(void **state)
{
    struct book *b = *state;
    struct book_look l = counter;
    char names[1024] = "";
    struct tally t;

    for (unsigned f = TG_F_COUNT; f-- > 0;) {
        size_t n = strlen(names);

        (void)snprintf(names + n, sizeof names - n, "%s%s", n > 0 ? " " : "",
                       tg_field_name((enum tg_field)f));
    }
    book_line(b, "{\"v\":1,\"kind\":\"admin\",\"names\":\"%s\"}", names);
    book_sign_in(b, "S1", "retail.counter", "retail");
    book_look(b, &l); /* written in the usual order: now it means other fields */
    t = replayed(b, book_shelf);
    assert_int_equal(t.different, 1);
}

static enum tg_err another_text(void *ctx, const char *digest, struct tg_buf *text)
{
    const struct book *b = ctx;

    (void)digest;
    return tg_buf_add_span(text, tg_span_buf(&b->policy[1]));
}

static enum tg_err no_policy_text(void *ctx, const char *digest, struct tg_buf *text)
{
    (void)ctx;
    (void)digest;
    return tg_buf_add_str(text, "policy 1\nnonsense\n");
}

/* Another text under the digest is no policy of that digest. */
static void test_shelf_does_not_lie(void **state)
{
    struct book *b = *state;
    struct tally t;

    book_policy(b, 1, "supply-point capacity current_limit", "supply-point current_limit");
    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    book_look(b, &counter);
    t = replayed(b, another_text);
    assert_int_equal(t.no_policy, 1);
    t = replayed(b, no_policy_text);
    assert_int_equal(t.no_policy, 1);
    t = replayed(b, book_shelf);
    assert_int_equal(t.same, 1);
}

static enum tg_err count(void *ctx, const struct tg_past *past)
{
    unsigned *n = ctx;

    assert_string_equal(past->person, "P-S1");
    ++*n;
    return *n == 3 ? TG_E_LIMIT : TG_OK;
}

/* The period, the end, and a journal that does not hold. */
static void test_walk(void **state)
{
    struct book *b = *state;
    struct tg_decisions all;
    struct tg_ground ground;
    tg_usec middle;
    unsigned n = 0;

    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    book_look(b, &counter);
    tool_pause_ms(5);
    middle = tg_now_us();
    tool_pause_ms(5);
    book_look(b, &counter);
    book_close(b);
    all = book_all(b);
    assert_int_equal(tg_decisions_walk(&all, count, &n, &ground), TG_OK);
    assert_true(n == 2 && ground.decisions == 2 && ground.first == 1 &&
                ground.last == ground.verified.records);
    n = 0;
    all.from = middle; /* the sign-in lies before */
    assert_int_equal(tg_decisions_walk(&all, count, &n, &ground), TG_OK);
    assert_true(n == 1 && ground.first == 4);
    n = 0;
    all.from = 0;
    all.to = middle;
    all.sealed = true;
    assert_int_equal(tg_decisions_walk(&all, count, &n, &ground), TG_OK);
    assert_true(n == 1 && ground.last == 3);
    n = 2;
    all.to = 0;
    assert_int_equal(tg_decisions_walk(&all, count, &n, &ground), TG_E_LIMIT);
    all.folder = "/nowhere";
    assert_int_equal(tg_decisions_walk(&all, count, &n, &ground), TG_E_NOT_FOUND);
}

static enum tg_err collect_act(void *ctx, const struct tg_past_act *act)
{
    char *text = ctx;
    size_t n = strlen(text);

    (void)snprintf(text + n, 1024 - n, "%llu %s %lld [%s] %s;", (unsigned long long)act->seq, act->digest,
                   (long long)act->number, act->by, act->orders);
    return TG_OK;
}

static enum tg_err no_decision(void *ctx, const struct tg_past *past)
{
    (void)ctx;
    (void)past;
    return TG_E_INTERNAL;
}

/* Activations of all times, done and not refused; where a server stood; and imports, which activate nothing.
 */
static void test_acts(void **state)
{
    static const char admin[] = "{\"v\":1,\"kind\":\"admin\",\"decision\":\"%s\",\"act\":{\"line\":1,%s}}";
    struct book *b = *state;
    struct tg_decisions all;
    struct tg_ground ground;
    char text[1024] = "";

    book_line(b, admin, "allow", "\"number\":0,\"orders\":\"off\"");
    book_line(b, admin, "allow", "\"act\":\"policy\",\"digest\":\"aa\",\"number\":1,\"by\":[\"P1\",\"P2\"]");
    book_line(b, admin, "deny",
              "\"act\":\"policy\",\"digest\":\"bb\",\"number\":2,\"claimed\":[\"P1\",\"P1\"]");
    book_line(b, admin, "allow", "\"act\":\"cards\",\"what\":\"staff\",\"digest\":\"cc\",\"by\":[\"P3\"]");
    book_look(b, &counter); /* before the period */
    tool_pause_ms(5);
    book_close(b);
    all = book_all(b);
    all.act = collect_act;
    all.from = tg_now_us();
    assert_int_equal(tg_decisions_walk(&all, no_decision, text, &ground), TG_OK);
    assert_string_equal(text, "1  0 [] off;2 aa 1 [P1 P2] ;4  0 [P3] ;");
    assert_true(ground.first == 0 && ground.last == 0);
}

static void test_not_readable(void **state)
{
    static const char *const bad[] = {
        "no json",
        "{\"v\":1,\"kind\":\"admin\",\"names\":\"name  kana\"}",
        "{\"v\":1,\"kind\":\"show\"," BOOK_TIME ",\"rules\":[1]}",
        "{\"v\":1,\"kind\":\"show\"," BOOK_TIME ",\"rows\":[{\"id\":\"c\",\"clear\":\"G\"}]}",
        "{\"v\":1,\"kind\":\"show\"," BOOK_TIME
        ",\"rows\":[{\"id\":\"c\",\"clear\":\"11111111111111111\",\"hidden\":\"0\"}"
        "]}",
        "{\"v\":1,\"kind\":\"show\"," BOOK_TIME ",\"rows\":[{\"clear\":\"1\",\"hidden\":\"0\"}]}"};
    struct tg_past_reader *reader = NULL;
    const struct tg_past *past;

    (void)state;
    assert_int_equal(tg_past_reader_new(0, &reader), TG_OK);
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tg_frame f = {.type = TG_FRAME_ENTRY, .time = 1, .payload = tg_span_str(bad[i])};

        assert_int_equal(tg_past_read(reader, &f, &past), TG_E_AUDIT_BROKEN);
        assert_null(past);
    }
    tg_past_reader_free(&reader);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, book_setup, book_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_agree),
        TEST(test_every_untruth),
        TEST(test_row_and_basis),
        TEST(test_consent),
        TEST(test_grant),
        TEST(test_gaps),
        TEST(test_names_in_another_order),
        TEST(test_shelf_does_not_lie),
        TEST(test_walk),
        TEST(test_acts),
        cmocka_unit_test(test_not_readable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
