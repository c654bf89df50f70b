#include "tests/unit/jws/vectors.h"

#include <unistd.h>

#include "certs/base/json.h"
#include "certs/base/text.h"

static void die(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s\n", name, what);
    exit(1);
}

json_t *vectors_load(const char *folder, const char *name)
{
    char path[4096];
    json_error_t why;
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (access(path, R_OK) != 0) {
        printf("%s is not here: skipped\n", path);
        exit(SKIPPED);
    }
    json_t *j = json_load_file(path, 0, &why);
    if (j == NULL)
        die(why.text, path);
    return j;
}

const char *vectors_str(const json_t *obj, const char *name)
{
    const char *s = json_string_value(json_object_get(obj, name));
    if (s == NULL)
        die("member missing", name);
    return s;
}

void vectors_unhex(const char *hex, struct tg_buf *out)
{
    size_t n = strlen(hex) / 2;
    tg_buf_reset(out);
    if (n == 0)
        return;
    if (tg_buf_reserve(out, n) != TG_OK || tg_unhex(tg_span_str(hex), out->p, n) != TG_OK)
        die("bad hex", hex);
    out->n = n;
}
