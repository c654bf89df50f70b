/* Deadlines and room. Every phase has one length, so its list is sorted by deadline as it is: no timer per
 * connection, and finding the oldest is looking at the first.
 */
#include "server/door/loop.h"

/* A handshake or a request younger than this is a person arriving and not a slow one … */
#define FRESH_US 1000000
/* … unless so large a part of all connections is unfinished: then it is a flood, and an arriving person, done
 * within milliseconds, is never the oldest of it. */
#define FLOOD_PART 8u

void tg_phase_init(struct tg_loop *l)
{
    const struct tg_door_conf *conf = &l->door->conf;
    for (unsigned i = 0; i < TG_PHASES; i++)
        TAILQ_INIT(&l->phase[i]);
    TAILQ_INIT(&l->grave);
    l->limit_ms[TG_PHASE_GREETING] = conf->deadline_ms;
    l->limit_ms[TG_PHASE_READING] = conf->deadline_ms;
    l->limit_ms[TG_PHASE_IDLE] = conf->idle_ms;
    l->limit_ms[TG_PHASE_WRITING] = conf->drain_ms;
    l->limit_ms[TG_PHASE_LINGER] = TG_HTTP_LINGER_MS;
}

void tg_phase_join(struct tg_conn *c, enum tg_phase p)
{
    c->phase = p;
    c->since = tg_mono_us();
    TAILQ_INSERT_TAIL(&c->loop->phase[p], c, next);
    c->loop->n_phase[p]++;
}

void tg_phase_leave(struct tg_conn *c)
{
    TAILQ_REMOVE(&c->loop->phase[c->phase], c, next);
    c->loop->n_phase[c->phase]--;
}

void tg_conn_enter(struct tg_conn *c, enum tg_phase p)
{
    tg_phase_leave(c);
    tg_phase_join(c, p);
}

/* Leaves the phase, whatever it was. */
static void expire(struct tg_conn *c)
{
    if (c->phase == TG_PHASE_IDLE)
        tg_conn_hang_up(c);
    else if (c->phase == TG_PHASE_READING)
        tg_req_refuse(c, TG_E_TIMEOUT, true);
    else
        tg_conn_kill(c);
}

void tg_phase_expire(struct tg_loop *l)
{
    tg_usec now = tg_mono_us();
    for (unsigned i = 0; i < TG_PHASES; i++) {
        tg_usec limit = (tg_usec)l->limit_ms[i] * 1000;
        struct tg_conn *c = TAILQ_FIRST(&l->phase[i]);
        while (limit != 0 && c != NULL && c->since + limit <= now) {
            tg_conn_hold(c);
            expire(c);
            tg_conn_drop(c);
            c = TAILQ_FIRST(&l->phase[i]);
        }
    }
}

static struct tg_conn *older(struct tg_conn *a, struct tg_conn *b)
{
    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    return a->since <= b->since ? a : b;
}

bool tg_phase_evict(struct tg_loop *l)
{
    struct tg_conn *victim = TAILQ_FIRST(&l->phase[TG_PHASE_LINGER]);
    struct tg_conn *slow =
        older(TAILQ_FIRST(&l->phase[TG_PHASE_GREETING]), TAILQ_FIRST(&l->phase[TG_PHASE_READING]));
    size_t n_slow = l->n_phase[TG_PHASE_GREETING] + l->n_phase[TG_PHASE_READING];
    bool flood = n_slow > l->n_conns / FLOOD_PART;
    if (victim == NULL && slow != NULL && (flood || tg_mono_us() - slow->since > FRESH_US))
        victim = slow;
    if (victim == NULL)
        victim = TAILQ_FIRST(&l->phase[TG_PHASE_IDLE]);
    if (victim == NULL)
        victim = slow;
    if (victim != NULL)
        tg_conn_kill(victim);
    return victim != NULL;
}

static void clear(struct tg_loop *l, enum tg_phase p, void (*end)(struct tg_conn *))
{
    struct tg_conn *c;
    while ((c = TAILQ_FIRST(&l->phase[p])) != NULL)
        end(c);
}

static void end_stream(struct tg_conn *c)
{
    tg_stream_close(&c->stream);
}

void tg_phase_drain(struct tg_loop *l, bool all)
{
    clear(l, TG_PHASE_GREETING, tg_conn_kill);
    clear(l, TG_PHASE_IDLE, tg_conn_hang_up);
    clear(l, TG_PHASE_STREAM, end_stream);
    if (!all)
        return;
    clear(l, TG_PHASE_READING, tg_conn_kill);
    clear(l, TG_PHASE_BUSY, tg_conn_kill);
    clear(l, TG_PHASE_WRITING, tg_conn_kill);
    clear(l, TG_PHASE_LINGER, tg_conn_kill);
}
