/* report_against.c: what was mended, what remains, what is new, at the top of each report. Errors and warnings are told; infos are in the JSON. */
#include "rooms/audit/internal.h"
#include "rooms/audit/report_html.h"

#include <string.h>

const struct amendment *view_amendment(const struct view *v) {
  for (int i = 0; v->x && v->x->amendments && i < v->x->nbooks; i++)
    if (v->x->books[i] == v->b) return v->x->amendments[i];
  return NULL;
}

static bool is_told(const struct view *v, const struct amend_line *l) {
  if (l->old) return strcmp(l->old->severity, "info") != 0;
  return v->r->findings.v[l->now].severity != SEVERITY_INFO;
}

void amendment_head(const struct amendment *m, struct buf *out) {
  if (!m->found) {
    buf_printf(out,
               tr("上次的报告 %s 里没有这本账本（单位、年份、种类都要相同）",
                  "the earlier report %s does not have this book (body, year and kind must be the same)"),
               m->path);
    return;
  }
  buf_printf(out, tr("与上次的报告 %s 比：已改 %ld，未改 %ld，新增 %ld", "against the earlier report %s: %ld mended, %ld remain, %ld new"), m->path,
             m->counts[AMEND_MENDED], m->counts[AMEND_REMAINING], m->counts[AMEND_NEW]);
  if (m->counts[AMEND_UNCLEAR] > 0)
    buf_printf(out, tr("，不能判断 %ld（这次没有检查到）", ", %ld cannot be told (not checked this time)"), m->counts[AMEND_UNCLEAR]);
}

static void put_old(const struct old_finding *o, struct buf *out) {
  buf_printf(out, "%s %s", o->rule, o->title);
  if (o->table[0]) buf_printf(out, tr("《%s》", " \"%s\""), o->table);
  if (o->page > 0) buf_printf(out, tr("第 %d 页", " page %d"), o->page);
  if (o->page == 0 && o->line > 0) buf_printf(out, tr("第 %d 行", " line %d"), o->line);
  if (o->row[0]) buf_printf(out, tr("“%s%s%s”", " \"%s%s%s\""), o->code, o->code[0] ? " " : "", o->row);
  if (o->column[0]) buf_printf(out, tr("列“%s”", " column \"%s\""), o->column);
  if (o->stated[0] && o->expected[0]) buf_printf(out, tr("：印为 %s，应为 %s", ": printed %s, should be %s"), o->stated, o->expected);
}

static void put_new(const struct view *v, int now, struct buf *out) {
  const struct finding *f = &v->r->findings.v[now];
  struct telling t;
  finding_tell(v, f, true, &t);
  buf_printf(out, "%s %s ", rule_id(v, f->rule), rule_title(v, f->rule));
  finding_where(v, f, &t, NULL, out);
}

void amend_line_print(const struct view *v, const struct amend_line *l, struct buf *out) {
  if (l->old)
    put_old(l->old, out);
  else
    put_new(v, l->now, out);
  if (l->old && l->now >= 0) buf_printf(out, tr("（这次第 %d 条）", " (number %d now)"), l->now + 1);
  if (!l->old) buf_printf(out, tr("（第 %d 条）", " (number %d)"), l->now + 1);
}

const char *amend_sign(enum amend_state s) {
  static const char *const signs[AMEND_STATES] = {"✓", "✕", "+", "?"};
  return signs[s];
}

void report_text_against(const struct lines *l, struct buf *b, const struct view *v) {
  const struct amendment *m = view_amendment(v);
  if (!m) return;
  amendment_head(m, b);
  lines_put(l, m->found ? "  " : "  ! ", b, m->found ? INK_BOLD : INK_WARNING);
  for (int s = 0; s < AMEND_STATES; s++)
    for (size_t i = 0; i < m->lines.n; i++) {
      char first[64];
      if ((int)m->lines.v[i].state != s || !is_told(v, &m->lines.v[i])) continue;
      snprintf(first, sizeof first, "    %s %s ", amend_sign((enum amend_state)s), amend_state_title((enum amend_state)s));
      amend_line_print(v, &m->lines.v[i], b);
      lines_put(l, first, b, s == AMEND_MENDED ? INK_PLAIN : s == AMEND_REMAINING ? INK_ERROR : INK_WARNING);
    }
}

void report_html_against(const struct html_book *h) {
  const struct amendment *m = view_amendment(h->v);
  struct buf b;
  if (!m) return;
  buf_init(&b, 1 << 20);
  amendment_head(m, &b);
  buf_printf(h->out, "<div%s><p><strong>", m->found ? "" : " class=alert");
  html_buf(h->out, &b);
  buf_puts(h->out, "</strong></p>");
  bool any = false;
  for (int s = 0; s < AMEND_STATES; s++)
    for (size_t i = 0; i < m->lines.n; i++) {
      const struct amend_line *l = &m->lines.v[i];
      if ((int)l->state != s || !is_told(h->v, l)) continue;
      if (!any) buf_puts(h->out, "<ul class=index>");
      any = true;
      buf_printf(h->out, "<li><b>%s %s</b> ", amend_sign((enum amend_state)s), amend_state_title((enum amend_state)s));
      if (l->now >= 0) buf_printf(h->out, "<a href=#f%d-%d>", h->number, l->now + 1);
      amend_line_print(h->v, l, &b);
      html_buf(h->out, &b);
      buf_puts(h->out, l->now >= 0 ? "</a></li>\n" : "</li>\n");
    }
  buf_puts(h->out, any ? "</ul></div>\n" : "</div>\n");
  buf_release(&b);
}
