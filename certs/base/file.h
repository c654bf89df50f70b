/* Whole small files, and settings files of "key = value" lines. */
#ifndef TG_FILE_H
#define TG_FILE_H

#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

/* Appends the file's bytes; TG_E_NOT_FOUND, TG_E_IO, TG_E_LIMIT (the buffer's ceiling). */
enum tg_err tg_file_read(const char *path, struct tg_buf *to) TG_MUST;
/* Temporary file beside it, fsync, rename, fsync of the folder; mode as given. TG_E_IO. */
enum tg_err tg_file_write(const char *path, struct tg_span bytes, unsigned mode) TG_MUST;
/* dir + "/" + name, as an allocated string (free with free()); an absolute name stands for itself. NULL: no
 * memory. */
char *tg_path_join(const char *dir, const char *name) __attribute__((malloc));
/* The folder that holds path ("." for a bare name), allocated; free(). NULL: no memory. */
char *tg_path_folder(const char *path) __attribute__((malloc));

/* Settings. Lines "key = value", '#' starts a comment line; a duplicate key, a key not in the table, or a
 * missing required key is TG_E_CONFIG and *fault says where and which. An empty value is a
 * value. Also TG_E_NOT_FOUND, TG_E_IO, TG_E_NOMEM, and TG_E_LIMIT above TG_CONF_BYTES or TG_CONF_LINES.
 * The table is borrowed and must live as long as the settings; usually it is static const.
 */
struct tg_conf;
struct tg_conf_key {
    const char *name;
    const char *fallback; /* NULL: required */
};
struct tg_conf_fault {
    unsigned line;    /* 0: the file as a whole */
    char key[32];     /* as it stands there, "?" for what is no name; "" none is meant */
    const char *what; /* "unknown key" …; static; NULL: the error says it all */
};
enum tg_err tg_conf_load(const char *path, const struct tg_conf_key *keys, size_t n, struct tg_conf **ret,
                         struct tg_conf_fault *fault) TG_MUST;
/* One line for people: "path line 3: prot: unknown key". */
void tg_conf_explain(const char *path, const struct tg_conf_fault *fault, enum tg_err e, char *out,
                     size_t size);
void tg_conf_free(struct tg_conf **c);
/* Borrowed; never NULL for a key of the table. */
const char *tg_conf_str(const struct tg_conf *c, const char *key);
/* Paths are relative to the folder of the settings file. Allocated; free(). */
char *tg_conf_path(const struct tg_conf *c, const char *key) __attribute__((malloc));
/* NULL when the value is https://host or https://host:port and nothing more, as every server of ours is
 * called (RFC 6454 section 6.2; a name, an IPv4 or a bracketed IPv6 address); else what is wrong with it,
 * static.
 */
const char *tg_conf_origin_fault(const char *value);
/* A decimal number, "-" allowed in front; TG_E_CONFIG when it is none or out of bounds. */
enum tg_err tg_conf_int(const struct tg_conf *c, const char *key, int64_t min, int64_t max,
                        int64_t *ret) TG_MUST;

#endif
