#include "ui/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"

static enum tg_err take(const struct tg_conf *conf, struct tg_settings *s)
{
    const char *fault = tg_conf_origin_fault(tg_conf_str(conf, "server"));

    if (fault != NULL) {
        (void)fprintf(stderr, "tegata: %s: server %s\n", s->path, fault);
        return TG_E_CONFIG;
    }
    s->server = strdup(tg_conf_str(conf, "server"));
    s->ca_file = tg_conf_path(conf, "ca");
    return s->server != NULL && s->ca_file != NULL ? TG_OK : TG_E_NOMEM;
}

enum tg_err tg_settings_read(const char *path, struct tg_settings *ret)
{
    static const struct tg_conf_key keys[] = {{"server", NULL}, {"ca", NULL}};
    struct tg_conf *conf = NULL;
    struct tg_conf_fault fault;
    char why[TG_PATH_BYTES];
    enum tg_err e;

    memset(ret, 0, sizeof *ret);
    ret->path = path != NULL ? path : getenv("TEGATA_CONFIG");
    if (ret->path == NULL)
        ret->path = "/etc/tegata/tegata.conf";
    if (gethostname(ret->terminal, sizeof ret->terminal - 1) != 0)
        ret->terminal[0] = '\0';
    if ((e = tg_conf_load(ret->path, keys, 2, &conf, &fault)) != TG_OK) {
        tg_conf_explain(ret->path, &fault, e, why, sizeof why);
        (void)fprintf(stderr, "tegata: %s\n", why);
        return TG_E_CONFIG;
    }
    e = take(conf, ret);
    tg_conf_free(&conf);
    return e;
}
