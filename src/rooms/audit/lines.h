/* lines.h: text for a terminal: colour, lines broken at its width, columns filled with blanks. Without a terminal nothing is broken or coloured. */
#ifndef HENG_ROOMS_AUDIT_LINES_H
#define HENG_ROOMS_AUDIT_LINES_H

#include "base/text.h"

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_ERROR, INK_WARNING, INK_INFO };

struct lines {
  struct buf *out;
  bool colour;
  int width; /* 0: never broken */
};

void ink_begin(const struct lines *l, enum ink ink);
void ink_end(const struct lines *l, enum ink ink);
/* ── heading ──────── */
void lines_heading(const struct lines *l, const char *heading, enum ink ink);
/* A paragraph: `first` begins its first line, later ones are indented by as many columns as `first` is wide. Clears `text`. Nothing for an empty
 * text. */
void lines_put(const struct lines *l, const char *first, struct buf *text, enum ink ink);
/* Text cut or filled to so many columns; cut at the end, or with `tail` at the beginning. */
void lines_cell(const struct lines *l, struct sv s, int width, bool tail);

#endif
