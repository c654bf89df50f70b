/* The table, and people with cards, anchors, a book and the shipped policy: what a life of an event needs. */
#ifndef TG_TEST_MODEL_WORLD_H
#define TG_TEST_MODEL_WORLD_H

#include "server/grants/grants.h"
#include "tests/unit/x509/make.h"

#define ISSUER "https://localhost:8443"
#define STATES 32u
#define STEPS 24u
#define WORD 32u
#define PATH 16u /* steps to the farthest state, and some */

enum who { N1, N2, R1, R2, X, COUNTER, RESPONDER, SUPERVISOR, PEOPLE };

struct person_of {
    const char *id, *name, *company, *role;
};
extern const struct person_of people[PEOPLE];

struct cell {
    char state[WORD], step[WORD], next[WORD], outcome[WORD];
};

/* Everything that outlives a cell. */
struct world {
    struct cell *cell;
    size_t n_cells;
    char state[STATES][WORD];
    size_t n_states;
    struct made root, issuing, made[PEOPLE];
    struct tg_cert *cert[PEOPLE];
    char folder[64];
    struct tg_staff_book *book;
    struct tg_trust *trust;
    struct tg_policy *policy;
};

/* cmocka's group set-up and its end; the table is the file that LIFE names. */
int world_open(void **state);
int world_close(void **state);
const struct cell *cell_of(const struct world *w, const char *state, const char *step);
/* The steps that lead from absent to a state, by the table itself; the way to ended leads through live. */
size_t path_to(const struct world *w, const char *state, const char *path[PATH]);

#endif
