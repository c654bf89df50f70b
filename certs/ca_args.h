/* tegata-ca: the words of the command line, what they may say, and how mistakes are told. */
#ifndef TG_CA_ARGS_H
#define TG_CA_ARGS_H

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/limits.h"

#define CA_DAY 86400
/* Clocks differ: what is issued now must already hold on a machine that is a little behind. */
#define CA_BACKDATE 300
#define CA_LEAF_DAYS 825 /* what the strictest TLS clients take; a card is renewed as often */

/* One sentence on stderr, "tegata-ca: …"; returns e, so that a function can end with it. */
enum tg_err ca_say(enum tg_err e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

enum ca_opt {
    CA_DIR,
    CA_NAME, /* repeatable */
    CA_OUT,
    CA_DAYS,
    CA_SLOT,
    CA_CARD,
    CA_PERSON,
    CA_HOLDER,
    CA_PUB,
    CA_NOT_BEFORE,
    CA_NOT_AFTER,
    CA_PROFILE,
    CA_SERIAL,
    CA_REASON,
    CA_READER,
    CA_ALG,
    CA_PIN_FD,
    CA_KEY_FD,
    CA_GZIP,
    CA_REPLACE,
    CA_OPT_COUNT
};

struct ca_args {
    const char *value[CA_OPT_COUNT]; /* NULL: not given */
    const char *names[TG_CERT_NAMES];
    size_t names_n;
    const char *word[2]; /* the command */
    size_t words;
};

struct ca_command {
    const char *word[2]; /* the second may be NULL */
    unsigned may, must;  /* bits 1 << enum ca_opt, without CA_DIR */
    enum tg_err (*run)(const struct ca_args *a);
};

/* TG_E_USAGE. */
enum tg_err ca_args_read(int argc, char **argv, struct ca_args *ret) TG_MUST;
/* Only options that belong to the command, and all that it needs. TG_E_USAGE. */
enum tg_err ca_args_check(const struct ca_args *a, const struct ca_command *c) TG_MUST;
/* A whole number of an option, or the fallback. TG_E_USAGE. */
enum tg_err ca_args_number(const struct ca_args *a, enum ca_opt o, uint64_t max, uint64_t *ret) TG_MUST;

/* ca_words.c: what may stand in a certificate, and moments as text. All TG_E_USAGE or TG_E_FORM. */

enum tg_err ca_uuid_read(const char *text, char out[37]) TG_MUST;
void ca_uuid_make(char out[37]);
enum tg_err ca_person_check(const char *text) TG_MUST;
/* Clean UTF-8 of 1 to max characters; what names it in the message. */
enum tg_err ca_text_check(const char *what, const char *text, size_t max) TG_MUST;
/* --not-before and --not-after (whole days in Japan, both included), or --days from now. */
enum tg_err ca_span_read(const struct ca_args *a, tg_sec now, tg_sec *from, tg_sec *to) TG_MUST;
/* "2026-11-20T06:42:11Z"; silent TG_E_FORM. */
void ca_time_text(tg_sec t, char out[21]);
enum tg_err ca_time_read(struct tg_span s, tg_sec *ret) TG_MUST;

#endif
