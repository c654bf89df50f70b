/* A small TLS server that answers as it is told, right or wrong, and remembers what it was sent. */
#ifndef TG_TEST_SESSION_PEER_H
#define TG_TEST_SESSION_PEER_H

#include <openssl/ssl.h>
#include <pthread.h>

#include "tests/unit/x509/make.h"

#define PEER_BYTES 65536u

struct peer_conf {
    const char *name; /* DNS name in the certificate; NULL: localhost */
    int max_version;  /* TLS1_2_VERSION …; 0: any */
    bool expired;
    const char *answer; /* whole bytes; NULL: hangs until the peer goes */
    size_t padding;     /* so many more bytes behind the answer */
    bool plain;         /* no TLS: counts who comes */
};

struct peer {
    struct peer_conf conf;
    struct made ca, own;
    SSL_CTX *ctx;
    int fd;
    char url[64];
    pthread_t thread;
    _Atomic unsigned accepted, requests;
    char seen[PEER_BYTES]; /* the last request */
    uint8_t client[32];    /* thumbprint of its certificate */
    char ca_file[64];
};

void peer_open(struct peer *p, const struct peer_conf *conf);
void peer_close(struct peer *p);

#endif
