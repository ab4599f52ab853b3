/* coverage_report.c: the matrix of coverage in every form of report: a line a body, departments with their units under them, 预算 and 决算. */
#include "document/write.h"
#include "rooms/audit/report_html.h"
#include "rooms/audit/roster.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const enum duty_phase phases[] = {DUTY_BUDGET, DUTY_FINAL};

static const char *phase_title(enum duty_phase p) {
  return p == DUTY_BUDGET ? tr("预算", "budget") : tr("决算", "final");
}

/* Bodies in the order they are shown: each department, then its units; units of nobody last. The list is malloc'ed. */
static int *order_make(const struct roster *r) {
  size_t n = r->bodies.n, at = 0;
  int *order = calloc(n + 1, sizeof *order), *next = calloc(n + 1, sizeof *next), *first = calloc(n + 1, sizeof *first);
  if (order && next && first) {
    for (size_t i = 0; i < n; i++) next[i] = first[i] = -1;
    for (size_t i = n; i-- > 0;) /* backwards, so that units keep their order */
      if (r->bodies.v[i].parent >= 0) next[i] = first[r->bodies.v[i].parent], first[r->bodies.v[i].parent] = (int)i;
    for (size_t i = 0; i < n; i++) {
      if (r->bodies.v[i].parent >= 0) continue;
      order[at++] = (int)i;
      for (int u = first[i]; u >= 0; u = next[u]) order[at++] = u;
    }
  }
  bool done = order && next && first;
  free(next), free(first);
  if (!done) free(order);
  return done ? order : NULL;
}

static void put_year(const struct body *b, struct buf *out) {
  if (b->year > 0) buf_printf(out, "%d", b->year);
}

/* 按时公开（2 份文件） */
static void put_state(const struct coverage_cell *c, struct buf *out) {
  buf_puts(out, duty_state_title(c->state));
  if (c->late > 0) buf_printf(out, tr(" %d 天", " %d days"), c->late);
  if (c->books > 0) buf_printf(out, tr("（文件 %d）", " (files: %d)"), c->books);
}

/* ---- the lists under the matrix ---- */

enum list { LIST_UNPUBLISHED_BUDGET, LIST_UNPUBLISHED_FINAL, LIST_LATE, LIST_WITHOUT_UNITS, LIST_WITHOUT_FINAL, LISTS };

static const char *list_title(enum list l) {
  switch (l) {
  case LIST_UNPUBLISHED_BUDGET: return tr("已批复、未见公开预算", "budget approved, not published");
  case LIST_UNPUBLISHED_FINAL: return tr("已批复、未见公开决算", "final accounts approved, not published");
  case LIST_LATE: return tr("超期公开", "published late");
  case LIST_WITHOUT_UNITS: return tr("部门已公开、所属单位没有公开全", "departments of whose units some did not publish");
  case LIST_WITHOUT_FINAL: return tr("有预算、没有决算", "budgets without final accounts");
  case LISTS: break;
  }
  return "";
}

static const char *list_name(enum list l) {
  static const char *const names[LISTS] = {"budget_not_published", "final_not_published", "late", "departments_without_units",
                                           "budgets_without_finals"};
  return names[l];
}

static bool list_has(const struct coverage *c, enum list l, int body) {
  switch (l) {
  case LIST_UNPUBLISHED_BUDGET: return coverage_unpublished(c, body, DUTY_BUDGET);
  case LIST_UNPUBLISHED_FINAL: return coverage_unpublished(c, body, DUTY_FINAL);
  case LIST_LATE: return coverage_at(c, body, DUTY_BUDGET).state == DUTY_LATE || coverage_at(c, body, DUTY_FINAL).state == DUTY_LATE;
  case LIST_WITHOUT_UNITS: return coverage_without_units(c, body);
  case LIST_WITHOUT_FINAL: return coverage_without_final(c, body);
  case LISTS: break;
  }
  return false;
}

/* 财政局（2024）、教育局（2024） in the order shown; how many. */
static int list_put(const struct coverage *c, enum list l, const int *order, struct buf *out) {
  int n = 0;
  for (size_t i = 0; i < c->roster->bodies.n; i++) {
    const struct body *b = &c->roster->bodies.v[order[i]];
    if (!list_has(c, l, order[i])) continue;
    buf_printf(out, "%s%s", n++ ? tr("、", ", ") : "", b->name);
    if (b->year > 0) buf_printf(out, tr("（%d）", " (%d)"), b->year);
  }
  return n;
}

static void unlisted_put(const struct unlisted *u, struct buf *out) {
  buf_printf(out, "%s %s", *u->body ? u->body : tr("（单位名称未识别）", "(body not recognised)"), kind_title(u->kind));
  if (u->year > 0) buf_printf(out, " %d", u->year);
  buf_printf(out, " %s", u->path);
}

/* ---- text ---- */

enum { NAME_COLUMNS = 40, STATE_COLUMNS = 30 };

static enum ink ink_of(enum duty_state s) {
  return s == DUTY_LATE || s == DUTY_OVERDUE || s == DUTY_UNPUBLISHED ? INK_ERROR : s == DUTY_EARLY || s == DUTY_UNDATED ? INK_WARNING : INK_PLAIN;
}

static void text_row(const struct coverage *c, const struct lines *l, int body, struct buf *b) {
  const struct body *who = &c->roster->bodies.v[body];
  buf_clear(b);
  buf_printf(b, "%s%s", who->parent >= 0 ? tr("　", "  ") : "", who->name);
  lines_cell(l, (struct sv){b->p, b->n}, NAME_COLUMNS, false);
  if (who->year > 0)
    buf_printf(l->out, " %4d ", who->year);
  else
    buf_puts(l->out, "    - ");
  for (size_t p = 0; p < 2; p++) {
    struct coverage_cell cell = coverage_at(c, body, phases[p]);
    buf_clear(b);
    put_state(&cell, b);
    ink_begin(l, ink_of(cell.state));
    lines_cell(l, (struct sv){b->p, b->n}, p == 0 ? STATE_COLUMNS : text_width((struct sv){b->p, b->n}), false);
    ink_end(l, ink_of(cell.state));
    if (p == 0) buf_putc(l->out, ' ');
  }
  buf_putc(l->out, '\n');
  buf_clear(b);
}

void coverage_text(const struct coverage *c, const struct lines *l) {
  struct buf b, names;
  int *order = order_make(c->roster);
  if (!order) {
    l->out->rc = RC_NOMEM;
    return;
  }
  buf_init(&b, 1 << 22), buf_init(&names, 1 << 22);
  lines_heading(l, tr("公开情况（名册）", "coverage (roster)"), INK_BOLD);
  lines_cell(l, sv_from(tr("单位", "body")), NAME_COLUMNS, false);
  buf_puts(l->out, tr(" 年度 ", " year "));
  lines_cell(l, sv_from(phase_title(DUTY_BUDGET)), STATE_COLUMNS, false);
  buf_printf(l->out, " %s\n", phase_title(DUTY_FINAL));
  for (size_t i = 0; i < c->roster->bodies.n; i++) text_row(c, l, order[i], &b);
  for (enum list k = 0; k < LISTS; k++) {
    int n = list_put(c, k, order, &names);
    if (n > 0) buf_printf(&b, tr("%s %d 个：%s", "%s (%d): %s"), list_title(k), n, names.p);
    buf_clear(&names);
    lines_put(l, "  - ", &b, INK_PLAIN);
  }
  for (size_t i = 0; i < c->unlisted.n; i++) {
    buf_puts(&b, tr("不在名册里：", "not in the roster: "));
    unlisted_put(&c->unlisted.v[i], &b);
    lines_put(l, "  ! ", &b, INK_WARNING);
  }
  buf_release(&b), buf_release(&names);
  free(order);
}

/* ---- page ---- */

static void put_z(struct buf *out, const char *s) {
  report_html_text(out, sv_from(s));
}

static void html_cell(const struct coverage_cell *c, struct buf *out) {
  static const char *const signs[] = {"✓", "✕", "✕", "✕", "?", "?", "—"};
  struct buf b;
  bool bad = c->state == DUTY_LATE || c->state == DUTY_UNPUBLISHED || c->state == DUTY_OVERDUE;
  buf_init(&b, 4096);
  put_state(c, &b);
  buf_printf(out, "<td class=x>%s%s ", bad ? "<strong>" : "", signs[c->state]);
  html_buf(out, &b);
  if (bad) buf_puts(out, "</strong>");
  duty_print(c->duty, c->due, c->late, &b);
  if (b.n) buf_puts(out, "<br><span class=dim>"), html_buf(out, &b), buf_puts(out, "</span>");
  if (*c->duty->address) buf_puts(out, "<br><span class=dim>"), put_z(out, c->duty->address), buf_puts(out, "</span>");
  buf_release(&b);
}

static void html_lists(const struct coverage *c, const int *order, struct buf *out) {
  struct buf names;
  buf_init(&names, 1 << 22);
  buf_puts(out, "<ul>\n");
  for (enum list k = 0; k < LISTS; k++) {
    int n = list_put(c, k, order, &names);
    if (n > 0) buf_printf(out, tr("<li>%s %d 个：", "<li>%s (%d): "), list_title(k), n), html_buf(out, &names), buf_puts(out, "</li>\n");
    buf_clear(&names);
  }
  for (size_t i = 0; i < c->unlisted.n; i++) {
    buf_printf(out, "<li>%s", tr("不在名册里：", "not in the roster: "));
    unlisted_put(&c->unlisted.v[i], &names);
    html_buf(out, &names);
    buf_puts(out, "</li>\n");
  }
  buf_puts(out, "</ul></section>\n");
  buf_release(&names);
}

void coverage_html(const struct coverage *c, struct buf *out) {
  int *order = order_make(c->roster);
  const char *title = tr("公开情况（名册）", "coverage (roster)");
  if (!order) {
    out->rc = RC_NOMEM;
    return;
  }
  buf_printf(out, "<section id=coverage><h2>%s</h2><div class=scroll role=region tabindex=0 aria-label=\"%s\"><table><thead><tr>", title, title);
  buf_printf(out, "<th scope=col>%s<th scope=col>%s<th scope=col>%s<th scope=col>%s<th scope=col>%s<tbody>\n", tr("单位", "body"), tr("类型", "type"),
             tr("年度", "year"), phase_title(DUTY_BUDGET), phase_title(DUTY_FINAL));
  for (size_t i = 0; i < c->roster->bodies.n; i++) {
    const struct body *b = &c->roster->bodies.v[order[i]];
    buf_printf(out, "<tr><th scope=row>%s", b->parent >= 0 ? "　" : "");
    put_z(out, b->name);
    buf_printf(out, "<td class=x>%s<td>", b->unit ? tr("单位", "unit") : tr("部门", "department"));
    put_year(b, out);
    for (size_t p = 0; p < 2; p++) {
      struct coverage_cell cell = coverage_at(c, order[i], phases[p]);
      html_cell(&cell, out);
    }
    buf_putc(out, '\n');
  }
  buf_puts(out, "</table></div>\n");
  html_lists(c, order, out);
  free(order);
}

/* ---- workbook ---- */

static void xlsx_row(const struct coverage *c, struct xlsx *x, int at, int body) {
  const struct body *who = &c->roster->bodies.v[body];
  struct buf b;
  buf_init(&b, 4096);
  xlsx_text(x, at, 0, sv_from(who->code), XLSX_PLAIN);
  xlsx_text(x, at, 1, sv_from(who->name), XLSX_PLAIN);
  xlsx_text(x, at, 2, sv_from(who->parent >= 0 ? c->roster->bodies.v[who->parent].name : ""), XLSX_PLAIN);
  xlsx_text(x, at, 3, sv_from(who->unit ? tr("单位", "unit") : tr("部门", "department")), XLSX_PLAIN);
  if (who->year > 0) xlsx_number(x, at, 4, who->year, -1, XLSX_PLAIN);
  for (int p = 0; p < 2; p++) {
    struct coverage_cell cell = coverage_at(c, body, phases[p]);
    enum ink ink = ink_of(cell.state);
    put_state(&cell, &b);
    xlsx_text(x, at, 5 + p * 3, (struct sv){b.p, b.n}, ink == INK_ERROR ? XLSX_ERROR : ink == INK_WARNING ? XLSX_WARNING : XLSX_PLAIN);
    buf_clear(&b);
    duty_print(cell.duty, cell.due, cell.late, &b);
    xlsx_text(x, at, 6 + p * 3, (struct sv){b.p, b.n}, XLSX_PLAIN);
    xlsx_text(x, at, 7 + p * 3, sv_from(cell.duty->address), XLSX_PLAIN);
    buf_clear(&b);
  }
  xlsx_height(x, at, 3);
  buf_release(&b);
}

int coverage_xlsx(const struct coverage *c, struct xlsx *x) {
  static const int widths[] = {9, 26, 22, 7, 7, 16, 24, 20, 16, 24, 20};
  const char *const heads[] = {
      tr("单位编码", "code"), tr("单位名称", "body"),        tr("上级部门", "department"),       tr("类型", "type"),
      tr("年度", "year"),     tr("预算", "budget"),          tr("预算日期", "budget dates"),     tr("预算公开地址", "budget address"),
      tr("决算", "final"),    tr("决算日期", "final dates"), tr("决算公开地址", "final address")};
  int n = (int)(sizeof widths / sizeof *widths), at = 0;
  int *order = order_make(c->roster);
  struct buf b;
  if (!order) return RC_NOMEM;
  buf_init(&b, 1 << 22);
  xlsx_sheet(x, tr("公开情况", "coverage"), widths, n, true);
  for (int i = 0; i < n; i++) xlsx_text(x, 0, i, sv_from(heads[i]), XLSX_HEADER);
  for (size_t i = 0; i < c->roster->bodies.n; i++) xlsx_row(c, x, ++at, order[i]);
  xlsx_filter(x, at, n - 1);
  for (enum list k = 0; k < LISTS; k++) {
    int count = list_put(c, k, order, &b);
    if (count > 0) {
      xlsx_text(x, ++at, 1, sv_from(list_title(k)), XLSX_HEADER);
      xlsx_number(x, at, 4, count, -1, XLSX_PLAIN);
      xlsx_text(x, at, 5, (struct sv){b.p, b.n}, XLSX_PLAIN);
      xlsx_merge(x, at, 5, 1, 6);
    }
    buf_clear(&b);
  }
  for (size_t i = 0; i < c->unlisted.n; i++) {
    xlsx_text(x, ++at, 1, sv_from(tr("不在名册里", "not in the roster")), XLSX_HEADER);
    unlisted_put(&c->unlisted.v[i], &b);
    xlsx_text(x, at, 5, (struct sv){b.p, b.n}, XLSX_PLAIN);
    xlsx_merge(x, at, 5, 1, 6);
    buf_clear(&b);
  }
  buf_release(&b);
  free(order);
  return RC_OK;
}

/* ---- for programs ---- */

static json_t *text(const char *s) {
  json_t *j = json_string(s);
  return j ? j : json_string("");
}

static void set_day(json_t *j, const char *key, int day) {
  char out[DAY_TEXT];
  if (day != DAY_NONE) json_object_set_new(j, key, json_string(day_print(out, day)));
}

static json_t *cell_json(const struct coverage *c, int body, enum duty_phase p) {
  struct coverage_cell cell = coverage_at(c, body, p);
  json_t *j = json_object();
  json_object_set_new(j, "state", json_string(duty_state_name(cell.state)));
  set_day(j, "approved", cell.duty->approved);
  set_day(j, "due", cell.due);
  set_day(j, "published", cell.duty->published);
  if (cell.late > 0) json_object_set_new(j, "days_late", json_integer(cell.late));
  if (*cell.duty->address) json_object_set_new(j, "address", text(cell.duty->address));
  json_object_set_new(j, "books", json_integer(cell.books));
  if (cell.books > 0) json_object_set_new(j, "path", text(c->cells[body][p].path));
  return j;
}

static json_t *body_json(const struct coverage *c, int body) {
  const struct body *b = &c->roster->bodies.v[body];
  json_t *j = json_object();
  if (*b->code) json_object_set_new(j, "code", text(b->code));
  json_object_set_new(j, "name", text(b->name));
  json_object_set_new(j, "type", json_string(b->unit ? "unit" : "department"));
  if (b->parent >= 0) json_object_set_new(j, "department", text(c->roster->bodies.v[b->parent].name));
  json_object_set_new(j, "year", b->year > 0 ? json_integer(b->year) : json_null());
  json_object_set_new(j, "budget", cell_json(c, body, DUTY_BUDGET));
  json_object_set_new(j, "final", cell_json(c, body, DUTY_FINAL));
  return j;
}

static json_t *named_json(const struct coverage *c, enum list l, const int *order) {
  json_t *list = json_array();
  for (size_t i = 0; i < c->roster->bodies.n; i++) {
    const struct body *b = &c->roster->bodies.v[order[i]];
    if (!list_has(c, l, order[i])) continue;
    json_t *j = json_object();
    json_object_set_new(j, "name", text(b->name));
    json_object_set_new(j, "year", b->year > 0 ? json_integer(b->year) : json_null());
    json_array_append_new(list, j);
  }
  return list;
}

int coverage_json(const struct coverage *c, struct buf *out) {
  int *order = order_make(c->roster);
  json_t *all = json_object(), *bodies = json_array(), *unlisted = json_array();
  if (!order) return json_decref(all), json_decref(bodies), json_decref(unlisted), RC_NOMEM;
  for (size_t i = 0; i < c->roster->bodies.n; i++) json_array_append_new(bodies, body_json(c, order[i]));
  for (size_t i = 0; i < c->unlisted.n; i++) {
    const struct unlisted *u = &c->unlisted.v[i];
    json_t *j = json_object();
    json_object_set_new(j, "path", text(u->path));
    json_object_set_new(j, "body", text(u->body));
    json_object_set_new(j, "year", u->year > 0 ? json_integer(u->year) : json_null());
    json_object_set_new(j, "kind", json_string(book_kind_names[u->kind]));
    json_array_append_new(unlisted, j);
  }
  json_object_set_new(all, "roster", text(c->roster->path));
  json_object_set_new(all, "bodies", bodies);
  for (enum list k = 0; k < LISTS; k++) json_object_set_new(all, list_name(k), named_json(c, k, order));
  json_object_set_new(all, "unlisted", unlisted);
  char *s = json_dumps(all, JSON_COMPACT);
  json_decref(all);
  free(order);
  if (!s) return RC_NOMEM;
  buf_printf(out, "\"coverage\":%s", s);
  free(s);
  return out->rc;
}
