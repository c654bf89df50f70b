/* The JOSE vectors, each as a stranger would hand it to us: a key (or key set) and a text. */
#include "certs/jws/jwk.h"
#include "tests/unit/jws/vectors.h"

struct tally {
    unsigned valid, accepted, not_offered, named, invalid, false_accepts, jwe;
};

/* Valid cases of json_web_signature that may be refused: 346 and 350 say PS384 over a PS256 key, 347 and 351
 * are ES512, 372 and 373 hold letters outside the base64url alphabet.
 */
static bool may_be_refused(const char *file, long long id)
{
    static const long long NAMED[] = {346, 347, 350, 351, 372, 373};
    for (size_t i = 0; strcmp(file, "json_web_signature_test.json") == 0 && i < 6; i++)
        if (NAMED[i] == id)
            return true;
    return false;
}

static bool offered(const json_t *key)
{
    const json_t *keys = json_object_get(key, "keys");
    const json_t *one = keys == NULL ? key : json_array_get(keys, 0);
    return tg_alg_from_name(json_string_value(json_object_get(one, "alg"))) != TG_ALG_NONE;
}

static enum tg_err check(const json_t *key, const char *text)
{
    TG_JWS_AUTO j;
    struct tg_jwk k;
    enum tg_err e = tg_jws_parse(tg_span_str(text), &j);
    if (e != TG_OK)
        return e;
    const char *kid = tg_json_str(j.head, "kid");
    if (json_object_get(key, "keys") != NULL)
        e = tg_jwk_find(key, kid == NULL ? "" : kid, &k);
    else
        e = tg_jwk_parse(key, &k);
    if (e == TG_OK)
        e = tg_jwk_verify(&k, &j);
    tg_jwk_done(&k);
    return e;
}

static void count(const char *file, const json_t *key, const json_t *test, struct tally *t)
{
    long long id = json_integer_value(json_object_get(test, "tcId"));
    const json_t *jws = json_object_get(test, "jws");
    if (jws == NULL) {
        t->jwe++; /* encryption is not our trade */
        return;
    }
    char *dump = json_is_string(jws) ? NULL : json_dumps(jws, JSON_COMPACT);
    bool valid = strcmp(vectors_str(test, "result"), "valid") == 0;
    enum tg_err e = check(key, dump == NULL ? json_string_value(jws) : dump);
    free(dump);
    t->valid += valid;
    t->invalid += !valid;
    t->accepted += valid && e == TG_OK;
    t->false_accepts += !valid && e == TG_OK;
    bool not_offered = valid && e != TG_OK && !offered(key);
    t->not_offered += not_offered;
    t->named += valid && e != TG_OK && !not_offered && may_be_refused(file, id);
    if ((e == TG_OK) != valid && !not_offered)
        printf("  %s tcId %lld (%s): %s\n", file, id, vectors_str(test, "comment"), tg_err_code(e));
}

static bool run(const char *folder, const char *file)
{
    struct tally t = {0, 0, 0, 0, 0, 0, 0};
    size_t i, k;
    const json_t *group, *test;
    json_t *all = vectors_load(folder, file);
    json_array_foreach(json_object_get(all, "testGroups"), i, group)
    {
        /* The public half is what a verifier has; symmetric groups have only the secret. */
        const json_t *key = json_object_get(group, "public");
        if (key == NULL)
            key = json_object_get(group, "private");
        json_array_foreach(json_object_get(group, "tests"), k, test) count(file, key, test, &t);
    }
    json_decref(all);
    printf("%s: invalid %u, falsely accepted %u; valid %u = accepted %u + algorithm not offered %u + named %u"
           " + falsely refused %u; JWE left out %u\n",
           file, t.invalid, t.false_accepts, t.valid, t.accepted, t.not_offered, t.named,
           t.valid - t.accepted - t.not_offered - t.named, t.jwe);
    return t.invalid > 0 && t.false_accepts == 0 && t.accepted > 0 &&
           t.valid == t.accepted + t.not_offered + t.named;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    bool ok = run(argv[1], "json_web_signature_test.json");
    ok = run(argv[1], "json_web_crypto_test.json") && ok;
    ok = run(argv[1], "json_web_key_test.json") && ok;
    return ok ? 0 : 1;
}
