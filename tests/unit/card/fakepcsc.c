#include "tests/unit/card/fakepcsc.h"

#include <errno.h>
#include <pthread.h>
#include <reader.h>

#include "client/card/thread.h"

#define QUEUE 16u
#define LOG_BYTES 16384u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static struct {
    LONG queue[FAKE_CALLS][QUEUE];
    size_t queued[FAKE_CALLS];
    LONG always[FAKE_CALLS];
    unsigned count[FAKE_CALLS];
    bool hang[FAKE_CALLS];
    char log[LOG_BYTES];
    unsigned rate;
    unsigned random;
    DWORD event;
    char readers[512];
    size_t readers_n;
    DWORD proto;
    uint8_t features[64], other[64], sent[4096];
    size_t features_n, other_n, sent_n;
    fake_card *card;
    bool cancelled;
} f;

void fake_reset(void)
{
    pthread_mutex_lock(&lock);
    memset(&f, 0, sizeof(f));
    f.event = FAKE_IN(1);
    memcpy(f.readers, "reader 0\0", 10);
    f.readers_n = 10;
    f.proto = SCARD_PROTOCOL_T1;
    pthread_mutex_unlock(&lock);
}

void fake_next(enum fake_call call, LONG rv)
{
    pthread_mutex_lock(&lock);
    f.queue[call][f.queued[call]++ % QUEUE] = rv;
    pthread_mutex_unlock(&lock);
}

void fake_always(enum fake_call call, LONG rv)
{
    pthread_mutex_lock(&lock);
    f.always[call] = rv;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void fake_fail_rate(unsigned n, unsigned seed)
{
    f.rate = n;
    f.random = seed;
}

unsigned fake_count(enum fake_call call)
{
    unsigned n;

    pthread_mutex_lock(&lock);
    n = f.count[call];
    pthread_mutex_unlock(&lock);
    return n;
}

const char *fake_log(void)
{
    return f.log;
}

void fake_event(DWORD state)
{
    pthread_mutex_lock(&lock);
    f.event = state;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void fake_readers(const char *names, size_t n)
{
    pthread_mutex_lock(&lock);
    memcpy(f.readers, names, n);
    f.readers_n = n;
    pthread_mutex_unlock(&lock);
}

void fake_proto(DWORD proto)
{
    f.proto = proto;
}

void fake_features(const uint8_t *tlv, size_t n, const uint8_t *other, size_t other_n)
{
    memcpy(f.features, tlv, n);
    f.features_n = n;
    memcpy(f.other, other, other_n);
    f.other_n = other_n;
}

struct tg_span fake_sent(void)
{
    return tg_span(f.sent, f.sent_n);
}

void fake_card_is(fake_card *card)
{
    f.card = card;
}

void fake_hang(enum fake_call call)
{
    pthread_mutex_lock(&lock);
    f.hang[call] = true;
    pthread_mutex_unlock(&lock);
}

void fake_release_hung(void)
{
    pthread_mutex_lock(&lock);
    memset(f.hang, 0, sizeof(f.hang));
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static bool unlucky(void)
{
    if (f.rate == 0)
        return false;
    f.random = f.random * 1103515245u + 12345u; /* the example generator of C11 section 7.22.2.2 */
    return (f.random >> 16) % f.rate == 0;
}

/* Logs the call; returns what it is to return. The lock stays held. */
static LONG called(enum fake_call call, const char *word)
{
    size_t n;
    LONG rv;

    pthread_mutex_lock(&lock);
    f.count[call]++;
    n = strlen(f.log);
    if (n + 40 < LOG_BYTES)
        (void)snprintf(f.log + n, LOG_BYTES - n, "%s%s", n == 0 ? "" : " ", word);
    while (f.hang[call])
        pthread_cond_wait(&changed, &lock);
    rv = f.always[call];
    if (f.queued[call] > 0) {
        rv = f.queue[call][0];
        memmove(f.queue[call], f.queue[call] + 1, (QUEUE - 1) * sizeof(LONG));
        f.queued[call]--;
    }
    if (rv == SCARD_S_SUCCESS && unlucky())
        rv = (f.random & 0x300) != 0 ? SCARD_E_NOT_TRANSACTED : SCARD_W_RESET_CARD;
    return rv;
}

static LONG simple(enum fake_call call, const char *word)
{
    LONG rv = called(call, word);

    pthread_mutex_unlock(&lock);
    return rv;
}

static const char *named(const char *what, DWORD disposition, char out[32])
{
    (void)snprintf(out, 32, "%s(%s)", what, disposition == SCARD_RESET_CARD ? "reset" : "leave");
    return out;
}

/* A replacement with its prototype, which -Wmissing-prototypes wants; the parameters are PC/SC's. */
#define WRAP(name, params)          \
    LONG __wrap_SCard##name params; \
    LONG __wrap_SCard##name params

WRAP(EstablishContext, (DWORD scope, LPCVOID r1, LPCVOID r2, LPSCARDCONTEXT ret))
{
    (void)scope;
    (void)r1;
    (void)r2;
    *ret = 1;
    return simple(FAKE_CONTEXT, "context");
}

WRAP(ReleaseContext, (SCARDCONTEXT c))
{
    (void)c;
    return simple(FAKE_RELEASE, "release");
}

WRAP(Connect, (SCARDCONTEXT c, LPCSTR reader, DWORD share, DWORD protos, LPSCARDHANDLE ret, LPDWORD proto))
{
    (void)c;
    (void)reader;
    *ret = 2;
    *proto = f.proto;
    if (share != SCARD_SHARE_SHARED || protos != (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1))
        return SCARD_E_INVALID_PARAMETER;
    return simple(FAKE_CONNECT, "connect");
}

WRAP(Reconnect, (SCARDHANDLE h, DWORD share, DWORD protos, DWORD init, LPDWORD proto))
{
    (void)h;
    (void)share;
    (void)protos;
    *proto = f.proto;
    return init == SCARD_LEAVE_CARD ? simple(FAKE_RECONNECT, "reconnect") : SCARD_E_INVALID_VALUE;
}

WRAP(Disconnect, (SCARDHANDLE h, DWORD disposition))
{
    char word[32];

    (void)h;
    return simple(FAKE_DISCONNECT, named("disconnect", disposition, word));
}

WRAP(BeginTransaction, (SCARDHANDLE h))
{
    (void)h;
    return simple(FAKE_BEGIN, "begin");
}

WRAP(EndTransaction, (SCARDHANDLE h, DWORD disposition))
{
    char word[32];

    (void)h;
    return simple(FAKE_END, named("end", disposition, word));
}

WRAP(Status,
     (SCARDHANDLE h, LPSTR reader, LPDWORD reader_n, LPDWORD state, LPDWORD proto, LPBYTE atr, LPDWORD atr_n))
{
    (void)h;
    (void)reader;
    (void)reader_n;
    *state = SCARD_PRESENT;
    *proto = f.proto;
    memcpy(atr, "\x3b\x00", 2);
    *atr_n = 2;
    return simple(FAKE_STATUS, "status");
}

WRAP(ListReaders, (SCARDCONTEXT c, LPCSTR groups, LPSTR out, LPDWORD n))
{
    LONG rv = called(FAKE_LIST, "list");

    (void)c;
    (void)groups;
    if (rv == SCARD_S_SUCCESS) {
        memcpy(out, f.readers, f.readers_n);
        *n = f.readers_n;
    }
    pthread_mutex_unlock(&lock);
    return rv;
}

WRAP(Transmit, (SCARDHANDLE h, const SCARD_IO_REQUEST *pci, LPCBYTE in, DWORD in_n, SCARD_IO_REQUEST *rpci,
                LPBYTE out, LPDWORD n))
{
    LONG rv = called(FAKE_TRANSMIT, pci == (f.proto == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1)
                                        ? "transmit"
                                        : "wrong-pci");
    (void)h;
    (void)rpci;
    f.sent_n = in_n < sizeof(f.sent) ? in_n : sizeof(f.sent);
    memcpy(f.sent, in, f.sent_n);
    if (rv == SCARD_S_SUCCESS && f.card != NULL) {
        rv = f.card(tg_span(in, in_n), out, n);
    } else if (rv == SCARD_S_SUCCESS) {
        memcpy(out, "\x90\x00", 2);
        *n = 2;
    }
    pthread_mutex_unlock(&lock);
    return rv;
}

WRAP(Control, (SCARDHANDLE h, DWORD code, LPCVOID in, DWORD in_n, LPVOID out, DWORD max, LPDWORD n))
{
    LONG rv = called(FAKE_CONTROL, code == CM_IOCTL_GET_FEATURE_REQUEST ? "features" : "control");
    bool features = code == CM_IOCTL_GET_FEATURE_REQUEST;

    (void)h;
    (void)max;
    if (in_n > 0) {
        f.sent_n = in_n;
        memcpy(f.sent, in, in_n);
    }
    *n = features ? f.features_n : f.other_n;
    memcpy(out, features ? f.features : f.other, *n);
    pthread_mutex_unlock(&lock);
    return rv;
}

static bool differs(const SCARD_READERSTATE *s)
{
    return (s->dwCurrentState & ~(DWORD)SCARD_STATE_CHANGED) != f.event;
}

WRAP(GetStatusChange, (SCARDCONTEXT c, DWORD ms, SCARD_READERSTATE *s, DWORD n))
{
    LONG rv = called(FAKE_CHANGE, "change");
    struct timespec until;
    int rc = 0;

    (void)c;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(ms / 1000) + 0;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (rv == SCARD_S_SUCCESS && !differs(s) && !f.cancelled && rc != ETIMEDOUT &&
           f.always[FAKE_CHANGE] == SCARD_S_SUCCESS)
        rc = pthread_cond_timedwait(&changed, &lock, &until);
    if (rv == SCARD_S_SUCCESS)
        rv = f.always[FAKE_CHANGE];
    if (rv == SCARD_S_SUCCESS && f.cancelled)
        rv = SCARD_E_CANCELLED;
    else if (rv == SCARD_S_SUCCESS && !differs(s))
        rv = SCARD_E_TIMEOUT;
    f.cancelled = false;
    for (DWORD i = 0; i < n; i++) {
        s[i].dwEventState = f.event | (differs(s) ? SCARD_STATE_CHANGED : 0);
        memcpy(s[i].rgbAtr, "\x3b\x00", 2);
        s[i].cbAtr = 2;
    }
    pthread_mutex_unlock(&lock);
    return rv;
}

/* As pcscd: a cancel that finds nobody waiting is lost. Every second one here, so that a single one cannot
 * do. */
WRAP(Cancel, (SCARDCONTEXT c))
{
    LONG rv = called(FAKE_CANCEL, "cancel");

    (void)c;
    if (f.count[FAKE_CANCEL] % 2 == 0) {
        f.cancelled = true;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return rv;
}
