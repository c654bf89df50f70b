/* A journal in a scratch folder, one lane, and a way to append and wait. */
#ifndef AUDIT_TOOL_H
#define AUDIT_TOOL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <pthread.h>

#include "certs/base/limits.h"
#include "certs/seal/verify.h"
#include "server/audit/audit.h"

#define SMALL_SEGMENT (64u * 1024u)

struct tool {
    char folder[256];
    EVP_PKEY *key;
    struct tg_audit_conf conf;
    struct tg_audit *audit;
    struct tg_lane *lane;
    char why[256];
    pthread_mutex_t lock;
    pthread_cond_t woken;
    unsigned wakes;
    unsigned seen_wakes;
    _Atomic int alarms;
    _Atomic int alarm; /* last state told */
};

/* What one record came to. */
struct outcome {
    struct tool *tool;
    bool done;
    enum tg_err err;
    uint64_t seq;
    unsigned order;
};

int tool_setup(void **state);
int tool_teardown(void **state);
enum tg_err tool_try_open(struct tool *t);
void tool_open(struct tool *t);
void tool_close(struct tool *t);
void tool_append(struct tool *t, const char *record, struct outcome *o);
/* Runs the lane until all n are done. */
void tool_wait(struct tool *t, const struct outcome *o, size_t n);
/* Appends one record and waits for what comes of it. */
enum tg_err tool_one(struct tool *t, const char *record);
/* n records of some length, one batch after the other. */
void tool_fill(struct tool *t, size_t n);
enum tg_err tool_verify(struct tool *t, struct tg_verified *v);
/* The path of a file in the folder. */
const char *tool_path(const struct tool *t, const char *name);
void tool_pause_ms(long ms);

#endif
