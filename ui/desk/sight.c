#include "ui/desk/sight.h"

#include <stdio.h>
#include <string.h>

#include "ui/desk/labels.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

#define LINE_BYTES 1024u

static const char *said(const json_t *of)
{
    const char *text = tg_json_str(of, tg_tongue_english() ? "en" : "ja");

    return text != NULL ? text : "";
}

static void line_make(const json_t *class, char line[LINE_BYTES])
{
    const char *name = tg_json_str(class, "class");
    const json_t *groups = json_object_get(class, "groups");
    size_t at = (size_t)snprintf(line, LINE_BYTES, "%s %s: ", tg_class_label(name != NULL ? name : "").shape,
                                 said(class));

    for (size_t i = 0; i < json_array_size(groups) && at < LINE_BYTES; i++) {
        const json_t *group = json_array_get(groups, i);

        at += (size_t)snprintf(line + at, LINE_BYTES - at, "%s%s%s", i > 0 ? _(", ") : "", said(group),
                               json_is_true(json_object_get(group, "part")) ? _(" (in part)") : "");
    }
}

static void line_add(const char *line, char *out, size_t size)
{
    size_t n = strlen(out), more = strlen(line);

    if (n + more + 2 <= size)
        (void)snprintf(out + n, size - n, "%s%s", n > 0 ? "\n" : "", line);
}

void tg_sight_text(const json_t *whoami, char *out, size_t size)
{
    const json_t *sight = json_object_get(whoami, "sight");
    const char *kind = tg_json_str(whoami, "kind");
    char line[LINE_BYTES];

    out[0] = '\0';
    if (!json_is_array(sight))
        return;
    if (json_array_size(sight) == 0)
        line_add(_("This post sees no customers."), out, size);
    else if (kind != NULL && strcmp(kind, "emergency") == 0)
        line_add(_("Only while an approved emergency right is in force, and only of its municipalities:"),
                 out, size);
    for (size_t i = 0; i < json_array_size(sight); i++) {
        line_make(json_array_get(sight, i), line);
        line_add(line, out, size);
    }
}
