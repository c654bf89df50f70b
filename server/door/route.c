/* The table of routes: looked up, checked in the order of door.h, never interpreted. */
#include "server/door/loop.h"

static bool is_path(struct tg_span target, const char *path)
{
    size_t n = strlen(path);
    return n == target.n && memcmp(target.p, path, n) == 0;
}

/* "application/json", or the same with "; charset=utf-8"; both in lower case, as our clients write them. */
static bool is_media(struct tg_span v, const char *media)
{
    static const char charset[] = "; charset=utf-8";
    size_t n = strlen(media);
    if (v.n < n || memcmp(v.p, media, n) != 0)
        return false;
    return v.n == n || (v.n - n == sizeof charset - 1 && memcmp(v.p + n, charset, v.n - n) == 0);
}

static enum tg_err find(struct tg_req *r, struct tg_span target)
{
    const struct tg_door_conf *conf = &r->conn->loop->door->conf;
    const char *method = tg_codec_method_name(r->codec.method);
    enum tg_err e = TG_E_NOT_FOUND;
    for (size_t i = 0; i < conf->n_routes; i++) {
        if (!is_path(target, conf->routes[i].path))
            continue;
        e = TG_E_METHOD;
        if (strcmp(method, conf->routes[i].method) == 0) {
            r->route = &conf->routes[i];
            return TG_OK;
        }
    }
    return e;
}

static enum tg_err check(const struct tg_req *r, const struct tg_route *route)
{
    const uint8_t *p = r->conn->in.p;
    if (r->codec.body_n > (route->media == NULL ? 0 : route->body_max))
        return TG_E_BODY_TOO_LARGE;
    if (route->media != NULL && !is_media(tg_codec_header(&r->codec, p, "content-type"), route->media))
        return TG_E_MEDIA_TYPE;
    if (route->need != TG_NEED_NOTHING && !r->conn->has_thumbprint)
        return TG_E_KEY_MISSING;
    return TG_OK;
}

enum tg_err tg_route_check(struct tg_req *r)
{
    enum tg_err e = find(r, tg_codec_target(&r->codec, r->conn->in.p));
    return e == TG_OK ? check(r, r->route) : e;
}

void tg_route_allow(const struct tg_req *r, char out[32])
{
    const struct tg_door_conf *conf = &r->conn->loop->door->conf;
    struct tg_span target = tg_codec_target(&r->codec, r->conn->in.p);
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < conf->n_routes; i++) {
        if (!is_path(target, conf->routes[i].path))
            continue;
        int n = snprintf(out + at, 32 - at, "%s%s", at == 0 ? "" : ", ", conf->routes[i].method);
        if (n < 0 || (size_t)n >= 32 - at)
            return;
        at += (size_t)n;
    }
}
