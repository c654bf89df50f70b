/* Flat JSON in: one object whose members are strings, integers and booleans, as the bodies of requests are.
 * Exactly what tg_json_parse and tg_json_check let through for the same table (json.h), value for value, but
 * read in one pass into one buffer, with no tree. What they would not let through is refused with their
 * error: jansson is asked again only to name it.
 *
 *   static const struct tg_json_member table[] = {[ID] = {"id", TG_JSON_STRING, true, 1, 31}, …};
 *   struct tg_flat f = TG_FLAT_INIT(TG_HTTP_BODY_BYTES);
 *   tg_flat_read(body, table, N, &f, &bad)  ->  tg_flat_str(&f, ID)         … tg_flat_done(&f)
 */
#ifndef TG_FLAT_H
#define TG_FLAT_H

#include "certs/base/json.h"

#define TG_FLAT_MEMBERS 8u

struct tg_flat_value {
    bool present;
    int64_t number;      /* an integer; 0 or 1 for a boolean */
    struct tg_span text; /* a string, decoded; a NUL stands behind it and none in it */
};

/* value[i] belongs to member i of the table; strings are borrowed from the buffer until the next read. */
struct tg_flat {
    struct tg_buf buffer;
    struct tg_flat_value value[TG_FLAT_MEMBERS];
};
#define TG_FLAT_INIT(ceiling)           \
    {                                   \
        .buffer = TG_BUF_INIT(ceiling), \
    }

/* m: n <= TG_FLAT_MEMBERS members, none of them an object or an array. The buffer, as long as the text, is
 * kept for the next one. TG_E_BAD_UTF8, TG_E_BAD_JSON, TG_E_BAD_MEMBER with *bad as tg_json_check says it,
 * TG_E_LIMIT (text longer than the buffer may be), TG_E_NOMEM.
 */
enum tg_err tg_flat_read(struct tg_span text, const struct tg_json_member *m, size_t n, struct tg_flat *f,
                         const char **bad) TG_MUST;
/* The first half of it, without a word about why: for those who hold it against jansson. */
bool tg_flat_take(struct tg_span text, const struct tg_json_member *m, size_t n, struct tg_flat *f) TG_MUST;
/* NULL, or `absent`, when member i was not there. */
const char *tg_flat_str(const struct tg_flat *f, size_t i);
int64_t tg_flat_int(const struct tg_flat *f, size_t i, int64_t absent);
/* Wipes what was read (people type names of customers) and keeps the memory. */
void tg_flat_reset(struct tg_flat *f);
void tg_flat_done(struct tg_flat *f);

#endif
