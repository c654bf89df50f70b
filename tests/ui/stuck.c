/* Loaded into the desktop by tests/ui/removal.py: SIGUSR2 makes the main loop of a process busy for eight
 * seconds, with the processor running and all other threads as they were. */
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 8

static void spin(int signal)
{
    struct timespec now, end;

    (void)signal;
    if (gettid() != getpid())
        return; /* another thread took it: nothing is stuck, and the test sees that */
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += SECONDS;
    do {
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
}

__attribute__((constructor)) static void listen(void)
{
    struct sigaction a = {.sa_handler = spin, .sa_flags = SA_RESTART};

    (void)sigaction(SIGUSR2, &a, NULL);
}
