/* The external sort: whatever the size of a run, the same items in the order of (slot, key, until, ref). */
#include "tests/unit/records/fixture.h"

#include "server/records/key.h"
#include "server/records/sort.h"

#define ITEMS 5000

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void make(uint32_t *seed, uint8_t key[300], struct tg_sort_item *it)
{
    size_t n =
        next_random(seed) % 3 == 0 ? next_random(seed) % (2 * TG_KEY_BYTES + 2) : next_random(seed) % 4;
    for (size_t i = 0; i < n; i++)
        key[i] = (uint8_t)(next_random(seed) % 3);
    *it =
        (struct tg_sort_item){.slot = next_random(seed) % 5 * 70000,
                              .key = tg_span(key, n),
                              .until = next_random(seed) % 2 == 0 ? 0 : (int32_t)(next_random(seed) << 8),
                              .ref = next_random(seed) % 3 == 0 ? UINT64_C(1) << 40 : next_random(seed) % 100,
                              .retailer = (uint16_t)next_random(seed),
                              .twin = (uint16_t)next_random(seed)};
    (void)snprintf(it->area, sizeof it->area, "%s", next_random(seed) % 2 == 0 ? "" : "02203");
}

static int order(const struct tg_sort_item *a, const struct tg_sort_item *b)
{
    if (a->slot != b->slot)
        return a->slot < b->slot ? -1 : 1;
    int c = memcmp(a->key.p, b->key.p, a->key.n < b->key.n ? a->key.n : b->key.n);
    if (c != 0 || a->key.n != b->key.n)
        return c != 0 ? c : a->key.n < b->key.n ? -1 : 1;
    if (a->until != b->until)
        return a->until < b->until ? -1 : 1;
    return a->ref < b->ref ? -1 : a->ref > b->ref ? 1 : 0;
}

/* A sum that does not depend on the order, over everything that an item says. */
static uint64_t sum_of(const struct tg_sort_item *it)
{
    uint64_t h = it->slot * UINT64_C(31) + it->ref * 37 + it->retailer * 41u + it->twin * 43u + it->key.n +
                 (uint32_t)it->until * UINT64_C(47);
    for (size_t i = 0; i < it->key.n; i++)
        h = h * 131 + it->key.p[i];
    return h * 131 + strlen(it->area);
}

static void sorted(size_t run_bytes)
{
    struct tg_sort *s = NULL;
    uint32_t seed = 7;
    uint64_t in = 0;
    uint8_t key[300];
    uint8_t last[300];
    assert_int_equal(tg_sort_new(scratch(), run_bytes, &s), TG_OK);
    for (int i = 0; i < ITEMS; i++) {
        struct tg_sort_item it;
        make(&seed, key, &it);
        in += sum_of(&it);
        assert_int_equal(tg_sort_add(s, &it), TG_OK);
    }
    assert_int_equal(tg_sort_finish(s), TG_OK);
    struct tg_sort_item before = {0};
    uint64_t out = 0;
    size_t n = 0;
    for (bool got = true; got; n++) {
        struct tg_sort_item it;
        assert_int_equal(tg_sort_next(s, &it, &got), TG_OK);
        if (!got)
            break;
        assert_true(n == 0 || order(&before, &it) <= 0);
        out += sum_of(&it);
        memcpy(last, it.key.p, it.key.n);
        before = it;
        before.key.p = last;
    }
    assert_int_equal(n, ITEMS);
    assert_true(in == out);
    tg_sort_free(&s);
}

static void any_run_size(void **state)
{
    (void)state;
    sorted(1);
    sorted(1000);
    sorted(50000);
    sorted(TG_SORT_RUN_BYTES);
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct tg_sort *s = NULL;
    struct tg_sort_item it;
    bool got = true;
    assert_int_equal(tg_sort_new(scratch(), 1000, &s), TG_OK);
    assert_int_equal(tg_sort_finish(s), TG_OK);
    assert_int_equal(tg_sort_next(s, &it, &got), TG_OK);
    assert_false(got);
    tg_sort_free(&s);
    assert_int_equal(tg_sort_new("/nowhere/at/all", 1000, &s), TG_E_IO);
    assert_null(s);
}

static int end(void **state)
{
    (void)state;
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_run_size),
        cmocka_unit_test(nothing_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
