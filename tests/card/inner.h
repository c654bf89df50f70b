/* Inside the virtual card: its parts and the calls between them. Only files of tests/card and its unit tests
 * see this. */
#ifndef TG_VCARD_INNER_H
#define TG_VCARD_INNER_H

#include <openssl/evp.h>

#include "tests/card/codec.h"
#include "tests/card/vcard.h"

#define TG_VC_OBJECTS 32u
#define TG_VC_OBJECT_BYTES (16u * 1024u)
#define TG_VC_CHAIN_BYTES (20u * 1024u)
#define TG_VC_FAULTS 16u
#define TG_VC_LOG 1024u /* commands remembered; older ones fall out, the totals stay */
#define TG_VC_STATE_BYTES (1024u * 1024u)
#define TG_VC_TRIES 3

/* Status words, ISO 7816-4 table 5 and SP 800-73-4 part 2 table 5. */
enum tg_vc_sw {
    TG_SW_OK = 0x9000,
    TG_SW_MORE = 0x6100,
    TG_SW_MEMORY = 0x6581,
    TG_SW_LENGTH = 0x6700,
    TG_SW_CHAIN = 0x6883, /* the last command of the chain was expected */
    TG_SW_SECURITY = 0x6982,
    TG_SW_BLOCKED = 0x6983,
    TG_SW_CONDITIONS = 0x6985,
    TG_SW_DATA = 0x6a80,
    TG_SW_FUNCTION = 0x6a81,
    TG_SW_NOT_FOUND = 0x6a82,
    TG_SW_FULL = 0x6a84,
    TG_SW_P1P2 = 0x6a86,
    TG_SW_REFERENCE = 0x6a88,
    TG_SW_TRIES = 0x63c0,
    TG_SW_EXACT = 0x6c00,
    TG_SW_INS = 0x6d00,
    TG_SW_CLA = 0x6e00,
    TG_SW_BROKEN = 0x6f00
};

/* References of PINs; also the order in the state. */
enum tg_vc_ref { TG_VC_PIN, TG_VC_GLOBAL, TG_VC_PUK, TG_VC_REFS };
struct tg_vc_pin {
    uint8_t value[8];
    int tries;
};

struct tg_vc_object {
    uint32_t tag; /* 0x5fc105, …; 0: free */
    struct tg_buf body;
};

/* What survives without power: the state file. */
struct tg_vc_store {
    enum tg_vcard_kind kind;
    enum tg_vcard_proto proto;
    enum tg_vcard_reply reply;
    enum tg_vcard_gzip gzip;
    enum tg_vcard_mgmt mgmt;
    uint8_t mgmt_key[32];
    bool extended, discovery, global_pin, empty_5300;
    char uuid[37];
    struct tg_vc_pin pin[TG_VC_REFS];
    EVP_PKEY *key[TG_VC_SLOTS];
    struct tg_vc_object object[TG_VC_OBJECTS];
};

/* What power-off and reset forget. */
struct tg_vc_session {
    bool on, hung, selected, admin;
    bool verified[TG_VC_REFS];
    bool fresh; /* VERIFY was the last command: what 9C asks for */
    bool mutual;
    uint8_t challenge[16]; /* outstanding challenge or witness, used once */
    size_t challenge_n;
    uint8_t chain_head[4];
    struct tg_buf chain;
    struct tg_buf out; /* data not fetched yet */
    size_t out_at;
    struct tg_buf held; /* the command that was answered 6Cxx, without Le */
};

enum tg_vc_fault_kind {
    TG_VC_HANG,
    TG_VC_DROP,
    TG_VC_RESET,
    TG_VC_FORGET,
    TG_VC_SWAP,
    TG_VC_SWAP_SILENT,
    TG_VC_SLOW,
    TG_VC_SW,
    TG_VC_TRUNCATE,
    TG_VC_OVERLONG,
    TG_VC_CUT,
    TG_VC_TRAILING,
    TG_VC_GARBAGE,
    TG_VC_WRONG_LENGTH,
    TG_VC_BAD_SIGNATURE,
    TG_VC_WRONG_CERT,
    TG_VC_CONTACTLESS,
    TG_VC_FAULT_KINDS
};

struct tg_vc_fault {
    enum tg_vc_fault_kind kind;
    bool active; /* hits the command at hand */
    int ins;     /* -1: any */
    unsigned at; /* 0: always */
    unsigned seen;
    unsigned value;
    char *file;
};

struct tg_vc_log {
    const char *event; /* NULL: a command */
    uint8_t head[4];
    unsigned lc, sw;
};

struct tg_vcard {
    struct tg_vc_store d;
    struct tg_vc_session s;
    char *path;
    bool dirty;
    struct tg_vc_fault fault[TG_VC_FAULTS];
    size_t faults;
    unsigned total, by_ins[256];
    struct tg_vc_log log[TG_VC_LOG];
    unsigned log_n; /* entries ever written */
};

/* run.c: executes an assembled command. */
unsigned tg_vc_run(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data);
/* reply.c: how data leave the card. */
enum tg_vcard_reply tg_vc_mode(const struct tg_vcard *c);
/* Takes data (moved out of *data) and writes the first part and its status word. */
enum tg_err tg_vc_emit(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data, unsigned sw,
                       struct tg_buf *reply) TG_MUST;
enum tg_err tg_vc_get_response(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *reply) TG_MUST;
/* True when the command repeats the one answered 6Cxx; its data are then waiting in s.out. */
bool tg_vc_is_held(const struct tg_vcard *c, const struct tg_vc_apdu *a);
void tg_vc_forget_output(struct tg_vcard *c);
enum tg_err tg_vc_add_sw(struct tg_buf *reply, unsigned sw) TG_MUST;

/* pin.c */
unsigned tg_vc_verify(struct tg_vcard *c, const struct tg_vc_apdu *a);
unsigned tg_vc_change(struct tg_vcard *c, const struct tg_vc_apdu *a);
unsigned tg_vc_unblock(struct tg_vcard *c, const struct tg_vc_apdu *a);
bool tg_vc_pin_ok(const struct tg_vcard *c);
/* 6 to 8 digits -> 8 bytes filled with FF. */
enum tg_err tg_vc_pin_set(struct tg_vc_pin *p, const char *text) TG_MUST;

/* auth.c, admin.c */
unsigned tg_vc_authenticate(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data);
unsigned tg_vc_admin_auth(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_span body,
                          struct tg_buf *data);
unsigned tg_vc_generate(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data);
size_t tg_vc_mgmt_key_bytes(enum tg_vcard_mgmt m);
void tg_vc_mgmt_default(struct tg_vc_store *d);

/* object.c */
unsigned tg_vc_get_data(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data);
unsigned tg_vc_put_data(struct tg_vcard *c, const struct tg_vc_apdu *a);
struct tg_vc_object *tg_vc_object_find(struct tg_vcard *c, uint32_t tag);
/* Replaces or adds. TG_E_LIMIT: no place. */
enum tg_err tg_vc_object_put(struct tg_vcard *c, uint32_t tag, struct tg_span body) TG_MUST;
enum tg_err tg_vc_object_chuid(struct tg_vcard *c) TG_MUST;

/* fault.c */
void tg_vc_fault_begin(struct tg_vcard *c, uint8_t ins);
void tg_vc_fault_end(struct tg_vcard *c);
const struct tg_vc_fault *tg_vc_fault_get(const struct tg_vcard *c, enum tg_vc_fault_kind kind);
void tg_vc_fault_clear(struct tg_vcard *c);
/* damage.c: faults on an answer's data before they are cut into parts, and on the reply as it leaves. */
enum tg_err tg_vc_damage_data(const struct tg_vcard *c, const struct tg_vc_apdu *a,
                              struct tg_buf *data) TG_MUST;
enum tg_err tg_vc_damage_reply(const struct tg_vcard *c, struct tg_buf *reply, size_t from) TG_MUST;

/* state.c */
enum tg_err tg_vc_store_write(struct tg_vcard *c) TG_MUST;
void tg_vc_store_done(struct tg_vc_store *d);
enum tg_err tg_vc_store_parse(struct tg_span text, struct tg_vc_store *d) TG_MUST;

/* stats.c */
void tg_vc_log_command(struct tg_vcard *c, const struct tg_vc_apdu *a, unsigned sw);
void tg_vc_log_event(struct tg_vcard *c, const char *event);

/* card.c: as tg_vcard_power, without a line in the log. */
void tg_vc_session_clear(struct tg_vcard *c);

#endif
