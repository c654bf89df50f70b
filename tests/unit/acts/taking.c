/* What a server remembers of the acts from one run to the next: only the journal does, however long it has
 * grown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/json.h"
#include "server/acts/readings.h"
#include "server/app_acts.h"
#include "server/audit/report.h"

#define D1 "1111111111111111111111111111111111111111111111111111111111111111"

static struct {
    char folder[64], acts[80], audit_folder[80], log[96];
    struct tg_settings settings;
    EVP_PKEY *key;
    struct tg_audit *audit;
    struct tg_app_acts app;
    char issuer[32];
} rig;

static int setup(void **state)
{
    (void)state;
    memset(&rig, 0, sizeof rig);
    memcpy(rig.folder, "/tmp/tegata-taking-XXXXXX", sizeof "/tmp/tegata-taking-XXXXXX");
    assert_non_null(mkdtemp(rig.folder));
    (void)snprintf(rig.acts, sizeof rig.acts, "%s/acts", rig.folder);
    (void)snprintf(rig.log, sizeof rig.log, "%s/acts/log", rig.folder);
    (void)snprintf(rig.audit_folder, sizeof rig.audit_folder, "%s/audit", rig.folder);
    (void)snprintf(rig.issuer, sizeof rig.issuer, "https://localhost:8443");
    rig.settings = (struct tg_settings){
        .acts = rig.acts, .audit = rig.audit_folder, .issuer = rig.issuer, .orders = true};
    rig.key = EVP_EC_gen("P-256");
    return 0;
}

static int teardown(void **state)
{
    char command[128];

    (void)state;
    EVP_PKEY_free(rig.key);
    (void)snprintf(command, sizeof command, "rm -rf %s", rig.folder);
    return system(command) == 0 ? 0 : 1;
}

static void begin(void)
{
    const struct tg_audit_conf conf = {.folder = rig.audit_folder,
                                       .segment_bytes = 1u << 20,
                                       .sign = tg_jws_sign_with_key,
                                       .sign_ctx = rig.key,
                                       .public_key = rig.key};
    char why[512] = "";

    if (tg_audit_open(&conf, &rig.audit, why, sizeof why) != TG_OK ||
        tg_app_acts_open(&rig.app, &rig.settings, rig.audit, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
}

static void end(void)
{
    tg_app_acts_close(&rig.app);
    tg_audit_close(&rig.audit);
}

/* Reads, judges, puts on record: as a start does. */
static enum tg_err take(char *why, size_t size)
{
    const struct tg_act_world nobody = {.book = NULL};
    struct tg_taking *t = NULL;
    enum tg_err e = tg_taking_read(&rig.app, &nobody, &t, why, size);

    if (e == TG_OK) {
        e = tg_taking_commit(&rig.app, t);
    }
    tg_taking_free(&t);
    return e;
}

static void taken(void)
{
    char why[512] = "";

    if (take(why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
}

static void add(const char *what, enum tg_act_basis basis)
{
    const struct tg_acts_conf conf = {
        .folder = rig.acts, .audience = rig.issuer, .builtin = rig.app.conf.builtin};
    struct tg_act act = {.kind = TG_ACT_CARDS, .basis = basis, .digest = D1, .stored = D1};
    struct tg_acts *acts = NULL;
    char why[512] = "";

    (void)snprintf(act.what, sizeof act.what, "%s", what);
    if (tg_acts_open(&conf, TG_LEDGER_WRITE, &acts, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
    assert_int_equal(tg_acts_add(acts, &act, tg_now_us()), TG_OK);
    tg_acts_close(&acts);
}

/* Traffic. */
struct flood {
    size_t done;
    _Atomic bool woken;
};

static void flood_wake(void *ctx)
{
    ((struct flood *)ctx)->woken = true;
}

static void flood_done(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    assert_int_equal(err, TG_OK);
    tg_receipt_free(&receipt);
    ((struct flood *)ctx)->done++;
}

static void records(size_t n)
{
    static const char entry[] =
        "{\"v\":1,\"kind\":\"search\",\"decision\":\"allow\",\"detail\":\"act line\"}";
    struct flood f = {.done = 0};
    struct tg_lane *lane = NULL;

    assert_int_equal(tg_lane_open(rig.audit, flood_wake, &f, &lane), TG_OK);
    for (size_t sent = 0; f.done < n;) {
        for (size_t i = 0; i < 4096 && sent < n; i++, sent++) {
            tg_audit_append(lane, tg_span_str(entry), flood_done, &f);
        }
        while (f.done < sent) {
            while (!f.woken) {
                (void)usleep(100);
            }
            f.woken = false;
            tg_lane_run(lane);
        }
    }
    tg_lane_close(&lane);
}

struct count {
    size_t acts, refused;
};

static bool count_one(void *ctx, const struct tg_frame *f)
{
    struct count *c = ctx;
    TG_JSON_AUTO *entry = NULL;

    if (f->type == TG_FRAME_ENTRY && tg_json_parse(f->payload, &entry) == TG_OK) {
        c->acts += json_object_get(entry, "act") != NULL;
        c->refused += tg_json_str(entry, "problem") != NULL;
    }
    return true;
}

static struct count counted(void)
{
    struct count c = {0};
    struct tg_fault fault;

    assert_int_equal(tg_audit_walk(rig.audit_folder, 1, count_one, &c, &fault), TG_OK);
    return c;
}

static void test_remembered(void **state)
{
    (void)state;
    begin();
    assert_false(rig.app.begun);
    taken(); /* an empty ledger */
    assert_int_equal(tg_app_acts_announce(&rig.app), TG_OK);
    assert_true(rig.app.begun);
    add("companies", TG_BASIS_SET_UP);
    add("staff", TG_BASIS_SET_UP);
    taken();
    assert_int_equal(rig.app.line, 2);
    taken(); /* nothing new: nothing more on record */
    end();
    assert_int_equal(counted().acts, 3);
    begin();
    assert_int_equal(rig.app.line, 2);
    assert_true(rig.app.begun);
    assert_int_equal(strlen(rig.app.hash), 64);
    taken();
    end();
    assert_int_equal(counted().acts, 3);
}

/* A last word longer ago than a start looks back at first. */
static void test_long_ago(void **state)
{
    (void)state;
    begin();
    add("companies", TG_BASIS_SET_UP);
    taken();
    records(80000);
    end();
    begin();
    assert_int_equal(rig.app.line, 1);
    end();
}

/* So that it seldom has to: where we stand is said again as the journal grows, and not before. */
static void test_said_again(void **state)
{
    (void)state;
    begin();
    add("companies", TG_BASIS_SET_UP);
    taken();
    assert_int_equal(tg_app_acts_announce(&rig.app), TG_OK);
    records(8000);
    tg_app_acts_look(&rig.app);
    assert_int_equal(counted().acts, 2);
    records(400);
    tg_app_acts_look(&rig.app);
    tg_app_acts_look(&rig.app);
    assert_int_equal(counted().acts, 3);
    end();
}

static void test_cut(void **state)
{
    char why[512];

    (void)state;
    begin();
    add("companies", TG_BASIS_SET_UP);
    add("staff", TG_BASIS_SET_UP);
    taken();
    end();
    assert_int_equal(truncate(rig.log, 0), 0);
    begin();
    assert_int_equal(take(why, sizeof why), TG_E_FORM);
    assert_non_null(strstr(why, "was cut"));
    end();
    assert_int_equal(unlink(rig.log), 0);
    begin();
    assert_int_equal(take(why, sizeof why), TG_E_FORM);
    add("companies", TG_BASIS_SET_UP); /* made anew, as long as before */
    add("cards", TG_BASIS_SET_UP);
    assert_int_equal(take(why, sizeof why), TG_E_FORM);
    assert_non_null(strstr(why, "was changed"));
    end();
}

/* Set-up is over when people are there and a server has run; orders that are off are not when they are
 * required. */
static void test_set_up_ends(void **state)
{
    char why[512];

    (void)state;
    begin();
    add("companies", TG_BASIS_SET_UP);
    add("staff", TG_BASIS_SET_UP);
    taken();
    assert_int_equal(tg_app_acts_announce(&rig.app), TG_OK);
    add("cards", TG_BASIS_SET_UP); /* nobody could have ordered it */
    taken();
    add("consents", TG_BASIS_SET_UP);
    assert_int_equal(take(why, sizeof why), TG_E_ORDER_MISSING);
    assert_non_null(strstr(why, "line 4"));
    assert_int_equal(rig.app.line, 3); /* and it is not taken as if it were */
    end();
    begin();
    assert_int_equal(take(why, sizeof why), TG_E_ORDER_MISSING);
    end();
    rig.settings.orders = false; /* even so: it does not say that orders were off */
    begin();
    assert_int_equal(take(why, sizeof why), TG_E_ORDER_MISSING);
    add("consents", TG_BASIS_OFF);
    taken(); /* the last word holds; the one before it is on record as refused */
    end();
    assert_int_equal(counted().refused, 1);
    rig.settings.orders = true;
    begin();
    taken(); /* it was taken under its own rule */
    add("consents", TG_BASIS_OFF);
    assert_int_equal(take(why, sizeof why), TG_E_ORDER_MISSING);
    end();
}

static void test_twice_set_up(void **state)
{
    char why[512];

    (void)state;
    begin();
    add("companies", TG_BASIS_SET_UP);
    add("companies", TG_BASIS_SET_UP);
    assert_int_equal(take(why, sizeof why), TG_E_ORDER_MISSING);
    end();
}

/* Who read the journal: every one, in order, once; and none is lost when the journal does not take it. */
static size_t wanted_to_fail;

static enum tg_err collect(void *ctx, const struct tg_reading *r)
{
    struct tg_buf *all = ctx;

    if (wanted_to_fail > 0 && --wanted_to_fail == 0) {
        return TG_E_AUDIT_DOWN;
    }
    return tg_buf_addf(all, "%s %s %lld;", r->what, r->user, (long long)r->time);
}

static void note(const char *what)
{
    struct tg_reading r = {.user = "root", .digest = D1, .time = 1800000000000000};
    char why[256] = "";

    (void)snprintf(r.what, sizeof r.what, "%s", what);
    if (tg_readings_note(rig.acts, &r, why, sizeof why) != TG_OK) {
        fail_msg("%s", why);
    }
}

static void test_readings(void **state)
{
    TG_BUF_AUTO all = TG_BUF_INIT(4096);
    char why[256];

    (void)state;
    begin();
    assert_int_equal(tg_readings_take(rig.acts, collect, &all, why, sizeof why), TG_OK);
    assert_int_equal(all.n, 0);
    note("tail");
    note("find");
    wanted_to_fail = 2; /* the first goes in, the second does not: both come again */
    assert_int_equal(tg_readings_take(rig.acts, collect, &all, why, sizeof why), TG_E_AUDIT_DOWN);
    tg_buf_reset(&all);
    assert_int_equal(tg_readings_take(rig.acts, collect, &all, why, sizeof why), TG_OK);
    assert_string_equal(tg_buf_cstr(&all), "tail root 1800000000000000;find root 1800000000000000;");
    tg_buf_reset(&all);
    assert_int_equal(tg_readings_take(rig.acts, collect, &all, why, sizeof why), TG_OK);
    assert_int_equal(all.n, 0);
    note("ids");
    size_t before = counted().acts;
    tg_app_acts_look(&rig.app);
    assert_int_equal(counted().acts, before + 1);
    tg_app_acts_look(&rig.app);
    assert_int_equal(counted().acts, before + 1);
    end();
    begin(); /* it is no act that a start could take for the last one */
    assert_int_equal(rig.app.line, 0);
    assert_false(rig.app.begun);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_remembered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_ago, setup, teardown),
        cmocka_unit_test_setup_teardown(test_said_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_set_up_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(test_twice_set_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_readings, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
