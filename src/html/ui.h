/* ui.h: the pieces pages are made of: frame, tables, forms, charts. Every text is escaped here; labels are by tr(). docs/html.md shows each. */
#ifndef HENG_HTML_UI_H
#define HENG_HTML_UI_H

#include "html/html.h"

/* ---- the frame ---- */
struct ui_link {
  const char *path, *text;
  const char *group; /* of a navigation entry: heading it stands under; NULL none */
  bool here;         /* aria-current */
};
struct ui_page {
  const char *title;
  const struct ui_link *crumbs; /* from the home page down, without this page */
  int ncrumbs;
  const struct ui_link *nav; /* left, by role */
  int nnav;
  const char *user; /* name shown; NULL: not signed in, no navigation, no search */
  const char *csrf;
  const char *site_name;      /* 某市地方金融工作局 */
  const char *path;           /* of this page, for the language switch */
  const char *notice, *error; /* one line above the content (role=status / alert); NULL none */
  bool wide;                  /* uses the whole width: tables, document views */
};
void ui_begin(struct buf *out, const struct ui_page *p); /* doctype … <main id=main><h1> */
void ui_end(struct buf *out, const struct ui_page *p);

/* ---- tables: filter, sort, choice of columns, export, next page; all by links and GET forms, the script only adds ease ---- */
enum { UI_NUMBER = 1, UI_SORT = 2, UI_OPTIONAL = 4 /* hidden unless chosen */, UI_DATE = 8 };
struct ui_column {
  const char *key, *zh, *en;
  unsigned flags;
};
struct ui_table {
  const char *caption, *path; /* path: of this page; links keep the filters below */
  const struct ui_column *columns;
  int ncolumns;
  const char *sort;          /* key, "-key" descending; NULL */
  const char *columns_shown; /* "a,b,c" as in ?columns=; NULL or "": all that are not optional */
  const char *filter;        /* ?q= ; NULL: no filter box */
  const char *more;          /* other parameters to keep, encoded: "state=open&org=3"; NULL none */
  const char *next;          /* value of ?after= for the next page; NULL: the last page */
  int64_t total;             /* rows in all; -1 unknown */
  bool export_xlsx;          /* offers ?format=xlsx */
  const char *empty;         /* said instead of rows when there are none */
  bool many;                 /* rows begin with a check box "id" (a form is around the table) */
  int row, column;           /* the builder's own */
  uint64_t shown;            /* the builder's own: columns that are shown */
  uint16_t label_end[64];    /* the builder's own: the names of the columns, escaped once */
  char labels[1500];
};
bool ui_shown(const struct ui_table *t, int column);
void ui_table_begin(struct buf *out, struct ui_table *t);
void ui_row(struct buf *out, struct ui_table *t, int64_t id); /* begins a row; id for its check box and its element id "r123" */
/* The cells of a row in the order of the columns, hidden ones too: they are left out here. */
void ui_cell(struct buf *out, struct ui_table *t, struct sv text);
void ui_cell_link(struct buf *out, struct ui_table *t, const char *path, struct sv text);
void ui_cell_int(struct buf *out, struct ui_table *t, int64_t v);
void ui_cell_time(struct buf *out, struct ui_table *t, int64_t ms); /* 0: empty */
void ui_cell_badge(struct buf *out, struct ui_table *t, const char *kind, const char *text);
void ui_cell_button(struct buf *out, struct ui_table *t, const char *action, const char *csrf, const char *text,
                    const char *kind); /* a form of one button */
void ui_table_end(struct buf *out, struct ui_table *t);

/* ---- forms ---- */
void ui_form(struct buf *out, const char *action, const char *csrf, bool files); /* method post */
void ui_form_end(struct buf *out);
enum ui_kind { UI_LINE, UI_PASSWORD, UI_AREA, UI_CHOICE, UI_CHECK, UI_FILE, UI_DATE_FIELD, UI_INT_FIELD, UI_CODE /* one-time code */ };
struct ui_field {
  enum ui_kind kind;
  const char *name, *label, *help, *value, *error; /* help, value, error may be NULL */
  bool required, many, checked;
  int max;                           /* characters; 0 none */
  const char *const *choices;        /* value, text, value, text, …, NULL */
  const char *autocomplete, *accept; /* may be NULL */
};
void ui_field(struct buf *out, const struct ui_field *f);
void ui_button(struct buf *out, const char *text, const char *kind, const char *name,
               const char *value); /* kind "", "primary", "danger"; name may be NULL */
void ui_hidden(struct buf *out, const char *name, const char *value);

/* ---- small things ---- */
void ui_badge(struct buf *out, const char *kind, const char *text); /* kind: error warning info ok wait */
void ui_time(struct buf *out, int64_t ms);                          /* <time>: 2026年11月27日 15:04 or 27 Nov 2026 15:04, Asia/Shanghai */
const char *ui_time_text(int64_t ms, char out[40]);                 /* the same as text */
void ui_progress(struct buf *out, int64_t done, int64_t total, const char *label);
void ui_facts_begin(struct buf *out); /* a list of name and value */
void ui_fact(struct buf *out, const char *name, struct sv value);
void ui_facts_end(struct buf *out);
void ui_tile(struct buf *out, const char *path, int64_t number, const char *label, const char *kind); /* "3 documents wait" on the home page */

/* A chart as SVG, with the same numbers as a table beside it. kind "bar", "line", "stack". values[series * nlabels + i]; unit is said once. */
struct ui_chart {
  const char *kind, *title, *unit;
  const char *const *labels;
  int nlabels;
  const char *const *series;
  int nseries;
  const int64_t *values; /* in hundredths of the unit */
};
void ui_chart(struct buf *out, const struct ui_chart *c);

/* ---- files built into the program: html/assets/ by tools/mkasset ---- */
struct html_asset {
  const char *name, *path, *type; /* "heng.css", "/static/heng.css?v=1a2b3c4d", "text/css; charset=utf-8" */
  const unsigned char *data, *gzip;
  size_t size, gzip_size;
};
extern const struct html_asset html_assets[];
extern const int html_assets_count;
const char *html_asset_path(const char *name); /* "/static/heng.css?v=1a2b3c4d"; "" when there is none */

#endif
