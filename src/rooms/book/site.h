/* site.h: what the files of the web site share: the page that is being written, and its pieces. The book in it is Chinese whatever the language
 * of the program is; the words around it (buttons, headings of charts and projects) are of that language. */
#ifndef HENG_BOOK_SITE_H
#define HENG_BOOK_SITE_H

#include "rooms/book/paper.h"

/* Sums over the lines of the version that is derived, and of the year before. Lists are by index of the workspace's own. */
struct site_sums {
  int64_t spending, prior, income[SOURCES], carried, kinds[KINDS];
  int64_t (*func)[KINDS]; /* of the 类, by index of funcs; 0 elsewhere */
  int64_t *func_prior;    /* likewise */
  int64_t *project;       /* by index of projects */
  bool has_prior;         /* there are lines of the year before */
};
struct site {
  struct buf *out;
  struct arena *arena; /* of this page only */
  const struct paper *paper;
  const struct workspace *w; /* NULL: only the book, no charts and no projects */
  struct site_sums sums;
  struct intern projects; /* names, with the index of the project in project_of */
  VEC(int) project_of;
  int level; /* of the last heading */
};

int site_page(const struct paper *p, struct buf *out, struct err *e) MUST_CHECK; /* the whole page; makes the buffer, the caller releases it */

void site_text(struct buf *out, struct sv s);                  /* escaped, for text and for attributes in double quotes */
void site_lines(struct buf *out, struct sv s);                 /* the same, a line end becomes <br> */
void site_yuan(struct buf *out, int64_t fen);                  /* 万元 with two decimals and separators */
void site_share(struct buf *out, int64_t part, int64_t whole); /* 12.34%; a dash of nothing */

const char *site_zh(void); /* the attribute that says: Chinese, where the words around are not */
void site_style(struct buf *out);
void site_script(struct buf *out);
int site_sum(struct site *s, struct err *e) MUST_CHECK;
void site_table(struct site *s, const struct paper_table *t);
void site_charts(struct site *s);
void site_projects(struct site *s);
int site_project_named(const struct site *s, struct sv name); /* index, -1 */

#endif
