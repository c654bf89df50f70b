/* A driver for pcscd in front of the virtual one, for a reader that can be unplugged: while the file
 * /run/unplugged is there, its device does not answer. Everything else pcscd finds in libifdvpcd.so, which
 * this is linked with. SIGUSR1 makes pcscd look at its readers again, as it does when something is plugged in
 * or out.
 */
#include <dlfcn.h>
#include <ifdhandler.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNPLUGGED "/run/unplugged"

RESPONSECODE IFDHICCPresence(DWORD lun)
{
    void *there = dlsym(RTLD_NEXT, "IFDHICCPresence");
    RESPONSECODE (*real)(DWORD);

    if (access(UNPLUGGED, F_OK) == 0)
        return IFD_NO_SUCH_DEVICE;
    if (there == NULL)
        abort();
    memcpy(&real, &there, sizeof real); /* ISO C knows no cast from an object to a function */
    return real(lun);
}
