/* ui_table.c: tables that are filtered, sorted, narrowed and paged by links and GET forms. */
#include "html/ui.h"

#include <string.h>

/* "columns" as chosen, or all that are not optional. */
bool ui_shown(const struct ui_table *t, int column) {
  if (column < 0 || column >= t->ncolumns) return false;
  const struct ui_column *c = &t->columns[column];
  if (!t->columns_shown || !*t->columns_shown) return !(c->flags & UI_OPTIONAL);
  struct sv rest = sv_from(t->columns_shown);
  while (rest.p)
    if (sv_is(sv_cut(&rest, ','), c->key)) return true;
  return false;
}

static bool has(const char *s) {
  return s && *s;
}

/* What links keep: q, sort, columns, and the caller's own; each may be left out. */
static void address(struct buf *out, const struct ui_table *t, const char *sort, bool minus, const char *columns) {
  const char *mark = "?";
  html_url(out, sv_from(t->path));
  if (has(t->filter)) {
    buf_printf(out, "%sq=", mark);
    html_query(out, sv_from(t->filter));
    mark = "&amp;";
  }
  if (has(sort)) {
    buf_printf(out, "%ssort=%s", mark, minus ? "-" : "");
    html_query(out, sv_from(sort));
    mark = "&amp;";
  }
  if (has(columns)) {
    buf_printf(out, "%scolumns=", mark);
    html_query(out, sv_from(columns));
    mark = "&amp;";
  }
  if (has(t->more)) {
    buf_puts(out, mark);
    html_text(out, sv_from(t->more));
  }
}

/* Hidden fields of a GET form for what it does not itself set. "more" is name=value&…, encoded: decoded again for the form. */
static int hex(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void more_hidden(struct buf *out, const char *more) {
  struct sv rest = sv_from(more ? more : "");
  while (rest.p && rest.n > 0) {
    struct sv value = sv_cut(&rest, '&'), name = sv_cut(&value, '=');
    char text[512];
    size_t n = 0;
    for (size_t i = 0; i < value.n && n + 1 < sizeof text; i++) {
      int high = value.p[i] == '%' && i + 2 < value.n ? hex(value.p[i + 1]) : -1, low = high >= 0 ? hex(value.p[i + 2]) : -1;
      text[n++] = low >= 0 ? (char)(high * 16 + low) : value.p[i];
      if (low >= 0) i += 2;
    }
    buf_puts(out, "<input type=\"hidden\" name=\"");
    html_text(out, name);
    buf_puts(out, "\" value=\"");
    html_text(out, (struct sv){text, n});
    buf_puts(out, "\">");
  }
}

static void hidden_if(struct buf *out, const char *name, const char *value) {
  if (has(value)) ui_hidden(out, name, value);
}

static void filter_box(struct buf *out, const struct ui_table *t) {
  buf_puts(out, "<form class=\"filter\" method=\"get\" action=\"");
  html_url(out, sv_from(t->path));
  buf_puts(out, "\"><label>");
  html_str(out, tr("筛选", "Filter"));
  buf_puts(out, " <input name=\"q\" type=\"search\" maxlength=\"100\" value=\"");
  html_str(out, t->filter);
  buf_puts(out, "\"></label>");
  hidden_if(out, "sort", t->sort);
  hidden_if(out, "columns", t->columns_shown);
  more_hidden(out, t->more);
  buf_puts(out, "<button>");
  html_str(out, tr("筛选", "Filter"));
  buf_puts(out, "</button></form>\n");
}

/* The choice comes back as columns=a&columns=b; the page joins them: a link that can be kept. */
static void chooser(struct buf *out, const struct ui_table *t) {
  buf_puts(out, "<details class=\"columns\"><summary>");
  html_str(out, tr("列", "Columns"));
  buf_puts(out, "</summary><form method=\"get\" action=\"");
  html_url(out, sv_from(t->path));
  buf_puts(out, "\"><fieldset><legend class=\"hidden\">");
  html_str(out, tr("显示的列", "Columns shown"));
  buf_puts(out, "</legend>");
  hidden_if(out, "q", t->filter);
  hidden_if(out, "sort", t->sort);
  more_hidden(out, t->more);
  for (int i = 0; i < t->ncolumns; i++) {
    buf_puts(out, "<label><input type=\"checkbox\" name=\"columns\" value=\"");
    html_str(out, t->columns[i].key);
    buf_puts(out, ui_shown(t, i) ? "\" checked> " : "\"> ");
    html_str(out, tr(t->columns[i].zh, t->columns[i].en));
    buf_puts(out, "</label> ");
  }
  buf_puts(out, "<button>");
  html_str(out, tr("确定", "Apply"));
  buf_puts(out, "</button></fieldset></form></details>\n");
}

static void bar(struct buf *out, const struct ui_table *t) {
  bool optional = false;
  for (int i = 0; i < t->ncolumns; i++) optional |= (t->columns[i].flags & UI_OPTIONAL) != 0;
  if (!t->filter && !optional && !t->export_xlsx && t->total < 0) return;
  buf_puts(out, "<div class=\"bar\">\n");
  if (t->filter) filter_box(out, t);
  if (optional) chooser(out, t);
  if (t->export_xlsx) {
    struct buf link;
    buf_init(&link, 8192);
    address(&link, t, t->sort, false, t->columns_shown);
    bool query = link.p && strchr(link.p, '?');
    buf_puts(out, "<a class=\"button\" href=\"");
    buf_puts(out, link.p ? link.p : "");
    buf_printf(out, "%sformat=xlsx\">", query ? "&amp;" : "?");
    buf_release(&link);
    html_str(out, tr("导出 Excel", "Export to Excel"));
    buf_puts(out, "</a>\n");
  }
  if (t->total >= 0) {
    buf_puts(out, "<span class=\"total\">");
    buf_printf(out, tr("共 %lld 条", "%lld in all"), (long long)t->total);
    buf_puts(out, "</span>\n");
  }
  buf_puts(out, "</div>\n");
}

static void column_head(struct buf *out, const struct ui_table *t, const struct ui_column *c) {
  const char *sort = t->sort ? t->sort : "";
  bool down = sort[0] == '-', here = strcmp(sort + down, c->key) == 0;
  buf_printf(out, "<th scope=\"col\"%s%s>", c->flags & UI_NUMBER ? " class=\"number\"" : "",
             here ? (down ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"") : "");
  if (c->flags & UI_SORT) {
    buf_puts(out, "<a href=\"");
    address(out, t, c->key, here && !down, t->columns_shown);
    buf_puts(out, "\">");
  }
  html_str(out, tr(c->zh, c->en));
  if (here) buf_puts(out, down ? "<span aria-hidden=\"true\"> ▼</span>" : "<span aria-hidden=\"true\"> ▲</span>");
  buf_puts(out, c->flags & UI_SORT ? "</a></th>\n" : "</th>\n");
}

/* What each cell begins with, made once a table. */
static void prepare(struct ui_table *t) {
  struct buf text;
  buf_init(&text, sizeof t->labels);
  t->shown = 0;
  for (int i = 0; i < t->ncolumns && i < 64; i++) {
    if (ui_shown(t, i)) t->shown |= UINT64_C(1) << i;
    html_str(&text, tr(t->columns[i].zh, t->columns[i].en));
    t->label_end[i] = (uint16_t)text.n;
  }
  memcpy(t->labels, text.p ? text.p : "", text.n);
  buf_release(&text);
}

void ui_table_begin(struct buf *out, struct ui_table *t) {
  bar(out, t);
  prepare(t);
  t->row = 0;
  buf_puts(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
  html_str(out, t->caption);
  buf_puts(out, "\"><table>\n<caption>");
  html_str(out, t->caption);
  buf_puts(out, "</caption>\n<thead><tr>\n");
  if (t->many) {
    buf_puts(out, "<td class=\"check\"><input type=\"checkbox\" data-check-all hidden aria-label=\"");
    html_str(out, tr("全选", "Choose all"));
    buf_puts(out, "\"></td>\n");
  }
  for (int i = 0; i < t->ncolumns; i++)
    if (ui_shown(t, i)) column_head(out, t, &t->columns[i]);
  buf_puts(out, "</tr></thead>\n<tbody>\n");
}

void ui_row(struct buf *out, struct ui_table *t, int64_t id) {
  if (t->row++) buf_puts(out, "</tr>\n");
  t->column = 0;
  buf_puts(out, "<tr id=\"r");
  html_int(out, id);
  buf_puts(out, "\" data-step>");
  if (t->many) {
    buf_printf(out, "<td class=\"check\"><input type=\"checkbox\" name=\"id\" value=\"%lld\" aria-label=\"", (long long)id);
    buf_printf(out, tr("选第 %d 行", "Choose row %d"), t->row);
    buf_puts(out, "\"></td>");
  }
}

/* Whether the next cell is shown; opens it with the name of its column, for narrow screens. */
static bool open_cell(struct buf *out, struct ui_table *t, bool number) {
  int i = t->column++;
  if (i >= 64 || !(t->shown >> i & 1)) return false;
  int from = i ? t->label_end[i - 1] : 0;
  buf_puts(out, number || (t->columns[i].flags & UI_NUMBER) ? "<td class=\"number\" data-label=\"" : "<td data-label=\"");
  buf_add(out, t->labels + from, (size_t)(t->label_end[i] - from));
  buf_puts(out, "\">");
  return true;
}

void ui_cell(struct buf *out, struct ui_table *t, struct sv text) {
  if (!open_cell(out, t, false)) return;
  html_text(out, text);
  buf_puts(out, "</td>");
}

void ui_cell_link(struct buf *out, struct ui_table *t, const char *path, struct sv text) {
  if (!open_cell(out, t, false)) return;
  buf_puts(out, "<a href=\"");
  html_url(out, sv_from(path));
  buf_puts(out, "\">");
  html_text(out, text.n ? text : sv_from(tr("（无名）", "(unnamed)")));
  buf_puts(out, "</a></td>");
}

void ui_cell_int(struct buf *out, struct ui_table *t, int64_t v) {
  if (!open_cell(out, t, true)) return;
  html_int(out, v);
  buf_puts(out, "</td>");
}

void ui_cell_time(struct buf *out, struct ui_table *t, int64_t ms) {
  if (!open_cell(out, t, false)) return;
  ui_time(out, ms);
  buf_puts(out, "</td>");
}

void ui_cell_badge(struct buf *out, struct ui_table *t, const char *kind, const char *text) {
  if (!open_cell(out, t, false)) return;
  ui_badge(out, kind, text);
  buf_puts(out, "</td>");
}

void ui_cell_button(struct buf *out, struct ui_table *t, const char *action, const char *csrf, const char *text, const char *kind) {
  if (!open_cell(out, t, false)) return;
  buf_puts(out, "<form method=\"post\" action=\"");
  html_url(out, sv_from(action));
  buf_puts(out, "\">");
  ui_hidden(out, "csrf", csrf);
  ui_button(out, text, kind, NULL, NULL);
  buf_puts(out, "</form></td>");
}

void ui_table_end(struct buf *out, struct ui_table *t) {
  int shown = t->many;
  for (int i = 0; i < t->ncolumns; i++) shown += ui_shown(t, i);
  if (t->row) {
    buf_puts(out, "</tr>\n");
  } else {
    buf_printf(out, "<tr><td class=\"empty\" colspan=\"%d\">", shown > 0 ? shown : 1);
    html_str(out, t->empty ? t->empty : tr("没有", "none"));
    buf_puts(out, "</td></tr>\n");
  }
  buf_puts(out, "</tbody></table></div>\n");
  if (has(t->next)) {
    struct buf link;
    buf_init(&link, 8192);
    address(&link, t, t->sort, false, t->columns_shown);
    bool query = link.p && strchr(link.p, '?');
    buf_puts(out, "<p class=\"pages\"><a class=\"button\" rel=\"next\" href=\"");
    buf_puts(out, link.p ? link.p : "");
    buf_puts(out, query ? "&amp;after=" : "?after=");
    html_query(out, sv_from(t->next));
    buf_puts(out, "\">");
    buf_release(&link);
    html_str(out, tr("下一页", "Next page"));
    buf_puts(out, "</a></p>\n");
  }
}
