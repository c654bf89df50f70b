/* proves: banned.h reaches every file */
/* says: poison */
#include <string.h>

void probe(char *to, const char *from);

void probe(char *to, const char *from)
{
#ifdef CONTROL
    (void)snprintf(to, 8, "%s", from);
#else
    (void)strcpy(to, from);
#endif
}
