/* Plays the scripts of this folder: each is what a card was asked and what it answered, to the byte, with the
 * result that the caller must see. README.md says how they are written. After every step the memory that held
 * the command must be blank: no PIN stays behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <dirent.h>
#include <limits.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "client/card/piv.h"

#define LINE_MAX_WORDS 12

static const char *folder;

/* ---- the lines ---- */

struct play {
    const char *name;
    char *text;
    char *next;
    unsigned line;
    struct tg_card_link link;
    struct tg_piv *piv;
    const uint8_t *last_command;
    size_t last_n;
};

static void broken(const struct play *p, const char *what, const char *got)
{
    fail_msg("%s:%u: %s %s", p->name, p->line, what, got);
}

/* The next line that says something, without its end; NULL at the end. */
static char *peek_line(struct play *p)
{
    while (p->next != NULL && (*p->next == '#' || *p->next == '\n')) {
        p->next = strchr(p->next, '\n');
        p->next = p->next == NULL ? NULL : p->next + 1;
        p->line++;
    }
    return p->next == NULL || *p->next == '\0' ? NULL : p->next;
}

static char *take_line(struct play *p)
{
    char *line = peek_line(p), *end;

    if (line == NULL)
        return NULL;
    end = strchr(line, '\n');
    p->next = end == NULL ? NULL : end + 1;
    if (end != NULL)
        *end = '\0';
    p->line++;
    return line;
}

static size_t words_of(char *line, char *w[LINE_MAX_WORDS])
{
    char *save = NULL;
    size_t n = 0;

    for (char *t = strtok_r(line, " ", &save); t != NULL && n < LINE_MAX_WORDS;
         t = strtok_r(NULL, " ", &save))
        w[n++] = t;
    return n;
}

/* "00A4 0400 AA*300" -> bytes. */
static void hex_words(struct play *p, char **w, size_t n, struct tg_buf *out)
{
    uint8_t bytes[1024];

    for (size_t i = 0; i < n; i++) {
        char *star = strchr(w[i], '*');
        size_t len = star != NULL ? 1 : strlen(w[i]) / 2;
        unsigned long times = star != NULL ? strtoul(star + 1, NULL, 10) : 1;

        for (char *c = w[i]; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
        if (len > sizeof(bytes) || tg_unhex(tg_span(w[i], 2 * len), bytes, len) != TG_OK)
            broken(p, "bad hex", w[i]);
        for (; times > 0; times--)
            assert_int_equal(tg_buf_add(out, bytes, len), TG_OK);
    }
}

/* ---- the card, as written ---- */

static struct play *now;

static enum tg_err play_open(void *ctx, const char *reader, struct tg_card_link *ret)
{
    char *w[LINE_MAX_WORDS], *line = take_line(ctx);

    assert_string_equal(reader, "reader 0");
    if (line == NULL || line[0] != '+')
        broken(ctx, "opened, but expected", line == NULL ? "nothing" : line);
    if (words_of(line, w) == 2)
        return tg_err_from_code(w[1]);
    *ret = now->link;
    return TG_OK;
}

static void play_close(void *ctx, enum tg_card_end end)
{
    char *line = take_line(ctx);

    assert_int_equal(end, TG_END_RESET);
    if (line == NULL || line[0] != '-')
        broken(ctx, "closed, but expected", line == NULL ? "nothing" : line);
}

static void expect_command(struct play *p, struct tg_span command)
{
    TG_BUF_AUTO want = TG_BUF_INIT(64 * 1024);
    char *w[LINE_MAX_WORDS], *line = take_line(p), got[2 * 4096 + 1] = "";

    tg_hex(command.p, command.n < 4096 ? command.n : 4096, got);
    if (line == NULL || line[0] != '>')
        broken(p, "sent, against expectation,", got);
    hex_words(p, w + 1, words_of(line, w) - 1, &want);
    if (!tg_span_eq(command, tg_span_buf(&want)))
        broken(p, "sent", got);
    p->last_command = command.p;
    p->last_n = command.n;
}

static enum tg_err play_transmit(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    char *w[LINE_MAX_WORDS], *line;
    size_t n;

    expect_command(ctx, command);
    line = take_line(ctx);
    assert_non_null(line);
    n = words_of(line, w);
    if (w[0][0] == '!')
        return tg_err_from_code(w[1]);
    if (w[0][0] != '<')
        broken(ctx, "no reply in", w[0]);
    hex_words(ctx, w + 1, n - 1, reply);
    return TG_OK;
}

static const struct tg_reader_io play_io = {
    .open = play_open, .transmit = play_transmit, .close = play_close, .verify_pad = play_transmit};

/* ---- what is done ---- */

struct outcome {
    enum tg_err err;
    int tries;
    struct tg_buf bytes;
};

static enum tg_piv_alg alg_of(const char *s)
{
    return strcmp(s, "rsa") == 0 ? TG_PIV_RSA2048 : strcmp(s, "p384") == 0 ? TG_PIV_P384 : TG_PIV_P256;
}

static enum tg_piv_slot slot_of(const char *s)
{
    return (enum tg_piv_slot)strtoul(s, NULL, 16);
}

static void secret_of(const char *s, struct tg_secret *out)
{
    assert_int_equal(tg_secret_init(out, 64), TG_OK);
    assert_int_equal(tg_secret_add(out, s, strcmp(s, "empty") == 0 ? 0 : strlen(s)), TG_OK);
}

static void do_verify(struct play *p, char **w, size_t n, struct outcome *o)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    int known = n > 2 ? (strcmp(w[2], "max") == 0 ? INT_MAX : (int)strtol(w[2], NULL, 10)) : -1;

    secret_of(w[1], &pin);
    if (strcmp(w[0], "pad") == 0)
        o->err = tg_piv_verify_pad(p->piv, known, n > 3, &o->tries);
    else
        o->err = tg_piv_verify(p->piv, &pin, known, n > 3, &o->tries);
}

static void do_unblock(struct play *p, char **w, struct outcome *o)
{
    TG_SECRET_AUTO puk = TG_SECRET_INIT;
    TG_SECRET_AUTO pin = TG_SECRET_INIT;

    secret_of(w[1], &puk);
    secret_of(w[2], &pin);
    o->err = tg_piv_unblock(p->piv, &puk, &pin, &o->tries);
}

static void do_admin(struct play *p, char **w, struct outcome *o)
{
    TG_SECRET_AUTO key = TG_SECRET_INIT;
    TG_BUF_AUTO bytes = TG_BUF_INIT(64);

    hex_words(p, w + 1, 1, &bytes);
    assert_int_equal(tg_secret_init(&key, 64), TG_OK);
    assert_int_equal(tg_secret_add(&key, bytes.p, bytes.n), TG_OK);
    o->err = tg_piv_admin_auth(p->piv, &key);
}

static void do_sign(struct play *p, char **w, size_t n, struct outcome *o)
{
    TG_BUF_AUTO in = TG_BUF_INIT(1024);

    hex_words(p, w + 3, n - 3, &in);
    o->err = tg_piv_sign(p->piv, slot_of(w[1]), alg_of(w[2]), tg_span_buf(&in), &o->bytes);
}

static void do_put(struct play *p, char **w, size_t n, struct outcome *o)
{
    TG_BUF_AUTO in = TG_BUF_INIT(32 * 1024);

    hex_words(p, w + 2, n - 2, &in);
    o->err = tg_piv_put_cert(p->piv, slot_of(w[1]), tg_span_buf(&in), false);
}

static void perform(struct play *p, char **w, size_t n, struct outcome *o)
{
    if (strcmp(w[0], "open") == 0)
        o->err = tg_piv_open(&play_io, p, "reader 0", &p->piv);
    else if (strcmp(w[0], "cert") == 0)
        o->err = tg_piv_cert(p->piv, slot_of(w[1]), &o->bytes);
    else if (strcmp(w[0], "tries") == 0)
        o->err = tg_piv_tries(p->piv, &o->tries);
    else if (strcmp(w[0], "discover") == 0)
        o->err = tg_piv_discover(p->piv);
    else if (strcmp(w[0], "verify") == 0 || strcmp(w[0], "pad") == 0)
        do_verify(p, w, n, o);
    else if (strcmp(w[0], "unblock") == 0)
        do_unblock(p, w, o);
    else if (strcmp(w[0], "sign") == 0)
        do_sign(p, w, n, o);
    else if (strcmp(w[0], "admin") == 0)
        do_admin(p, w, o);
    else if (strcmp(w[0], "generate") == 0)
        o->err = tg_piv_generate(p->piv, slot_of(w[1]), alg_of(w[2]), &o->bytes);
    else if (strcmp(w[0], "putcert") == 0)
        do_put(p, w, n, o);
    else
        broken(p, "cannot do", w[0]);
}

static long number_behind(const struct play *p, const char *word, const char *key)
{
    size_t n = strlen(key);

    if (strncmp(word, key, n) != 0)
        broken(p, "what is", word);
    return strtol(word + n, NULL, 10);
}

static void compare(struct play *p, char **w, size_t n, const struct outcome *o)
{
    if (n < 2 || w[0][0] != '=')
        broken(p, "ended early, before", w[0]);
    if (strcmp(tg_err_code(o->err), w[1]) != 0)
        broken(p, "the result is", tg_err_code(o->err));
    for (size_t i = 2; i < n; i++) {
        if (w[i][0] == 't')
            assert_int_equal(o->tries, number_behind(p, w[i], "tries="));
        else if (w[i][0] == 'b')
            assert_int_equal(o->bytes.n, number_behind(p, w[i], "bytes="));
        else
            assert_int_equal(tg_piv_commands(p->piv), number_behind(p, w[i], "commands="));
    }
}

/* The page belongs to the open tg_piv, so it can still be looked at. */
static void expect_blank(const struct play *p)
{
    for (size_t i = 0; p->piv != NULL && i < p->last_n; i++)
        assert_int_equal(p->last_command[i], 0);
}

static void step(struct play *p, char **w, size_t n)
{
    struct outcome o = {.err = TG_E_INTERNAL, .tries = 99, .bytes = TG_BUF_INIT(TG_CARD_REPLY_BYTES)};
    char *r[LINE_MAX_WORDS], *line;

    p->last_n = 0;
    perform(p, w, n, &o);
    line = take_line(p);
    if (line == NULL)
        broken(p, "no result after", w[0]);
    compare(p, r, words_of(line, r), &o);
    expect_blank(p);
    tg_buf_done(&o.bytes);
}

static void close_piv(struct play *p)
{
    if (p->piv == NULL)
        return;
    if (peek_line(p) == NULL || *p->next != '-')
        broken(p, "the connection was to be closed, not", p->next == NULL ? "nothing" : p->next);
    tg_piv_close(&p->piv);
}

static void set_atr(struct play *p, char **w, size_t n)
{
    TG_BUF_AUTO atr = TG_BUF_INIT(TG_ATR_BYTES);

    hex_words(p, w + 1, n - 1, &atr);
    memcpy(p->link.atr, atr.p, atr.n);
    p->link.atr_n = atr.n;
}

static void play_line(struct play *p, char **w, size_t n)
{
    if (strcmp(w[0], "atr") == 0)
        set_atr(p, w, n);
    else if (strcmp(w[0], "T0") == 0)
        p->link.proto = TG_PROTO_T0;
    else if (strcmp(w[0], "haspad") == 0)
        p->link.pad = true;
    else if (strcmp(w[0], "shortonly") == 0)
        p->link.short_only = true;
    else if (strcmp(w[0], "do") == 0 && strcmp(w[1], "close") == 0)
        close_piv(p);
    else if (strcmp(w[0], "do") == 0)
        step(p, w + 1, n - 1);
    else
        broken(p, "what is", w[0]);
}

static void play_file(const char *path)
{
    TG_BUF_AUTO text = TG_BUF_INIT(64 * 1024);
    struct play p = {.name = path, .link = {.proto = TG_PROTO_T1}};
    char *w[LINE_MAX_WORDS], *line;

    assert_int_equal(tg_file_read(path, &text), TG_OK);
    assert_non_null(tg_buf_cstr(&text));
    p.next = (char *)text.p;
    now = &p;
    while ((line = take_line(&p)) != NULL)
        play_line(&p, w, words_of(line, w));
    assert_null(p.piv);
}

static int is_script(const struct dirent *d)
{
    const char *dot = strrchr(d->d_name, '.');

    return dot != NULL && strcmp(dot, ".apdu") == 0;
}

static void test_scripts(void **state)
{
    struct dirent **list = NULL;
    int n = scandir(folder, &list, is_script, alphasort);

    (void)state;
    assert_true(n >= 14); /* one for each point of the list of what a robust client must do, or more */
    for (int i = 0; i < n; i++) {
        char *path = tg_path_join(folder, list[i]->d_name);

        assert_non_null(path);
        print_message("%s\n", list[i]->d_name);
        play_file(path);
        free(path);
        free(list[i]);
    }
    free(list);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scripts)};

    if (argc != 2)
        return 2;
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
