/* JSON in: jansson, strict (duplicates refused, object at the top, bounded). JSON out: a small writer into a
 * tg_buf. */
#ifndef TG_JSON_H
#define TG_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

#define TG_JSON_AUTO __attribute__((cleanup(tg_json_done))) json_t

enum tg_json_type { TG_JSON_STRING, TG_JSON_INTEGER, TG_JSON_BOOL, TG_JSON_OBJECT, TG_JSON_ARRAY };

/* One allowed member of an object. Bounds: bytes for a string (after decoding), value for an integer,
 * elements for an array. */
struct tg_json_member {
    const char *name;
    enum tg_json_type type;
    bool required;
    int64_t min;
    int64_t max;
};

/* Text (one object, nothing behind it, no duplicate members, no NUL in strings, depth <= TG_JSON_DEPTH) ->
 * new reference. TG_E_BAD_UTF8, TG_E_BAD_JSON, TG_E_NOMEM.
 */
enum tg_err tg_json_parse(struct tg_span text, json_t **ret) TG_MUST;
/* Every member known, right type, in bounds, required ones present. TG_E_BAD_MEMBER, and *bad (may be NULL)
 * names the expected member (never text that the peer sent: for an unknown one *bad is "(unknown)").
 */
enum tg_err tg_json_check(const json_t *obj, const struct tg_json_member *m, size_t n,
                          const char **bad) TG_MUST;
/* Borrowed string of a member; NULL when absent or of another type. */
const char *tg_json_str(const json_t *obj, const char *name);
int64_t tg_json_int(const json_t *obj, const char *name, int64_t absent);
void tg_json_done(json_t **j);

/* The writer: commas are its business; errors stick and come out of tg_jout_end. Strings must be well-formed
 * UTF-8. */
struct tg_jout {
    struct tg_buf *to;
    enum tg_err err;
    bool comma;
    unsigned depth; /* open brackets; tg_jout_end wants none */
};

void tg_jout_init(struct tg_jout *j, struct tg_buf *to);
void tg_jout_open(struct tg_jout *j, char bracket);  /* '{' or '[' */
void tg_jout_close(struct tg_jout *j, char bracket); /* '}' or ']' */
void tg_jout_key(struct tg_jout *j, const char *name);
void tg_jout_str(struct tg_jout *j, const char *s);
void tg_jout_span(struct tg_jout *j, struct tg_span s);
void tg_jout_int(struct tg_jout *j, int64_t v);
void tg_jout_bool(struct tg_jout *j, bool v);
void tg_jout_null(struct tg_jout *j);
/* Ready-made JSON, inserted as it stands: a value, or in an object a member or several with their commas. */
void tg_jout_raw(struct tg_jout *j, struct tg_span json);
/* The same of a key with its colon: TG_KEY("name") needs no look at its letters. */
void tg_jout_raw_key(struct tg_jout *j, struct tg_span key);
#define TG_KEY(literal) tg_span("\"" literal "\":", sizeof literal + 2)
/* key + string, the common case. */
void tg_jout_member(struct tg_jout *j, const char *name, const char *s);
void tg_jout_member_int(struct tg_jout *j, const char *name, int64_t v);
enum tg_err tg_jout_end(struct tg_jout *j) TG_MUST;

#endif
