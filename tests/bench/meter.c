#include <dirent.h>
#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "tests/bench/load.h"

/* Fields of /proc/PID/task/TID/stat, proc(5). */
enum { UTIME = 14, STIME = 15, NICE = 19 };

/* The n-th field, counted behind the name, which may hold anything. */
static struct tg_span field(const char *stat, unsigned n)
{
    const char *p = strrchr(stat, ')');

    for (unsigned i = 2; p != NULL && i < n; i++) {
        p = strchr(p + 1, ' ');
    }
    return p != NULL ? tg_span(p + 1, strcspn(p + 1, " ")) : tg_span(NULL, 0);
}

static uint64_t ticks(const char *stat, unsigned n)
{
    uint64_t v = 0;

    if (tg_u64_parse(field(stat, n), INT64_MAX, &v) != TG_OK) {
        load_die("meter", "not a stat line");
    }
    return v;
}

static void add_thread(const char *path, struct cpu *to)
{
    char line[1024];
    FILE *f = fopen(path, "re");

    if (f == NULL || fgets(line, (int)sizeof line, f) == NULL) {
        load_die("meter", path);
    }
    (void)fclose(f);
    tg_usec used = (tg_usec)(ticks(line, UTIME) + ticks(line, STIME)) * 1000000 / sysconf(_SC_CLK_TCK);
    if (tg_span_is(field(line, NICE), "0")) {
        to->serving += used;
    } else {
        to->behind += used;
    }
}

struct cpu meter_cpu(int pid)
{
    struct cpu cpu = {.serving = 0};
    char path[64 + NAME_MAX];
    const struct dirent *e;

    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL) {
        load_die("meter", path);
    }
    while ((e = readdir(tasks)) != NULL) {
        if (e->d_name[0] != '.') {
            (void)snprintf(path, sizeof path, "/proc/%d/task/%s/stat", pid, e->d_name);
            add_thread(path, &cpu);
        }
    }
    (void)closedir(tasks);
    return cpu;
}

static tg_usec usec(struct timeval t)
{
    return (tg_usec)t.tv_sec * 1000000 + t.tv_usec;
}

tg_usec meter_own(void)
{
    struct rusage own;

    return getrusage(RUSAGE_SELF, &own) == 0 ? usec(own.ru_utime) + usec(own.ru_stime) : 0;
}

void meter_begin(struct tally *t, int pid)
{
    *t = (struct tally){.took = tg_mono_us(), .own_cpu = meter_own()};
    if (pid > 0) {
        t->server = meter_cpu(pid);
    }
}

void meter_end(struct tally *t, int pid)
{
    t->took = tg_mono_us() - t->took;
    t->own_cpu = meter_own() - t->own_cpu;
    if (pid > 0) {
        struct cpu now = meter_cpu(pid);

        t->server =
            (struct cpu){.serving = now.serving - t->server.serving, .behind = now.behind - t->server.behind};
    }
}
