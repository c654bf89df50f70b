/* tegata-eye gone|here|other X Y W H READER COMMAND…: what is seen, and when. A piece of the screen is looked
 * at without a pause while COMMAND does something, until the piece
 *
 *   gone    is of one colour: what showed there is no longer to be seen
 *   here    is not of one colour any more
 *   other   is not what it was
 *
 * and, for gone, a second longer. Beside it a PC/SC client of our own waits for what pcscd says of READER (""
 * for none).
 *
 * One line of JSON: milliseconds from the start of COMMAND until pcscd told its clients ("pcscd", null if it
 * did not), until it was seen ("at", null if it was not within 20 s), the longest time between two looks
 * ("blind"), how many looks found something there again afterwards ("again"), and how many pixels of the
 * whole screen still were what they had been before at the moment of "at", and changed later ("left").
 */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#define PATIENCE_MS 20000.0
#define AFTER_MS 1000.0
#define CHANCE 8 /* pixels */

struct piece {
    int x, y;
    unsigned w, h;
};

static double now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- pcscd ---- */

static const char *reader;
static _Atomic double told; /* 0: not yet */
static atomic_bool waits;

static void *listen_to_pcscd(void *arg)
{
    SCARD_READERSTATE s = {.szReader = reader, .dwCurrentState = SCARD_STATE_UNAWARE};
    SCARDCONTEXT c;
    LONG rv;

    (void)arg;
    rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &c);
    if (rv == SCARD_S_SUCCESS)
        rv = SCardGetStatusChange(c, 0, &s, 1);
    if (rv != SCARD_S_SUCCESS || (s.dwEventState & SCARD_STATE_PRESENT) == 0)
        return NULL; /* nothing to wait for; told stays 0 */
    s.dwCurrentState = s.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    atomic_store(&waits, true);
    (void)SCardGetStatusChange(c, (DWORD)PATIENCE_MS, &s, 1); /* whatever it says, it says something */
    atomic_store(&told, now_ms());
    return NULL;
}

/* ---- the screen ---- */

static XImage *look(Display *d, const struct piece *p)
{
    XImage *i = XGetImage(d, DefaultRootWindow(d), p->x, p->y, p->w, p->h, AllPlanes, ZPixmap);

    if (i == NULL || i->bits_per_pixel != 32)
        abort();
    return i;
}

static uint32_t pixel(const XImage *i, unsigned x, unsigned y)
{
    uint32_t v;

    memcpy(&v, i->data + (size_t)y * (size_t)i->bytes_per_line + (size_t)x * 4, sizeof v);
    return v & UINT32_C(0xffffff);
}

static bool empty(Display *d, const struct piece *p)
{
    XImage *i = look(d, p);
    uint32_t first = pixel(i, 0, 0);
    bool same = true;

    for (unsigned y = 0; y < p->h && same; y++)
        for (unsigned x = 0; x < p->w && same; x++)
            same = pixel(i, x, y) == first;
    XDestroyImage(i);
    return same;
}

static bool differs(Display *d, const struct piece *p, const XImage *before)
{
    XImage *i = look(d, p);
    bool same = true;

    for (unsigned y = 0; y < p->h && same; y++)
        for (unsigned x = 0; x < p->w && same; x++)
            same = pixel(i, x, y) == pixel(before, (unsigned)p->x + x, (unsigned)p->y + y);
    XDestroyImage(i);
    return !same;
}

static struct piece whole(Display *d)
{
    int screen = DefaultScreen(d);

    return (struct piece){.w = (unsigned)DisplayWidth(d, screen), .h = (unsigned)DisplayHeight(d, screen)};
}

/* What both have as their ground does not count: the lock window may still write on it. Nor do a few pixels in
 * a row: two texts in one place have some in common. */
static unsigned long left_over(const struct piece *p, const XImage *before, const XImage *then,
                               const XImage *later)
{
    uint32_t ground = pixel(then, (unsigned)p->x, (unsigned)p->y);
    unsigned long n = 0;

    for (unsigned y = 0; y < (unsigned)before->height; y++) {
        unsigned run = 0;

        for (unsigned x = 0; x < (unsigned)before->width; x++) {
            uint32_t now = pixel(then, x, y);
            bool same = now == pixel(before, x, y) && now != pixel(later, x, y) && now != ground;

            run = same ? run + 1 : 0;
            n += run >= CHANCE;
        }
    }
    return n;
}

/* ---- together ---- */

enum what { GONE, HERE, OTHER };

struct seen {
    double began, at, blind;
    unsigned long again, left;
};

static bool is_seen(Display *d, enum what what, const struct piece *p, const XImage *before)
{
    return what == GONE ? empty(d, p) : what == HERE ? !empty(d, p) : differs(d, p, before);
}

static void wait_for(Display *d, enum what what, const struct piece *p, const XImage *before, struct seen *s)
{
    double last = s->began, now = last;

    while (s->at == 0 && now - s->began < PATIENCE_MS) {
        bool yes = is_seen(d, what, p, before);

        now = now_ms();
        s->blind = now - last > s->blind ? now - last : s->blind;
        last = now;
        if (yes)
            s->at = now;
    }
}

static void stay(Display *d, const struct piece *p, const XImage *before, struct seen *s)
{
    struct piece all = whole(d);
    XImage *then = look(d, &all), *later;

    while (s->at != 0 && now_ms() - s->at < AFTER_MS)
        s->again += !empty(d, p);
    later = look(d, &all);
    s->left = left_over(p, before, then, later);
    XDestroyImage(then);
    XDestroyImage(later);
}

static void say(const char *what, double at, double began)
{
    if (at == 0)
        (void)printf("\"%s\": null, ", what);
    else
        (void)printf("\"%s\": %.2f, ", what, at - began);
}

/* Away from our own output: what it starts may live on, and whoever reads us waits for the end of it. */
static bool run(char *const command[])
{
    posix_spawn_file_actions_t files;
    pid_t pid;

    return posix_spawn_file_actions_init(&files) == 0 &&
           posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
           posix_spawnp(&pid, command[0], &files, NULL, command, environ) == 0;
}

static unsigned number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

static void listen_beside(void)
{
    pthread_t thread;

    if (reader[0] == '\0' || pthread_create(&thread, NULL, listen_to_pcscd, NULL) != 0)
        return;
    for (unsigned i = 0; i < 100 && !atomic_load(&waits); i++)
        (void)usleep(10000);
    (void)usleep(20000); /* it is inside the call by now */
}

/* What is to be seen must not be there already. */
static bool ready(Display *d, enum what what, const struct piece *p)
{
    return what == OTHER || empty(d, p) == (what == HERE);
}

static enum what what_of(const char *word)
{
    return strcmp(word, "gone") == 0 ? GONE : strcmp(word, "here") == 0 ? HERE : OTHER;
}

int main(int argc, char **argv)
{
    Display *d = XOpenDisplay(NULL);
    struct seen s = {0};
    struct piece p, all;
    enum what what;
    XImage *before;

    if (argc < 8 || d == NULL)
        return 2;
    what = what_of(argv[1]);
    p = (struct piece){
        .x = (int)number(argv[2]), .y = (int)number(argv[3]), .w = number(argv[4]), .h = number(argv[5])};
    reader = argv[6];
    if (!ready(d, what, &p)) {
        (void)fprintf(stderr, "tegata-eye: it is there already, or there is nothing to see\n");
        return 1;
    }
    listen_beside();
    all = whole(d);
    before = look(d, &all);
    s.began = now_ms();
    if (!run(argv + 7))
        return 2;
    wait_for(d, what, &p, before, &s);
    if (what == GONE)
        stay(d, &p, before, &s);
    (void)printf("{");
    say("pcscd", atomic_load(&told), s.began);
    say("at", s.at, s.began);
    (void)printf("\"blind\": %.2f, \"again\": %lu, \"left\": %lu}\n", s.blind, s.again, s.left);
    return 0;
}
