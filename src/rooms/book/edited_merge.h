/* edited_merge.h: one paragraph of the book and what became of it: the officer's own words come home, what was derived is only told. */
#ifndef HENG_BOOK_EDITED_MERGE_H
#define HENG_BOOK_EDITED_MERGE_H

#include "base/text.h"

struct merge_piece { /* of our paragraph, in its order */
  bool own;
  struct sv ours;
  struct sv theirs; /* out, when it is own */
};
struct merge_change {     /* of derived words */
  struct sv ours, theirs; /* with a little of what stands around */
  struct sv figure;       /* the figure of ours that is touched; empty: none is there, or words only */
  bool number;            /* digits came or went */
};
enum { MERGE_CHANGES = 20 };
struct merge {
  struct arena *arena;
  struct merge_piece *piece;
  int npieces;
  struct merge_change change[MERGE_CHANGES];
  int nchanges;
  bool mixed; /* own and derived words were changed as one: nothing is taken */
};
/* RC_NOMEM only. */
int merge_paragraph(struct merge *m, struct sv theirs, struct err *e) MUST_CHECK;

#endif
