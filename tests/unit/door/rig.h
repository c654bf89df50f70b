/* A door of our own on 127.0.0.1, and TLS clients that say exactly the bytes a test wants said. */
#ifndef TG_TEST_DOOR_RIG_H
#define TG_TEST_DOOR_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "server/door/door.h"

#define RIG_STATIC_BYTES 600u
#define RIG_BIG_BYTES (400u * 1024u)

enum rig_key { RIG_KEY_NONE, RIG_KEY_P256, RIG_KEY_P384, RIG_KEY_RSA };

/* Routes: GET /static, POST /echo (JSON, 1024), GET /key, GET /session (Bearer ok), GET /later (kept until
 * rig_release), GET /big, GET /stream, GET /extra, GET /broken (bad extra headers), GET /slot, DELETE /static
 */
struct rig {
    struct tg_door *door;
    pthread_t thread;
    char dir[64];
    unsigned port;
    enum tg_err run;
    _Atomic(struct tg_req *) kept;
    _Atomic(struct tg_stream *) stream;
    _Atomic(struct tg_loop *) loop;
    atomic_uint handled, refused, closed, dropped, ticks, began, ended;
    atomic_int sent; /* what tg_stream_send() said: 1 yes, 2 no */
};

/* Makes keys, opens the door with conf changed by tune (may be NULL), runs it in a thread. */
void rig_start(struct rig *r, void (*tune)(struct tg_door_conf *));
/* Drains, asserts that the door ended well, closes. */
void rig_stop(struct rig *r);
/* Answers the request of GET /later, in its loop. */
void rig_release(struct rig *r);
/* In the loop: sends text on the stream; true when it was taken. */
bool rig_stream_send(struct rig *r, const char *text);
void rig_stream_close(struct rig *r);
/* Waits up to 5 s for *value to reach at least n. */
bool rig_wait(atomic_uint *value, unsigned n);
int64_t rig_ms(void);

struct peer {
    int fd;
    SSL *ssl;
    SSL_CTX *ctx;
    uint8_t thumbprint[32];
    char in[RIG_BIG_BYTES + 65536u]; /* received and not used */
    size_t n, used;                  /* used: the last answer */
};

struct answer {
    int status;
    char head[2048];
    const char *body; /* in peer->in, until the next answer */
    size_t body_n;
    bool close;
};

/* TCP only; NULL-safe close. */
struct peer *peer_connect(const struct rig *r);
/* TCP and TLS; max_version as of OpenSSL. NULL when the handshake (or the first byte after it) failed. */
struct peer *peer_open(const struct rig *r, enum rig_key key);
struct peer *peer_open_version(const struct rig *r, enum rig_key key, int max_version);
bool peer_say(struct peer *p, const char *bytes, size_t n);
bool peer_says(struct peer *p, const char *text);
/* One whole answer (Content-Length); false when the connection ended before. */
bool peer_hear(struct peer *p, struct answer *a);
/* Reads until text was received. */
bool peer_hears(struct peer *p, const char *text);
/* True when the server ends the connection within ms and says nothing more. */
bool peer_ended(struct peer *p, int ms);
void peer_close(struct peer **p);
/* says, hears, compares the status */
void peer_expect(struct peer *p, const char *request, int status);

#endif
