#include <getopt.h>

#include "certs/base/text.h"
#include "certs/ca_args.h"

static const struct option options[] = {
    [CA_DIR] = {"dir", required_argument, NULL, CA_DIR},
    [CA_NAME] = {"name", required_argument, NULL, CA_NAME},
    [CA_OUT] = {"out", required_argument, NULL, CA_OUT},
    [CA_DAYS] = {"days", required_argument, NULL, CA_DAYS},
    [CA_SLOT] = {"slot", required_argument, NULL, CA_SLOT},
    [CA_CARD] = {"card", required_argument, NULL, CA_CARD},
    [CA_PERSON] = {"person", required_argument, NULL, CA_PERSON},
    [CA_HOLDER] = {"holder", required_argument, NULL, CA_HOLDER},
    [CA_PUB] = {"pub", required_argument, NULL, CA_PUB},
    [CA_NOT_BEFORE] = {"not-before", required_argument, NULL, CA_NOT_BEFORE},
    [CA_NOT_AFTER] = {"not-after", required_argument, NULL, CA_NOT_AFTER},
    [CA_PROFILE] = {"profile", required_argument, NULL, CA_PROFILE},
    [CA_SERIAL] = {"serial", required_argument, NULL, CA_SERIAL},
    [CA_REASON] = {"reason", required_argument, NULL, CA_REASON},
    [CA_READER] = {"reader", required_argument, NULL, CA_READER},
    [CA_ALG] = {"alg", required_argument, NULL, CA_ALG},
    [CA_PIN_FD] = {"pin-fd", required_argument, NULL, CA_PIN_FD},
    [CA_KEY_FD] = {"management-key-fd", required_argument, NULL, CA_KEY_FD},
    [CA_GZIP] = {"gzip", no_argument, NULL, CA_GZIP},
    [CA_REPLACE] = {"replace", no_argument, NULL, CA_REPLACE},
    [CA_OPT_COUNT] = {NULL, 0, NULL, 0},
};

static enum tg_err take(struct ca_args *a, enum ca_opt o, const char *value)
{
    if (o == CA_NAME) {
        if (a->names_n == TG_CERT_NAMES)
            return ca_say(TG_E_USAGE, "too many --name: at most %u", TG_CERT_NAMES);
        a->names[a->names_n++] = value;
    } else if (a->value[o] != NULL) {
        return ca_say(TG_E_USAGE, "--%s is given twice", options[o].name);
    }
    a->value[o] = value;
    return TG_OK;
}

enum tg_err ca_args_read(int argc, char **argv, struct ca_args *ret)
{
    int o;

    *ret = (struct ca_args){.names_n = 0};
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o < 0 || o >= CA_OPT_COUNT)
            return TG_E_USAGE;
        enum tg_err e = take(ret, (enum ca_opt)o, optarg != NULL ? optarg : "");
        if (e != TG_OK)
            return e;
    }
    for (; optind < argc; optind++) {
        if (ret->words == 2)
            return ca_say(TG_E_USAGE, "one word too many: %s", argv[optind]);
        ret->word[ret->words++] = argv[optind];
    }
    return ret->words > 0 ? TG_OK : TG_E_USAGE;
}

enum tg_err ca_args_check(const struct ca_args *a, const struct ca_command *c)
{
    for (unsigned o = CA_DIR + 1; o < CA_OPT_COUNT; o++) {
        bool given = a->value[o] != NULL;

        if (given && (c->may & 1u << o) == 0)
            return ca_say(TG_E_USAGE, "--%s does not belong to %s", options[o].name, c->word[0]);
        if (!given && (c->must & 1u << o) != 0)
            return ca_say(TG_E_USAGE, "%s needs --%s", c->word[0], options[o].name);
    }
    return TG_OK;
}

enum tg_err ca_args_number(const struct ca_args *a, enum ca_opt o, uint64_t max, uint64_t *ret)
{
    if (a->value[o] == NULL)
        return TG_OK;
    if (tg_u64_parse(tg_span_str(a->value[o]), max, ret) != TG_OK)
        return ca_say(TG_E_USAGE, "--%s is a whole number of at most %llu", options[o].name,
                      (unsigned long long)max);
    return TG_OK;
}
