/* Posts in time: what changes in the world reaches open sessions with nobody asking, and says why. */
#include <pthread.h>
#include <stdatomic.h>

#include "certs/base/limits.h"
#include "server/admit/state.h"
#include "tests/unit/admit/rig.h"

#define HEAD "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"
#define CARDS "card,person,status\n"
#define COMPANIES                                                   \
    "code,name,kind,home\nHOME,東北電力,retail,yes\n"           \
    "NW,ネットワーク,network,no\nOTHER,新電力,retail,no\n" \
    "CW-A,委託A,contractor,no\nCW-B,委託B,contractor,no\n"
#define PERSON_LINE "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,02203,2020-04-01,\n"
#define WORKER_LINE "W0001,委託 一郎,CW-A,HOME,2027-03-31,,call,retail.contractor,研修室,,2026-04-01,\n"
#define CARD_LINE "00000001-89ab-4cde-8f01-23456789abcd,E0001,active\n"
#define WORKER_CARD "00000002-89ab-4cde-8f01-23456789abcd,W0001,active\n"

/* NOW is 2027-01-15 17:00 in Tokyo: seven hours to midnight. */
#define MIDNIGHT (NOW + 7 * 3600)

static void people(struct rig *r, const char *staff, const char *cards)
{
    rig_put(r, "companies.csv", COMPANIES);
    rig_put(r, "staff.csv", staff);
    rig_put(r, "cards.csv", cards);
    rig_book(r);
}

static enum tg_err enter(struct rig *r, const struct badge *b, tg_sec now)
{
    return rig_enter(r, tg_span_buf(&b->token), r->thumbprint, now);
}

/* What the next staff.csv and cards.csv say of the person at work, and what becomes of the session. */
static const struct {
    const char *what, *staff, *cards;
    enum tg_err err; /* TG_OK: it goes on */
} moves[] = {
    {"nothing", PERSON_LINE WORKER_LINE, CARD_LINE WORKER_CARD, TG_OK},
    {"another name", "E0001,別名,HOME,,,,counter,retail.counter,八戸,02203,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_OK},
    {"an end that is still to come",
     "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,02203,2020-04-01,2027-01-15\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_OK},
    {"a second hat", PERSON_LINE "E0001,試験 一郎,HOME,,,,audit,auditor,本店,,,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_OK},
    {"role", "E0001,試験 一郎,HOME,,,,counter,retail.dunning,八戸,02203,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"office", "E0001,試験 一郎,HOME,,,,counter,retail.counter,盛岡,02203,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"fewer areas", "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"more areas",
     "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,02203 02202,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"company", "E0001,試験 一郎,OTHER,,,,counter,retail.counter,八戸,02203,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"employer alone",
     "E0001,試験 一郎,CW-A,HOME,2099-03-31,,counter,retail.counter,八戸,02203,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"the post under another name",
     "E0001,試験 一郎,HOME,,,,desk,retail.counter,八戸,02203,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"ended yesterday",
     "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,02203,2020-04-01,2027-01-14\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_NONE},
    {"begins tomorrow", "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,02203,2027-01-16,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_NONE},
    {"ended, another goes on",
     "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,02203,2020-04-01,2027-01-14\n"
     "E0001,試験 一郎,HOME,,,,dunning,retail.dunning,八戸,,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_POST_CHANGED},
    {"no post", "E0001,試験 一郎,HOME,,,,,,,,,\n" WORKER_LINE, CARD_LINE WORKER_CARD, TG_E_POST_NONE},
    {"left", "E0001,試験 一郎,HOME,,,2027-01-14,counter,retail.counter,八戸,02203,2020-04-01,\n" WORKER_LINE,
     CARD_LINE WORKER_CARD, TG_E_PERSON_LEFT},
    {"off the list", WORKER_LINE, CARD_LINE WORKER_CARD, TG_E_PERSON_UNKNOWN},
    {"card blocked", PERSON_LINE WORKER_LINE,
     "00000001-89ab-4cde-8f01-23456789abcd,E0001,blocked\n" WORKER_CARD, TG_E_CARD_BLOCKED},
    {"card dropped", PERSON_LINE WORKER_LINE, WORKER_CARD, TG_E_CARD_UNKNOWN},
    {"card given to another", PERSON_LINE WORKER_LINE,
     "00000001-89ab-4cde-8f01-23456789abcd,W0001,active\n" WORKER_CARD, TG_E_CARD_UNKNOWN},
};

static void test_moves(void **state)
{
    struct rig *r = *state;
    struct badge own, worker;
    char staff[2048], cards[512];

    rig_patient(r);
    rig_badge(r, &own, "E0001", 1);
    rig_badge(r, &worker, "W0001", 2);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        bool stays = moves[i].err == TG_OK;

        people(r, HEAD PERSON_LINE WORKER_LINE, CARDS CARD_LINE WORKER_CARD);
        assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
        assert_int_equal(rig_badge_in(r, &worker, NULL), TG_OK);
        assert_int_equal(tg_admit_review(r->admit, NOW), 0);
        (void)snprintf(staff, sizeof staff, "%s%s", HEAD, moves[i].staff);
        (void)snprintf(cards, sizeof cards, "%s%s", CARDS, moves[i].cards);
        people(r, staff, cards);
        size_t ended = tg_admit_review(r->admit, NOW + 1);
        if (ended != (stays ? 0 : 1) || own.ends != (stays ? 0 : 1)) {
            fail_msg("%s: %zu ended, its watcher heard %d", moves[i].what, ended, own.ends);
        }
        assert_int_equal(tg_session_state(own.session, NOW + 1), moves[i].err);
        assert_int_equal(enter(r, &own, NOW + 1),
                         moves[i].err); /* on a connection that knows nothing of it */
        assert_int_equal(worker.ends, 0);
        assert_int_equal(enter(r, &worker, NOW + 1), TG_OK);
        /* back to what it was: what is over stays over */
        people(r, HEAD PERSON_LINE WORKER_LINE, CARDS CARD_LINE WORKER_CARD);
        assert_int_equal(tg_admit_review(r->admit, NOW + 2), 0);
        assert_int_equal(enter(r, &own, NOW + 2), moves[i].err);
    }
    rig_badge_done(r, &own);
    rig_badge_done(r, &worker);
}

/* A contractor's sponsor, contract and employer. */
static void test_contractor_moves(void **state)
{
    static const struct {
        const char *worker;
        enum tg_err err;
    } changes[] = {
        {"W0001,委託 一郎,CW-A,OTHER,2027-03-31,,call,retail.contractor,研修室,,2026-04-01,\n",
         TG_E_POST_CHANGED},
        {"W0001,委託 一郎,CW-B,HOME,2027-03-31,,call,retail.contractor,研修室,,2026-04-01,\n",
         TG_E_POST_CHANGED},
        {"W0001,委託 一郎,CW-A,HOME,2027-01-14,,call,retail.contractor,研修室,,2026-04-01,\n",
         TG_E_CONTRACT_OVER},
        {"W0001,委託 一郎,CW-A,HOME,2027-01-15,,call,retail.contractor,研修室,,2026-04-01,\n", TG_OK},
    };
    struct rig *r = *state;
    struct badge worker;
    char staff[1024];

    rig_patient(r);
    rig_badge(r, &worker, "W0001", 2);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        people(r, HEAD WORKER_LINE, CARDS WORKER_CARD);
        assert_int_equal(rig_badge_in(r, &worker, NULL), TG_OK);
        (void)snprintf(staff, sizeof staff, "%s%s", HEAD, changes[i].worker);
        people(r, staff, CARDS WORKER_CARD);
        assert_int_equal(tg_admit_review(r->admit, NOW), changes[i].err != TG_OK);
        assert_int_equal(enter(r, &worker, NOW), changes[i].err);
    }
    /* The sponsor turns from a retailer into a network company under the same code: other rights. */
    assert_int_equal(tg_session_state(worker.session, NOW), TG_OK);
    rig_put(r, "companies.csv",
            "code,name,kind,home\nHOME,東北電力,network,no\nOTHER,新電力,retail,yes\n"
            "CW-A,委託A,contractor,no\n");
    rig_book(r);
    assert_int_equal(tg_admit_review(r->admit, NOW), 1);
    assert_int_equal(enter(r, &worker, NOW), TG_E_POST_CHANGED);
    rig_badge_done(r, &worker);
}

/* 23:59:59 in Tokyo and the second after it, with nobody acting: by review, and for whoever is faster by a
 * request. */
static void test_midnight(void **state)
{
    static const char last_day[] =
        HEAD "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,,2020-04-01,2027-01-15\n"
             "E0001,試験 一郎,HOME,,,,next,retail.dunning,八戸,,2027-01-16,\n" WORKER_LINE;
    struct rig *r = *state;
    struct badge own, worker;

    rig_patient(r);
    people(r, last_day, CARDS CARD_LINE WORKER_CARD);
    rig_badge(r, &own, "E0001", 1);
    rig_badge(r, &worker, "W0001", 2);
    r->now = MIDNIGHT - 5;
    for (int asked = 0; asked < 2; asked++) {
        assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
        assert_string_equal(tg_staff_post(tg_session_staff(own.session)), "counter");
        assert_int_equal(rig_badge_in(r, &worker, NULL), TG_OK);
        assert_int_equal(tg_admit_review(r->admit, MIDNIGHT - 1), 0);
        assert_int_equal(enter(r, &own, MIDNIGHT - 1), TG_OK);
        if (asked) {
            assert_int_equal(enter(r, &own, MIDNIGHT), TG_E_POST_CHANGED);
            assert_int_equal(tg_admit_review(r->admit, MIDNIGHT), 0);
        } else {
            assert_int_equal(tg_admit_review(r->admit, MIDNIGHT), 1);
            assert_int_equal(enter(r, &own, MIDNIGHT), TG_E_POST_CHANGED);
        }
        assert_int_equal(own.ends, 1);
        assert_int_equal(worker.ends, 0);
        assert_int_equal(enter(r, &worker, MIDNIGHT), TG_OK);
    }
    r->now = MIDNIGHT; /* signing in again is all it takes, and the hat is the new one */
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    assert_string_equal(tg_staff_post(tg_session_staff(own.session)), "next");
    assert_string_equal(tg_staff_role(tg_session_staff(own.session)), "retail.dunning");
    rig_badge_done(r, &own);
    rig_badge_done(r, &worker);
}

enum { WORKERS = 75, OWN = 10, EVERYBODY = WORKERS + OWN };

static void write_crowd(struct rig *r)
{
    static char staff[32768], cards[16384];
    size_t s = (size_t)snprintf(staff, sizeof staff, "%s", HEAD);
    size_t c = (size_t)snprintf(cards, sizeof cards, "%s", CARDS);

    for (unsigned i = 0; i < EVERYBODY; i++) {
        const char *terms = i >= WORKERS ? "HOME,,,"
                            : i % 2      ? "CW-A,HOME,2027-01-15,"
                                         : "CW-B,HOME,2027-01-15,";
        const char *role = i >= WORKERS ? "retail.counter" : "retail.contractor";

        s += (size_t)snprintf(staff + s, sizeof staff - s, "P%u,人%u,%s,call,%s,研修室,,2026-04-01,\n", i, i,
                              terms, role);
        c += (size_t)snprintf(cards + c, sizeof cards - c, "%08x-89ab-4cde-8f01-23456789abcd,P%u,active\n", i,
                              i);
    }
    people(r, staff, cards);
}

/* 75 people of two contractors whose contracts end on one day: their sessions all end that midnight, nobody
 * else's. */
static void test_batch_expiry(void **state)
{
    static struct badge crowd[EVERYBODY];
    struct rig *r = *state;

    rig_patient(r);
    write_crowd(r);
    r->now = MIDNIGHT - 60;
    for (unsigned i = 0; i < EVERYBODY; i++) {
        char person[16];

        (void)snprintf(person, sizeof person, "P%u", i);
        rig_badge(r, &crowd[i], person, i);
        assert_int_equal(rig_badge_in(r, &crowd[i], NULL), TG_OK);
    }
    assert_int_equal(tg_admit_review(r->admit, MIDNIGHT - 1), 0);
    assert_int_equal(tg_admit_review(r->admit, MIDNIGHT), WORKERS);
    assert_int_equal(tg_admit_review(r->admit, MIDNIGHT), 0);
    r->now = MIDNIGHT;
    for (unsigned i = 0; i < EVERYBODY; i++) {
        enum tg_err want = i < WORKERS ? TG_E_CONTRACT_OVER : TG_OK;

        assert_int_equal(crowd[i].ends, i < WORKERS ? 1 : 0);
        assert_int_equal(enter(r, &crowd[i], MIDNIGHT), want);
        assert_int_equal(rig_badge_in(r, &crowd[i], NULL), want);
        rig_badge_done(r, &crowd[i]);
    }
}

/* Two posts are two hats: the one that was chosen, whole, and nothing of the other. */
static void test_two_hats(void **state)
{
    static const char hats[] = HEAD "E0001,試験 一郎,HOME,,,,counter,retail.counter,八戸,02203,,\n"
                                    "E0001,試験 一郎,HOME,,,,audit,auditor,考査室,,,\n";
    struct rig *r = *state;
    struct badge own;

    rig_patient(r);
    people(r, hats, CARDS CARD_LINE);
    rig_badge(r, &own, "E0001", 1);
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_E_POST_CHOICE);
    assert_int_equal(rig_badge_in(r, &own, "counter"), TG_OK);
    const struct tg_staff *s = tg_session_staff(own.session);
    assert_string_equal(tg_staff_role(s), "retail.counter");
    assert_string_equal(tg_staff_office(s), "八戸");
    assert_string_equal(tg_staff_areas(s), "02203");
    struct tg_session *first = tg_session_ref(own.session);
    assert_int_equal(rig_badge_in(r, &own, "audit"), TG_OK);
    assert_int_equal(tg_session_state(first, NOW), TG_E_SESSION_DISPLACED); /* never both at once */
    s = tg_session_staff(own.session);
    assert_string_equal(tg_staff_role(s), "auditor");
    assert_string_equal(tg_staff_office(s), "考査室");
    assert_string_equal(tg_staff_areas(s), "");
    tg_session_unref(&first);
    rig_badge_done(r, &own);
}

static void crl_until(struct rig *r, int64_t next, uint64_t revoked)
{
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct crl_spec root = spec_crl(&r->root);
    struct crl_spec issuing = spec_crl(&r->issuing);

    root.next = issuing.next = next;
    issuing.revoked[0] = revoked;
    add_crl(&root, &crls);
    add_crl(&issuing, &crls);
    tg_admit_set_trust(r->admit, trust_of(&r->root, &r->issuing, &crls));
}

/* The certificate on a new list: over, and its holder is told so. Another certificate on it: nothing. */
static void test_revoked(void **state)
{
    struct rig *r = *state;
    struct badge own;

    rig_patient(r);
    people(r, HEAD PERSON_LINE, CARDS CARD_LINE);
    rig_badge(r, &own, "E0001", 1);
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    crl_until(r, 7 * DAY, 0x10002);
    assert_int_equal(tg_admit_review(r->admit, NOW), 0);
    crl_until(r, 7 * DAY, 0x10001);
    assert_int_equal(tg_admit_review(r->admit, NOW), 1);
    assert_int_equal(own.ends, 1);
    assert_int_equal(enter(r, &own, NOW), TG_E_CERT_REVOKED);
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_E_CERT_REVOKED);
    rig_badge_done(r, &own);
}

struct race {
    const struct badge *crowd;
    size_t n;
    uint64_t trust; /* the epoch of the new one */
    size_t before;  /* sessions that had been looked at when the revoked one ended */
};

static void note_place(void *ctx)
{
    struct race *race = ctx;

    race->before = 0;
    for (size_t i = 0; i < race->n; i++) {
        race->before += atomic_load(&race->crowd[i].session->trusted) == race->trust;
    }
}

/* With a new list come many sessions to look at: those whose cards it names are the first. */
static void test_revoked_first(void **state)
{
    enum { MANY = 40 };
    static struct badge crowd[MANY];
    struct rig *r = *state;

    rig_patient(r);
    write_crowd(r);
    for (unsigned i = 0; i < MANY; i++) {
        char person[16];

        (void)snprintf(person, sizeof person, "P%u", i);
        rig_badge(r, &crowd[i], person, i);
        assert_int_equal(rig_badge_in(r, &crowd[i], NULL), TG_OK);
    }
    for (unsigned victim = 0; victim < MANY; victim += MANY - 1) {
        struct race race = {.crowd = crowd, .n = MANY, .before = MANY};

        crl_until(r, 7 * DAY, 0x10000 + victim);
        race.trust = atomic_load(&r->admit->trust_epoch);
        crowd[victim].session->on_end = note_place;
        crowd[victim].session->on_end_ctx = &race;
        assert_int_equal(tg_admit_review(r->admit, NOW), 1);
        assert_int_equal(race.before, 0);
        note_place(&race); /* and the others were looked at all the same */
        assert_true(race.before >= MANY - 2);
    }
    for (unsigned i = 0; i < MANY; i++) {
        rig_badge_done(r, &crowd[i]);
    }
}

/* A list that nobody renewed: sign-ins stop with its last second, and so do open sessions. */
static void test_stale_list(void **state)
{
    struct rig *r = *state;
    struct badge own;

    rig_patient(r);
    people(r, HEAD PERSON_LINE, CARDS CARD_LINE);
    rig_badge(r, &own, "E0001", 1);
    crl_until(r, 60, 0);
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    assert_int_equal(tg_admit_review(r->admit, NOW + 59), 0);
    assert_int_equal(enter(r, &own, NOW + 59), TG_OK);
    assert_int_equal(tg_admit_review(r->admit, NOW + 60), 1);
    assert_int_equal(own.ends, 1);
    assert_int_equal(enter(r, &own, NOW + 60), TG_E_CERT_CRL);
    r->now = NOW + 59;
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    assert_int_equal(enter(r, &own, NOW + 60), TG_E_CERT_CRL); /* by a request, with no review at all */
    r->now = NOW + 60;
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_E_CERT_CRL);
    crl_until(r, 120, 0); /* renewed: work goes on */
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    crl_until(r, 180, 0); /* renewed in time: nobody notices */
    assert_int_equal(tg_admit_review(r->admit, NOW + 121), 0);
    assert_int_equal(enter(r, &own, NOW + 121), TG_OK);
    assert_int_equal(own.ends, 0);
    rig_badge_done(r, &own);
}

/* The card's own certificate runs out while its holder works. */
static void test_card_runs_out(void **state)
{
    struct rig *r = *state;
    struct badge own;

    rig_patient(r);
    people(r, HEAD PERSON_LINE, CARDS CARD_LINE);
    crl_until(r, 400 * DAY, 0);
    rig_badge(r, &own, "E0001", 1);
    tg_sec end = NOW + 365 * DAY; /* spec_auth's; that second still counts */
    r->now = end - 10;
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    assert_int_equal(tg_admit_review(r->admit, end), 0);
    assert_int_equal(enter(r, &own, end), TG_OK);
    assert_int_equal(tg_admit_review(r->admit, end + 1), 1);
    assert_int_equal(enter(r, &own, end + 1), TG_E_CERT_EXPIRED);
    rig_badge_done(r, &own);
}

/* The reason is remembered for one token's life, and keeps nobody from signing in again. */
static void test_reason_is_kept(void **state)
{
    struct rig *r = *state;
    struct badge own;
    TG_BUF_AUTO old = TG_BUF_INIT(TG_TOKEN_BYTES);

    rig_patient(r);
    people(r, HEAD PERSON_LINE, CARDS CARD_LINE);
    rig_badge(r, &own, "E0001", 1);
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    assert_int_equal(tg_buf_add_span(&old, tg_span_buf(&own.token)), TG_OK);
    people(r, HEAD "E0001,試験 一郎,HOME,,,,counter,retail.counter,盛岡,,,\n", CARDS CARD_LINE);
    assert_int_equal(tg_admit_review(r->admit, NOW), 1);
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_OK);
    assert_int_equal(rig_enter(r, tg_span_buf(&old), r->thumbprint, NOW), TG_E_POST_CHANGED);
    assert_int_equal(enter(r, &own, NOW), TG_OK);
    tg_admit_sweep(r->admit, NOW + TG_TOKEN_SECONDS - 1);
    assert_int_equal(rig_enter(r, tg_span_buf(&old), r->thumbprint, NOW), TG_E_POST_CHANGED);
    tg_admit_sweep(r->admit, NOW + TG_TOKEN_SECONDS);
    assert_int_equal(rig_enter(r, tg_span_buf(&old), r->thumbprint, NOW), TG_E_SESSION_ENDED); /* forgotten */
    assert_int_equal(enter(r, &own, NOW), TG_OK); /* and the session that lives was not swept along */
    assert_false(tg_session_left(own.session));
    rig_badge_done(r, &own);
}

struct storm {
    struct rig *r;
    atomic_bool over;
    atomic_int asked, wrong; /* cmocka fails on its own thread only */
};

static void *review_on(void *arg)
{
    struct storm *s = arg;

    while (!atomic_load(&s->over)) {
        (void)tg_admit_review(s->r->admit, NOW);
    }
    return NULL;
}

static void *ask_on(void *arg)
{
    struct storm *s = arg;
    struct badge own;

    rig_badge(s->r, &own, "E0001", 1);
    while (!atomic_load(&s->over)) {
        enum tg_err e = rig_badge_in(s->r, &own, NULL);

        if (e == TG_OK) {
            e = enter(s->r, &own, NOW);
        }
        if (e != TG_OK && e != TG_E_CARD_BLOCKED && e != TG_E_POST_CHANGED) {
            atomic_store(&s->wrong, (int)e);
        }
        atomic_fetch_add(&s->asked, 1);
    }
    rig_badge_done(s->r, &own);
    return NULL;
}

/* Sign-ins, requests, reviews and new books at once: nobody is let in under a book that is gone. */
static void test_all_at_once(void **state)
{
    struct rig *r = *state;
    struct storm storm = {.r = r};
    pthread_t reviewer, asker;
    struct badge own;

    rig_patient(r);
    people(r, HEAD PERSON_LINE, CARDS CARD_LINE);
    assert_int_equal(pthread_create(&reviewer, NULL, review_on, &storm), 0);
    assert_int_equal(pthread_create(&asker, NULL, ask_on, &storm), 0);
    for (int i = 0; i < 200; i++) {
        people(r, i % 2 ? HEAD PERSON_LINE : HEAD "E0001,試験 一郎,HOME,,,,counter,retail.counter,盛岡,,,\n",
               i % 3 ? CARDS CARD_LINE : CARDS "00000001-89ab-4cde-8f01-23456789abcd,E0001,blocked\n");
    }
    people(r, HEAD PERSON_LINE, CARDS "00000001-89ab-4cde-8f01-23456789abcd,E0001,blocked\n");
    (void)tg_admit_review(r->admit, NOW);
    rig_badge(r, &own, "E0001", 1);
    assert_int_equal(rig_badge_in(r, &own, NULL), TG_E_CARD_BLOCKED);
    atomic_store(&storm.over, true);
    (void)pthread_join(reviewer, NULL);
    (void)pthread_join(asker, NULL);
    assert_int_equal(atomic_load(&storm.wrong), TG_OK);
    assert_true(atomic_load(&storm.asked) > 0);
    rig_badge_done(r, &own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_moves, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_contractor_moves, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_midnight, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_batch_expiry, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_two_hats, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_revoked, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_revoked_first, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_stale_list, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_card_runs_out, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_reason_is_kept, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(test_all_at_once, rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
