/* report_html.h: between the files that write the page: text made safe, which cells are marked and why, tables drawn with their marks. */
#ifndef HENG_ROOMS_AUDIT_REPORT_HTML_H
#define HENG_ROOMS_AUDIT_REPORT_HTML_H

#include "rooms/audit/internal.h"

/* What a marked cell is to a finding, the most telling first. Each has its own sign and border, so that no colour is needed to tell them apart. */
enum mark_role { MARK_SUSPECT, MARK_STATED, MARK_MAYBE, MARK_TERM };

/* column -1: the whole row; row -1: the whole table. */
struct mark {
  int32_t table, row, column;
  int finding; /* index in the result */
  enum mark_role role;
};

struct marks {
  VEC(struct mark) list; /* sorted by place, then role */
};

/* One book on the page. `number` tells its anchors from those of other books. */
struct html_book {
  struct buf *out;
  const struct view *v;
  struct marks marks;
  const struct reporter *r;
  struct picture *pictures; /* by finding, or NULL */
  int number;
};

/* A piece of a page as it stands in the report; source is what src="…" says, NULL when there is none. */
struct picture {
  char *source;
  int width, height, page;
};
/* By finding, malloc'ed; *out NULL when there are none. */
int pictures_make(struct reporter *r, const struct view *v, int book, struct picture **out);
void pictures_free(struct picture *p, size_t n);
void html_link_text(struct buf *out, const char *path); /* percent-encoded, for a link */
/* The way from the report to one of its documents. */
void html_document_link(const struct reporter *r, const char *path, int page, struct buf *out);

void report_html_text(struct buf *out, struct sv s);
void html_buf(struct buf *out, struct buf *b); /* and clears b */
const char *html_sign(enum severity s);        /* ✕ ▲ ⓘ */
const char *html_chinese(void);                /* the attribute of an element in the language of the document, when the page is in another */
const char *html_style(void);
const char *html_style_more(void);

/* A sentence with its number marked. */
void html_quote(struct buf *out, struct sv sentence, struct sv mark);
/* A row with the rows around it and the heads above, the cell marked: for files that have no pages to look at. */
void html_row_excerpt(const struct html_book *h, int32_t table, int row, int column);

int html_marks_make(const struct view *v, struct marks *out); /* list.v is malloc'ed */
/* The place a finding is shown at: its suspect, or what is stated, or the row or table of its remark. table -1: about the whole book. */
struct mark html_finding_place(const struct view *v, const struct finding *f);
void html_cell_anchor(struct buf *out, int number, int32_t table, int32_t row, int32_t column); /* without "#" */
/* The table as recovered; with marks where findings touch it. */
void html_table(const struct html_book *h, int32_t table);
void report_html_against(const struct html_book *h); /* what was mended since an earlier report */
/* How many marks lie in it. */
int html_table_marks(const struct html_book *h, int32_t table);

#endif
