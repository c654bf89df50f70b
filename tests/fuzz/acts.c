/* The ledger of acts, as whoever can write the file could make it: the input's lines are members of lines
 * that chain as they should, or, when it begins with '{', the whole file. What is taken as acts must hang
 * together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "server/acts/acts.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static char folder[] = "/tmp/tegata-fuzz-acts-XXXXXX";

static void clean(void)
{
    char path[64];

    (void)snprintf(path, sizeof path, "%s/log", folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void chain(struct tg_span in, struct tg_buf *out)
{
    char prev[TG_SHA256_HEX];

    memset(prev, '0', 64);
    prev[64] = '\0';
    for (unsigned line = 1; in.n > 0; line++) {
        const uint8_t *end = memchr(in.p, '\n', in.n);
        size_t n = end != NULL ? (size_t)(end - in.p) : in.n, at = out->n;

        if (tg_buf_addf(out, "{\"line\":%u,\"prev\":\"%s\",\"time\":\"2027-01-15T08:00:00.000000Z\",", line,
                        prev) != TG_OK ||
            tg_buf_add(out, in.p, n) != TG_OK || tg_buf_add_str(out, "}") != TG_OK ||
            tg_sha256_hex(tg_span(out->p + at, out->n - at), prev) != TG_OK ||
            tg_buf_add_str(out, "\n") != TG_OK) {
            return;
        }
        in = tg_span(in.p + n + (end != NULL), in.n - n - (end != NULL));
    }
}

static void put_file(struct tg_span text)
{
    char path[64];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/log", folder);
    f = fopen(path, "w");
    if (f == NULL || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
        abort();
}

/* Activations follow each other, and whatever was taken has the shape that others rely on. */
static void hang_together(const struct tg_acts *a)
{
    int64_t number = 0;

    for (size_t i = 0; i < tg_acts_count(a); i++) {
        const struct tg_act *act = tg_acts_at(a, i);

        if (act->line != (int64_t)i + 1 || !tg_sha256_is(act->digest) || act->n_approvals > TG_APPROVALS)
            abort();
        if (act->kind == TG_ACT_POLICY && act->outcome == TG_OK && act->number != ++number)
            abort();
        if ((act->kind == TG_ACT_POLICY) != (act->what[0] == '\0'))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static bool made;
    const struct tg_acts_conf conf = {.folder = folder, .audience = "https://localhost"};
    TG_BUF_AUTO text = TG_BUF_INIT(TG_LEDGER_BYTES);
    struct tg_acts *acts = NULL;
    char why[256];

    if (!made) {
        if (mkdtemp(folder) == NULL)
            abort();
        made = true;
        (void)atexit(clean);
    }
    if (n == 0)
        return 0;
    if (p[0] != '{')
        chain(tg_span(p, n), &text);
    put_file(p[0] != '{' ? tg_span_buf(&text) : tg_span(p, n));
    if (tg_acts_open(&conf, TG_LEDGER_READ, &acts, why, sizeof why) == TG_OK)
        hang_together(acts);
    tg_acts_close(&acts);
    return 0;
}
