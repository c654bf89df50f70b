/* The path check behind tg_trust_check, with the purpose and the length as parameters, so that tests can hold
 * it against public cases that were not made for employee cards.
 */
#ifndef TG_X509_PATH_H
#define TG_X509_PATH_H

#include "certs/x509/profile.h"
#include "certs/x509/trust.h"

/* Certificates between leaf and anchor: the whole path is at most TG_CHAIN_CERTS long. */
#define TG_PATH_BETWEEN (TG_CHAIN_CERTS - 2)

struct tg_path {
    const struct tg_cert *leaf;
    struct tg_cert *const *chain; /* what the peer sent along; may be NULL when n is 0 */
    size_t n;
    unsigned between; /* at most so many certificates between leaf and anchor */
    bool then;        /* as it was: see tg_trust_check_then */
};

enum tg_err tg_path_check(const struct tg_trust *t, const struct tg_path *path, const struct tg_purpose *p,
                          tg_sec now) TG_MUST;

#endif
