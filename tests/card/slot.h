/* The card in a slot: pcscd's virtual reader on one side (vpcd over TCP), the control socket of the tests on
 * the other. */
#ifndef TG_VCARD_SLOT_H
#define TG_VCARD_SLOT_H

#include "certs/base/clock.h"
#include "tests/card/vcard.h"

/* One run of `tegata-vcard run`. */
struct tg_vc_slot {
    struct tg_vcard *card;
    const char *host;
    const char *port;
    const char *control; /* path of a Unix socket, NULL: none */
    int reader;          /* TCP to vpcd, -1: not connected */
    int listener;        /* control socket, -1: none */
    tg_usec back_at;     /* monotonic: not in touch with the reader before then */
    bool present;        /* false: the card lies beside the reader */
    bool ejected;        /* the program ends */
};

/* Serves until SIGTERM, SIGINT or eject. A reader that is away is tried again: the card stays in the slot
 * when pcscd restarts. TG_E_IO (control socket), TG_E_USAGE (host, port).
 */
enum tg_err tg_vc_slot_run(struct tg_vc_slot *s) TG_MUST;

/* vpcd.c. connect: TG_E_READER_NONE when nobody listens. serve: one frame; TG_E_IO when the connection is
 * over. */
enum tg_err tg_vc_vpcd_connect(struct tg_vc_slot *s) TG_MUST;
enum tg_err tg_vc_vpcd_serve(struct tg_vc_slot *s) TG_MUST;
/* After a close the card stays away for a moment, long enough for pcscd to see an empty slot. */
void tg_vc_vpcd_close(struct tg_vc_slot *s);

/* control.c. Words of the control socket: stats, reset-stats, fault SPEC, tries REF, remove, insert, eject.
 */
enum tg_err tg_vc_control_open(struct tg_vc_slot *s) TG_MUST;
void tg_vc_control_serve(struct tg_vc_slot *s);
void tg_vc_control_close(struct tg_vc_slot *s);
/* The other end: sends the words, appends the answer. TG_E_IO (nobody there), TG_E_USAGE (the card said
 * "error"). */
enum tg_err tg_vc_control_ask(const char *path, const char *const *words, struct tg_buf *answer) TG_MUST;

#endif
