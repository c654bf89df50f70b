/* tegata-cli: what its files share. One command is a path, a JSON body and a way to print the answer. */
#ifndef TG_CLI_H
#define TG_CLI_H

#include <stdio.h>

#include <jansson.h>

#include "client/session/session.h"

/* Exit codes: a contract (DESIGN 8). */
enum tg_exit {
    TG_EXIT_DONE = 0,
    TG_EXIT_INTERNAL = 1,
    TG_EXIT_USAGE = 2,
    TG_EXIT_CARD = 3,
    TG_EXIT_PIN = 4,
    TG_EXIT_REFUSED = 5,
    TG_EXIT_UNREACHABLE = 6
};
enum tg_exit tg_cli_exit(enum tg_err e);

struct tg_cli {
    const char *config, *post, *reader, *lang;
    int pin_fd; /* -1: ask on the terminal */
    bool json, english, last_try;
    char *server, *ca_file;
    char terminal[256];
    int argc; /* the command and its words */
    char **argv;
};

/* Options and settings. TG_E_USAGE, TG_E_CONFIG, with a sentence on stderr. */
enum tg_err tg_cli_read(struct tg_cli *cli, int argc, char **argv) TG_MUST;
void tg_cli_done(struct tg_cli *cli);
extern const char tg_cli_usage[];

/* One command: what to ask, and under which name to print it. */
enum tg_command_kind {
    TG_CMD_WHOAMI,
    TG_CMD_SEARCH,
    TG_CMD_SHOW,
    TG_CMD_RELEASE,
    TG_CMD_GRANT,
    TG_CMD_SUBJECTS,  /* inquiry subjects */
    TG_CMD_INQUIRIES, /* inquiry list */
    TG_CMD_MINE,      /* audit mine */
    TG_CMD_METER,     /* inquiry meter */
    TG_CMD_QUEUE,     /* inquiry queue */
    TG_CMD_INQUIRY,   /* one of them, or what came of asking */
    TG_CMD_BATCH
};
struct tg_command {
    enum tg_command_kind kind;
    const char *path;
    struct tg_buf body; /* JSON; empty: GET */
};
/* TG_E_USAGE with why (static text) when the words make no command. */
enum tg_err tg_command_read(int argc, char **argv, struct tg_command *ret, const char **why) TG_MUST;
void tg_command_done(struct tg_command *c);
/* The words behind "grant" and "inquiry". The same. */
enum tg_err tg_grant_command(int argc, char **argv, struct tg_command *ret, const char **why) TG_MUST;
enum tg_err tg_inquiry_command(int argc, char **argv, struct tg_command *ret, const char **why) TG_MUST;

enum tg_err tg_audit_command(int argc, char **argv, struct tg_command *ret, const char **why) TG_MUST;

/* A verb of such a command: where it goes, and which word or option becomes which member. */
enum tg_take { TG_TAKE_TEXT, TG_TAKE_NUMBER, TG_TAKE_TIME };
struct tg_option {
    const char *option, *member; /* NULL: the end */
    enum tg_take take;
    bool required;
};
#define TG_VERB_OPTIONS 8u
struct tg_verb {
    const char *word;
    const char *path;
    const char *plain; /* the member of the word without an option; NULL: none */
    struct tg_option options[TG_VERB_OPTIONS];
};
enum tg_err tg_verb_command(const struct tg_verb *v, int argc, char **argv, struct tg_command *ret,
                            const char **why) TG_MUST;
/* Splits a batch line into words: blanks separate, '…' and "…" keep together, \ takes the next letter as it
 * is. In place. TG_E_FORM for an open quote, TG_E_LIMIT for more than max words.
 */
enum tg_err tg_words_split(char *line, char **words, size_t max, int *n) TG_MUST;

/* The PIN, by file descriptor or without echo on the controlling terminal: a tg_client_conf.ask_pin; arg is
 * the tg_cli. */
enum tg_err tg_cli_ask_pin(void *arg, int tries, bool wrong, struct tg_secret *pin) TG_MUST;

/* Text for a terminal: what could move the cursor, hide, or turn the order of letters round becomes "?". */
void tg_put_clean(FILE *out, const char *text);
/* JSON that tg_json_parse has taken, on one line; the same letters become escapes, so its meaning stays. */
void tg_put_json(FILE *out, struct tg_span json);

/* An answer for people, or as JSON. TG_E_SERVER_REPLY when it is no JSON, TG_E_IO when stdout does not take
 * it. */
enum tg_err tg_cli_print(const struct tg_cli *cli, enum tg_command_kind kind, struct tg_span json) TG_MUST;
/* What went wrong, and what is known of it. */
struct tg_cli_fault {
    enum tg_err e;
    int tries;              /* of the PIN; -1: not known, or not about that */
    struct tg_span problem; /* the server's document (tg_client_problem); empty: none */
};
/* {"error":"code","type":"urn:…","title":"…"} on stdout for --json and batch, with "tries", "member" and
 * "posts" where they are known; a sentence on stderr otherwise.
 */
void tg_cli_error_json(const struct tg_cli *cli, const struct tg_cli_fault *f);
void tg_cli_error_text(const struct tg_cli *cli, const struct tg_cli_fault *f);

/* How the client's rooms are to be set up for these options; borrows from cli. */
struct tg_client_conf tg_cli_client(struct tg_cli *cli);

/* approve --act ACT [--prior DIGEST --seq N] FILE…: shows on stderr what will be signed, asks for the PIN,
 * and prints one approval a line (with --json an object). Without --prior the server is asked what is in
 * force.
 */
enum tg_exit tg_cli_approve(struct tg_cli *cli);

/* grant approve EVENT, grant roster approve ROSTER, grant acknowledge EVENT: what wants a person in between.
 */
bool tg_grant_wants_person(int argc, char **argv);
/* Shows what the server has of it, asks for the PIN (or a yes), signs, sends, and prints what came of it. */
enum tg_exit tg_cli_grant_sign(struct tg_cli *cli);
/* grant watch: one's own grants, as they change. */
bool tg_grant_watches(int argc, char **argv);
enum tg_exit tg_cli_grant_watch(struct tg_cli *cli);
/* A code of the server's in words; one that the table does not have stands as it is. */
struct tg_cli_word {
    const char *code, *ja, *en;
};
const char *tg_cli_word(const struct tg_cli *cli, const struct tg_cli_word *words, size_t n,
                        const char *code);
/* A member's text, borrowed; "" when there is none. */
const char *tg_cli_text(const json_t *obj, const char *name);

/* An event, a roster, the list of them, views … for people. */
void tg_print_granting(const struct tg_cli *cli, json_t *doc);

/* inquiry bulk …: a file of them (cli_bulk.h). */
bool tg_cli_is_bulk(int argc, char **argv);
enum tg_exit tg_cli_bulk(struct tg_cli *cli);
/* Inquiries, as the kind of the command wants them. */
void tg_print_inquiring(const struct tg_cli *cli, enum tg_command_kind kind, json_t *doc);
/* What a record shows: a line for each field. */
void tg_print_row(const struct tg_cli *cli, json_t *row);

/* One command per stdin line, one JSON object per stdout line. */
enum tg_exit tg_cli_batch(const struct tg_cli *cli, struct tg_client *client);

#endif
