/* compare_report.c: what changed between two books, for people (text, page, workbook) and programs (JSON; docs/schema/compare.md). */
#include "base/terminal.h"
#include "document/write.h"
#include "rooms/audit/compare.h"
#include "rooms/audit/report_html.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SHOWN = 300, TEXT_COLUMNS = 200 };

/* A difference in words, all its parts ready to be printed. */
struct words {
  struct buf where, old, new, change, percent;
  const struct obs *obs;   /* of the side that has one: the new, else the old */
  const struct view *view; /* of that side */
};

static const char *how_title(const struct difference *d) {
  if (d->how == ADDED) return tr("新增", "added");
  return d->how == REMOVED ? tr("删去", "removed") : tr("改动", "changed");
}

static const char *what_title(enum change_what w) {
  switch (w) {
  case CHANGE_TABLE: return tr("表", "table");
  case CHANGE_ROW: return tr("行", "row");
  case CHANGE_AMOUNT: return tr("数", "figure");
  case CHANGE_TEXT: return tr("文字", "text");
  case CHANGE_FIELD: return tr("项目信息", "field");
  }
  return "";
}

/* Names of fields (docs/vocabulary.md) as the forms print them. */
static const char *field_title(const char *name) {
  static const struct {
    const char *name, *zh;
  } titles[] = {{"project.name", "项目名称"},         {"project.code", "项目编码"},       {"project.dept", "项目主管部门"},
                {"project.unit", "项目执行单位"},     {"project.owner", "项目负责人"},    {"project.attribute", "项目属性"},
                {"project.category", "支出项目类别"}, {"project.start", "起始年度"},      {"project.end", "终止年度"},
                {"project.basis", "项目立项依据"},    {"project.plan", "项目实施方案"},   {"project.all-years", "项目总预算"},
                {"project.year", "项目当年预算"},     {"project.change", "预算变动情况"}, {"goal.department", "部门（单位）名称"},
                {"goal.duty", "部门职能概述"},        {"goal.tasks", "年度工作任务"}};
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].name, name) == 0) return titles[i].zh;
  return name;
}

static void words_init(struct words *w) {
  struct buf *all[] = {&w->where, &w->old, &w->new, &w->change, &w->percent};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) buf_init(all[i], 1 << 20);
}

static void words_clear(struct words *w) {
  struct buf *all[] = {&w->where, &w->old, &w->new, &w->change, &w->percent};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) buf_clear(all[i]);
  w->obs = NULL;
}

static void words_release(struct words *w) {
  struct buf *all[] = {&w->where, &w->old, &w->new, &w->change, &w->percent};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) buf_release(all[i]);
}

static void put_value(const struct view *v, const struct obs *o, bool separators, struct buf *out) {
  char text[VALUE_TEXT];
  if (!o) return;
  if (o->type == OBS_TEXT || o->type == OBS_CODE)
    buf_add(out, o->text.n ? o->text.p : "", o->text.n);
  else
    buf_puts(out, value_print(text, v, o, o->value, separators));
}

static void put_row(const struct book_row *r, struct buf *out) {
  if (r->code.n + r->label.n == 0) return; /* the one row of a table without labels */
  buf_printf(out, tr("“%.*s%s%.*s”", " \"%.*s%s%.*s\""), SV_ARG(r->code), r->code.n && r->label.n ? " " : "", SV_ARG(r->label));
}

static void put_where(const struct comparison *c, const struct difference *d, struct words *w) {
  int side = d->how == REMOVED ? 0 : 1;
  const struct view *v = &c->side[side];
  const struct book_table *t = table_at(v, d->table[side]);
  if (t) {
    buf_puts(&w->where, tr("《", "\""));
    table_name(v, t, &w->where);
    buf_puts(&w->where, tr("》", "\" "));
  }
  const struct obs *o = obs_at(v, d->obs[side]);
  if (d->what == CHANGE_FIELD) {
    const struct book_field *f = d->field[side] >= 0 ? &v->b->fields.v[d->field[side]] : NULL;
    if (!f && d->field[1 - side] >= 0) f = &c->side[1 - side].b->fields.v[d->field[1 - side]], v = &c->side[1 - side];
    if (f) place_print(f->place, &w->where);
    if (f) buf_printf(&w->where, tr("“%s”", " \"%s\""), field_title(intern_name(&v->b->symbols, f->name)));
    return;
  }
  if (t && d->row[side] >= 0) {
    place_print(o ? o->place : t->rows[d->row[side]].place, &w->where);
    put_row(&t->rows[d->row[side]], &w->where);
  } else if (t) {
    place_print(t->place, &w->where);
  }
  const struct book_column *k = obs_column(v, o);
  if (k && d->what != CHANGE_ROW && k->header.n) buf_printf(&w->where, tr("列“%.*s”", " column \"%.*s\""), SV_ARG(k->header));
}

static void put_change(const struct comparison *c, const struct difference *d, bool separators, struct words *w) {
  char text[VALUE_TEXT];
  int64_t percent = 0;
  if (!w->obs || d->what != CHANGE_AMOUNT) return;
  buf_puts(&w->change, value_print(text, w->view, w->obs, d->amount, separators));
  if (!difference_percent(c, d, &percent)) return;
  uint64_t p = percent < 0 ? 0 - (uint64_t)percent : (uint64_t)percent;
  buf_printf(&w->percent, "%s%" PRIu64 ".%02" PRIu64, percent < 0 ? "-" : "", p / 100, p % 100);
}

static void words_make(const struct comparison *c, const struct difference *d, bool separators, struct words *w) {
  words_clear(w);
  int side = obs_at(&c->side[1], d->obs[1]) ? 1 : 0;
  w->view = &c->side[side], w->obs = obs_at(w->view, d->obs[side]);
  put_where(c, d, w);
  for (int s = 0; s < 2; s++) {
    struct buf *out = s ? &w->new : &w->old;
    const struct book_field *f = d->field[s] >= 0 ? &c->side[s].b->fields.v[d->field[s]] : NULL;
    if (f) buf_add(out, f->text.n ? f->text.p : "", f->text.n);
    put_value(&c->side[s], obs_at(&c->side[s], d->obs[s]), separators, out);
  }
  put_change(c, d, separators, w);
}

static const char *unit_of(const struct words *w) {
  const struct book_table *t = w->obs ? table_at(w->view, w->obs->table) : NULL;
  if (!w->obs || !t) return "";
  return w->obs->type == OBS_AMOUNT ? scale_unit(t->scale) : w->obs->type == OBS_PERCENT ? "%" : "";
}

/* ---- the two books ---- */

static const char *path_of(const struct book *b) {
  return b->ndocuments > 0 && b->documents[0]->path ? b->documents[0]->path : "";
}

static void put_book(const struct book *b, struct buf *out) {
  buf_printf(out, "%s", path_of(b));
  buf_printf(out, tr("（%.*s", " (%.*s"), SV_ARG(b->body.n ? b->body : sv_from(tr("单位名称未识别", "body not recognised"))));
  if (b->year > 0) buf_printf(out, tr(" %d 年", " %d"), b->year);
  buf_printf(out, tr(" %s，%d 张表）", " %s, %d tables)"), kind_title(b->kind), own_tables(b));
}

static void put_relation(const struct comparison *c, struct buf *out) {
  const struct book *a = c->side[0].b, *b = c->side[1].b;
  if (!body_same(a->body, b->body)) buf_puts(out, tr("注意：两本账本的单位不同。", "Note: the two books are of different bodies. "));
  if (a->kind != b->kind) buf_puts(out, tr("注意：两本账本的种类不同。", "Note: the two books are of different kinds. "));
  if (a->year != b->year) buf_printf(out, tr("两个年度：%d 与 %d。", "Two years: %d and %d. "), a->year, b->year);
}

static void put_counts(const struct comparison *c, struct buf *out) {
  long by_what[5] = {0};
  for (size_t i = 0; i < c->list.n; i++) by_what[c->list.v[i].what]++;
  if (c->list.n == 0)
    buf_printf(out, tr("没有不同；比了 %ld 格", "no difference; %ld cells compared"), c->cells);
  else
    buf_printf(out,
               tr("不同 %zu 处：表 %ld，行 %ld，数 %ld，文字 %ld，项目信息 %ld；比了 %ld 格，相同 %ld 格",
                  "%zu differences: %ld tables, %ld rows, %ld figures, %ld texts, %ld fields; %ld cells compared, %ld the same"),
               c->list.n, by_what[CHANGE_TABLE], by_what[CHANGE_ROW], by_what[CHANGE_AMOUNT], by_what[CHANGE_TEXT], by_what[CHANGE_FIELD], c->cells,
               c->same);
  if (c->not_compared > 0) buf_printf(out, tr("；没有读清、没有比的 %ld 处", "; %ld places not read cleanly and not compared"), c->not_compared);
}

/* ---- text ---- */

static void put_cut(struct buf *out, const struct buf *text) {
  struct sv s = {text->p ? text->p : "", text->n};
  int used = 0;
  for (size_t at = 0; at < s.n;) {
    size_t from = at;
    utf8_next(s, &at);
    struct sv one = {s.p + from, at - from};
    used += text_width(one);
    if (used > TEXT_COLUMNS) {
      buf_puts(out, "…");
      return;
    }
    buf_add(out, one.p, one.n);
  }
}

static void text_line(const struct comparison *c, const struct difference *d, struct words *w, struct buf *out) {
  words_make(c, d, true, w);
  buf_printf(out, tr("%s%s ", "%s %s "), how_title(d), what_title(d->what));
  buf_add(out, w->where.p ? w->where.p : "", w->where.n);
  if (w->old.n || w->new.n) buf_puts(out, tr("：", ": "));
  if (d->how != ADDED || w->old.n) put_cut(out, &w->old);
  if (d->how == CHANGED) buf_printf(out, "%s → ", w->old.n ? "" : tr("空", "nothing"));
  if (d->how != REMOVED || w->new.n) put_cut(out, &w->new);
  if (d->how == CHANGED && w->new.n == 0) buf_puts(out, tr("空", "nothing"));
  if (w->change.n) buf_printf(out, tr("，%s%s %s", ", %s%s %s"), d->amount > 0 ? "+" : "", w->change.p, unit_of(w));
  if (w->percent.n) buf_printf(out, tr("（%s%s%%）", " (%s%s%%)"), d->amount > 0 ? "+" : "", w->percent.p);
}

static void report_text(const struct comparison *c, struct lines *l) {
  struct words w;
  struct buf b;
  words_init(&w);
  buf_init(&b, 1 << 20);
  for (int s = 0; s < 2; s++) {
    put_book(c->side[s].b, &b);
    lines_put(l, s ? tr("新 ", "new ") : tr("旧 ", "old "), &b, INK_BOLD);
  }
  put_relation(c, &b);
  lines_put(l, "   ", &b, INK_WARNING);
  put_counts(c, &b);
  lines_put(l, "   ", &b, INK_BOLD);
  for (size_t i = 0; i < c->list.n && i < TEXT_SHOWN; i++) {
    char first[32];
    snprintf(first, sizeof first, "%4zu  ", i + 1);
    text_line(c, &c->list.v[i], &w, &b);
    lines_put(l, first, &b, INK_PLAIN);
  }
  if (c->list.n > TEXT_SHOWN) buf_printf(&b, tr("另有 %zu 处（见 json、html、xlsx）", "and %zu more (see json, html, xlsx)"), c->list.n - TEXT_SHOWN);
  lines_put(l, "      ", &b, INK_PLAIN);
  buf_release(&b);
  words_release(&w);
}

/* ---- JSON ---- */

static json_t *json_text(struct sv s) {
  json_t *j = json_stringn(s.n ? s.p : "", s.n);
  return j ? j : json_string(""); /* what is not UTF-8 */
}

static void set_buf(json_t *j, const char *key, const struct buf *b) {
  if (b->n) json_object_set_new(j, key, json_text((struct sv){b->p, b->n}));
}

static json_t *book_json(const struct book *b) {
  json_t *j = json_object();
  json_object_set_new(j, "path", json_text(sv_from(path_of(b))));
  json_object_set_new(j, "sha256", json_text(sv_from(b->ndocuments > 0 ? b->documents[0]->sha256 : "")));
  json_object_set_new(j, "body", json_text(b->body));
  json_object_set_new(j, "year", b->year > 0 ? json_integer(b->year) : json_null());
  json_object_set_new(j, "kind", json_string(book_kind_names[b->kind]));
  return j;
}

static json_t *place_json(const struct comparison *c, const struct difference *d, int side) {
  const struct view *v = &c->side[side];
  const struct obs *o = obs_at(v, d->obs[side]);
  const struct book_table *t = table_at(v, d->table[side]);
  struct place p = o ? o->place : t && d->row[side] >= 0 ? t->rows[d->row[side]].place : t ? t->place : (struct place){0};
  if (d->field[side] >= 0) p = v->b->fields.v[d->field[side]].place;
  json_t *j = json_object();
  if (t) json_object_set_new(j, "table", json_text(sv_from(t->id)));
  if (p.page > 0) json_object_set_new(j, "page", json_integer(p.page));
  if (p.sheet > 0) json_object_set_new(j, "sheet", json_integer(p.sheet));
  if (p.line > 0) json_object_set_new(j, "line", json_integer(p.line));
  return j;
}

static json_t *key_json(const struct comparison *c, const struct difference *d) {
  int side = d->how == REMOVED ? 0 : 1;
  const struct view *v = &c->side[side];
  const struct book_table *t = table_at(v, d->table[side]);
  const struct book_row *r = t && d->row[side] >= 0 ? &t->rows[d->row[side]] : NULL;
  const struct book_column *k = obs_column(v, obs_at(v, d->obs[side]));
  const struct book_field *f = d->field[side] >= 0 ? &v->b->fields.v[d->field[side]] : NULL;
  json_t *j = json_object();
  if (t) json_object_set_new(j, "kind", json_text(sv_from(intern_name(&v->b->symbols, t->kind))));
  if (t) json_object_set_new(j, "title", json_text(t->title));
  if (t && t->subject != NO_SYMBOL) json_object_set_new(j, "project", json_text(sv_from(intern_name(&v->b->symbols, t->subject))));
  if (r && r->key != NO_SYMBOL) json_object_set_new(j, "row", json_text(sv_from(intern_name(&v->b->symbols, r->key))));
  if (r) json_object_set_new(j, "label", json_text(r->label));
  if (k && d->what != CHANGE_ROW && k->measure != NO_SYMBOL)
    json_object_set_new(j, "measure", json_text(sv_from(intern_name(&v->b->symbols, k->measure))));
  if (f) json_object_set_new(j, "field", json_text(sv_from(intern_name(&v->b->symbols, f->name))));
  return j;
}

static json_t *difference_json(const struct comparison *c, const struct difference *d, struct words *w) {
  json_t *j = json_object();
  words_make(c, d, false, w);
  json_object_set_new(j, "what", json_string(change_what_names[d->what]));
  json_object_set_new(j, "how", json_string(change_how_names[d->how]));
  json_object_set_new(j, "key", key_json(c, d));
  set_buf(j, "old", &w->old);
  set_buf(j, "new", &w->new);
  set_buf(j, "difference", &w->change);
  set_buf(j, "percent", &w->percent);
  if (unit_of(w)[0]) json_object_set_new(j, "unit", json_string(unit_of(w)));
  if (d->how != ADDED) json_object_set_new(j, "old_place", place_json(c, d, 0));
  if (d->how != REMOVED) json_object_set_new(j, "new_place", place_json(c, d, 1));
  return j;
}

static int report_json(const struct comparison *c, struct buf *out) {
  struct words w;
  json_t *j = json_object(), *list = json_array();
  words_init(&w);
  json_object_set_new(j, "heng", json_string(HENG_VERSION));
  json_object_set_new(j, "old", book_json(c->side[0].b));
  json_object_set_new(j, "new", book_json(c->side[1].b));
  json_object_set_new(j, "same_body", json_boolean(body_same(c->side[0].b->body, c->side[1].b->body)));
  json_object_set_new(j, "cells", json_integer(c->cells));
  json_object_set_new(j, "same", json_integer(c->same));
  json_object_set_new(j, "not_compared", json_integer(c->not_compared));
  for (size_t i = 0; i < c->list.n; i++) json_array_append_new(list, difference_json(c, &c->list.v[i], &w));
  json_object_set_new(j, "differences", list);
  char *text = json_dumps(j, JSON_INDENT(1));
  json_decref(j);
  words_release(&w);
  if (!text) return RC_NOMEM;
  buf_puts(out, text);
  buf_putc(out, '\n');
  free(text);
  return RC_OK;
}

/* ---- the page ---- */

static void html_row(const struct comparison *c, const struct difference *d, size_t number, struct words *w, struct buf *out) {
  words_make(c, d, true, w);
  bool text = d->what == CHANGE_TEXT || d->what == CHANGE_FIELD;
  buf_printf(out, "<tr><td>%zu<td class=x>%s%s%s<th scope=row>", number, how_title(d), tr("", " "), what_title(d->what));
  html_buf(out, &w->where);
  buf_puts(out, text ? "<td class=x>" : "<td>"), html_buf(out, &w->old);
  buf_puts(out, text ? "<td class=x>" : "<td>"), html_buf(out, &w->new);
  buf_printf(out, "<td>%s", d->amount > 0 && w->change.n ? "+" : ""), html_buf(out, &w->change);
  buf_printf(out, "<td class=x>%s<td>", unit_of(w));
  if (w->percent.n) html_buf(out, &w->percent), buf_putc(out, '%');
  buf_putc(out, '\n');
}

static int report_html(const struct comparison *c, struct buf *out) {
  const char *title = tr("衡：两本账本的不同", "Heng: what changed between two books");
  const char *const heads[] = {tr("序号", "no."), tr("变化", "change"),     tr("位置", "where"), tr("旧", "old"),
                               tr("新", "new"),   tr("增减", "difference"), tr("单位", "unit"),  tr("增减比", "percent")};
  struct words w;
  struct buf b;
  words_init(&w);
  buf_init(&b, 1 << 20);
  buf_printf(
      out,
      "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>%s</title><style>%s</style></head>\n<body><header><h1>%s</h1></header><main id=main>",
      lang_get() == LANG_EN ? "en" : "zh-CN", title, html_style(), title);
  for (int s = 0; s < 2; s++) {
    buf_printf(out, "<p>%s", s ? tr("新：", "new: ") : tr("旧：", "old: "));
    put_book(c->side[s].b, &b);
    html_buf(out, &b);
    buf_puts(out, "</p>");
  }
  put_relation(c, &b);
  if (b.n) buf_puts(out, "<p class=alert>"), html_buf(out, &b), buf_puts(out, "</p>");
  put_counts(c, &b);
  buf_puts(out, "<p class=big>"), html_buf(out, &b), buf_puts(out, "</p>\n");
  if (c->list.n > 0) {
    buf_printf(out, "<div class=scroll role=region tabindex=0 aria-label=\"%s\"><table><thead><tr>", title);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) buf_printf(out, "<th scope=col>%s", heads[i]);
    buf_puts(out, "<tbody>\n");
    for (size_t i = 0; i < c->list.n; i++) html_row(c, &c->list.v[i], i + 1, &w, out);
    buf_puts(out, "</table></div>\n");
  }
  buf_printf(out, "</main><footer class=dim>heng %s</footer></body></html>\n", HENG_VERSION);
  int rc = b.rc;
  buf_release(&b);
  words_release(&w);
  return rc;
}

/* ---- the workbook ---- */

enum { XLSX_COLUMNS = 10 };

static void xlsx_figure(struct xlsx *x, int row, int column, const struct buf *b) {
  struct number n;
  struct sv s = {b->p ? b->p : "", b->n};
  if (b->n == 0) return;
  if (number_parse(s, &n) != RC_OK) {
    xlsx_text(x, row, column, s, XLSX_PLAIN);
    return;
  }
  double unit = 1; /* floating point only for the cell of a workbook */
  for (int i = 0; i < n.decimals; i++) unit *= 10;
  xlsx_number(x, row, column, (double)n.mantissa / unit, n.decimals, XLSX_AMOUNT);
}

static void xlsx_row(const struct comparison *c, const struct difference *d, int row, struct words *w, struct xlsx *x) {
  words_make(c, d, false, w);
  bool text = d->what == CHANGE_TEXT || d->what == CHANGE_FIELD;
  const struct buf *sides[] = {&w->old, &w->new};
  xlsx_number(x, row, 0, row, -1, XLSX_PLAIN);
  xlsx_text(x, row, 1, sv_from(how_title(d)), XLSX_PLAIN);
  xlsx_text(x, row, 2, sv_from(what_title(d->what)), XLSX_PLAIN);
  xlsx_text(x, row, 3, (struct sv){w->where.p ? w->where.p : "", w->where.n}, XLSX_PLAIN);
  for (int s = 0; s < 2; s++) {
    if (text)
      xlsx_text(x, row, 4 + s, (struct sv){sides[s]->p ? sides[s]->p : "", sides[s]->n}, XLSX_PLAIN);
    else
      xlsx_figure(x, row, 4 + s, sides[s]);
  }
  xlsx_figure(x, row, 6, &w->change);
  xlsx_text(x, row, 7, sv_from(unit_of(w)), XLSX_PLAIN);
  xlsx_figure(x, row, 8, &w->percent);
  xlsx_text(x, row, 9, (struct sv){0}, XLSX_PLAIN);
  xlsx_height(x, row, 1 + text_width((struct sv){w->where.p ? w->where.p : "", w->where.n}) / 60);
}

static int report_xlsx(const struct comparison *c, const char *path, struct err *e) {
  static const int widths[XLSX_COLUMNS] = {7, 8, 10, 60, 18, 18, 16, 8, 12, 30}, book_widths[2] = {10, 100};
  const char *const heads[XLSX_COLUMNS] = {tr("序号", "no."),       tr("变化", "change"), tr("什么", "what"),       tr("位置", "where"),
                                           tr("旧", "old"),         tr("新", "new"),      tr("增减", "difference"), tr("单位", "unit"),
                                           tr("增减 %", "percent"), tr("备注", "note")};
  struct xlsx *x = NULL;
  struct words w;
  struct buf b;
  int rc = xlsx_new(&x, path, e);
  if (rc < 0) return rc;
  words_init(&w);
  buf_init(&b, 1 << 20);
  xlsx_sheet(x, tr("不同", "differences"), widths, XLSX_COLUMNS, true);
  for (int i = 0; i < XLSX_COLUMNS; i++) xlsx_text(x, 0, i, sv_from(heads[i]), XLSX_HEADER);
  int rows = (int)(c->list.n < 1000000 ? c->list.n : 1000000);
  for (int i = 0; i < rows; i++) xlsx_row(c, &c->list.v[i], i + 1, &w, x);
  xlsx_filter(x, rows, XLSX_COLUMNS - 1);
  xlsx_sheet(x, tr("账本", "books"), book_widths, 2, false);
  for (int s = 0; s < 2; s++) {
    put_book(c->side[s].b, &b);
    xlsx_text(x, s, 0, sv_from(s ? tr("新", "new") : tr("旧", "old")), XLSX_HEADER);
    xlsx_text(x, s, 1, (struct sv){b.p, b.n}, XLSX_PLAIN);
    buf_clear(&b);
  }
  put_relation(c, &b);
  put_counts(c, &b);
  xlsx_text(x, 2, 1, (struct sv){b.p, b.n}, XLSX_PLAIN);
  buf_release(&b);
  words_release(&w);
  return xlsx_close(x, e);
}

int comparison_report(const struct comparison *c, const char *format, const char *path, struct err *e) {
  struct buf out;
  bool to_stdout = !path || strcmp(path, "-") == 0;
  if (strcmp(format, "xlsx") == 0) {
    if (to_stdout) return err_set(e, RC_USAGE, "%s", tr("xlsx 要用 -o 写到文件", "xlsx needs a file: -o FILE"));
    return report_xlsx(c, path, e);
  }
  buf_init(&out, REPORT_BYTES_MAX);
  struct lines l = {&out, to_stdout && terminal_colour(stdout), to_stdout ? terminal_width(stdout) : 0};
  int rc = RC_OK;
  if (strcmp(format, "json") == 0)
    rc = report_json(c, &out);
  else if (strcmp(format, "html") == 0)
    rc = report_html(c, &out);
  else
    report_text(c, &l);
  if (rc == RC_OK) rc = out.rc;
  if (rc < 0) err_set(e, (enum rc)rc, "%s", tr("报告太大，写不下", "the report is too large"));
  if (rc == RC_OK) rc = file_replace(to_stdout ? "-" : path, out.p ? out.p : "", out.n, e);
  buf_release(&out);
  return rc;
}
