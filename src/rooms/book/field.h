/* field.h: one field of a workspace's file against its type: what is wrong with it and what to do. */
#ifndef HENG_BOOK_FIELD_H
#define HENG_BOOK_FIELD_H

#include "rooms/book/schema.h"

enum { FIELD_TEXT_MAX = 20000, FIELD_KEY_MAX = 300, FIELD_CODE_MAX = 64 };
struct field_fault {
  const char *id; /* "W-AMOUNT" …, NULL: nothing is wrong */
  char text[400]; /* what to do, in the user's language */
};
/* text is trimmed and not empty. */
void field_check(const struct ws_field *f, struct sv text, struct field_fault *out);
/* 分 of a field that field_check() lets pass; 0 for another. At most 900 亿元, so that a million of them can be added. */
int64_t field_yuan(struct sv text);
/* The code that differs least from this one: digits exchanged for others (two at most), one too many or too few; NULL when none is near. */
const char *field_nearest(const struct intern *known, struct sv code);

#endif
