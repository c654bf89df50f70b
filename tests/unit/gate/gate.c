/* The gate with a PC/SC of our own and desks that misbehave: this very program, started as the desk. */
#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "certs/base/clock.h"
#include "tests/unit/card/fakepcsc.h"
#include "tests/unit/card/virtual.h"
#include "tests/unit/x509/make.h"
#include "ui/gate/child.h"
#include "ui/gate/gate.h"
#include "ui/wire/pipe.h"

#define WAIT_US 10000000

/* ---- desks ---- */

static enum tg_err say(struct tg_pipe *p, enum tg_wire_type type)
{
    struct tg_wire m = {.type = type, .err = TG_E_CARD_UNKNOWN, .nonce = "n"};

    return tg_pipe_say(p, &m);
}

/* As the real one does for a person with two posts: signed, refused with the posts, signed again for one. */
static int desk_of_posts(struct tg_pipe *p)
{
    struct tg_wire m = {.type = TG_WIRE_WANT_SIGN_IN, .nonce = "n"}, got;
    struct tg_wire posts = {
        .type = TG_WIRE_REFUSED, .err = TG_E_POST_CHOICE, .n_posts = 2, .post = {"counter", "dunning"}};

    if (tg_pipe_say(p, &m) != TG_OK || tg_pipe_hear(p, &got) != TG_OK || got.type != TG_WIRE_SIGNED ||
        tg_pipe_say(p, &posts) != TG_OK || tg_pipe_hear(p, &got) != TG_OK)
        return 1;
    if (strcmp(got.post[0], "dunning") != 0 || tg_pipe_say(p, &m) != TG_OK ||
        tg_pipe_hear(p, &got) != TG_OK || got.type != TG_WIRE_SIGNED || say(p, TG_WIRE_OPEN) != TG_OK)
        return 1;
    pause();
    return 0;
}

/* What a desk does that was told to: each line is a way to be one. */
static int desk_main(const char *how)
{
    struct tg_pipe *p = NULL;
    struct tg_wire m;

    if (strcmp(how, "noise") == 0) {
        (void)send(TG_CHILD_FD, "\xff\xff", 2, 0);
        pause();
    }
    if (strcmp(how, "early") == 0) { /* a signature before anybody typed a PIN */
        uint8_t ask[] = {TG_WIRE_WANT_SIGN_IN, 0, 1, 'n', [4 + 31] = 0};

        (void)send(TG_CHILD_FD, ask, sizeof ask, 0);
        pause();
    }
    if (tg_pipe_open(TG_CHILD_FD, TG_WIRE_DESK, &p) != TG_OK || say(p, TG_WIRE_READY) != TG_OK)
        return 1;
    if (tg_pipe_hear(p, &m) != TG_OK) {
        tg_pipe_close(&p);
        return 0;
    }
    if (strcmp(how, "open") == 0) { /* without any signature */
        (void)send(TG_CHILD_FD, "\x07", 1, 0);
        pause();
    }
    if (strcmp(how, "gone") == 0) {
        tg_pipe_close(&p);
        return 0;
    }
    if (strcmp(how, "posts") == 0)
        return desk_of_posts(p);
    (void)say(p, TG_WIRE_REFUSED);
    pause();
    return 0;
}

/* ---- the gate ---- */

static char *me[4] = {(char[]){"unit-gate"}, (char[]){"--desk"}, NULL, NULL};

struct seen {
    pthread_mutex_t lock;
    struct tg_gate_view view;
    unsigned views;
};

static struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void show(void *arg, const struct tg_gate_view *view)
{
    (void)arg;
    (void)pthread_mutex_lock(&seen.lock);
    seen.view = *view;
    seen.views++;
    (void)pthread_mutex_unlock(&seen.lock);
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

/* An employee's card: its own key in 9A, and a certificate that names a person. */
static void card_make(enum tg_vcard_kind kind)
{
    struct tg_vcard_options o;

    tg_vcard_free(&reader.card);
    tg_vcard_defaults(&o);
    o.kind = kind;
    o.keys = kind == TG_VCARD_PIV;
    reader = (struct virtual_reader){.card = NULL};
    assert_int_equal(tg_vcard_new(&o, &reader.card), TG_OK);
}

static void card_certify(void)
{
    TG_BUF_AUTO pub = TG_BUF_INIT(8192);
    TG_BUF_AUTO pem = TG_BUF_INIT(8192);
    struct made root, issuing, leaf;
    struct spec s;
    BIO *b;

    assert_int_equal(tg_vcard_pub(reader.card, 0x9a, &pub), TG_OK);
    b = BIO_new_mem_buf(pub.p, (int)pub.n);
    make_authorities(&root, &issuing);
    s = spec_auth(&issuing);
    s.key = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
    assert_non_null(s.key);
    leaf = make_cert(&s);
    add_pem(&leaf, &pem);
    assert_int_equal(tg_vcard_import(reader.card, 0x9a, tg_span_buf(&pem), tg_span(NULL, 0)), TG_OK);
    EVP_PKEY_free(s.key);
    BIO_free(b);
    made_done(&leaf);
    made_done(&issuing);
    made_done(&root);
}

static unsigned verifies(void)
{
    return tg_vcard_count(reader.card, 0x20);
}

static struct tg_gate *gate_new(const char *how)
{
    static char words[16];
    struct tg_gate_conf conf = {
        .server = "https://localhost:1", .program = "/proc/self/exe", .argv = me, .card = &maker, .show = show};
    struct tg_gate *g = NULL;

    (void)snprintf(words, sizeof words, "%s", how);
    me[2] = words;
    fake_reset();
    fake_readers("virtual\0", 9);
    fake_event(FAKE_OUT(1));
    card_make(TG_VCARD_PIV);
    card_certify();
    seen.view = (struct tg_gate_view){.state = TG_GATE_OPEN};
    assert_int_equal(tg_gate_open(&conf, &g), TG_OK);
    return g;
}

static struct tg_gate_view until(enum tg_gate_state state)
{
    struct tg_gate_view v;
    tg_usec end = tg_mono_us() + WAIT_US;

    do {
        (void)poll(NULL, 0, 2);
        (void)pthread_mutex_lock(&seen.lock);
        v = seen.view;
        (void)pthread_mutex_unlock(&seen.lock);
    } while (v.state != state && tg_mono_us() < end);
    assert_int_equal(v.state, state);
    return v;
}

/* Children are listed by the thread that made them. */
static pid_t child_of(const char *task)
{
    char path[300], line[64] = "";
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/self/task/%s/children", task);
    if ((f = fopen(path, "r")) == NULL)
        return 0;
    if (fgets(line, sizeof line, f) == NULL)
        line[0] = '\0';
    (void)fclose(f);
    return (pid_t)strtol(line, NULL, 10);
}

/* The one child of this process; waits for it; 0: none came. */
static pid_t desk_pid(void)
{
    pid_t pid = 0;

    for (tg_usec end = tg_mono_us() + WAIT_US; pid == 0 && tg_mono_us() < end; (void)poll(NULL, 0, 2)) {
        DIR *tasks = opendir("/proc/self/task");

        assert_non_null(tasks);
        for (struct dirent *d = readdir(tasks); d != NULL && pid == 0; d = readdir(tasks))
            pid = child_of(d->d_name);
        (void)closedir(tasks);
    }
    return pid;
}

static void pin_type(struct tg_gate *g)
{
    struct tg_secret pin = TG_SECRET_INIT;

    assert_int_equal(tg_secret_init(&pin, TG_PIN_MAX), TG_OK);
    assert_int_equal(tg_secret_add(&pin, "123456", 6), TG_OK);
    tg_gate_pin(g, &pin, false);
    assert_null(pin.p); /* the pages have moved */
}

static void card_in(unsigned counter)
{
    (void)until(TG_GATE_EMPTY);
    fake_event(FAKE_IN(counter));
    (void)until(TG_GATE_PIN);
}

/* A desk that says what it may not, or when it may not, is dead, and another one is there. */
static void wrong_words_kill(void **state)
{
    static const char *const ways[] = {"noise", "early"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct tg_gate *g = gate_new(ways[i]);
        pid_t first = desk_pid(), now;
        tg_usec end = tg_mono_us() + WAIT_US;

        assert_true(first > 0);
        do {
            now = desk_pid();
        } while (now == first && tg_mono_us() < end);
        assert_int_not_equal(now, first);
        assert_int_equal(kill(first, 0), -1);
        tg_gate_close(&g);
    }
}

static void no_way_round_the_signature(void **state)
{
    struct tg_gate *g = gate_new("open");

    (void)state;
    card_in(2);
    pin_type(g);
    assert_int_equal(until(TG_GATE_REFUSED).err, TG_E_INTERNAL);
    tg_gate_back(g);
    (void)until(TG_GATE_PIN);
    tg_gate_close(&g);
}

static void a_refusal_is_shown(void **state)
{
    struct tg_gate *g = gate_new("refuse");

    (void)state;
    card_in(2);
    pin_type(g);
    assert_int_equal(until(TG_GATE_REFUSED).err, TG_E_CARD_UNKNOWN);
    fake_event(FAKE_OUT(3));
    assert_int_equal(until(TG_GATE_EMPTY).err, TG_E_CARD_REMOVED);
    tg_gate_close(&g);
}

static void a_desk_that_goes_is_said(void **state)
{
    struct tg_gate *g = gate_new("gone");

    (void)state;
    card_in(2);
    pin_type(g);
    assert_int_equal(until(TG_GATE_REFUSED).err, TG_E_INTERNAL);
    tg_gate_close(&g);
}

/* Removal kills the desk; so does closing the gate. */
static void removal_kills(void **state)
{
    struct tg_gate *g = gate_new("refuse");
    pid_t first, second;

    (void)state;
    card_in(2);
    first = desk_pid();
    fake_event(FAKE_OUT(3));
    assert_int_equal(until(TG_GATE_EMPTY).err, TG_E_CARD_REMOVED);
    assert_int_equal(kill(first, 0), -1);
    second = desk_pid();
    assert_true(second > 0 && second != first);
    tg_gate_close(&g);
    assert_int_equal(kill(second, 0), -1);
}

/* A card of another kind is told so, and no PIN is asked for; Enter looks at it once more. */
static void an_unfit_card_is_told_first(void **state)
{
    struct tg_gate *g = gate_new("refuse");

    (void)state;
    (void)until(TG_GATE_EMPTY);
    card_make(TG_VCARD_FELICA);
    fake_event(FAKE_IN(2));
    assert_int_equal(until(TG_GATE_UNFIT).err, TG_E_CARD_NOT_PIV);
    assert_int_equal(verifies(), 0);
    pin_type(g); /* whatever the window lets through */
    (void)poll(NULL, 0, 50);
    assert_int_equal(until(TG_GATE_UNFIT).err, TG_E_CARD_NOT_PIV);
    assert_int_equal(verifies(), 0);
    card_make(TG_VCARD_PIV); /* a PIV card without a certificate */
    tg_gate_back(g);
    while (until(TG_GATE_UNFIT).err != TG_E_CARD_NO_CERT)
        (void)poll(NULL, 0, 2);
    card_certify();
    tg_gate_back(g);
    (void)until(TG_GATE_PIN);
    fake_event(FAKE_OUT(3));
    (void)until(TG_GATE_EMPTY);
    tg_gate_close(&g);
}

/* A person with two posts has typed the PIN, and is asked which. */
static struct tg_gate *choosing(void)
{
    struct tg_gate *g = gate_new("posts");

    card_in(2);
    assert_true(until(TG_GATE_PIN).tries > 0); /* the card has said so, and no PIN was sent for it */
    assert_false(reader.open);
    tg_vcard_stats_reset(reader.card);
    reader.resets = 0;
    pin_type(g);
    assert_int_equal(until(TG_GATE_CHOOSE).n_posts, 2);
    return g;
}

/* One VERIFY for both signatures, nobody else at the card in between, and a reset behind the second. */
static void one_pin_for_a_chosen_post(void **state)
{
    struct tg_gate *g = choosing();

    (void)state;
    assert_int_equal(verifies(), 1);
    assert_true(reader.open);
    assert_int_equal(reader.resets, 0);
    tg_gate_choose(g, 1);
    (void)until(TG_GATE_OPEN);
    assert_int_equal(verifies(), 1);
    assert_int_equal(tg_vcard_count(reader.card, 0x87), 2);
    assert_false(reader.open);
    assert_int_equal(reader.resets, 1);
    tg_gate_close(&g);
}

/* Whoever goes back, or pulls the card, leaves no card behind that has taken a PIN. */
static void no_choice_no_open_card(void **state)
{
    struct tg_gate *g = choosing();

    (void)state;
    tg_gate_back(g);
    (void)until(TG_GATE_PIN);
    assert_false(reader.open);
    assert_int_equal(reader.resets, 1);
    tg_gate_close(&g);
    g = choosing();
    fake_event(FAKE_OUT(3));
    (void)until(TG_GATE_EMPTY);
    assert_false(reader.open);
    assert_true(reader.resets > 0);
    tg_gate_close(&g);
    assert_int_equal(tg_vcard_count(reader.card, 0x87), 1); /* and nothing was signed for a post */
}

static void what_is_wrong_with_the_reader_is_said(void **state)
{
    struct tg_gate *g = gate_new("refuse");
    tg_usec end = tg_mono_us() + WAIT_US;

    (void)state;
    fake_always(FAKE_CONTEXT, (LONG)SCARD_E_NO_SERVICE);
    fake_always(FAKE_LIST, (LONG)SCARD_E_NO_SERVICE);
    while (until(TG_GATE_EMPTY).err != TG_E_PCSC_DOWN && tg_mono_us() < end)
        (void)poll(NULL, 0, 10);
    assert_int_equal(until(TG_GATE_EMPTY).err, TG_E_PCSC_DOWN);
    tg_gate_close(&g);
}

/* The child gets its socket and nothing else, blocks no signal and ignores none. */
static void a_child_starts_clean(void **state)
{
    static char sh[] = "sh", c[] = "-c";
    static char script[] =
        "ls /proc/self/fd | tr '\\n' ' ' >&3; grep -E '^Sig(Blk|Ign)' /proc/self/status >&3";
    char *argv[] = {sh, c, script, NULL};
    struct tg_child child = TG_CHILD_INIT;
    char got[256] = "", more[256] = "";
    sigset_t all;
    int socket, leak = dup(0);

    (void)state;
    (void)sigfillset(&all);
    (void)signal(SIGTERM, SIG_IGN);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
    assert_int_equal(tg_child_start(&child, "/bin/sh", argv, &socket), TG_OK);
    (void)pthread_sigmask(SIG_UNBLOCK, &all, NULL);
    assert_true(recv(socket, got, sizeof got - 1, 0) > 0);
    assert_true(recv(socket, more, sizeof more - 1, 0) > 0);
    assert_string_equal(got, "0 1 2 3 4 "); /* 4: the folder that ls reads */
    assert_non_null(strstr(more, "SigBlk:\t0000000000000000"));
    assert_non_null(strstr(more, "SigIgn:\t"));
    assert_int_equal(strtoull(strstr(more, "SigIgn:\t") + 8, NULL, 16) & 0x7fffffffu,
                     0); /* 32, 33: glibc's own */
    tg_child_end(&child);
    (void)close(socket);
    (void)close(leak);
    (void)signal(SIGTERM, SIG_DFL);
}

static void no_program_no_child(void **state)
{
    char *argv[] = {me[0], NULL};
    struct tg_child child = TG_CHILD_INIT;
    int socket = -1;

    (void)state;
    assert_int_equal(tg_child_start(&child, "/nowhere/tegata", argv, &socket), TG_E_IO);
    assert_int_equal(socket, -1);
    tg_child_kill(&child); /* nothing to kill is nothing wrong */
    tg_child_end(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_words_kill),     cmocka_unit_test(no_way_round_the_signature),
        cmocka_unit_test(a_refusal_is_shown),   cmocka_unit_test(a_desk_that_goes_is_said),
        cmocka_unit_test(removal_kills),        cmocka_unit_test(what_is_wrong_with_the_reader_is_said),
        cmocka_unit_test(an_unfit_card_is_told_first),
        cmocka_unit_test(one_pin_for_a_chosen_post),
        cmocka_unit_test(no_choice_no_open_card),
        cmocka_unit_test(a_child_starts_clean), cmocka_unit_test(no_program_no_child),
    };

    if (argc == 3 && strcmp(argv[1], "--desk") == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        return desk_main(argv[2]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
