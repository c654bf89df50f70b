/* tegata-vcard: makes, fills, inserts and questions virtual employee cards. */
#include <getopt.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "tests/card/inner.h"
#include "tests/card/slot.h"

static const char usage_text[] =
    "usage: tegata-vcard make STATE [--kind piv|felica|mute] [--uuid U] [--alg9a p256|p384|rsa2048] [--alg9e "
    "ALG]\n"
    "                    [--pin P] [--puk P] [--proto t0|t1|both] [--reply auto|t1|t0|61|6c] [--extended "
    "yes|no]\n"
    "                    [--gzip no|01|80] [--mgmt 3des|aes128|aes192|aes256] [--empty 53|6a82] "
    "[--discovery]\n"
    "                    [--global-pin] [--keys]\n"
    "       tegata-vcard import STATE SLOT CERT.pem [KEY.pem]\n"
    "       tegata-vcard pub STATE SLOT | csr STATE SLOT [CN] | uuid STATE\n"
    "       tegata-vcard run STATE --port P [--host 127.0.0.1] [--control SOCKET] [--fault SPEC]...\n"
    "       tegata-vcard ctl SOCKET stats|reset-stats|fault SPEC|tries REF|remove|insert|eject\n"
    "faults: NAME[=VALUE][:INS][@K], see tests/card/vcard.h\n";

/* Exit codes as in the other programs: 1 internal, 2 usage. */
static int finish(enum tg_err e, const char *what)
{
    if (e == TG_OK)
        return 0;
    (void)fprintf(stderr, "tegata-vcard: %s: %s\n", what, tg_err_en(e));
    return e == TG_E_USAGE ? 2 : 1;
}

static int usage(void)
{
    (void)fputs(usage_text, stderr);
    return 2;
}

struct word {
    const char *text;
    int value;
};

static const struct word kinds[] = {
    {"piv", TG_VCARD_PIV}, {"felica", TG_VCARD_FELICA}, {"mute", TG_VCARD_MUTE}, {0}};
static const struct word algs[] = {
    {"p256", TG_VCARD_P256}, {"p384", TG_VCARD_P384}, {"rsa2048", TG_VCARD_RSA2048}, {0}};
static const struct word protos[] = {{"t0", TG_VCARD_T0}, {"t1", TG_VCARD_T1}, {"both", TG_VCARD_BOTH}, {0}};
static const struct word replies[] = {{"auto", TG_VCARD_AUTO},   {"t1", TG_VCARD_REPLY_T1},
                                      {"t0", TG_VCARD_REPLY_T0}, {"61", TG_VCARD_REPLY_61},
                                      {"6c", TG_VCARD_REPLY_6C}, {0}};
static const struct word gzips[] = {
    {"no", TG_VCARD_GZIP_NO}, {"01", TG_VCARD_GZIP_01}, {"80", TG_VCARD_GZIP_80}, {0}};
static const struct word mgmts[] = {{"3des", TG_VCARD_3DES},
                                    {"aes128", TG_VCARD_AES128},
                                    {"aes192", TG_VCARD_AES192},
                                    {"aes256", TG_VCARD_AES256},
                                    {0}};
static const struct word yes_no[] = {{"no", 0}, {"yes", 1}, {0}};
static const struct word empties[] = {{"6a82", 0}, {"53", 1}, {0}};

/* The value of a word; *ok turns false for one that is not in the list. */
static int word_of(const struct word *list, const char *text, bool *ok)
{
    for (; list->text; list++)
        if (strcmp(list->text, text) == 0)
            return list->value;
    *ok = false;
    return 0;
}

static const struct option make_options[] = {
    {"kind", required_argument, NULL, 'k'},     {"uuid", required_argument, NULL, 'u'},
    {"alg9a", required_argument, NULL, 'a'},    {"alg9e", required_argument, NULL, 'e'},
    {"pin", required_argument, NULL, 'p'},      {"puk", required_argument, NULL, 'q'},
    {"proto", required_argument, NULL, 't'},    {"reply", required_argument, NULL, 'r'},
    {"extended", required_argument, NULL, 'x'}, {"gzip", required_argument, NULL, 'z'},
    {"mgmt", required_argument, NULL, 'm'},     {"empty", required_argument, NULL, '5'},
    {"discovery", no_argument, NULL, 'd'},      {"global-pin", no_argument, NULL, 'g'},
    {"keys", no_argument, NULL, 'y'},           {0}};

static bool set_word(struct tg_vcard_options *o, int option, const char *arg)
{
    bool ok = true;
    if (option == 'k')
        o->kind = (enum tg_vcard_kind)word_of(kinds, arg, &ok);
    else if (option == 'a')
        o->alg9a = (enum tg_vcard_alg)word_of(algs, arg, &ok);
    else if (option == 'e')
        o->alg9e = (enum tg_vcard_alg)word_of(algs, arg, &ok);
    else if (option == 't')
        o->proto = (enum tg_vcard_proto)word_of(protos, arg, &ok);
    else if (option == 'r')
        o->reply = (enum tg_vcard_reply)word_of(replies, arg, &ok);
    else if (option == 'z')
        o->gzip = (enum tg_vcard_gzip)word_of(gzips, arg, &ok);
    else if (option == 'm')
        o->mgmt = (enum tg_vcard_mgmt)word_of(mgmts, arg, &ok);
    else if (option == 'x')
        o->extended = word_of(yes_no, arg, &ok) != 0;
    else if (option == '5')
        o->empty_5300 = word_of(empties, arg, &ok) != 0;
    else
        ok = false;
    return ok;
}

static bool set_option(struct tg_vcard_options *o, int option, const char *arg)
{
    switch (option) {
    case 'u':
        o->uuid = arg;
        return true;
    case 'p':
        o->pin = arg;
        return true;
    case 'q':
        o->puk = arg;
        return true;
    case 'd':
        o->discovery = true;
        return true;
    case 'g':
        o->global_pin = true;
        return true;
    case 'y':
        o->keys = true;
        return true;
    default:
        return set_word(o, option, arg);
    }
}

static int cmd_make(int argc, char **argv)
{
    struct tg_vcard_options o;
    struct tg_vcard *c = NULL;
    int option = 0;
    tg_vcard_defaults(&o);
    while ((option = getopt_long(argc, argv, "", make_options, NULL)) != -1)
        if (option == '?' || !set_option(&o, option, optarg))
            return usage();
    if (optind != argc - 1)
        return usage();
    enum tg_err e = tg_vcard_new(&o, &c);
    if (e == TG_OK)
        e = tg_vcard_save(c, argv[optind]);
    if (e == TG_OK)
        (void)puts(tg_vcard_uuid(c));
    tg_vcard_free(&c);
    return finish(e, argv[optind]);
}

static bool slot_of(const char *text, unsigned *slot)
{
    uint8_t b = 0;
    if (strlen(text) != 2 || (tg_vc_unhex(tg_span_str(text), &b, 1) != TG_OK))
        return false;
    *slot = b;
    return true;
}

static int cmd_import(int argc, char **argv)
{
    TG_BUF_AUTO cert = TG_BUF_INIT(64 * 1024);
    TG_BUF_AUTO key = TG_BUF_INIT(64 * 1024);
    struct tg_vcard *c = NULL;
    unsigned slot = 0;
    if (argc < 4 || argc > 5 || !slot_of(argv[2], &slot))
        return usage();
    enum tg_err e = tg_vcard_load(argv[1], &c);
    if (e == TG_OK)
        e = tg_file_read(argv[3], &cert);
    if (e == TG_OK && argc == 5)
        e = tg_file_read(argv[4], &key);
    if (e == TG_OK)
        e = tg_vcard_import(c, slot, tg_span_buf(&cert), tg_span_buf(&key));
    tg_vcard_free(&c);
    tg_wipe(key.p, key.n);
    return finish(e, argv[1]);
}

/* pub, csr, uuid: something about the card, on standard output. */
static int cmd_show(int argc, char **argv)
{
    TG_BUF_AUTO out = TG_BUF_INIT(64 * 1024);
    struct tg_vcard *c = NULL;
    unsigned slot = 0;
    bool uuid = strcmp(argv[0], "uuid") == 0, csr = strcmp(argv[0], "csr") == 0;
    if (argc != (uuid ? 2 : 3) && !(csr && argc == 4))
        return usage();
    if (!uuid && !slot_of(argv[2], &slot))
        return usage();
    enum tg_err e = tg_vcard_load(argv[1], &c);
    if (e == TG_OK && uuid)
        e = tg_buf_addf(&out, "%s\n", tg_vcard_uuid(c));
    else if (e == TG_OK && csr)
        e = tg_vcard_csr(c, slot, argc == 4 ? argv[3] : tg_vcard_uuid(c), &out);
    else if (e == TG_OK)
        e = tg_vcard_pub(c, slot, &out);
    tg_vcard_free(&c);
    if (e == TG_OK && fwrite(out.p, 1, out.n, stdout) != out.n)
        e = TG_E_IO;
    return finish(e, argv[1]);
}

static const struct option run_options[] = {{"port", required_argument, NULL, 'p'},
                                            {"host", required_argument, NULL, 'h'},
                                            {"control", required_argument, NULL, 'c'},
                                            {"fault", required_argument, NULL, 'f'},
                                            {0}};

/* Faults wait for the card, which is loaded when all options have been read. */
static bool run_arguments(int argc, char **argv, struct tg_vc_slot *s, const char **faults, size_t max)
{
    int option = 0;
    size_t n = 0;
    while ((option = getopt_long(argc, argv, "", run_options, NULL)) != -1) {
        if (option == 'p')
            s->port = optarg;
        else if (option == 'h')
            s->host = optarg;
        else if (option == 'c')
            s->control = optarg;
        else if (option == 'f' && n < max)
            faults[n++] = optarg;
        else
            return false;
    }
    return s->port && optind == argc - 1;
}

static int cmd_run(int argc, char **argv)
{
    const char *faults[16] = {NULL};
    struct tg_vc_slot s = {.host = "127.0.0.1", .reader = -1, .listener = -1};
    if (!run_arguments(argc, argv, &s, faults, sizeof faults / sizeof faults[0]))
        return usage();
    enum tg_err e = tg_vcard_load(argv[optind], &s.card);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0] && faults[i] && e == TG_OK; i++)
        e = tg_vcard_fault(s.card, faults[i]);
    if (e == TG_OK)
        e = tg_vc_slot_run(&s);
    tg_vcard_free(&s.card);
    return finish(e, argv[optind]);
}

static int cmd_ctl(int argc, char **argv)
{
    TG_BUF_AUTO answer = TG_BUF_INIT(1024 * 1024);
    const char *words[8] = {NULL};
    if (argc < 3 || argc > 8)
        return usage();
    for (int i = 2; i < argc; i++)
        words[i - 2] = argv[i];
    enum tg_err e = tg_vc_control_ask(argv[1], words, &answer);
    if (fwrite(answer.p, 1, answer.n, stdout) != answer.n)
        e = TG_E_IO;
    return finish(e, argv[1]);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {{"make", cmd_make}, {"import", cmd_import}, {"pub", cmd_show}, {"csr", cmd_show},
                    {"uuid", cmd_show}, {"run", cmd_run},       {"ctl", cmd_ctl}};
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return usage();
}
