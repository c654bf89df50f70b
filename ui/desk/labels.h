/* The names of fields, groups, classes, purposes and roles for people. What is not listed goes under its
 * machine name: a field that the policy adds is shown, not lost. Texts come back translated and are static.
 */
#ifndef TG_LABELS_H
#define TG_LABELS_H

#include <stddef.h>

/* The fields in the order of the record page, group by group; NULL at the end. group is NULL where the group
 * stays the same. */
struct tg_field_label {
    const char *name, *text, *group;
};
struct tg_field_label tg_field_at(size_t i);
const char *tg_field_text(const char *name);

/* A class by its shape and its name: never by colour alone. */
struct tg_class_label {
    const char *shape, *text;
};
struct tg_class_label tg_class_label(const char *name);

struct tg_purpose_label {
    const char *name, *text;
};
/* In the order of their number keys; name NULL at the end. */
struct tg_purpose_label tg_purpose_at(size_t i);
const char *tg_role_text(const char *name);

/* A field's value as it is read: supply points in groups of 2-4-4-4-4-4, dates with both calendars,
 * telephones in groups where these are certain, a retailer by name (ui/desk/names.h). out holds
 * TG_VALUE_BYTES; a value that needs nothing comes back itself. */
#define TG_VALUE_BYTES 96u
const char *tg_value_text(const char *name, const char *value, char out[TG_VALUE_BYTES]);

#endif
