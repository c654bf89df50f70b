/* The canary's settings, its PINs and its list. */
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/csv_file.h"
#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "server/admin_canary.h"

#define QUESTION_BYTES (TG_CANARY_LINES * (2 * TG_QUERY_BYTES + 64))

static const struct tg_conf_key keys[] = {
    {"client", NULL},        /* settings file of tegata-cli */
    {"reader", NULL},        /* holds the card of an ordinary retail post */
    {"former_reader", NULL}, /* holds the card of somebody who has left */
    {"pins", NULL},          /* mode 0600: the PIN of the first, and of the second, a line each */
    {"list", NULL},          /* canary.csv */
    {"purpose", "inquiry"},
    {"alarm", ""},      /* a program: it gets the verdict and the line */
    {"seconds", "120"}, /* that tegata-cli may take, each time */
    {"cli", ""},        /* where tegata-cli is, when it is not beside tegata-admin */
};

void tg_canary_free(struct tg_canary **c)
{
    if (*c == NULL) {
        return;
    }
    free((*c)->cli);
    free((*c)->client);
    free((*c)->list);
    free((*c)->pins);
    free((*c)->alarm);
    tg_conf_free(&(*c)->conf);
    tg_secret_done(&(*c)->pin);
    tg_secret_done(&(*c)->former_pin);
    if ((*c)->questions.p != NULL) {
        tg_wipe((*c)->questions.p, (*c)->questions.n);
    }
    tg_buf_done(&(*c)->questions);
    free(*c);
    *c = NULL;
}

/* tegata-cli beside the program that runs; NULL: no memory, or no such place. */
static char *beside(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n <= 0) {
        return NULL;
    }
    self[n] = '\0';
    char *folder = tg_path_folder(self);
    char *path = folder != NULL ? tg_path_join(folder, "tegata-cli") : NULL;
    free(folder);
    return path;
}

static void take_conf(struct tg_canary *c)
{
    c->reader = tg_conf_str(c->conf, "reader");
    c->former_reader = tg_conf_str(c->conf, "former_reader");
    c->purpose = tg_conf_str(c->conf, "purpose");
    c->client = tg_conf_path(c->conf, "client");
    c->list = tg_conf_path(c->conf, "list");
    c->pins = tg_conf_path(c->conf, "pins");
    c->alarm = tg_conf_str(c->conf, "alarm")[0] == '\0' ? strdup("") : tg_conf_path(c->conf, "alarm");
    c->cli = tg_conf_str(c->conf, "cli")[0] == '\0' ? beside() : tg_conf_path(c->conf, "cli");
}

static void read_conf(const char *settings, struct tg_canary *c, struct tg_canary_report *r)
{
    char *folder = tg_path_folder(settings);
    char *path = folder != NULL ? tg_path_join(folder, TG_CANARY_FILE) : NULL;
    struct tg_conf_fault fault = {.line = 0};
    enum tg_err e =
        path != NULL ? tg_conf_load(path, keys, sizeof keys / sizeof *keys, &c->conf, &fault) : TG_E_NOMEM;
    char why[160] = "";

    if (e == TG_OK) {
        take_conf(c);
    } else {
        tg_conf_explain(TG_CANARY_FILE, &fault, e, why, sizeof why);
        tg_canary_note(r, TG_CANARY_USAGE, "%s", why);
    }
    free(folder);
    free(path);
}

/* One line of the file into a secret. */
static enum tg_err take_pin(struct tg_span *text, struct tg_secret *pin)
{
    const uint8_t *end = text->n > 0 ? memchr(text->p, '\n', text->n) : NULL;
    size_t n = end != NULL ? (size_t)(end - text->p) : text->n;
    enum tg_err e = tg_secret_init(pin, TG_PIN_MAX);

    if (e == TG_OK && n < TG_PIN_MIN) {
        e = TG_E_FORM;
    }
    if (e == TG_OK) {
        e = tg_secret_add(pin, text->p, n);
    }
    *text = tg_span(text->p + n + (end != NULL), text->n - n - (end != NULL));
    return e;
}

static bool is_private(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0 &&
           (st.st_uid == geteuid() || st.st_uid == 0);
}

static void read_pins(struct tg_canary *c, struct tg_canary_report *r)
{
    TG_BUF_AUTO file = TG_BUF_INIT(256);

    if (!is_private(c->pins)) {
        tg_canary_note(r, TG_CANARY_USAGE,
                       "%s: 所有者だけが読めるファイルでなければならない / must be there, for its owner only "
                       "(mode 0600)",
                       tg_conf_str(c->conf, "pins"));
        return;
    }
    enum tg_err e = tg_file_read(c->pins, &file);
    struct tg_span text = tg_span_buf(&file);
    if (e == TG_OK && (e = take_pin(&text, &c->pin)) == TG_OK) {
        e = take_pin(&text, &c->former_pin);
    }
    if (e != TG_OK || text.n > 0) {
        tg_canary_note(r, TG_CANARY_USAGE, "%s: 暗証番号を 2 行に / wants two lines, a PIN each",
                       tg_conf_str(c->conf, "pins"));
    }
    if (file.p != NULL) {
        tg_wipe(file.p, file.cap);
    }
}

struct list {
    struct tg_canary *c;
    struct tg_canary_report *r;
    bool headed;
};

static enum tg_err line_fault(struct list *l, uint64_t line, const char *what)
{
    tg_canary_note(l->r, TG_CANARY_USAGE, "%s:%" PRIu64 ": %s", tg_conf_str(l->c->conf, "list"), line, what);
    return TG_E_IMPORT;
}

static bool kind_known(struct tg_span by)
{
    static const char *const kinds[] = {"kana", "name", "phone", "point", "customer", "address", "id"};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (tg_span_is(by, kinds[i])) {
            return true;
        }
    }
    return false;
}

/* In double quotes, as tegata-cli's batch takes it apart. */
static enum tg_err put_quoted(struct tg_buf *out, struct tg_span text)
{
    enum tg_err e = tg_buf_add_str(out, "\"");

    for (size_t i = 0; i < text.n && e == TG_OK; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\') {
            e = tg_buf_add_str(out, "\\");
        }
        if (e == TG_OK) {
            e = tg_buf_add(out, text.p + i, 1);
        }
    }
    return e == TG_OK ? tg_buf_add_str(out, "\"\n") : e;
}

static enum tg_err put_question(struct tg_canary *c, struct tg_span by, struct tg_span query)
{
    bool show = tg_span_is(by, "id");
    enum tg_err e = show ? tg_buf_addf(&c->questions, "show --purpose %s -- ", c->purpose)
                         : tg_buf_addf(&c->questions, "search --limit 1 --purpose %s --by %.*s -- ",
                                       c->purpose, (int)by.n, (const char *)by.p);

    return e == TG_OK ? put_quoted(&c->questions, query) : e;
}

static enum tg_err take_line(void *ctx, const struct tg_csv_record *rec)
{
    struct list *l = ctx;
    struct tg_canary *c = l->c;

    if (rec->n != 3) {
        return line_fault(l, rec->line, "列は 3 つ / has not three columns (expect,by,query)");
    }
    if (!l->headed) {
        l->headed = true;
        return tg_span_is(rec->field[0], "expect") && tg_span_is(rec->field[1], "by") &&
                       tg_span_is(rec->field[2], "query")
                   ? TG_OK
                   : line_fault(l, rec->line, "見出しが違う / the header is expect,by,query");
    }
    bool own = tg_span_is(rec->field[0], "found");
    if (!own && !tg_span_is(rec->field[0], "nothing")) {
        return line_fault(l, rec->line, "nothing か found / expect is nothing or found");
    }
    if (!kind_known(rec->field[1])) {
        return line_fault(l, rec->line,
                          "知らない種類 / by is kana, name, phone, point, customer, address or id");
    }
    if (rec->field[2].n == 0 || rec->field[2].n > TG_QUERY_BYTES || !tg_text_clean(rec->field[2])) {
        return line_fault(l, rec->line,
                          "照会の文が空か、長すぎるか、制御文字がある / empty, too long, or unclean");
    }
    if (c->n == TG_CANARY_LINES) {
        return line_fault(l, rec->line, "行が多すぎる / too many lines");
    }
    c->line[c->n++] =
        (struct tg_canary_line){.line = rec->line, .own = own, .show = tg_span_is(rec->field[1], "id")};
    *(own ? &l->r->own : &l->r->decoys) += 1;
    return put_question(c, rec->field[1], rec->field[2]);
}

/* A canary with nothing to sing of is as dead as one that is not there. */
static void read_list(struct tg_canary *c, struct tg_canary_report *r)
{
    struct list l = {.c = c, .r = r};
    struct tg_csv_info info = {.fault = {.what = ""}};
    enum tg_err e = tg_buf_add_str(&c->questions, "whoami\n");

    if (e == TG_OK) {
        e = tg_csv_file(c->list, take_line, &l, &info);
    }
    if (e != TG_OK && e != TG_E_IMPORT) {
        tg_canary_note(r, TG_CANARY_USAGE, "%s:%" PRIu64 ": %s %s", tg_conf_str(c->conf, "list"),
                       info.fault.line, tg_err_en(e), info.fault.what != NULL ? info.fault.what : "");
    }
    if (e == TG_OK && r->decoys == 0) {
        tg_canary_note(r, TG_CANARY_NOT_TRIED, "おとりが一つもない / the list has no decoy");
    }
    if (e == TG_OK && r->own == 0) {
        tg_canary_note(
            r, TG_CANARY_NOT_TRIED,
            "自社のお客さまが一つもない / the list has none of our own, so finding nobody proves nothing");
    }
}

static bool is_word(const char *s)
{
    return s[0] != '\0' && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

static void check_conf(struct tg_canary *c, struct tg_canary_report *r)
{
    if (strcmp(c->reader, c->former_reader) == 0) {
        tg_canary_note(r, TG_CANARY_USAGE, "%s: 読取装置は 2 台 / reader and former_reader are the same",
                       TG_CANARY_FILE);
    }
    if (tg_conf_int(c->conf, "seconds", 1, 240, &c->seconds) != TG_OK) {
        tg_canary_note(r, TG_CANARY_USAGE, "%s: seconds: 1 から 240 / is a number from 1 to 240",
                       TG_CANARY_FILE);
    }
    if (!is_word(c->purpose)) {
        tg_canary_note(r, TG_CANARY_USAGE, "%s: 利用目的ではない / purpose is no purpose", TG_CANARY_FILE);
    }
}

enum tg_err tg_canary_load(const char *path, struct tg_canary **ret, struct tg_canary_report *r)
{
    struct tg_canary *c = calloc(1, sizeof *c);

    if (c == NULL) {
        return TG_E_NOMEM;
    }
    c->questions = TG_BUF_INIT(QUESTION_BYTES);
    read_conf(path, c, r);
    if (r->verdict == TG_CANARY_OK &&
        (c->cli == NULL || c->client == NULL || c->list == NULL || c->pins == NULL || c->alarm == NULL)) {
        tg_canary_free(&c);
        return TG_E_NOMEM;
    }
    if (r->verdict == TG_CANARY_OK) {
        check_conf(c, r);
        read_pins(c, r);
        read_list(c, r);
    }
    *ret = c;
    return TG_OK;
}
