/* The canary (CAPABILITIES H9): decoy customers of other retailers and a former employee's card are tried
 * every day against the running server, by the real client with real cards. What the files of the command
 * share.
 *
 *   conf   canary.conf beside the server's settings (which need not be there): canary_conf.c
 *   run    tegata-cli as a process, its PIN through a pipe, its questions as its stdin: canary_run.c
 *   judge  one JSON answer for each question; the former card's refusal: canary_judge.c
 *   tell   one line for the log, JSON for programs, the alarm command: admin_canary.c
 *
 * canary.csv has the columns expect,by,query: "nothing" for a decoy, "found" for one of our own (without
 * which a server that shows nobody would pass); by is kana, name, phone, point, customer, address or id. What
 * is asked is personal data: reports name lines of the file.
 */
#ifndef TG_ADMIN_CANARY_H
#define TG_ADMIN_CANARY_H

#include "certs/base/clock.h"
#include "certs/base/secret.h"
#include "server/admin.h"

#define TG_CANARY_FILE "canary.conf"
#define TG_CANARY_LINES 1024u
#define TG_CANARY_NOTES 16u

/* Exit codes. Whatever is not OK is an alarm: a canary that cannot sing is dead. */
enum tg_canary_verdict {
    TG_CANARY_OK = 0,
    TG_CANARY_ALARM = 1,
    TG_CANARY_USAGE = 2,
    TG_CANARY_NOT_TRIED = 3
};

struct tg_canary_report {
    enum tg_canary_verdict verdict;
    unsigned decoys, visible, own, found;
    char former[48]; /* the code of the former card's refusal; "": none */
    unsigned n_notes, more;
    char note[TG_CANARY_NOTES][192];
};
/* A sentence "日本語 / English" and what it makes of the whole: an alarm outweighs what could not be tried.
 */
void tg_canary_note(struct tg_canary_report *r, enum tg_canary_verdict v, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

struct tg_canary_line {
    uint64_t line; /* of canary.csv */
    bool own, show;
};

struct tg_canary {
    char *cli, *client, *list, *pins, *alarm; /* paths; alarm "": none */
    struct tg_conf *conf;
    const char *reader, *former_reader, *purpose; /* borrowed from conf */
    int64_t seconds;
    struct tg_secret pin, former_pin;
    struct tg_buf questions; /* a batch for tegata-cli: whoami, then a line for each of line[] */
    size_t n;
    struct tg_canary_line line[TG_CANARY_LINES];
};

void tg_canary_free(struct tg_canary **c);
/* path is the settings file of the server's folder. Faults are noted, with what is wrong and where; *ret is
 * set as far as it could be read, so that the alarm command is known. TG_E_NOMEM: *ret is NULL. */
enum tg_err tg_canary_load(const char *path, struct tg_canary **ret, struct tg_canary_report *r) TG_MUST;

/* One run of tegata-cli. exit_code is -1 when it was ended for its time. TG_E_IO: it could not be started, or
 * said more than the buffer takes. */
struct tg_canary_ask {
    const char *const *words; /* the program's path, its words, NULL; the PIN is on descriptor 3 */
    const struct tg_secret *pin;
    struct tg_span in;
    int64_t seconds;
};
enum tg_err tg_canary_run(const struct tg_canary_ask *a, struct tg_buf *out, int *exit_code) TG_MUST;
/* Starts a program with two words and waits for its end, 30 seconds at most. */
enum tg_err tg_canary_call(const char *program, const char *first, const char *second) TG_MUST;

void tg_canary_judge(const struct tg_canary *c, struct tg_span out, int exit_code,
                     struct tg_canary_report *r);
void tg_canary_judge_former(struct tg_span out, int exit_code, struct tg_canary_report *r);

#endif
