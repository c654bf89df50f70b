/* The loop of an inserted card: reader, control socket, signals. */
#include "tests/card/slot.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

static volatile sig_atomic_t withdrawn;

static void on_signal(int sig)
{
    (void)sig;
    withdrawn = 1;
}

/* The signals are let in only while ppoll waits, so none is lost between a look at `withdrawn` and the wait.
 */
static void catch_signals(sigset_t *waiting)
{
    struct sigaction act = {.sa_handler = on_signal};
    sigset_t stop;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigaddset(&stop, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &stop, waiting);
    (void)sigdelset(waiting, SIGTERM);
    (void)sigdelset(waiting, SIGINT);
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
}

static enum tg_err turn(struct tg_vc_slot *s, const sigset_t *waiting)
{
    /* A reader that is away is looked for every 20 ms: short beside pcscd's own poll of 400 ms. */
    struct timespec look_again = {.tv_nsec = 20000000};
    struct pollfd p[2] = {{.fd = s->reader, .events = POLLIN}, {.fd = s->listener, .events = POLLIN}};
    bool away = s->present && s->reader < 0;
    if (ppoll(p, 2, away ? &look_again : NULL, waiting) < 0)
        return TG_OK;
    if (p[1].revents)
        tg_vc_control_serve(s);
    if (s->reader >= 0 && p[0].fd == s->reader && p[0].revents && tg_vc_vpcd_serve(s) != TG_OK)
        tg_vc_vpcd_close(s);
    if (!s->present || s->reader >= 0 || tg_mono_us() < s->back_at)
        return TG_OK;
    enum tg_err e = tg_vc_vpcd_connect(s);
    return e == TG_E_READER_NONE ? TG_OK : e;
}

enum tg_err tg_vc_slot_run(struct tg_vc_slot *s)
{
    sigset_t waiting;
    s->reader = -1;
    s->present = true;
    catch_signals(&waiting);
    enum tg_err e = tg_vc_control_open(s);
    if (e == TG_OK)
        e = tg_vc_vpcd_connect(s);
    if (e == TG_E_READER_NONE)
        e = TG_OK;
    while (e == TG_OK && !withdrawn && !s->ejected)
        e = turn(s, &waiting);
    tg_vc_vpcd_close(s);
    tg_vc_control_close(s);
    return e;
}
