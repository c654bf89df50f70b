/* tegata-ca: a small certificate authority in a folder, for cards and servers. See ca.h. */
#include <signal.h>
#include <stdarg.h>

#include "certs/base/secret.h"
#include "certs/ca.h"

enum { DONE = 0, FAILED = 1, USAGE = 2 };

#define BIT(o) (1u << (o))
#define SPAN (BIT(CA_DAYS) | BIT(CA_NOT_BEFORE) | BIT(CA_NOT_AFTER))

static const char usage[] =
    "usage: tegata-ca [--dir D] COMMAND\n"
    "  init [--name ORG]\n"
    "  issue server --name DNS|IP [--name …] --out FOLDER [--days N]\n"
    "  issue card --slot 9A --card UUID --person ID --holder NAME --pub PUB.pem --out CERT.pem\n"
    "             [--days N | --not-before YYYY-MM-DD --not-after YYYY-MM-DD] [--profile auth|sign]\n"
    "  issue card --slot 9E --card UUID --pub PUB.pem --out CERT.pem [--days N | …]\n"
    "  enroll --person ID --holder NAME [--reader NAME] [--card UUID] [--alg p256|p384|rsa2048]\n"
    "             [--pin-fd N] [--management-key-fd N] [--gzip] [--replace] [--days N | …]\n"
    "  revoke --serial HEX | --card UUID [--reason R] [--days N]\n"
    "  crl [--days N]\n"
    "  trust --out FOLDER\n"
    "  list\n"
    "exit 0: done; 1: it failed, and why; 2: used wrongly, nothing was done\n";

static const struct ca_command commands[] = {
    {{"init", NULL}, BIT(CA_NAME), 0, ca_cmd_init},
    {{"issue", "server"}, BIT(CA_NAME) | BIT(CA_OUT) | SPAN, BIT(CA_NAME) | BIT(CA_OUT), ca_cmd_server},
    {{"issue", "card"},
     BIT(CA_SLOT) | BIT(CA_CARD) | BIT(CA_PERSON) | BIT(CA_HOLDER) | BIT(CA_PUB) | BIT(CA_OUT) | SPAN |
         BIT(CA_PROFILE),
     BIT(CA_SLOT) | BIT(CA_CARD) | BIT(CA_PUB) | BIT(CA_OUT),
     ca_cmd_card},
    {{"enroll", NULL},
     BIT(CA_PERSON) | BIT(CA_HOLDER) | BIT(CA_READER) | BIT(CA_CARD) | BIT(CA_ALG) | BIT(CA_PIN_FD) |
         BIT(CA_KEY_FD) | BIT(CA_GZIP) | BIT(CA_REPLACE) | SPAN,
     BIT(CA_PERSON) | BIT(CA_HOLDER),
     ca_cmd_enroll},
    {{"revoke", NULL}, BIT(CA_SERIAL) | BIT(CA_CARD) | BIT(CA_REASON) | BIT(CA_DAYS), 0, ca_cmd_revoke},
    {{"crl", NULL}, BIT(CA_DAYS), 0, ca_cmd_crl},
    {{"trust", NULL}, BIT(CA_OUT), BIT(CA_OUT), ca_cmd_trust},
    {{"list", NULL}, 0, 0, ca_cmd_list},
};

enum tg_err ca_say(enum tg_err e, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    (void)fputs("tegata-ca: ", stderr);
    (void)vfprintf(stderr, fmt, args);
    (void)fputc('\n', stderr);
    va_end(args);
    return e;
}

static bool is(const struct ca_command *c, const struct ca_args *a)
{
    if (strcmp(c->word[0], a->word[0]) != 0 || a->words != (c->word[1] != NULL ? 2 : 1))
        return false;
    return c->word[1] == NULL || strcmp(c->word[1], a->word[1]) == 0;
}

static enum tg_err run(const struct ca_args *a)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (!is(&commands[i], a))
            continue;
        enum tg_err e = ca_args_check(a, &commands[i]);
        return e == TG_OK ? commands[i].run(a) : e;
    }
    (void)fputs(usage, stderr);
    return TG_E_USAGE;
}

int main(int argc, char **argv)
{
    struct ca_args args;

    tg_process_harden();
    (void)signal(SIGPIPE, SIG_IGN);
    enum tg_err e = ca_args_read(argc, argv, &args);
    if (e == TG_OK)
        e = run(&args);
    else if (args.words == 0)
        (void)fputs(usage, stderr);
    return e == TG_OK ? DONE : e == TG_E_USAGE ? USAGE : FAILED;
}
