/* origin.h: words of the officer on their way through the sentences: put between marks when they are added, found again when the paragraph is whole.
 * The marks are two control characters that no text of a workspace holds: they never reach a block. */
#ifndef HENG_BOOK_ORIGIN_H
#define HENG_BOOK_ORIGIN_H

#include "rooms/book/paper.h"

struct origin_source {
  enum paper_from kind;
  size_t index;     /* in the workspace's texts or causes */
  const char *base; /* where its paragraph, or the cause, begins */
};
/* Adds a piece of the source's own text with the marks around it; an empty one says where words of its own could stand. s NULL: without marks. */
int origin_put(struct buf *out, const struct origin_source *s, struct sv piece);
/* The text without marks, and what stood between them as origins of the block that it becomes; p NULL: out of memory. */
struct sv origin_take(struct paper *p, int32_t block, struct sv text);

#endif
