/* The state file: one JSON object, rewritten as a whole after each change, so that a card can be carried
 * about. */
#include <jansson.h>
#include <openssl/x509.h>

#include "certs/base/file.h"
#include "certs/base/json.h"
#include "certs/base/text.h"
#include "tests/card/inner.h"

static const char *const pin_name[TG_VC_REFS] = {"pin", "global", "puk"};

void tg_vc_store_done(struct tg_vc_store *d)
{
    for (size_t i = 0; i < TG_VC_SLOTS; i++) {
        EVP_PKEY_free(d->key[i]);
        d->key[i] = NULL;
    }
    for (size_t i = 0; i < TG_VC_OBJECTS; i++)
        tg_buf_done(&d->object[i].body);
}

static void set_hex(json_t *obj, const char *name, const uint8_t *p, size_t n)
{
    char *hex = malloc(2 * n + 1);
    if (hex)
        tg_hex(p, n, hex);
    /* A member that memory was too short for is missing: the file is then refused when it is read. */
    (void)json_object_set_new(obj, name, hex ? json_string(hex) : NULL);
    free(hex);
}

static json_t *settings_out(const struct tg_vc_store *d)
{
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:b, s:b, s:b, s:b, s:s}", "kind", (int)d->kind, "proto",
                     (int)d->proto, "reply", (int)d->reply, "gzip", (int)d->gzip, "mgmt", (int)d->mgmt,
                     "extended", d->extended, "discovery", d->discovery, "global_pin", d->global_pin,
                     "empty_5300", d->empty_5300, "uuid", d->uuid);
}

static json_t *pins_out(const struct tg_vc_store *d)
{
    json_t *all = json_object();
    for (size_t i = 0; i < TG_VC_REFS; i++) {
        json_t *p = json_pack("{s:i}", "tries", d->pin[i].tries);
        set_hex(p, "value", d->pin[i].value, sizeof d->pin[i].value);
        (void)json_object_set_new(all, pin_name[i], p);
    }
    return all;
}

static json_t *keys_out(const struct tg_vc_store *d)
{
    json_t *all = json_object();
    for (size_t i = 0; i < TG_VC_SLOTS; i++) {
        uint8_t *der = NULL;
        char name[8];
        int n = d->key[i] ? i2d_PrivateKey(d->key[i], &der) : 0;
        (void)snprintf(name, sizeof name, "%02x", tg_vc_slot_ref[i]);
        if (n > 0)
            set_hex(all, name, der, (size_t)n);
        OPENSSL_free(der);
    }
    return all;
}

static json_t *objects_out(const struct tg_vc_store *d)
{
    json_t *all = json_object();
    for (size_t i = 0; i < TG_VC_OBJECTS; i++) {
        const struct tg_vc_object *o = &d->object[i];
        char name[12];
        (void)snprintf(name, sizeof name, "%x", (unsigned)o->tag);
        if (o->tag)
            set_hex(all, name, o->body.p, o->body.n);
    }
    return all;
}

enum tg_err tg_vc_store_write(struct tg_vcard *c)
{
    json_t *root = settings_out(&c->d);
    (void)json_object_set_new(root, "pins", pins_out(&c->d));
    (void)json_object_set_new(root, "keys", keys_out(&c->d));
    (void)json_object_set_new(root, "objects", objects_out(&c->d));
    set_hex(root, "mgmt_key", c->d.mgmt_key, sizeof c->d.mgmt_key);
    char *text = json_dumps(root, JSON_INDENT(1));
    json_decref(root);
    enum tg_err e = text ? tg_file_write(c->path, tg_span_str(text), 0600) : TG_E_NOMEM;
    free(text);
    if (e == TG_OK)
        c->dirty = false;
    return e;
}

static enum tg_err get_hex(const json_t *obj, const char *name, uint8_t *out, size_t n)
{
    const char *s = tg_json_str(obj, name);
    return s && strlen(s) == 2 * n ? tg_unhex(tg_span_str(s), out, n) : TG_E_FORM;
}

static bool get_bool(const json_t *obj, const char *name)
{
    return json_is_true(json_object_get(obj, name));
}

static enum tg_err settings_in(const json_t *root, struct tg_vc_store *d)
{
    const char *uuid = tg_json_str(root, "uuid");
    d->kind = (enum tg_vcard_kind)tg_json_int(root, "kind", -1);
    d->proto = (enum tg_vcard_proto)tg_json_int(root, "proto", -1);
    d->reply = (enum tg_vcard_reply)tg_json_int(root, "reply", -1);
    d->gzip = (enum tg_vcard_gzip)tg_json_int(root, "gzip", -1);
    d->mgmt = (enum tg_vcard_mgmt)tg_json_int(root, "mgmt", -1);
    if (d->kind > TG_VCARD_MUTE || d->proto > TG_VCARD_T1 || d->reply > TG_VCARD_REPLY_6C || !uuid)
        return TG_E_FORM;
    d->extended = get_bool(root, "extended");
    d->discovery = get_bool(root, "discovery");
    d->global_pin = get_bool(root, "global_pin");
    d->empty_5300 = get_bool(root, "empty_5300");
    enum tg_err e = tg_copy(d->uuid, sizeof d->uuid, tg_span_str(uuid));
    return e == TG_OK ? get_hex(root, "mgmt_key", d->mgmt_key, sizeof d->mgmt_key) : e;
}

static enum tg_err pins_in(const json_t *all, struct tg_vc_store *d)
{
    enum tg_err e = TG_OK;
    for (size_t i = 0; i < TG_VC_REFS && e == TG_OK; i++) {
        const json_t *p = json_object_get(all, pin_name[i]);
        int64_t tries = tg_json_int(p, "tries", -1);
        e = tries < 0 || tries > TG_VC_TRIES ? TG_E_FORM
                                             : get_hex(p, "value", d->pin[i].value, sizeof d->pin[i].value);
        d->pin[i].tries = (int)tries;
    }
    return e;
}

static enum tg_err bytes_of(const json_t *value, struct tg_buf *out)
{
    const char *s = json_string_value(value);
    size_t n = s ? strlen(s) / 2 : 0;
    if (!s || tg_buf_reserve(out, n + 1) != TG_OK || tg_unhex(tg_span_str(s), out->p, n) != TG_OK)
        return TG_E_FORM;
    out->n = n;
    return TG_OK;
}

static enum tg_err keys_in(const json_t *all, struct tg_vc_store *d)
{
    for (size_t i = 0; i < TG_VC_SLOTS; i++) {
        TG_BUF_AUTO der = TG_BUF_INIT(4096);
        char name[8];
        (void)snprintf(name, sizeof name, "%02x", tg_vc_slot_ref[i]);
        const json_t *v = json_object_get(all, name);
        if (!v)
            continue;
        if (bytes_of(v, &der) != TG_OK)
            return TG_E_FORM;
        const uint8_t *p = der.p;
        d->key[i] = d2i_AutoPrivateKey(NULL, &p, (long)der.n);
        if (!d->key[i])
            return TG_E_FORM;
    }
    return TG_OK;
}

static enum tg_err objects_in(json_t *all, struct tg_vc_store *d)
{
    const char *name = NULL;
    json_t *v = NULL;
    size_t i = 0;
    json_object_foreach(all, name, v)
    {
        char *end = NULL;
        if (i == TG_VC_OBJECTS)
            return TG_E_FORM;
        d->object[i].tag = (uint32_t)strtoul(name, &end, 16);
        d->object[i].body = TG_BUF_INIT(TG_VC_OBJECT_BYTES + 1);
        if (*end || !d->object[i].tag || bytes_of(v, &d->object[i].body) != TG_OK)
            return TG_E_FORM;
        i++;
    }
    return TG_OK;
}

enum tg_err tg_vc_store_parse(struct tg_span text, struct tg_vc_store *d)
{
    TG_JSON_AUTO *root = NULL;
    enum tg_err e = tg_json_parse(text, &root);
    if (e == TG_OK)
        e = settings_in(root, d);
    if (e == TG_OK)
        e = pins_in(json_object_get(root, "pins"), d);
    if (e == TG_OK)
        e = keys_in(json_object_get(root, "keys"), d);
    if (e == TG_OK)
        e = objects_in(json_object_get(root, "objects"), d);
    return e == TG_OK ? TG_OK : TG_E_FORM;
}
