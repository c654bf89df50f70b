/* The texts of policies, by digest, kept for ever: a decision can be made again as long as its policy is
 * here. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/text.h"
#include "server/acts/acts.h"

static char *path_of(const struct tg_acts_conf *conf, const char *digest)
{
    char name[TG_SHA256_HEX + sizeof ".policy"];

    if (!tg_sha256_is(digest)) { /* never a path of somebody's choosing */
        return NULL;
    }
    (void)snprintf(name, sizeof name, "%s.policy", digest);
    return tg_path_join(conf->folder, name);
}

static enum tg_err verify(struct tg_span text, const char *digest)
{
    char found[TG_SHA256_HEX];
    enum tg_err e = tg_sha256_hex(text, found);

    return e != TG_OK || strcmp(found, digest) == 0 ? e : TG_E_POLICY;
}

enum tg_err tg_acts_text(const struct tg_acts_conf *conf, const char *digest, struct tg_buf *text)
{
    char *path = path_of(conf, digest);
    size_t before = text->n;
    enum tg_err e = path != NULL ? tg_file_read(path, text) : TG_E_NOT_FOUND;

    free(path);
    if (e == TG_OK) {
        e = verify(tg_span(text->p + before, text->n - before), digest);
    } else if (e == TG_E_NOT_FOUND && verify(conf->builtin, digest) == TG_OK) {
        e = tg_buf_add_span(text, conf->builtin);
    }
    if (e != TG_OK) {
        text->n = before;
    }
    return e;
}

enum tg_err tg_acts_policy(const struct tg_acts_conf *conf, const char *digest, struct tg_policy **ret,
                           char *why, size_t size)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault = {.line = 0};
    enum tg_err e = tg_acts_text(conf, digest, &text);

    if (e != TG_OK) {
        (void)snprintf(why, size, "%s/%s.policy: %s", conf->folder, digest,
                       e == TG_E_POLICY ? "it was changed; put the right text back (its SHA-256 is its name)"
                       : e == TG_E_NOT_FOUND ? "it is missing; put it back from a copy"
                                             : tg_err_en(e));
        return e;
    }
    if ((e = tg_policy_compile(tg_span_buf(&text), ret, &fault)) != TG_OK) {
        (void)snprintf(why, size, "%s/%s.policy:%u:%u: %s", conf->folder, digest, fault.line, fault.column,
                       fault.what);
    }
    return e;
}

enum tg_err tg_acts_keep(const struct tg_acts_conf *conf, struct tg_span text)
{
    char digest[TG_SHA256_HEX];
    enum tg_err e = tg_sha256_hex(text, digest);
    char *path = e == TG_OK ? path_of(conf, digest) : NULL;

    if (e == TG_OK && path == NULL) {
        e = TG_E_NOMEM;
    }
    if (e == TG_OK && access(path, F_OK) != 0) {
        e = tg_file_write(path, text, 0600);
    }
    free(path);
    return e;
}
