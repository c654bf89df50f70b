/* What a desk can get signed, and what it cannot: the gate with a PC/SC of our own, a virtual card, and desks
 * that are this very program.
 */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "certs/base/clock.h"
#include "certs/jws/jws.h"
#include "certs/jws/sha256.h"
#include "tests/unit/card/fakepcsc.h"
#include "tests/unit/card/virtual.h"
#include "tests/unit/x509/make.h"
#include "ui/gate/child.h"
#include "ui/gate/gate.h"
#include "ui/wire/pipe.h"

#define WAIT_US 10000000
#define GRANT(number)                                                                                 \
    "{\"grant\":\"EV-20261120-001\",\"number\":" number ",\"kind\":\"outage\",\"cause\":\"typhoon\"," \
    "\"role\":\"emergency.responder\",\"areas\":\"02203 02207\",\"seconds\":7200,\"end\":1795190400," \
    "\"roster\":\"E1005\",\"standing\":\"\",\"declared_by\":\"N3002\",\"declared_at\":1795129200"
#define ROSTER                                                                                       \
    "{\"roster\":\"RO-20261120-001\",\"name\":\"night\",\"role\":\"emergency.responder\",\"areas\":" \
    "\"02203\","                                                                                     \
    "\"seconds\":7200,\"until\":1795190400,\"people\":\"E1005\",\"proposed_by\":\"N3002\","          \
    "\"proposed_at\":1795129200"
#define PRIOR "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"

/* The first three are ones to sign; of the rest none is. */
static const char *const texts[] = {
    GRANT("1") "}",
    GRANT("2") ",\"prior\":\"" PRIOR "\"}",
    ROSTER "}",
    GRANT("1") "} ",
    GRANT("1") ",\"nonce\":\"n\"}",
    GRANT("1") ",\"number\":1}",
    GRANT("1") ",\"prior\":\"" PRIOR "\"}", /* the first text follows none */
    GRANT("2") "}",                         /* and a later one does */
    GRANT("2") ",\"prior\":\"zz5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\"}",
    ROSTER ",\"grant\":\"EV-20261120-001\"}",
    "{\"act\":\"policy\",\"digest\":\"" PRIOR "\"}",
    "{\"act\":\"cards\"}",
    "{\"grant\":\"EV-20261120-001\"}",
    "{\"iss\":\"E1005\",\"sub\":\"E1005\",\"aud\":\"https://localhost:1\",\"nonce\":\"n\"}", /* an assertion
                                                                                              */
    "[" GRANT("1") "}]",
    "a.b.c",
    "{\"grant\":[\"EV-20261120-001\"]}",
};
#define GOOD 3u
#define TEXTS (sizeof texts / sizeof *texts)

/* ---- the desk ---- */

static char answer_file[64];

static void keep(const struct tg_wire *got)
{
    char tmp[80];
    FILE *f;

    (void)snprintf(tmp, sizeof tmp, "%s.new", answer_file);
    if ((f = fopen(tmp, "w")) == NULL)
        return;
    if (got->type == TG_WIRE_APPROVED)
        (void)fprintf(f, "%.*s", (int)got->jws.n, (const char *)got->jws.p);
    else
        (void)fprintf(f, "%s", got->type == TG_WIRE_DECLINED ? tg_err_code(got->err) : "?");
    (void)fclose(f);
    (void)rename(tmp, answer_file);
}

/* Signs in, hands over the text of that number, keeps the answer. With a second text it does not wait. */
static int desk_main(const char *which)
{
    struct tg_wire m = {.type = TG_WIRE_READY, .nonce = "n"}, got;
    struct tg_pipe *p = NULL;
    size_t i = strtoul(which, NULL, 10);

    if (tg_pipe_open(TG_CHILD_FD, TG_WIRE_DESK, &p) != TG_OK || tg_pipe_say(p, &m) != TG_OK ||
        tg_pipe_hear(p, &got) != TG_OK)
        return 1;
    m.type = TG_WIRE_WANT_SIGN_IN;
    if (tg_pipe_say(p, &m) != TG_OK || tg_pipe_hear(p, &got) != TG_OK || got.type != TG_WIRE_SIGNED)
        return 1;
    m.type = TG_WIRE_OPEN;
    if (tg_pipe_say(p, &m) != TG_OK)
        return 1;
    m.type = TG_WIRE_WANT_APPROVAL;
    m.paper = tg_span_str(texts[i % TEXTS]);
    if (tg_pipe_say(p, &m) != TG_OK)
        return 1;
    if (i >= TEXTS) { /* past its own manners: another text, while the first is on the screen */
        TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);

        (void)poll(NULL, 0, 300);
        if (tg_wire_write(&m, &bytes) == TG_OK)
            (void)!write(TG_CHILD_FD, bytes.p, bytes.n);
    }
    if (tg_pipe_hear(p, &got) == TG_OK)
        keep(&got);
    pause();
    return 0;
}

/* ---- the card ---- */

static struct virtual_reader reader;

static enum tg_err reader_make(void *arg, void **ret)
{
    (void)arg;
    *ret = &reader;
    return TG_OK;
}

static void reader_drop(void *ctx)
{
    (void)ctx;
}

static const struct tg_guard_maker maker = {.io = &virtual_io, .make = reader_make, .drop = reader_drop};
static EVP_PKEY *card_key;

static void card_make(void)
{
    TG_BUF_AUTO pub = TG_BUF_INIT(8192);
    TG_BUF_AUTO pem = TG_BUF_INIT(8192);
    struct tg_vcard_options o;
    struct made root, issuing, leaf;
    struct spec s;
    BIO *b;

    tg_vcard_free(&reader.card);
    EVP_PKEY_free(card_key);
    tg_vcard_defaults(&o);
    o.keys = true;
    reader = (struct virtual_reader){.card = NULL};
    assert_int_equal(tg_vcard_new(&o, &reader.card), TG_OK);
    assert_int_equal(tg_vcard_pub(reader.card, 0x9a, &pub), TG_OK);
    b = BIO_new_mem_buf(pub.p, (int)pub.n);
    make_authorities(&root, &issuing);
    s = spec_auth(&issuing);
    s.key = card_key = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
    assert_non_null(card_key);
    leaf = make_cert(&s);
    add_pem(&leaf, &pem);
    assert_int_equal(tg_vcard_import(reader.card, 0x9a, tg_span_buf(&pem), tg_span(NULL, 0)), TG_OK);
    BIO_free(b);
    made_done(&leaf);
    made_done(&issuing);
    made_done(&root);
}

/* Signatures since the sign-in. */
static unsigned signatures(void)
{
    return tg_vcard_count(reader.card, 0x87) - 1;
}

/* ---- the gate ---- */

static char *me[5] = {(char[]){"unit-gate-weigh"}, (char[]){"--desk"}, NULL, answer_file, NULL};

static struct {
    pthread_mutex_t lock;
    struct tg_gate_view view;
    unsigned papers; /* views with one */
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void show(void *arg, const struct tg_gate_view *view)
{
    (void)arg;
    (void)pthread_mutex_lock(&seen.lock);
    seen.view = *view;
    seen.papers += view->paper != 0;
    (void)pthread_mutex_unlock(&seen.lock);
}

static struct tg_gate_view look(void)
{
    struct tg_gate_view v;

    (void)poll(NULL, 0, 2);
    (void)pthread_mutex_lock(&seen.lock);
    v = seen.view;
    (void)pthread_mutex_unlock(&seen.lock);
    return v;
}

static void until_state(enum tg_gate_state state)
{
    tg_usec end = tg_mono_us() + WAIT_US;

    while (look().state != state && tg_mono_us() < end)
        ;
    assert_int_equal(look().state, state);
}

static struct tg_gate_view until_paper(bool there)
{
    tg_usec end = tg_mono_us() + WAIT_US;

    while ((look().paper != 0) != there && tg_mono_us() < end)
        ;
    assert_int_equal(look().paper != 0, there);
    return look();
}

static struct tg_secret digits(const char *pin)
{
    struct tg_secret s = TG_SECRET_INIT;

    assert_int_equal(tg_secret_init(&s, TG_PIN_MAX), TG_OK);
    assert_int_equal(tg_secret_add(&s, pin, strlen(pin)), TG_OK);
    return s;
}

static void approve(struct tg_gate *g, unsigned paper, const char *with)
{
    struct tg_secret pin = digits(with);

    tg_gate_approve(g, paper, &pin, false);
    assert_null(pin.p);
}

/* Signed in with the text of that number before the person. */
static struct tg_gate *gate_new(size_t text)
{
    static char words[16];
    struct tg_gate_conf conf = {.server = "https://localhost:1",
                                .program = "/proc/self/exe",
                                .argv = me,
                                .card = &maker,
                                .show = show};
    struct tg_secret pin = digits("123456");
    struct tg_gate *g = NULL;

    (void)snprintf(words, sizeof words, "%zu", text);
    me[2] = words;
    (void)snprintf(answer_file, sizeof answer_file, "gate-weigh-answer.%d", (int)getpid());
    (void)unlink(answer_file);
    fake_reset();
    fake_readers("virtual\0", 9);
    card_make();
    fake_event(FAKE_OUT(1));
    seen.view = (struct tg_gate_view){.state = TG_GATE_OPEN};
    seen.papers = 0;
    assert_int_equal(tg_gate_open(&conf, &g), TG_OK);
    until_state(TG_GATE_EMPTY);
    fake_event(FAKE_IN(2));
    until_state(TG_GATE_PIN);
    tg_vcard_stats_reset(reader.card);
    tg_gate_pin(g, &pin, false);
    until_state(TG_GATE_OPEN);
    return g;
}

/* What the desk was answered: a JWS or the code of an error. */
static void answer_read(char *to, size_t size)
{
    tg_usec end = tg_mono_us() + WAIT_US;
    FILE *f;
    size_t n;

    while ((f = fopen(answer_file, "r")) == NULL && tg_mono_us() < end)
        (void)poll(NULL, 0, 2);
    assert_non_null(f);
    n = fread(to, 1, size - 1, f);
    to[n] = '\0';
    (void)fclose(f);
    (void)unlink(answer_file);
}

static void answer_is(const char *code)
{
    char got[64 * 1024];

    answer_read(got, sizeof got);
    assert_string_equal(got, code);
}

static void answer_signs(const char *act, const char *text)
{
    char got[64 * 1024], digest[TG_SHA256_HEX];
    TG_JWS_AUTO jws;
    TG_JSON_AUTO *claims = NULL;

    answer_read(got, sizeof got);
    assert_int_equal(tg_jws_parse(tg_span_str(got), &jws), TG_OK);
    assert_int_equal(tg_jws_verify(&jws, card_key), TG_OK);
    assert_string_equal(tg_json_str(jws.head, "typ"), "approval+jwt");
    assert_int_equal(tg_json_parse(tg_span_buf(&jws.payload), &claims), TG_OK);
    assert_int_equal(tg_sha256_hex(tg_span_str(text), digest), TG_OK);
    assert_string_equal(tg_json_str(claims, "act"), act);
    assert_string_equal(tg_json_str(claims, "digest"), digest);
    assert_string_equal(tg_json_str(claims, "aud"), "https://localhost:1");
    if (text == texts[1]) {
        assert_string_equal(tg_json_str(claims, "prior"), PRIOR);
        assert_int_equal(tg_json_int(claims, "seq", 0), 2);
    } else {
        assert_null(json_object_get(claims, "prior"));
        assert_null(json_object_get(claims, "seq"));
    }
    assert_null(json_object_get(claims, "nonce")); /* it can be no sign-in */
    assert_null(json_object_get(claims, "post"));  /* the only one */
}

/* ---- what holds ---- */

static void shown_and_signed(size_t text, const char *act)
{
    struct tg_gate *g = gate_new(text);
    struct tg_gate_view v = until_paper(true);

    assert_string_equal(v.text, texts[text]);
    assert_int_equal(v.state, TG_GATE_OPEN);
    assert_int_equal(signatures(), 0); /* nothing before the PIN */
    approve(g, v.paper, "123456");
    answer_signs(act, texts[text]);
    v = until_paper(false);
    assert_int_equal(v.state, TG_GATE_OPEN); /* the session goes on */
    assert_string_equal(v.text, "");
    assert_int_equal(signatures(), 1);
    tg_gate_close(&g);
}

static void what_is_shown_is_signed(void **state)
{
    (void)state;
    shown_and_signed(0, "grant");
    shown_and_signed(1, "grant");
    shown_and_signed(2, "roster");
}

/* Another act, another kind of text, more or less than the form has, no JSON at all: nobody is asked, and
 * nothing is signed. */
static void nothing_else_is_signed(void **state)
{
    (void)state;
    for (size_t i = GOOD; i < TEXTS; i++) {
        struct tg_gate *g = gate_new(i);
        char got[1024];

        answer_read(got, sizeof got);
        assert_true(tg_err_from_code(got) == TG_E_APPROVAL_ACT || tg_err_from_code(got) == TG_E_BAD_MEMBER ||
                    tg_err_from_code(got) == TG_E_BAD_JSON || tg_err_from_code(got) == TG_E_APPROVAL_ORDER);
        approve(g, 1, "123456"); /* whatever a window lets through */
        (void)poll(NULL, 0, 30);
        assert_int_equal(look().state, TG_GATE_OPEN);
        assert_int_equal(seen.papers, 0);
        assert_int_equal(signatures(), 0);
        tg_gate_close(&g);
    }
}

/* A PIN counts for the paper that it was typed for. */
static void a_pin_is_for_one_paper(void **state)
{
    struct tg_gate *g = gate_new(0);
    struct tg_gate_view v = until_paper(true);
    struct tg_secret pin = digits("123456");
    unsigned verified = tg_vcard_count(reader.card, 0x20);

    (void)state;
    approve(g, v.paper + 1, "123456");
    tg_gate_pin(g, &pin, false);
    (void)poll(NULL, 0, 100);
    assert_int_equal(tg_vcard_count(reader.card, 0x20), verified);
    assert_int_equal(signatures(), 0);
    assert_int_equal(look().paper, v.paper);
    tg_gate_close(&g);
}

static void whoever_does_not_approve_goes_on(void **state)
{
    struct tg_gate *g = gate_new(0);

    (void)state;
    (void)until_paper(true);
    tg_gate_back(g);
    answer_is("pin-cancelled");
    (void)until_paper(false);
    assert_int_equal(look().state, TG_GATE_OPEN);
    assert_int_equal(signatures(), 0);
    tg_gate_close(&g);
}

static void a_wrong_pin_signs_nothing(void **state)
{
    struct tg_gate *g = gate_new(0);
    unsigned paper = until_paper(true).paper;
    tg_usec end = tg_mono_us() + WAIT_US;

    (void)state;
    approve(g, paper, "999999");
    while (look().err != TG_E_PIN_WRONG && tg_mono_us() < end)
        ;
    assert_int_equal(look().err, TG_E_PIN_WRONG);
    assert_int_equal(look().paper, paper); /* it is still there to be weighed */
    assert_true(look().tries > 0);
    assert_int_equal(signatures(), 0);
    approve(g, paper, "123456");
    answer_signs("grant", texts[0]);
    tg_gate_close(&g);
}

/* Card out: the paper goes with everything else, and the PIN that was typed for it is good for nothing. */
static void a_removal_ends_the_weighing(void **state)
{
    struct tg_gate *g = gate_new(0);
    unsigned paper = until_paper(true).paper;
    struct tg_gate_view v;

    (void)state;
    fake_event(FAKE_OUT(3));
    until_state(TG_GATE_EMPTY);
    v = look();
    assert_int_equal(v.err, TG_E_CARD_REMOVED);
    assert_int_equal(v.paper, 0);
    assert_string_equal(v.text, "");
    approve(g, paper, "123456");
    (void)poll(NULL, 0, 50);
    assert_int_equal(signatures(), 0);
    assert_int_equal(access(answer_file, F_OK), -1); /* the desk did not live to hear of it */
    tg_gate_close(&g);
}

/* A desk that puts another text under the eyes of whoever reads the first is dead. */
static void one_paper_at_a_time(void **state)
{
    struct tg_gate *g = gate_new(TEXTS);

    (void)state;
    (void)until_paper(true);
    until_state(TG_GATE_REFUSED);
    assert_int_equal(look().err, TG_E_INTERNAL);
    assert_int_equal(look().paper, 0);
    assert_int_equal(signatures(), 0);
    tg_gate_close(&g);
}

static int cards_done(void **state)
{
    (void)state;
    tg_vcard_free(&reader.card);
    EVP_PKEY_free(card_key);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_is_signed),   cmocka_unit_test(nothing_else_is_signed),
        cmocka_unit_test(a_pin_is_for_one_paper),    cmocka_unit_test(whoever_does_not_approve_goes_on),
        cmocka_unit_test(a_wrong_pin_signs_nothing), cmocka_unit_test(a_removal_ends_the_weighing),
        cmocka_unit_test(one_paper_at_a_time),
    };

    if (argc == 4 && strcmp(argv[1], "--desk") == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        (void)snprintf(answer_file, sizeof answer_file, "%s", argv[3]);
        return desk_main(argv[2]);
    }
    return cmocka_run_group_tests(tests, NULL, cards_done);
}
