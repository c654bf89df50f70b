#include "folder.h"

#include <unistd.h>

char folder[64];

int folder_make(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/tegata-staff-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

void folder_remove(void)
{
    static const char *const names[] = {"companies.csv", "staff.csv", "cards.csv", "consents.csv", "in.csv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        folder_drop(names[i]);
    (void)rmdir(folder);
}

const char *folder_path(const char *name)
{
    static char path[2][128];
    static int turn;
    turn = !turn;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

void folder_put(const char *name, const char *text)
{
    FILE *f = fopen(folder_path(name), "wb");
    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
        abort();
}

void folder_drop(const char *name)
{
    (void)unlink(folder_path(name));
}

const char *folder_get(const char *name)
{
    static char text[64 * 1024];
    FILE *f = fopen(folder_path(name), "rb");
    if (f == NULL)
        return "";
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    (void)fclose(f);
    return text;
}
