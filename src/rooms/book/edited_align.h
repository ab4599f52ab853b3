/* edited_align.h: which line of one text is which of another: equal lines in their order, then the most like ones between them. */
#ifndef HENG_BOOK_EDITED_ALIGN_H
#define HENG_BOOK_EDITED_ALIGN_H

#include "base/text.h"

struct align_item {
  struct sv key; /* folded: width and blanks do not matter */
  int kind;      /* only things of one kind are ever the same */
};
/* pair[i]: the index in b of a[i], or -1; rising. RC_LIMIT when hardly anything is equal and both are very long. */
int align_items(const struct align_item *a, int na, const struct align_item *b, int nb, int *pair, struct err *e) MUST_CHECK;
/* The same for characters: pair of each code point of a. False: too long. */
bool align_text(const uint32_t *a, int na, const uint32_t *b, int nb, int *pair);
/* The code points of a text and the byte where each begins (one more: the end); malloc'ed, *at too. NULL: out of memory. */
uint32_t *text_points(struct sv s, int **at, int *n);

#endif
