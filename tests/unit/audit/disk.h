/* The journal's files as bytes in memory: to be spoilt, and put back. */
#ifndef AUDIT_DISK_H
#define AUDIT_DISK_H

#include "tests/unit/audit/tool.h"

struct image {
    char path[512];
    uint8_t *p;
    size_t n;
};

void image_load(struct image *i, const struct tool *t, const char *name);
/* Writes the bytes to the file (cut or grown to n). */
void image_store(const struct image *i);
void image_poke(const struct image *i, size_t at, uint8_t byte);
void image_free(struct image *i);
/* The frames of a segment, in order; returns their number. */
size_t image_frames(const struct image *i, struct tg_frame *f, size_t max);

#endif
