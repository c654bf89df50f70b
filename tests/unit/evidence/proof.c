/* The proof: equal inputs from many terminals hold together; one answer that a terminal changed is found and
 * named. */
#include "server/evidence/proof.h"

#include "server/evidence/quote.h"
#include "tests/unit/evidence/book.h"

static const struct book_look counter = {.session = "S1",
                                         .role = "retail.counter",
                                         .kind = "retail",
                                         .purpose = "inquiry",
                                         .terminal = "RETAIL-1",
                                         .peer = "10.0.0.1"};

static enum tg_err add(void *ctx, const struct tg_past *past)
{
    return tg_proof_add(ctx, past);
}

/* Closes the journal and walks over it; ground may be NULL. */
static void prove(struct book *b, struct tg_proof *proof, struct tg_ground *ground)
{
    struct tg_decisions all = book_all(b);
    struct tg_ground own;

    book_close(b);
    all.sealed = true;
    assert_int_equal(tg_decisions_walk(&all, add, proof, ground != NULL ? ground : &own), TG_OK);
}

static void begin(struct book *b)
{
    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    book_sign_in(b, "S2", "retail.counter", "retail");
}

/* Two people, three terminals, three purposes; and what is not to be judged. */
static void many(struct book *b)
{
    static const char *const purposes[] = {"inquiry", "billing", "nonsense"};
    static const char *const terminals[][2] = {
        {"RETAIL-1", "10.0.0.1"}, {"NW-SET-0012", "10.0.0.1"}, {"NW-SET-0012", "10.0.0.2"}};

    begin(b);
    for (unsigned i = 0; i < 3 * 3 * 2; i++) {
        struct book_look l = counter;

        l.session = i % 2 == 0 ? "S1" : "S2";
        l.purpose = purposes[i / 2 % 3];
        l.terminal = terminals[i / 6][0];
        l.peer = terminals[i / 6][1];
        book_look(b, &l);
    }
    book_line(b, "{\"v\":1,\"kind\":\"search\"," BOOK_TIME
                 ",\"decision\":\"deny\",\"problem\":\"bad-json\",\"session\":\"S1\"}");
}

static void test_holds(void **state)
{
    struct tg_proof proof = {.decisions = 0};

    many(*state);
    prove(*state, &proof, NULL);
    assert_true(tg_proof_holds(&proof));
    assert_int_equal(proof.decisions, 18);
    assert_int_equal(proof.answers, 12);
    assert_int_equal(proof.records, 24); /* own and former */
    assert_int_equal(proof.not_asked, 1);
    assert_int_equal(proof.places.n, 3);
    assert_int_equal(proof.groups.n, 3);
    tg_proof_done(&proof);
}

/* One of the many was answered otherwise at one terminal: the masks, the rules, or the decision itself. */
static void test_a_terminal_that_mattered(void **state)
{
    struct book *b = *state;
    struct tg_proof proof = {.decisions = 0};
    struct book_look l = counter;
    char today[28]; /* of the same day as the others, whatever day it is */

    many(b);
    tg_time_text(tg_now_us(), today);
    l.terminal = "NW-SET-0099";
    l.spoil_hidden = TG_BIT(TG_F_POLE); /* the pole is not hidden here */
    book_look(b, &l);
    l.spoil_hidden = 0;
    l.spoil_rule = "network-supply";
    book_look(b, &l);
    book_line(b,
              "{\"v\":1,\"kind\":\"search\",\"time\":\"%s\""
              ",\"decision\":\"deny\",\"problem\":\"forbidden\",\"session\":"
              "\"S1\",\"role\":"
              "\"retail.counter\",\"company\":\"TOHOKU\",\"purpose\":\"inquiry\",\"policy\":\"%s\"}",
              today, tg_policy_digest(b->compiled[0]));
    l = counter;
    l.spoil_clear = TG_BIT(TG_F_POLE); /* both shown and hidden */
    book_look(b, &l);
    book_look(b, &counter);
    prove(b, &proof, NULL);
    assert_false(tg_proof_holds(&proof));
    assert_int_equal(proof.differing, 4);
    assert_int_equal(proof.n_faults, 4);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(proof.fault[i].seq, 3 + 19 + 1 + i);
    assert_non_null(strstr(proof.fault[0].what, "the fields of a class differ"));
    assert_non_null(strstr(proof.fault[1].what, "other rules"));
    assert_non_null(strstr(proof.fault[2].what, "refused"));
    assert_non_null(strstr(proof.fault[3].what, "both shown and hidden"));
    tg_proof_done(&proof);
}

/* Another purpose, role, policy or consent may be answered otherwise: those are inputs. */
static void test_other_inputs_are_other_groups(void **state)
{
    struct book *b = *state;
    struct tg_proof proof = {.decisions = 0};
    struct book_look l = counter;

    book_policy(b, 1, "show contractor-own", "show contractor-mine");
    begin(b);
    book_sign_in(b, "S3", "nw.operator", "network");
    book_look(b, &l);
    l.purpose = "billing";
    book_look(b, &l);
    l.policy = 1;
    book_look(b, &l);
    l = (struct book_look){.session = "S3", .role = "nw.operator", .kind = "network", .purpose = "inquiry"};
    book_look(b, &l);
    prove(b, &proof, NULL);
    assert_true(tg_proof_holds(&proof));
    assert_int_equal(proof.groups.n, 4);
    tg_proof_done(&proof);
}

static void test_no_inputs_no_proof(void **state)
{
    struct tg_proof proof = {.decisions = 0};
    struct book_look l = counter;

    begin(*state);
    book_look(*state, &l);
    l.session = "S9";
    book_look(*state, &l);
    prove(*state, &proof, NULL);
    assert_int_equal(proof.decisions, 1);
    assert_int_equal(proof.differing, 0);
    assert_int_equal(proof.gaps[TG_GAP_SIGN_IN], 1);
    assert_false(tg_proof_holds(&proof));
    tg_proof_done(&proof);
}

static const char *page_of(const struct tg_proof *proof, struct tg_buf *page)
{
    static const struct tg_ground ground = {.first = 1};
    const struct tg_proof_head head = {.issuer = "", .ground = &ground, .key = "", .orders = ""};

    tg_buf_reset(page);
    assert_int_equal(tg_proof_write(proof, &head, page), TG_OK);
    return tg_buf_cstr(page);
}

/* A page says no more than it can: nothing happened, or nothing could be compared. */
static void test_empty(void **state)
{
    TG_BUF_AUTO page = TG_BUF_INIT(1 << 20);
    struct tg_proof proof = {.decisions = 0};

    assert_false(tg_proof_holds(&proof));
    assert_non_null(strstr(page_of(&proof, &page), "there was no decision in this period"));
    begin(*state);
    book_look(*state, &counter);
    book_look(*state, &counter);
    prove(*state, &proof, NULL);
    assert_true(tg_proof_holds(&proof));
    assert_non_null(strstr(page_of(&proof, &page), "so terminals were not compared"));
    assert_null(strstr(page_of(&proof, &page), "no decision depended on the terminal"));
    tg_proof_done(&proof);
}

static void test_page(void **state)
{
    static const char *const lines[] = {
        "            18  判定 / decisions\n",
        "             3  端末（名乗った名前とアドレスの組） / terminals (claimed name and address)\n",
        "             3  二つ以上の端末から問われた組 / groups asked from more than one terminal\n",
        "             0  組の中で違う判定 / decisions that differ within their group\n",
        "Conclusion: no decision depended on the terminal.\n",
        "  T2      \"NW-SET-0012\" 10.0.0.1  6\n",
        (" retail.counter TOHOKU (retail) P1 目的 / purpose \"billing\" 地域 / areas \"02203\" 同意 / "
         "consent "
         "-\n"),
        "     判定 / decisions 6 違い / differing 0 最初 / first 6 端末 / terminals T1 T2 T3\n",
        "     許可 / allowed: retail-own retail-former\n",
        "     own 非表示 / hidden: pole\n",
        "     拒否 / refused: purpose\n"};
    struct book *b = *state;
    TG_BUF_AUTO page = TG_BUF_INIT(1 << 20);
    TG_BUF_AUTO again = TG_BUF_INIT(1 << 20);
    struct tg_ground ground;
    struct tg_proof proof = {.decisions = 0};
    const struct tg_proof_policy policy = {.digest = tg_policy_digest(b->compiled[0]), .in_force = ""};
    const struct tg_proof_head head = {.issuer = "https://desk.example.jp",
                                       .made = 1763622131,
                                       .ground = &ground,
                                       .key = "thumbprint",
                                       .orders = "orders",
                                       .policy = &policy,
                                       .n_policies = 1};

    many(b);
    prove(b, &proof, &ground);
    assert_int_equal(tg_proof_write(&proof, &head, &page), TG_OK);
    assert_int_equal(tg_proof_write(&proof, &head, &again), TG_OK);
    assert_true(tg_span_eq(tg_span_buf(&page), tg_span_buf(&again)));
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (strstr(tg_buf_cstr(&page), lines[i]) == NULL)
            fail_msg("not on the page: %s\n%s", lines[i], tg_buf_cstr(&page));
    }
    tg_proof_done(&proof);
}

/* A terminal may claim any name; none of them looks like a line of the page, or like another terminal. */
static void test_quote(void **state)
{
    static const char *const cases[][2] = {{"", "-"},
                                           {"-", "\"-\""},
                                           {"受付1", "\"受付1\""},
                                           {"a\"b\\c", "\"a\\\"b\\\\c\""},
                                           {"T1\n  0  differ", "\"T1\\u{a}  0  differ\""},
                                           {"A\u202eB", "\"A\\u{202e}B\""},
                                           {"A\u200bB", "\"A\\u{200b}B\""},
                                           {"A\u3000B\u00a0C", "\"A\u3000B\\u{a0}C\""},
                                           {"\U0001F3E0\U000E0041", "\"\U0001F3E0\\u{e0041}\""},
                                           {"\xff\x41", "\"\\xff\\x41\""}};

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        TG_BUF_AUTO out = TG_BUF_INIT(256);

        assert_int_equal(tg_quote(cases[i][0], &out), TG_OK);
        assert_string_equal(tg_buf_cstr(&out), cases[i][1]);
        tg_buf_reset(&out);
        assert_int_equal(tg_quote_word(cases[i][0], &out), TG_OK);
        assert_string_equal(tg_buf_cstr(&out), strcmp(cases[i][0], "-") == 0 ? "-" : cases[i][1]);
    }
}

static void test_many_places(void **state)
{
    struct tg_places all = {.n = 0};
    struct tg_place_set set = {.n = 0};
    struct tg_place *place;
    char name[16];

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        (void)snprintf(name, sizeof name, "T%u", i * 7919 % 1000);
        assert_int_equal(tg_places_get(&all, name, i % 2 == 0 ? "10.0.0.1" : "10.0.0.2", &place), TG_OK);
        assert_int_equal(tg_place_set_add(&set, place->number), TG_OK);
        place->answers++;
    }
    assert_int_equal(all.n, 1000);
    assert_int_equal(set.n, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(set.number[i] == i && all.list[i]->number == i && all.list[i]->answers == 3);
    }
    tg_places_done(&all);
    tg_place_set_done(&set);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, book_setup, book_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_holds),
        TEST(test_a_terminal_that_mattered),
        TEST(test_other_inputs_are_other_groups),
        TEST(test_no_inputs_no_proof),
        TEST(test_empty),
        TEST(test_page),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_many_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
