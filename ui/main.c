/* tegata: the desktop. One program, two processes: without words it is the gate, which starts itself as the
 * desk. */
#include <getopt.h>
#include <libintl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "ui/app.h"
#include "ui/gate/call.h"
#include "ui/gate/child.h"
#include "ui/look.h"
#include "ui/tr.h"

/* What libraries free is filled with this byte: what was on the screen does not stay readable in the heap. */
#define FREED_BYTE 0xa5

/* Beside the program, wherever it is: PREFIX/bin with PREFIX/share/locale, or a build folder with ui/po. */
static void catalogue_bind(void)
{
    static const char *const places[] = {"/../share/locale", "/ui/po"};
    char exe[TG_PATH_BYTES], dir[TG_PATH_BYTES + 64], mo[TG_PATH_BYTES + 128];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    char *slash;

    (void)setlocale(LC_ALL, "");
    exe[n > 0 ? n : 0] = '\0';
    slash = strrchr(exe, '/');
    if (slash != NULL)
        *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        (void)snprintf(dir, sizeof dir, "%s%s", exe, places[i]);
        (void)snprintf(mo, sizeof mo, "%s/ja/LC_MESSAGES/" TG_DOMAIN ".mo", dir);
        if (access(mo, R_OK) == 0)
            (void)bindtextdomain(TG_DOMAIN, dir);
    }
    (void)bind_textdomain_codeset(TG_DOMAIN, "UTF-8");
}

static int usage(void)
{
    (void)fputs("usage: tegata [--config FILE] [tegata:phone/NUMBER]\n", stderr);
    return 2;
}

/* The telephone system has put the number among the arguments, where the machine's users may read it: it is
 * taken out before anything else is done. False: it is no number. */
static bool call_take(char *argument, char call[TG_CALL_BYTES])
{
    bool good = tg_call_read(argument, call);

    explicit_bzero(argument, strlen(argument));
    return good;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"desk", no_argument, NULL, 'd'}, {NULL, 0, NULL, 0}};
    static struct tg_settings settings;
    static char call[TG_CALL_BYTES];
    const char *config = NULL;
    bool desk = false, good = true;
    int o;

    if (argc > 1 && strncmp(argv[argc - 1], "tegata:", 7) == 0)
        good = call_take(argv[--argc], call);
    tg_process_harden();
    (void)mallopt(M_PERTURB, FREED_BYTE);
    (void)signal(SIGPIPE, SIG_IGN);
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'c')
            config = optarg;
        else if (o == 'd')
            desk = true;
        else
            return usage();
    }
    if (optind != argc || !good || (desk && call[0] != '\0'))
        return usage();
    if (call[0] != '\0' && tg_call_hand(call))
        return 0;
    if (desk && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return 1;
    (void)prctl(PR_SET_NAME, desk ? "tegata-desk" : "tegata-gate", 0, 0, 0);
    catalogue_bind();
    tg_look_renderer();
    if (tg_settings_read(config, &settings) != TG_OK)
        return desk ? 1 : tg_gate_main(NULL, call);
    return desk ? tg_desk_main(&settings, TG_CHILD_FD) : tg_gate_main(&settings, call);
}
