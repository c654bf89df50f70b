/* All that a terminal knows: where the server is, and which authority vouches for it. The same file as
 * tegata-cli's. */
#ifndef TG_UI_SETTINGS_H
#define TG_UI_SETTINGS_H

#include "certs/base/err.h"

struct tg_settings {
    const char *path; /* borrowed */
    char *server, *ca_file;
    char terminal[256]; /* what this machine calls itself, for the audit */
};

/* path NULL: TEGATA_CONFIG, or /etc/tegata/tegata.conf. TG_E_CONFIG with a sentence on stderr; TG_E_NOMEM.
 * What was read lives as long as the program. */
enum tg_err tg_settings_read(const char *path, struct tg_settings *ret) TG_MUST;

#endif
