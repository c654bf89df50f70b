#include "tests/model/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "certs/base/csv_file.h"
#include "certs/base/file.h"
#include "certs/base/text.h"
#include "server/default_policy.h"

const struct person_of people[PEOPLE] = {{"N0001", "網野 一", "NW", "nw.duty"},
                                         {"N0002", "網野 二", "NW", "nw.duty"},
                                         {"E0001", "小売 一", "HOME", "retail.duty"},
                                         {"E0002", "小売 二", "HOME", "retail.duty"},
                                         {"N0009", "名簿 者", "NW", "nw.duty"},
                                         {"E0005", "窓口 五", "HOME", "retail.counter"},
                                         {"E0006", "災害 六", "HOME", "emergency.responder"},
                                         {"E0007", "上長 七", "HOME", "retail.supervisor"}};

/* ------------------------------------------------------------------ the table */

static enum tg_err keep_cell(void *ctx, const struct tg_csv_record *r)
{
    struct world *w = ctx;
    struct cell c = {.state = ""};

    if (r->n == 0 || r->field[0].n == 0 || r->field[0].p[0] == '#' || tg_span_is(r->field[0], "state")) {
        return TG_OK;
    }
    assert_int_equal(r->n, 4);
    assert_int_equal(tg_copy(c.state, WORD, r->field[0]), TG_OK);
    assert_int_equal(tg_copy(c.step, WORD, r->field[1]), TG_OK);
    assert_int_equal(tg_copy(c.next, WORD, r->field[2]), TG_OK);
    assert_int_equal(tg_copy(c.outcome, WORD, r->field[3]), TG_OK);
    w->cell = realloc(w->cell, (w->n_cells + 1) * sizeof c);
    assert_non_null(w->cell);
    w->cell[w->n_cells++] = c;
    if (w->n_states == 0 || strcmp(w->state[w->n_states - 1], c.state) != 0) {
        assert_true(w->n_states < STATES);
        memcpy(w->state[w->n_states++], c.state, WORD);
    }
    return TG_OK;
}

const struct cell *cell_of(const struct world *w, const char *state, const char *step)
{
    for (size_t i = 0; i < w->n_cells; i++) {
        if (strcmp(w->cell[i].state, state) == 0 && strcmp(w->cell[i].step, step) == 0) {
            return &w->cell[i];
        }
    }
    fail_msg("no cell %s, %s", state, step);
    return NULL;
}

static size_t state_at(const struct world *w, const char *name)
{
    size_t i = 0;

    while (i < w->n_states && strcmp(w->state[i], name) != 0) {
        i++;
    }
    assert_true(i < w->n_states);
    return i;
}

size_t path_to(const struct world *w, const char *state, const char *path[PATH])
{
    static const char *const ways[] = {"declare", "approve-nw", "approve-retail", "start", "extend"};
    const struct cell *by[STATES] = {NULL};
    size_t queue[STATES], n = 0, at = state_at(w, strcmp(state, "ended") == 0 ? "live" : state), len = 0;

    queue[n++] = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
            const struct cell *c = cell_of(w, w->state[queue[i]], ways[k]);
            size_t to = strcmp(c->next, "no") == 0 ? 0 : state_at(w, c->next);

            if (to != 0 && by[to] == NULL) {
                by[to] = c;
                queue[n++] = to;
            }
        }
    }
    for (size_t i = at; i != 0; i = state_at(w, by[i]->state)) {
        assert_non_null(by[i]);
        assert_true(++len < PATH - 1);
    }
    size_t end = len;
    for (size_t i = at; i != 0; i = state_at(w, by[i]->state)) {
        path[--end] = by[i]->step;
    }
    if (strcmp(state, "ended") == 0) {
        path[len++] = "close";
    }
    return len;
}

/* ------------------------------------------------------------------ the world */

static void put(const struct world *w, const char *file, const struct tg_buf *text)
{
    char *path = tg_path_join(w->folder, file);

    assert_non_null(path);
    assert_int_equal(tg_file_write(path, tg_span_buf(text), 0600), TG_OK);
    free(path);
}

static void write_staff(const struct world *w)
{
    TG_BUF_AUTO companies = TG_BUF_INIT(4096);
    TG_BUF_AUTO staff = TG_BUF_INIT(8192);
    TG_BUF_AUTO cards = TG_BUF_INIT(4096);

    assert_int_equal(
        tg_buf_add_str(&companies, "code,name,kind,home\nHOME,東北電力,retail,yes\nNW,網,network,no\n"),
        TG_OK);
    assert_int_equal(
        tg_buf_add_str(&staff,
                       "person,name,company,sponsor,contract_end,left,post,role,office,areas,from,to\n"),
        TG_OK);
    assert_int_equal(tg_buf_add_str(&cards, "card,person,status\n"), TG_OK);
    for (unsigned i = 0; i < PEOPLE; i++) {
        assert_int_equal(tg_buf_addf(&staff, "%s,%s,%s,,,,post,%s,八戸,,2020-04-01,\n", people[i].id,
                                     people[i].name, people[i].company, people[i].role),
                         TG_OK);
        assert_int_equal(tg_buf_addf(&cards, "%08x-89ab-4cde-8f01-23456789abcd,%s,active\n", i, people[i].id),
                         TG_OK);
    }
    put(w, "companies.csv", &companies);
    put(w, "staff.csv", &staff);
    put(w, "cards.csv", &cards);
}

static void make_card(struct world *w, unsigned i)
{
    struct spec spec = spec_auth(&w->issuing);
    char uri[2][128];

    (void)snprintf(uri[0], sizeof uri[0], "%s%s", TG_URI_PERSON, people[i].id);
    (void)snprintf(uri[1], sizeof uri[1], "%s%08x-89ab-4cde-8f01-23456789abcd", TG_URI_CARD, i);
    spec.uri[0] = uri[0];
    spec.uri[1] = uri[1];
    spec.serial = 0x10000u + i;
    w->made[i] = make_cert(&spec);
    w->cert[i] = parsed(&w->made[i]);
}

int world_open(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct tg_policy_fault fault;
    struct tg_csv_info info;
    char why[256] = "";

    assert_non_null(w);
    *state = w;
    assert_int_equal(tg_csv_file(getenv("LIFE"), keep_cell, w, &info), TG_OK);
    memcpy(w->folder, "/tmp/tegata-life-XXXXXX", sizeof "/tmp/tegata-life-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    make_authorities(&w->root, &w->issuing);
    for (unsigned i = 0; i < PEOPLE; i++) {
        make_card(w, i);
    }
    TG_BUF_AUTO crls = TG_BUF_INIT(65536);
    struct crl_spec root = spec_crl(&w->root), issuing = spec_crl(&w->issuing);
    add_crl(&root, &crls);
    add_crl(&issuing, &crls);
    w->trust = trust_of(&w->root, &w->issuing, &crls);
    write_staff(w);
    assert_int_equal(tg_book_load(w->folder, &w->book, why, sizeof why), TG_OK);
    assert_int_equal(tg_policy_compile(tg_default_policy(), &w->policy, &fault), TG_OK);
    return 0;
}

int world_close(void **state)
{
    static const char *const files[] = {"companies.csv", "staff.csv", "cards.csv"};
    struct world *w = *state;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = tg_path_join(w->folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(w->folder);
    for (unsigned i = 0; i < PEOPLE; i++) {
        tg_cert_free(&w->cert[i]);
        made_done(&w->made[i]);
    }
    made_done(&w->issuing);
    made_done(&w->root);
    tg_policy_unref(&w->policy);
    tg_trust_free(&w->trust);
    tg_book_unref(&w->book);
    free(w->cell);
    free(w);
    return 0;
}
