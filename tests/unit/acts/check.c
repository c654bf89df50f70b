/* Who may do what: the approvals of an act against people, cards and duties; and what a line of the ledger
 * may say. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/text.h"
#include "client/proof/approval.h"
#include "server/acts/acts.h"
#include "tests/unit/x509/make.h"

#define AUDIENCE "https://localhost:8443"
#define D1 "1111111111111111111111111111111111111111111111111111111111111111"
#define STAFF_HEAD "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"

/* One card each, and a second one of the first person. */
enum { P1, P1_AGAIN, P2, HR, DATA, CLERK, BOTH, CARDS };
static const struct {
    const char *person, *card;
} drawer[CARDS] = {
    {"P1", "00000000-0000-4000-8000-000000000001"}, {"P1", "00000000-0000-4000-8000-000000000002"},
    {"P2", "00000000-0000-4000-8000-000000000003"}, {"H1", "00000000-0000-4000-8000-000000000004"},
    {"D1", "00000000-0000-4000-8000-000000000005"}, {"C1", "00000000-0000-4000-8000-000000000006"},
    {"B1", "00000000-0000-4000-8000-000000000007"},
};

static struct {
    char folder[64], acts_folder[80], staff[80];
    struct made root, issuing, card[CARDS];
    struct tg_cert *cert[CARDS];
    struct tg_trust *trust;
    struct tg_staff_book *book;
    struct tg_policy *policy;
    struct tg_buf text; /* of the shipped policy */
    struct tg_acts_conf conf;
    char builtin[TG_SHA256_HEX];
} rig;

static void put(const char *folder, const char *name, struct tg_span text)
{
    char *path = tg_path_join(folder, name);

    assert_non_null(path);
    assert_int_equal(tg_file_write(path, text, 0600), TG_OK);
    free(path);
}

static void make_cards(void)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    TG_BUF_AUTO list = TG_BUF_INIT(65536);
    struct spec root = spec_root("root"), issuing;
    struct crl_spec crl;

    rig.root = make_cert(&root);
    issuing = spec_issuer("issuing", &rig.root);
    rig.issuing = make_cert(&issuing);
    crl = spec_crl(&rig.issuing);
    add_crl(&crl, &crls);
    rig.trust = trust_of(&rig.root, &rig.issuing, &crls);
    assert_int_equal(tg_buf_add_str(&list, "card,person,status\n"), TG_OK);
    for (size_t i = 0; i < CARDS; i++) {
        struct spec s = spec_auth(&rig.issuing);
        char person[64], card[64];

        (void)snprintf(person, sizeof person, "urn:tegata:person:%s", drawer[i].person);
        (void)snprintf(card, sizeof card, "urn:uuid:%s", drawer[i].card);
        s.uri[0] = person;
        s.uri[1] = card;
        s.serial = 100 + i;
        rig.card[i] = make_cert(&s);
        rig.cert[i] = parsed(&rig.card[i]);
        assert_int_equal(tg_buf_addf(&list, "%s,%s,active\n", drawer[i].card, drawer[i].person), TG_OK);
    }
    put(rig.staff, "cards.csv", tg_span_buf(&list));
}

static int setup(void **state)
{
    static const char companies[] = "code,name,kind,home\nHOME,東北電力,retail,yes\n";
    static const char staff[] = STAFF_HEAD "P1,試験 一,HOME,,,,policy,policy.admin,本店,,2020-04-01,\n"
                                           "P2,試験 二,HOME,,,,policy,policy.admin,本店,,2020-04-01,\n"
                                           "H1,試験 三,HOME,,,,hr,directory.admin,本店,,2020-04-01,\n"
                                           "D1,試験 四,HOME,,,,data,data.admin,本店,,2020-04-01,\n"
                                           "C1,試験 五,HOME,,,,counter,retail.counter,本店,,2020-04-01,\n"
                                           "B1,試験 六,HOME,,,,policy,policy.admin,本店,,2020-04-01,\n"
                                           "B1,試験 六,HOME,,,,counter,retail.counter,本店,,2020-04-01,\n";
    struct tg_policy_fault fault;
    char why[512] = "";

    (void)state;
    memset(&rig, 0, sizeof rig);
    memcpy(rig.folder, "/tmp/tegata-acts-XXXXXX", sizeof "/tmp/tegata-acts-XXXXXX");
    assert_non_null(mkdtemp(rig.folder));
    (void)snprintf(rig.acts_folder, sizeof rig.acts_folder, "%s/acts", rig.folder);
    (void)snprintf(rig.staff, sizeof rig.staff, "%s/staff", rig.folder);
    assert_int_equal(mkdir(rig.acts_folder, 0700) + mkdir(rig.staff, 0700), 0);
    put(rig.staff, "companies.csv", tg_span_str(companies));
    put(rig.staff, "staff.csv", tg_span_str(staff));
    make_cards();
    if (tg_book_load(rig.staff, &rig.book, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    rig.text = TG_BUF_INIT(TG_POLICY_BYTES);
    assert_int_equal(tg_file_read(getenv("DEFAULT_POLICY"), &rig.text), TG_OK);
    assert_int_equal(tg_policy_compile(tg_span_buf(&rig.text), &rig.policy, &fault), TG_OK);
    (void)snprintf(rig.builtin, sizeof rig.builtin, "%s", tg_policy_digest(rig.policy));
    rig.conf = (struct tg_acts_conf){
        .folder = rig.acts_folder, .audience = AUDIENCE, .builtin = tg_span_buf(&rig.text)};
    return 0;
}

static int teardown(void **state)
{
    char command[128];

    (void)state;
    for (size_t i = 0; i < CARDS; i++) {
        tg_cert_free(&rig.cert[i]);
        made_done(&rig.card[i]);
    }
    made_done(&rig.issuing);
    made_done(&rig.root);
    tg_trust_free(&rig.trust);
    tg_book_unref(&rig.book);
    tg_policy_unref(&rig.policy);
    tg_buf_done(&rig.text);
    (void)snprintf(command, sizeof command, "rm -rf %s", rig.folder);
    return system(command) == 0 ? 0 : 1;
}

/* An act and the texts of its approvals. */
struct signed_act {
    struct tg_act act;
    struct tg_buf text[3];
};

static void approve(struct signed_act *s, int card)
{
    struct tg_buf *text = &s->text[s->act.n_approvals];
    struct tg_approving a = {.act = tg_act_name(s->act.kind),
                             .digest = s->act.digest,
                             .prior = s->act.number != 0 ? s->act.prior : NULL,
                             .seq = s->act.number,
                             .audience = AUDIENCE,
                             .cert = rig.cert[card]};

    *text = TG_BUF_INIT(TG_JWS_BYTES);
    assert_int_equal(tg_approval_sign(&a, NOW, tg_jws_sign_with_key, rig.card[card].key, text), TG_OK);
    tg_approval_claimed(tg_span_buf(text), &s->act.claim[s->act.n_approvals]);
    s->act.approval[s->act.n_approvals++] = tg_buf_cstr(text);
}

static struct signed_act policy_act(const char *prior, int64_t number)
{
    struct signed_act s = {.act = {.kind = TG_ACT_POLICY, .number = number, .digest = D1}};

    (void)snprintf(s.act.prior, sizeof s.act.prior, "%s", prior);
    return s;
}

static struct signed_act import_act(enum tg_act_kind kind, const char *what)
{
    struct signed_act s = {.act = {.kind = kind, .digest = D1}};

    (void)snprintf(s.act.what, sizeof s.act.what, "%s", what);
    return s;
}

static void signed_done(struct signed_act *s)
{
    for (size_t i = 0; i < 3; i++) {
        tg_buf_done(&s->text[i]);
    }
}

static enum tg_err judged(struct signed_act *s)
{
    const struct tg_act_world w = {
        .book = rig.book, .trust = rig.trust, .policy = rig.policy, .audience = AUDIENCE, .now = NOW};
    struct tg_approval by[TG_APPROVALS];
    char why[512] = "";
    enum tg_err e = tg_act_check(&w, &s->act, by, why, sizeof why);

    assert_int_equal(e == TG_OK, why[0] == '\0');
    return e;
}

static enum tg_err by_two(int one, int other)
{
    struct signed_act s = policy_act(rig.builtin, 1);
    enum tg_err e;

    approve(&s, one);
    approve(&s, other);
    e = judged(&s);
    signed_done(&s);
    return e;
}

static enum tg_err by_one(enum tg_act_kind kind, int card)
{
    struct signed_act s = kind == TG_ACT_POLICY ? policy_act(rig.builtin, 1) : import_act(kind, "staff");
    enum tg_err e;

    approve(&s, card);
    e = judged(&s);
    signed_done(&s);
    return e;
}

/* Everybody with everybody. */
static void test_two_people(void **state)
{
    (void)state;
    for (int a = 0; a < CARDS; a++) {
        for (int b = 0; b < CARDS; b++) {
            bool both = (a <= P2 && b <= P2), same = (a <= P1_AGAIN) == (b <= P1_AGAIN);
            enum tg_err want = !both ? TG_E_APPROVAL_DUTY : same ? TG_E_APPROVAL_PEOPLE : TG_OK;

            if (a == BOTH || b == BOTH) { /* two hats, neither chosen */
                want = a == BOTH || a <= P2 ? TG_E_POST_CHOICE : TG_E_APPROVAL_DUTY;
            }
            assert_int_equal(by_two(a, b), want);
        }
    }
    for (int a = 0; a < CARDS; a++) {
        assert_int_equal(by_one(TG_ACT_POLICY, a), TG_E_APPROVAL_PEOPLE);
    }
    struct signed_act none = policy_act(rig.builtin, 1);
    assert_int_equal(judged(&none), TG_E_ORDER_MISSING);
}

static void test_one_person(void **state)
{
    (void)state;
    for (int a = 0; a < BOTH; a++) {
        assert_int_equal(by_one(TG_ACT_CARDS, a), a == HR ? TG_OK : TG_E_APPROVAL_DUTY);
        assert_int_equal(by_one(TG_ACT_DATA, a), a == DATA ? TG_OK : TG_E_APPROVAL_DUTY);
    }
    struct signed_act two = import_act(TG_ACT_CARDS, "staff");
    approve(&two, HR);
    approve(&two, P1);
    assert_int_equal(judged(&two),
                     TG_E_APPROVAL_PEOPLE); /* not more than needed either: whose act would it be? */
    signed_done(&two);
}

/* A hat that fits does not help who wears another one that does not go with it. */
static void test_clashing_posts(void **state)
{
    struct signed_act s = policy_act(rig.builtin, 1);
    struct tg_approving a = {.act = "policy",
                             .digest = D1,
                             .prior = rig.builtin,
                             .seq = 1,
                             .audience = AUDIENCE,
                             .post = "policy",
                             .cert = rig.cert[BOTH]};

    (void)state;
    approve(&s, P1);
    s.text[1] = TG_BUF_INIT(TG_JWS_BYTES);
    assert_int_equal(tg_approval_sign(&a, NOW, tg_jws_sign_with_key, rig.card[BOTH].key, &s.text[1]), TG_OK);
    s.act.approval[s.act.n_approvals++] = tg_buf_cstr(&s.text[1]);
    assert_int_equal(judged(&s), TG_E_APPROVAL_DUTY);
    signed_done(&s);
}

/* The duties of the policy in force count. One that takes them away from the signers has no way back. */
static void test_duties_of_the_policy(void **state)
{
    static const char from[] = "duty policy", to[] = "duty audit ";
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy *other = NULL, *shipped = rig.policy;
    struct tg_policy_fault fault = {.line = 0};
    struct signed_act s = policy_act(rig.builtin, 1);
    const struct tg_act_world w = {
        .book = rig.book, .trust = rig.trust, .policy = shipped, .audience = AUDIENCE, .now = NOW};
    struct tg_approval by[TG_APPROVALS];
    char why[512] = "";

    (void)state;
    assert_int_equal(tg_buf_add_span(&text, tg_span_buf(&rig.text)), TG_OK);
    uint8_t *mine = memmem(text.p, text.n, from, sizeof from - 1);
    uint8_t *theirs = memmem(text.p, text.n, "duty audit ", sizeof to - 1);
    assert_true(mine != NULL && theirs != NULL);
    memcpy(mine, to, sizeof to - 1);
    memcpy(theirs, from, sizeof from - 1);
    if (tg_policy_compile(tg_span_buf(&text), &other, &fault) != TG_OK) {
        fail_msg("%u: %s", fault.line, fault.what);
    }
    approve(&s, P1);
    approve(&s, P2);
    assert_int_equal(tg_act_check(&w, &s.act, by, why, sizeof why), TG_OK);
    assert_int_equal(tg_act_way_back(shipped, by, why, sizeof why), TG_OK);
    assert_int_equal(tg_act_way_back(other, by, why, sizeof why), TG_E_APPROVAL_DUTY);
    rig.policy = other;
    assert_int_equal(judged(&s), TG_E_APPROVAL_DUTY);
    rig.policy = shipped;
    tg_policy_unref(&other);
    signed_done(&s);
}

static struct tg_acts *opened(enum tg_ledger_use use)
{
    struct tg_acts *a = NULL;
    char why[512] = "";

    if (tg_acts_open(&rig.conf, use, &a, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    return a;
}

/* ECDSA has a twin of every signature: (r, n - s). It verifies, and is no second approval. */
static void twin(struct tg_buf *text)
{
    static const char order[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    TG_BUF_AUTO sig = TG_BUF_INIT(64);
    BIGNUM *n = NULL, *s;
    uint8_t *dot = memrchr(text->p, '.', text->n);

    assert_non_null(dot);
    assert_int_equal(tg_b64u_decode(tg_span(dot + 1, (size_t)(text->p + text->n - dot - 1)), &sig), TG_OK);
    assert_int_equal(sig.n, 64);
    s = BN_bin2bn(sig.p + 32, 32, NULL);
    assert_true(BN_hex2bn(&n, order) > 0 && BN_sub(s, n, s) == 1 && BN_bn2binpad(s, sig.p + 32, 32) == 32);
    text->n = (size_t)(dot + 1 - text->p);
    assert_int_equal(tg_b64u_encode(tg_span_buf(&sig), text), TG_OK);
    BN_free(s);
    BN_free(n);
}

static void test_used_once(void **state)
{
    struct signed_act s = import_act(TG_ACT_CARDS, "staff"), again = import_act(TG_ACT_CARDS, "staff");
    struct tg_acts *acts = opened(TG_LEDGER_WRITE);

    (void)state;
    approve(&s, HR);
    (void)snprintf(s.act.stored, sizeof s.act.stored, "%s", D1);
    assert_int_equal(tg_act_unused(acts, &s.act), TG_OK);
    s.act.outcome = TG_E_APPROVAL_DUTY; /* what was refused was not used */
    assert_int_equal(tg_acts_add(acts, &s.act, tg_now_us()), TG_OK);
    assert_int_equal(tg_act_unused(acts, &s.act), TG_OK);
    s.act.outcome = TG_OK;
    assert_int_equal(tg_acts_add(acts, &s.act, tg_now_us()), TG_OK);
    assert_int_equal(tg_act_unused(acts, &s.act), TG_E_APPROVAL_USED);
    again.text[0] = TG_BUF_INIT(TG_JWS_BYTES);
    assert_int_equal(tg_buf_add_span(&again.text[0], tg_span_buf(&s.text[0])), TG_OK);
    twin(&again.text[0]);
    again.act.approval[0] = tg_buf_cstr(&again.text[0]);
    again.act.n_approvals = 1;
    tg_approval_claimed(tg_span_buf(&again.text[0]), &again.act.claim[0]);
    assert_string_not_equal(again.act.approval[0], s.act.approval[0]);
    assert_int_equal(judged(&again), TG_OK);
    assert_int_equal(tg_act_unused(acts, &again.act), TG_E_APPROVAL_USED);
    assert_int_equal(tg_act_unused(acts, tg_acts_at(acts, 1)), TG_OK); /* of itself, and of what came later */
    tg_acts_close(&acts);
    signed_done(&s);
    signed_done(&again);
}

/* What is written down comes back, and an activation follows the one before. */
static void test_lines(void **state)
{
    struct signed_act one = policy_act(rig.builtin, 1), two = policy_act(D1, 2);
    struct tg_acts *acts = opened(TG_LEDGER_WRITE);

    (void)state;
    approve(&one, P1);
    approve(&one, P2);
    approve(&two, P2);
    approve(&two, P1);
    assert_null(tg_acts_last(acts, TG_ACT_POLICY, NULL, 99));
    assert_int_equal(tg_acts_add(acts, &one.act, tg_now_us()), TG_OK);
    assert_int_equal(tg_acts_add(acts, &two.act, tg_now_us()), TG_OK);
    tg_acts_close(&acts);
    acts = opened(TG_LEDGER_READ);
    assert_int_equal(tg_acts_count(acts), 2);
    const struct tg_act *last = tg_acts_last(acts, TG_ACT_POLICY, NULL, 99);
    assert_ptr_equal(last, tg_acts_at(acts, 1));
    assert_int_equal(last->number, 2);
    assert_string_equal(last->claim[0].person, "P2");
    assert_string_equal(last->approval[1], two.act.approval[1]);
    assert_ptr_equal(tg_acts_last(acts, TG_ACT_POLICY, NULL, 1), tg_acts_at(acts, 0));
    assert_null(tg_acts_last(acts, TG_ACT_CARDS, "staff", 99));
    assert_string_equal(tg_acts_builtin(acts), rig.builtin);
    tg_acts_close(&acts);
    signed_done(&one);
    signed_done(&two);
}

#define LINE "\"outcome\":\"done\",\"basis\":\"approvals\",\"digest\":\"" D1 "\","

/* Lines that chain well and are no acts. */
static void test_no_acts(void **state)
{
    static const char *const bad[] = {
        "\"a\":1",
        "\"act\":\"grant\"," LINE "\"approvals\":[\"x\"]",
        "\"act\":\"cards\"," LINE "\"approvals\":[]",                    /* import of nothing */
        "\"act\":\"cards\",\"what\":\"staff\"," LINE "\"approvals\":[]", /* on approvals, without any */
        "\"act\":\"cards\",\"what\":\"staff\"," LINE "\"approvals\":[7]",
        "\"act\":\"cards\",\"what\":\"staff\"," LINE "\"approvals\":[\"x\",\"y\",\"z\"]",
        "\"act\":\"cards\",\"what\":\"staff\"," LINE "\"approvals\":[\"x\"],\"note\":\"\"",
        "\"act\":\"policy\"," LINE "\"approvals\":[\"x\",\"y\"]",              /* no number */
        "\"act\":\"policy\"," LINE "\"number\":1,\"approvals\":[\"x\",\"y\"]", /* on top of nothing */
        "\"act\":\"policy\"," LINE "\"number\":2,\"prior\":\"" D1
        "\",\"approvals\":[\"x\",\"y\"]", /* not the first */
        "\"act\":\"policy\",\"what\":\"staff\"," LINE "\"number\":1,\"prior\":\"" D1
        "\",\"approvals\":[\"x\",\"y\"]",
        "\"act\":\"policy\",\"outcome\":\"done\",\"basis\":\"set-up\",\"digest\":\"" D1
        "\",\"number\":1,\"prior\":\"" D1 "\",\"approvals\":[]",
        "\"act\":\"policy\",\"outcome\":\"well\",\"basis\":\"approvals\",\"digest\":\"" D1
        "\",\"number\":1,\"prior\":\"" D1 "\",\"approvals\":[\"x\",\"y\"]",
        "\"act\":\"policy\",\"outcome\":\"done\",\"basis\":\"approvals\",\"digest\":\"../../../etc/"
        "passwd\",\"number\":1,"
        "\"prior\":\"" D1 "\",\"approvals\":[\"x\",\"y\"]",
    };
    char *path = tg_path_join(rig.acts_folder, "log");

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tg_ledger *l = NULL;
        struct tg_acts *acts = NULL;
        char why[512] = "";

        (void)unlink(path);
        assert_int_equal(tg_ledger_open(path, TG_LEDGER_WRITE, &l, why, sizeof why), TG_OK);
        assert_int_equal(tg_ledger_append(l, tg_span_str(bad[i]), tg_now_us()), TG_OK);
        tg_ledger_close(&l);
        enum tg_err e = tg_acts_open(&rig.conf, TG_LEDGER_READ, &acts, why, sizeof why);
        if (e != TG_E_FORM || strstr(why, "line 1") == NULL) {
            fail_msg("%s: %s: %s", bad[i], tg_err_code(e), why);
        }
    }
    free(path);
}

/* What could not be read back is not written, and the ledger goes on. */
static void test_not_written(void **state)
{
    struct tg_acts *acts = opened(TG_LEDGER_WRITE);
    struct signed_act second = policy_act(rig.builtin, 2), none = policy_act(rig.builtin, 1);
    struct tg_act bad[4] = {
        {.kind = TG_ACT_CARDS, .what = "staff", .digest = D1},          /* on no approvals */
        {.kind = TG_ACT_CARDS, .basis = TG_BASIS_SET_UP, .digest = D1}, /* of nothing */
        {.kind = TG_ACT_CARDS, .basis = TG_BASIS_OFF, .what = "staff", .digest = "d1"},
        {.kind = TG_ACT_POLICY, .basis = TG_BASIS_OFF, .digest = D1, .prior = D1, .number = 1},
    };
    struct tg_act good = {.kind = TG_ACT_CARDS, .basis = TG_BASIS_OFF, .what = "staff", .digest = D1};

    (void)state;
    approve(&second, P1);
    approve(&second, P2);
    assert_int_not_equal(tg_acts_add(acts, &second.act, tg_now_us()), TG_OK); /* not the next number */
    none.act.basis = TG_BASIS_SET_UP;
    assert_int_not_equal(tg_acts_add(acts, &none.act, tg_now_us()), TG_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_not_equal(tg_acts_add(acts, &bad[i], tg_now_us()), TG_OK);
    }
    assert_int_equal(tg_acts_add(acts, &good, tg_now_us()), TG_OK);
    tg_acts_close(&acts);
    acts = opened(TG_LEDGER_READ);
    assert_int_equal(tg_acts_count(acts), 1);
    tg_acts_close(&acts);
    signed_done(&second);
}

static void test_texts(void **state)
{
    static const char *const names[] = {"", "x", "../staff/staff.csv", D1 "0",
                                        "1111111111111111111111111111111111111111111111111111111111111/.."};
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy *p = NULL;
    char digest[TG_SHA256_HEX], name[80], why[512] = "";

    (void)state;
    assert_int_equal(tg_acts_text(&rig.conf, D1, &text), TG_E_NOT_FOUND);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(tg_acts_text(&rig.conf, names[i], &text), TG_E_NOT_FOUND);
    }
    assert_int_equal(tg_acts_text(&rig.conf, rig.builtin, &text),
                     TG_OK); /* not kept yet, and known all the same */
    assert_true(tg_span_eq(tg_span_buf(&text), tg_span_buf(&rig.text)));
    assert_int_equal(tg_buf_add_str(&text, "# another\n"), TG_OK);
    assert_int_equal(tg_sha256_hex(tg_span_buf(&text), digest), TG_OK);
    assert_int_equal(tg_acts_keep(&rig.conf, tg_span_buf(&text)), TG_OK);
    assert_int_equal(tg_acts_keep(&rig.conf, tg_span_buf(&text)), TG_OK);
    assert_int_equal(tg_acts_policy(&rig.conf, digest, &p, why, sizeof why), TG_OK);
    assert_string_equal(tg_policy_digest(p), digest);
    tg_policy_unref(&p);
    (void)snprintf(name, sizeof name, "%s.policy", digest);
    put(rig.acts_folder, name, tg_span_buf(&rig.text)); /* a good policy under a wrong name */
    assert_int_equal(tg_acts_policy(&rig.conf, digest, &p, why, sizeof why), TG_E_POLICY);
    assert_non_null(strstr(why, "it was changed"));
    assert_null(p);
    tg_buf_reset(&text);
    assert_int_equal(tg_acts_text(&rig.conf, digest, &text), TG_E_POLICY);
    assert_int_equal(text.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_two_people, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_person, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clashing_posts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_duties_of_the_policy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_used_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_acts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_written, setup, teardown),
        cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
