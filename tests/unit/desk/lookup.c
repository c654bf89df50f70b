/* The main job: what each may see, written down first; and what has no say in it. */
#include <sqlite3.h>

#include "certs/base/text.h"
#include "server/default_policy.h"
#include "tests/unit/desk/rig.h"

#define SEARCH "/v1/customers/search"
#define SHOW "/v1/customers/show"

static int setup(void **state)
{
    struct rig *r;

    (void)rig_setup(state);
    r = *state;
    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    return 0;
}

/* Sessions without a stream live for one lease. */
static int fresh(void **state)
{
    struct rig *r = *state;

    person_sign_in(&r->counter);
    person_sign_in(&r->operator);
    return 0;
}

static json_t *row_of(const struct answer *a, size_t i)
{
    return json_array_get(json_object_get(a->json, "rows"), i);
}

static size_t rows_in(const struct answer *a)
{
    const json_t *rows = json_object_get(a->json, "rows");

    assert_true(json_is_array(rows));
    return json_array_size(rows);
}

/* The entry names each row of the answer, with a mask of the fields that are in it. */
static void expect_rows(const json_t *entry, const struct answer *a)
{
    const json_t *rows = json_object_get(entry, "rows");

    assert_int_equal(json_array_size(rows), rows_in(a));
    for (size_t i = 0; i < rows_in(a); i++) {
        tg_mask shown = 0, written = strtoull(str(json_array_get(rows, i), "clear"), NULL, 16);
        const char *name;
        json_t *value;

        assert_string_equal(str(json_array_get(rows, i), "id"), str(row_of(a, i), "id"));
        assert_string_equal(str(json_array_get(rows, i), "class"), str(row_of(a, i), "class"));
        json_object_foreach(json_object_get(row_of(a, i), "fields"), name, value)
        {
            shown |= TG_BIT(tg_field_find(name));
        }
        assert_true(shown != 0);
        assert_int_equal(shown, written);
    }
}

static void test_search(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    ask(&r->counter,
        &(struct ask){
            .path = SEARCH,
            .body =
                "{\"by\":\"kana\",\"query\":\"ヤマダ\",\"purpose\":\"moving\",\"case\":\"Az09._:/#-C-77\"}",
            .headers = "Tegata-Terminal: madoguchi-3\r\n"},
        &a);
    assert_int_equal(a.status, 200);
    assert_int_equal(rows_in(&a), 1);
    assert_string_equal(str(row_of(&a, 0), "id"), "own1");
    assert_string_equal(str(json_object_get(row_of(&a, 0), "fields"), "name"), "山田 太郎");
    assert_string_equal(str(json_object_get(row_of(&a, 0), "fields"), "pole"), "");
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_non_null(entry);
    assert_string_equal(str(entry, "kind"), "search");
    assert_string_equal(str(entry, "decision"), "allow");
    assert_string_equal(str(entry, "person"), "E0001");
    assert_string_equal(str(entry, "purpose"), "moving");
    assert_string_equal(str(entry, "case"), "Az09._:/#-C-77");
    assert_string_equal(str(entry, "terminal"), "madoguchi-3");
    assert_string_equal(str(json_object_get(entry, "query"), "kind"), "kana");
    assert_int_equal(strlen(str(json_object_get(entry, "query"), "hash")), 64);
    assert_int_equal(json_array_size(json_object_get(entry, "rules")), 2); /* own and former */
    expect_rows(entry, &a);
    char *text = json_dumps(entry, 0);
    assert_null(strstr(text, "ヤマダ")); /* neither what was typed nor what was found */
    assert_null(strstr(text, "山田"));
    assert_null(strstr(text, "0178"));
    free(text);
}

static void test_show(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    ask_for(&r->counter, SHOW, "{\"id\":\"own2\"}", 200, &a);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_string_equal(str(a.json, "class"), "own");
    assert_string_equal(str(entry, "kind"), "show");
    assert_string_equal(str(entry, "purpose"), "inquiry");
    assert_string_equal(str(json_array_get(json_object_get(entry, "rows"), 0), "id"), "own2");
    json_t *why = json_object_get(json_object_get(a.json, "hidden"), "pole");
    assert_string_equal(str(why, "rule"), "pole");
    assert_true(str(why, "reason")[0] != '\0' && str(why, "next")[0] != '\0');
}

static void same_answer(struct person *p, const char *path, const char *one, const char *other)
{
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};
    TG_BUF_AUTO x = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    TG_BUF_AUTO y = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);

    ask(p, &(struct ask){.path = path, .body = one}, &a);
    ask(p, &(struct ask){.path = path, .body = other}, &b);
    assert_string_equal(answer_plain(&a, &x), answer_plain(&b, &y));
}

/* Another retailer's customer, and nobody: the same bytes, heads included. */
static void test_others_are_nobody(void **state)
{
    struct rig *r = *state;
    struct person *p = &r->counter;
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

    same_answer(p, SEARCH, "{\"by\":\"name\",\"query\":\"佐々木\"}", "{\"by\":\"name\",\"query\":\"不在\"}");
    same_answer(p, SEARCH, "{\"by\":\"kana\",\"query\":\"ササキ\"}",
                "{\"by\":\"kana\",\"query\":\"フザイ\"}");
    same_answer(p, SEARCH, "{\"query\":\"0178-99-0001\"}", "{\"query\":\"0178-88-0001\"}");
    same_answer(p, SEARCH, "{\"by\":\"point\",\"query\":\"0200000000000000000003\"}",
                "{\"by\":\"point\",\"query\":\"0200000000000000000099\"}");
    same_answer(p, SHOW, "{\"id\":\"other1\"}", "{\"id\":\"nobody1\"}");
    ask_for(p, SEARCH, "{\"by\":\"name\",\"query\":\"佐々木\"}", 200, &a);
    assert_int_equal(rows_in(&a), 0);
    ask_for(p, SHOW, "{\"id\":\"other1\"}", 404, &b);
    TG_JSON_AUTO *entry = entry_of(r, &b); /* that he tried is on record; that there was somebody is not */
    assert_string_equal(str(entry, "problem"), "not-found");
    assert_null(json_object_get(entry, "rows"));
}

/* "自社契約なし", and whom to refer the caller to: by the purpose and the language of the asker alone. */
static void test_nothing_refers(void **state)
{
    static const struct {
        const char *purpose, *rule;
    } said[] = {{"construction", "not-ours-construction"},
                {"moving", "not-ours-moving"},
                {"switching", "not-ours-switching"},
                {"billing", "not-ours-billing"},
                {"outage", "not-ours-outage"},
                {"inquiry", "not-ours"}};
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        TG_BUF_AUTO one = TG_BUF_INIT(256);
        TG_BUF_AUTO nobody = TG_BUF_INIT(256);
        ANSWER_AUTO ja = {.status = 0}, en = {.status = 0};
        struct ask q = {.path = SEARCH, .headers = "Accept-Language: en\r\n"};

        assert_int_equal(
            tg_buf_addf(&one, "{\"query\":\"0178-99-0001\",\"purpose\":\"%s\"}", said[i].purpose), TG_OK);
        assert_int_equal(
            tg_buf_addf(&nobody, "{\"query\":\"0178-88-0001\",\"purpose\":\"%s\"}", said[i].purpose), TG_OK);
        same_answer(&r->counter, SEARCH, tg_buf_cstr(&one), tg_buf_cstr(&nobody));
        q.body = tg_buf_cstr(&one);
        ask_for(&r->counter, SEARCH, q.body, 200, &ja);
        ask(&r->counter, &q, &en);
        assert_int_equal(rows_in(&ja), 0);
        assert_string_equal(str(json_object_get(ja.json, "nothing"), "rule"), said[i].rule);
        assert_string_equal(str(json_object_get(en.json, "nothing"), "rule"), said[i].rule);
        assert_non_null(strstr(str(json_object_get(ja.json, "nothing"), "reason"), "自社契約なし"));
        assert_non_null(strstr(str(json_object_get(en.json, "nothing"), "reason"), "No contract"));
        assert_true(str(json_object_get(en.json, "nothing"), "next")[0] != '\0');
    }
}

/* A record that is asked for by its id and is not to be had: the same words, and where to refer the caller.
 */
static void test_absent_refers(void **state)
{
    static const char other[] = "{\"id\":\"other1\",\"purpose\":\"moving\"}";
    struct rig *r = *state;
    ANSWER_AUTO ours = {.status = 0}, network = {.status = 0};

    ask_for(&r->counter, SHOW, other, 404, &ours);
    assert_string_equal(str(json_object_get(ours.json, "nothing"), "rule"), "not-ours-moving");
    assert_non_null(strstr(str(json_object_get(ours.json, "nothing"), "next"), "一般送配電事業者"));
    same_answer(&r->counter, SHOW, other, "{\"id\":\"nobody1\",\"purpose\":\"moving\"}");
    ask_for(&r->operator, SHOW, "{\"id\":\"nobody1\"}", 404, &network);
    assert_string_equal(str(json_object_get(network.json, "nothing"), "rule"), "no-record");
}

/* A page of namesakes: the one of ours, and not even a number of the others. */
static void test_namesake(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    ask_for(&r->counter, SEARCH, "{\"by\":\"name\",\"query\":\"山田\",\"limit\":1}", 200, &a);
    assert_int_equal(rows_in(&a), 1);
    assert_string_equal(str(row_of(&a, 0), "id"), "own1");
    assert_true(json_is_null(json_object_get(a.json, "next")));
}

static void test_network_sees_all(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0};

    ask_for(&r->operator, SEARCH, "{\"by\":\"name\",\"query\":\"山田\"}", 200, &a);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_int_equal(rows_in(&a), 2);
    expect_rows(entry, &a);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(str(row_of(&a, i), "class"), "other");
        assert_string_equal(str(json_object_get(row_of(&a, i), "fields"), "pole"), "八戸幹12");
        assert_non_null(json_object_get(json_object_get(row_of(&a, i), "hidden"), "arrears"));
    }
}

/* Whatever a terminal says about itself: the same bytes. */
static void test_terminal_has_no_say(void **state)
{
    static const char *const names[] = {"NW-TERMINAL-01", "nsc.network.example", "terminal 3", "root",
                                        "role=nw.operator"};
    struct rig *r = *state;
    const char *body = "{\"by\":\"name\",\"query\":\"山田\"}";
    TG_BUF_AUTO want = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    ANSWER_AUTO first = {.status = 0};

    ask_for(&r->counter, SEARCH, body, 200, &first);
    assert_non_null(answer_plain(&first, &want));
    for (unsigned i = 0; i < 50; i++) {
        TG_BUF_AUTO headers = TG_BUF_INIT(4096);
        TG_BUF_AUTO got = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
        ANSWER_AUTO a = {.status = 0};

        assert_int_equal(tg_buf_addf(&headers,
                                     "Tegata-Terminal: %s-%u\r\nUser-Agent: %s/%u\r\nAccept: %s\r\n"
                                     "X-Forwarded-For: 10.0.0.%u\r\nX-Role: nw.operator\r\nReferer: %s\r\n",
                                     names[i % 5], i, names[(i + 1) % 5], i, i % 2 == 0 ? "*/*" : "text/csv",
                                     i, names[(i + 2) % 5]),
                         TG_OK);
        ask(&r->counter, &(struct ask){.path = SEARCH, .body = body, .headers = tg_buf_cstr(&headers)}, &a);
        assert_string_equal(answer_plain(&a, &got), (const char *)want.p);
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_non_null(strstr(str(entry, "terminal"), names[i % 5])); /* on record it is */
    }
}

/* en and ja: the same rows and rules, other sentences. */
static void test_language(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO ja = {.status = 0}, en = {.status = 0};
    const char *name;
    json_t *why;

    ask(&r->counter,
        &(struct ask){.path = SHOW, .body = "{\"id\":\"own1\"}", .headers = "Accept-Language: ja\r\n"}, &ja);
    ask(&r->counter,
        &(struct ask){.path = SHOW, .body = "{\"id\":\"own1\"}", .headers = "Accept-Language: en\r\n"}, &en);
    assert_true(json_equal(json_object_get(ja.json, "fields"), json_object_get(en.json, "fields")));
    json_t *hidden = json_object_get(en.json, "hidden");
    assert_int_equal(json_object_size(hidden), json_object_size(json_object_get(ja.json, "hidden")));
    json_object_foreach(json_object_get(ja.json, "hidden"), name, why)
    {
        json_t *other = json_object_get(hidden, name);

        assert_string_equal(str(why, "rule"), str(other, "rule"));
        assert_string_not_equal(str(why, "reason"), str(other, "reason"));
        assert_string_not_equal(str(why, "next"), str(other, "next"));
    }
}

static const struct {
    const char *path, *body, *problem, *member;
} bad[] = {
    {SEARCH, "{}", "bad-member", "query"},
    {SEARCH, "{\"query\":\"a\",\"fields\":\"all\"}", "bad-member", "(unknown)"},
    {SEARCH, "{\"query\":\"a\",\"query\":\"b\"}", "bad-json", ""},
    {SEARCH, "{\"query\":1}", "bad-member", "query"},
    {SEARCH, "{\"query\":\"a\",\"limit\":101}", "bad-member", "limit"},
    {SEARCH, "{\"query\":\"a\",\"limit\":0}", "bad-member", "limit"},
    {SEARCH, "{\"query\":\"a\",\"limit\":\"1\"}", "bad-member", "limit"},
    {SEARCH, "{\"query\":\"a\",\"by\":\"pole\"}", "bad-member", "by"},
    {SEARCH, "{\"query\":\"a\",\"case\":\"a\\nb\"}", "bad-member", "case"},
    {SEARCH, "{\"query\":\"a\",\"case\":\"苦情の件\"}", "bad-member", "case"},
    {SEARCH, "{\"query\":\"a\",\"case\":\"C 77\"}", "bad-member", "case"},
    {SEARCH, "{\"query\":\"a\",\"case\":\"C;77\"}", "bad-member", "case"},
    {SEARCH, "{\"query\":\"a\",\"case\":\"\"}", "bad-member", "case"},
    {SHOW, "{\"id\":\"a\",\"case\":\"she called again\"}", "bad-member", "case"},
    {SEARCH, "{\"query\":\"a\",\"purpose\":\"curiosity\"}", "purpose", ""},
    {SEARCH, "{\"query\":\"ヤマダ\",\"cursor\":\"AAAA\"}", "cursor", ""},
    {SEARCH, "{\"query\":\"12345678901234567\",\"by\":\"point\"}", "query-gas", ""},
    {SEARCH, "[]", "bad-json", ""},
    {SEARCH, "{\"query\":\"a\"}x", "bad-json", ""},
    {SEARCH, "{\"query\":\"\xff\"}", "bad-utf8", ""},
    {SHOW, "{}", "bad-member", "id"},
    {SHOW, "{\"id\":\"012345678901234567890123456789012\"}", "bad-member", "id"},
};

static void test_bad_bodies(void **state)
{
    struct rig *r = *state;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask(&r->counter, &(struct ask){.path = bad[i].path, .body = bad[i].body}, &a);
        if (a.status != 400 || strcmp(answer_problem(&a), bad[i].problem) != 0) {
            fail_msg("%s: %.*s", bad[i].body, (int)a.bytes.n, (const char *)a.bytes.p);
        }
        assert_string_equal(str(a.json, "member"), bad[i].member);
        assert_non_null(memmem(a.head.p, a.head.n, "application/problem+json", 24));
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_string_equal(str(entry, "problem"), bad[i].problem);
        char *text = json_dumps(entry, 0);
        assert_null(strstr(text, "curiosity")); /* what is no purpose of ours is whatever was typed */
        assert_null(strstr(text, "苦情"));      /* and so is what is no case */
        assert_null(strstr(text, "she called"));
        free(text);
    }
}

static const char *policy_named(const struct answer *a, char out[65])
{
    static const char name[] = "\r\nTegata-Policy: ";
    const uint8_t *at = memmem(a->head.p, a->head.n, name, sizeof name - 1);

    assert_non_null(at);
    at += sizeof name - 1;
    assert_true(at + 66 <= a->head.p + a->head.n && memcmp(at + 64, "\r\n", 2) == 0);
    assert_null(memmem(at, (size_t)(a->head.p + a->head.n - at), name, sizeof name - 1)); /* once */
    memcpy(out, at, 64);
    out[64] = '\0';
    return out;
}

/* Whatever is asked, found or refused: the answer names the policy, and it is the one on record. */
static void test_policy_named(void **state)
{
    static const struct {
        const char *path, *body, *token;
        int status;
    } cases[] = {
        {SEARCH, "{\"query\":\"ヤマダ\"}", NULL, 200},
        {SEARCH, "{\"query\":\"ササキ\"}", NULL, 200},
        {SEARCH, "{\"query\":\"ソンザイシナイ\"}", NULL, 200},
        {SHOW, "{\"id\":\"own1\"}", NULL, 200},
        {SHOW, "{\"id\":\"other1\"}", NULL, 404},
        {SHOW, "{\"id\":\"nobody\"}", NULL, 404},
        {SHOW, "{\"id\":7}", NULL, 400},
        {SHOW, "{", NULL, 400},
        {SEARCH, "{\"query\":\"ヤマダ\",\"purpose\":\"curiosity\"}", NULL, 400},
        {SEARCH, "{\"query\":\"ヤマダ\"}", "nonsense", 401},
        {"/v1/whoami", NULL, NULL, 200},
        {"/.well-known/jwks.json", NULL, NULL, 200},
        {"/v1/customers/show", NULL, NULL, 405},
    };
    struct rig *r = *state;
    ANSWER_AUTO in_force = {.status = 0};
    char named[65];

    ask(&r->counter, &(struct ask){.path = "/v1/policy"}, &in_force);
    assert_int_equal(in_force.status, 200);
    assert_int_equal(strlen(str(in_force.json, "digest")), 64);
    assert_int_equal(tg_json_int(in_force.json, "seq", -1), 0); /* the built-in one */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ANSWER_AUTO a = {.status = 0};

        ask(&r->counter, &(struct ask){.path = cases[i].path, .body = cases[i].body, .token = cases[i].token},
            &a);
        assert_int_equal(a.status, cases[i].status);
        assert_string_equal(policy_named(&a, named), str(in_force.json, "digest"));
        TG_JSON_AUTO *entry = entry_of(r, &a);
        assert_true(entry == NULL || strcmp(str(entry, "policy"), named) == 0);
        assert_true(i >= 6 || entry != NULL);
    }
}

/* The shipped policy, but the counter does not see how to reach a customer. */
static void policy_narrow(struct rig *r)
{
    static const char shown[] = "fields identity contact supply-point contract consumption billing\n"
                                "    fields capacity current_limit supply_method";
    static const char narrowed[] =
        "\nhide narrowed\n    from retail.counter retail.callcenter\n    of own\n"
        "    fields contact\n    reason \"試験\" \"Test.\"\n    next \"試験\" \"Test.\"\n";
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);

    assert_int_equal(tg_buf_add_span(&text, tg_default_policy()), TG_OK);
    uint8_t *at = memmem(text.p, text.n, shown, sizeof shown - 1);
    assert_non_null(at);
    memset(at + 16, ' ', 7); /* the word contact */
    assert_int_equal(tg_buf_add_str(&text, narrowed), TG_OK);
    rig_activate(r, tg_span_buf(&text));
}

static bool phone_in(struct rig *r)
{
    ANSWER_AUTO a = {.status = 0};

    ask_for(&r->counter, SHOW, "{\"id\":\"own1\"}", 200, &a);
    bool shown = json_object_get(json_object_get(a.json, "fields"), "phone") != NULL;
    assert_int_equal(json_object_get(json_object_get(a.json, "hidden"), "phone") == NULL, shown);
    TG_JSON_AUTO *entry = entry_of(r, &a);
    char named[65];
    assert_string_equal(policy_named(&a, named), str(entry, "policy"));
    const json_t *row = json_array_get(json_object_get(entry, "rows"), 0);
    assert_int_equal((strtoull(str(row, "clear"), NULL, 16) & TG_BIT(TG_F_PHONE)) != 0, shown);
    return shown;
}

struct reloading {
    struct rig *rig;
    _Atomic bool stop;
    unsigned times;
};

static void *keep_reloading(void *arg)
{
    struct reloading *l = arg;
    char why[1024];

    while (!l->stop) {
        l->times += tg_app_reload(&l->rig->app, why, sizeof why) == TG_OK;
    }
    return NULL;
}

/* Reading everything again, over and over, while people work; then a policy that shows less. */
static void test_reload(void **state)
{
    struct rig *r = *state;
    struct reloading l = {.rig = r};
    pthread_t thread;

    tg_usec began = tg_mono_us();
    assert_int_equal(pthread_create(&thread, NULL, keep_reloading, &l), 0);
    for (unsigned i = 0; i < 200 && tg_mono_us() - began < 2000000; i++) {
        assert_true(phone_in(r));
    }
    l.stop = true;
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(l.times > 1);
    (void)fresh(state); /* a lease is short, and that was long */
    policy_narrow(r);
    assert_true(phone_in(r)); /* not yet read */
    rig_reload(r);
    assert_false(phone_in(r));
}

/* A file that is wrong changes nothing, whichever it is: all of them or none. */
static void test_reload_refused(void **state)
{
    static const char *const files[] = {"staff/cards.csv", "staff/staff.csv", "card-trust/anchors.pem"};
    struct rig *r = *state;
    char why[1024];

    for (size_t i = 0; i < 3; i++) {
        TG_BUF_AUTO good = TG_BUF_INIT(TG_POLICY_BYTES);
        ANSWER_AUTO a = {.status = 0};

        rig_get(r, files[i], &good);
        rig_put(r, files[i], tg_span_str("nonsense\n"));
        assert_int_not_equal(tg_app_reload(&r->app, why, sizeof why), TG_OK);
        assert_true(why[0] != '\0');
        ask_for(&r->counter, SEARCH, "{\"query\":\"ヤマダ\"}", 200, &a);
        assert_int_equal(rows_in(&a), 1);
        rig_put(r, files[i], tg_span_buf(&good));
    }
    rig_reload(r);
}

/* The post ended: the very next request says so, and no row comes with it. */
static void test_post_over(void **state)
{
    struct rig *r = *state;
    TG_BUF_AUTO good = TG_BUF_INIT(65536);
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

    rig_get(r, "staff/staff.csv", &good);
    rig_put(r, "staff/staff.csv",
            tg_span_str("person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
                        "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸営業所,,2020-04-01,2021-03-31\n"
                        "N0001,試験 二郎,NW,,,,nsc,nw.operator,NSC,,2020-04-01,\n"));
    rig_reload(r);
    ask_for(&r->counter, SEARCH, "{\"query\":\"ヤマダ\"}", tg_err_status(TG_E_POST_NONE), &a);
    assert_string_equal(answer_problem(&a), "post-none");
    TG_JSON_AUTO *entry = entry_of(r, &a);
    assert_string_equal(str(entry, "problem"), "post-none");
    rig_put(r, "staff/staff.csv", tg_span_buf(&good));
    rig_reload(r);
    ask_for(&r->counter, SEARCH, "{\"query\":\"ヤマダ\"}", tg_err_status(TG_E_POST_NONE), &b);
    assert_string_equal(answer_problem(&b), "post-none"); /* over is over, and the reason stays */
}

/* Puts a changed database in the place of the one that is served, as an import does. */
static void store_change(struct rig *r, void (*change)(sqlite3 *db))
{
    TG_BUF_AUTO bytes = TG_BUF_INIT(16u * 1024 * 1024);
    sqlite3 *db = NULL;

    rig_get(r, "customers.db", &bytes);
    rig_put(r, "copy.db", tg_span_buf(&bytes));
    assert_int_equal(sqlite3_open(rig_path(r, "copy.db"), &db), SQLITE_OK);
    change(db);
    (void)sqlite3_close(db);
    assert_int_equal(rename(rig_path(r, "copy.db"), rig_path(r, "customers.db")), 0);
}

/* Of the first customer, own1: 30A becomes 60A. */
static void more_capacity(sqlite3 *db)
{
    uint8_t row[4096];
    sqlite3_blob *blob = NULL;

    assert_int_equal(sqlite3_blob_open(db, "main", "customer", "row", 1, 1, &blob), SQLITE_OK);
    size_t n = (size_t)sqlite3_blob_bytes(blob);
    assert_true(n <= sizeof row);
    assert_int_equal(sqlite3_blob_read(blob, row, (int)n, 0), SQLITE_OK);
    const uint8_t *at = memmem(row, n, "\"30A\"", 5);
    assert_non_null(at);
    assert_int_equal(sqlite3_blob_write(blob, "6", 1, (int)(at - row) + 1), SQLITE_OK);
    assert_int_equal(sqlite3_blob_close(blob), SQLITE_OK);
}

static void another_field(sqlite3 *db)
{
    static const char sql[] = "UPDATE meta SET value = CAST(value || ' bank_account' AS BLOB)"
                              " WHERE key = 'fields'";

    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Another database under the path: seen after the reload, not before. */
static void test_new_customers(void **state)
{
    struct rig *r = *state;
    ANSWER_AUTO a = {.status = 0}, b = {.status = 0};

    store_change(r, more_capacity);
    ask_for(&r->counter, SHOW, "{\"id\":\"own1\"}", 200, &a);
    assert_string_equal(str(json_object_get(a.json, "fields"), "capacity"), "30A");
    rig_reload(r);
    ask_for(&r->counter, SHOW, "{\"id\":\"own1\"}", 200, &b);
    assert_string_equal(str(json_object_get(b.json, "fields"), "capacity"), "60A");
}

/* A field that no policy names: no reload, and no start. */
static void test_unclassified_column(void **state)
{
    struct rig *r = *state;
    struct tg_app again;
    char why[1024] = "";

    store_change(r, another_field);
    assert_int_equal(tg_app_reload(&r->app, why, sizeof why), TG_E_POLICY);
    assert_non_null(strstr(why, "bank_account"));
    (void)rig_stop(r);
    why[0] = '\0';
    assert_int_equal(tg_app_open(rig_path(r, "tegata-server.conf"), &again, why, sizeof why), TG_E_POLICY);
    assert_non_null(strstr(why, "bank_account"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_search, fresh),
        cmocka_unit_test_setup(test_show, fresh),
        cmocka_unit_test_setup(test_others_are_nobody, fresh),
        cmocka_unit_test_setup(test_nothing_refers, fresh),
        cmocka_unit_test_setup(test_absent_refers, fresh),
        cmocka_unit_test_setup(test_namesake, fresh),
        cmocka_unit_test_setup(test_network_sees_all, fresh),
        cmocka_unit_test_setup(test_terminal_has_no_say, fresh),
        cmocka_unit_test_setup(test_language, fresh),
        cmocka_unit_test_setup(test_bad_bodies, fresh),
        cmocka_unit_test_setup(test_policy_named, fresh),
        cmocka_unit_test_setup(test_reload, fresh),
        cmocka_unit_test_setup(test_reload_refused, fresh),
        cmocka_unit_test_setup(test_post_over, fresh),
        cmocka_unit_test_setup(test_new_customers, fresh),
        cmocka_unit_test_setup(test_unclassified_column, fresh),
    };

    return cmocka_run_group_tests(tests, setup, rig_teardown);
}
