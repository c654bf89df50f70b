#include "ui/desk/names.h"

#include "certs/base/json.h"

static json_t *companies; /* of the last answer */

void tg_names_take(struct tg_span json)
{
    json_t *doc = NULL;

    if (tg_json_parse(json, &doc) != TG_OK)
        return;
    if (!json_is_array(json_object_get(doc, "companies"))) {
        tg_json_done(&doc);
        return;
    }
    tg_json_done(&companies);
    companies = doc;
}

const char *tg_names_company(const char *code)
{
    const json_t *list = json_object_get(companies, "companies");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *c = json_array_get(list, i);
        const char *its = tg_json_str(c, "code");

        if (its != NULL && strcmp(its, code) == 0)
            return tg_json_str(c, "name");
    }
    return NULL;
}
