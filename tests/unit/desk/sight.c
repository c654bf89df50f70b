/* What a post is told that it may see is what decisions show it: for every role and class of the shipped
 * policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/file.h"
#include "server/admit/staff_make.h"
#include "server/desk/sight.h"
#include "server/policy/called.h"

static struct tg_policy *policy;

static int setup(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    struct tg_policy_fault fault;

    (void)state;
    return tg_file_read(getenv("DEFAULT_POLICY"), &text) == TG_OK &&
                   tg_policy_compile(tg_span_buf(&text), &policy, &fault) == TG_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    tg_policy_unref(&policy);
    return 0;
}

static json_t *sight_of(const char *role)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_jout j;
    json_t *doc = NULL;

    tg_jout_init(&j, &out);
    tg_jout_open(&j, '{');
    tg_sight_write(policy, role, &j);
    tg_jout_close(&j, '}');
    assert_int_equal(tg_jout_end(&j), TG_OK);
    assert_int_equal(tg_json_parse(tg_span_buf(&out), &doc), TG_OK);
    return doc;
}

/* The union of what the role's decisions show of each class. */
static void decided(const char *role, enum tg_company_kind kind, tg_mask shown[TG_C_COUNT])
{
    struct tg_staff staff = {.person = "p", .company = "X", .company_kind = kind};

    (void)snprintf(staff.role, sizeof staff.role, "%s", role);
    for (size_t i = 0; tg_policy_purpose_at(policy, i) != NULL; i++) {
        struct tg_matter m = {.purpose = tg_policy_purpose_at(policy, i), .now = 1700000000};
        struct tg_scope *s = NULL;

        assert_int_equal(tg_policy_decide(policy, &staff, &m, &s) == TG_OK,
                         tg_policy_role_has(policy, role, i));
        for (size_t k = 0; s != NULL && k < tg_scope_count(s); k++)
            shown[tg_scope_clause(s, k)->class] |= tg_scope_clause(s, k)->fields;
        tg_scope_free(&s);
    }
}

static void it_is_what_is_decided(void **state)
{
    static const struct {
        const char *role;
        enum tg_company_kind kind;
    } roles[] = {{"retail.counter", TG_COMPANY_RETAIL},
                 {"retail.callcenter", TG_COMPANY_RETAIL},
                 {"retail.dunning", TG_COMPANY_RETAIL},
                 {"retail.contractor", TG_COMPANY_RETAIL},
                 {"nw.operator", TG_COMPANY_NETWORK}};

    (void)state;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        TG_JSON_AUTO *doc = sight_of(roles[i].role);
        const json_t *sight = json_object_get(doc, "sight");
        tg_mask shown[TG_C_COUNT] = {0};
        size_t at = 0;

        decided(roles[i].role, roles[i].kind, shown);
        for (enum tg_class c = 0; c < TG_C_COUNT; c++) {
            assert_true(tg_policy_shown(policy, roles[i].role, c) == shown[c]);
            if (shown[c] == 0)
                continue;
            assert_string_equal(tg_json_str(json_array_get(sight, at), "class"), tg_class_name(c));
            assert_true(json_array_size(json_object_get(json_array_get(sight, at), "groups")) > 0);
            at++;
        }
        assert_int_equal(json_array_size(sight), at);
        assert_true(at > 0);
    }
}

/* Of one class: its groups as one line, those of which only a part is shown with a star. */
static void groups_of(const json_t *doc, const char *class, char out[256])
{
    const json_t *sight = json_object_get(doc, "sight");

    out[0] = '\0';
    for (size_t i = 0; i < json_array_size(sight); i++) {
        const json_t *one = json_array_get(sight, i), *groups = json_object_get(one, "groups");

        for (size_t k = 0; strcmp(tg_json_str(one, "class"), class) == 0 && k < json_array_size(groups);
             k++) {
            const json_t *g = json_array_get(groups, k);

            (void)snprintf(out + strlen(out), 256 - strlen(out), "%s%s ", tg_json_str(g, "en"),
                           json_is_true(json_object_get(g, "part")) ? "*" : "");
        }
    }
}

static void in_words(void **state)
{
    TG_JSON_AUTO *counter = sight_of("retail.counter");
    TG_JSON_AUTO *responder = sight_of("emergency.responder");
    TG_JSON_AUTO *duty = sight_of("nw.duty");
    TG_JSON_AUTO *nobody = sight_of("no.such");
    char out[256];

    (void)state;
    groups_of(counter, "own", out);
    assert_string_equal(out, "identity contact supply point facility* contract consumption billing ");
    groups_of(counter, "other", out);
    assert_string_equal(out, "");
    groups_of(responder, "other", out);
    assert_string_equal(out, "identity* contact* supply point* facility* ");
    assert_string_equal(tg_json_str(responder, "kind"), "emergency");
    assert_int_equal(json_array_size(json_object_get(responder, "purposes")), 1);
    assert_int_equal(json_array_size(json_object_get(duty, "sight")), 0);
    assert_int_equal(json_array_size(json_object_get(duty, "purposes")), 0);
    assert_string_equal(tg_json_str(nobody, "kind"), "");
    assert_int_equal(json_array_size(json_object_get(nobody, "sight")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_what_is_decided),
        cmocka_unit_test(in_words),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
