/* report_text.c: the report that a reviewer reads from top to bottom: what was read and what was not, what is wrong by severity,
 * what was not checked, one line of summary; after a batch a table of all files. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDINGS_SHOWN 20
#define SKIPPED_SHOWN   30

static void rule_line(struct buf *out, const char *heading) {
  buf_printf(out, "\n── %s ", heading);
  for (int w = text_width(sv_from(heading)) + 4; w < 78; w++) buf_puts(out, "─");
  buf_putc(out, '\n');
}

/* Text cut or filled with blanks to so many columns of a terminal. */
static void put_padded(struct buf *out, struct sv s, int width) {
  size_t at = 0, end = 0;
  int used = 0;
  while (at < s.n) {
    size_t next = at;
    utf8_next(s, &next);
    int w = text_width((struct sv){s.p + at, next - at});
    if (used + w > width) break;
    used += w, at = end = next;
  }
  if (end < s.n && used > 0) { /* cut: say so */
    while (used > width - 1 && end > 0) {
      size_t start = end - 1;
      while (start > 0 && ((unsigned char)s.p[start] & 0xC0) == 0x80) start--;
      used -= text_width((struct sv){s.p + start, end - start});
      end = start;
    }
    buf_add(out, s.p, end);
    buf_puts(out, "…"), used++;
  } else {
    buf_add(out, s.p ? s.p : "", end);
  }
  for (; used < width; used++) buf_putc(out, ' ');
}

/* 3-5, 8: pages in a state. */
static void put_pages(struct buf *out, const struct document *d, enum page_state state) {
  bool first = true;
  for (int i = 0; i < d->npages; i++) {
    if (d->pages[i].state != state) continue;
    int last = i;
    while (last + 1 < d->npages && d->pages[last + 1].state == state) last++;
    buf_printf(out, "%s%d", first ? "" : ", ", d->pages[i].number);
    if (last > i) buf_printf(out, "-%d", d->pages[last].number);
    first = false, i = last;
  }
}

static void put_document_doubts(struct buf *out, const struct document *d) {
  static const enum page_state states[] = {PAGE_SCAN, PAGE_NO_TEXT, PAGE_DAMAGED};
  for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
    int n = 0;
    for (int i = 0; i < d->npages; i++) n += d->pages[i].state == states[s];
    if (n == 0) continue;
    buf_printf(out, tr("  ! %d 页%s：第 ", "  ! %d pages %s: "), n, page_state_title(states[s]));
    put_pages(out, d, states[s]);
    buf_puts(out, tr(" 页\n", "\n"));
  }
  if (d->truncated) buf_puts(out, tr("  ! 文件损坏，有内容缺失\n", "  ! the file is damaged; something is missing\n"));
  if (d->converted_from) buf_printf(out, tr("  · 由 LibreOffice 从 .%s 转换而来\n", "  · converted from .%s by LibreOffice\n"), d->converted_from);
  for (int i = 0; i < d->nwarnings && i < 10; i++) buf_printf(out, "  · %s\n", d->warnings[i]);
  if (d->nwarnings > 10) buf_printf(out, tr("  · 另有 %d 条读取提示\n", "  · and %d more remarks on reading\n"), d->nwarnings - 10);
}

static void put_unread(struct buf *out, const struct book *b) {
  size_t shown = 0;
  for (size_t i = 0; i < b->tables.n; i++) {
    const struct book_table *t = &b->tables.v[i];
    if (t->doubtful)
      buf_printf(out, tr("  ! 《%.*s》（第 %d 页）没有读清，不作判断：%s\n", "  ! \"%.*s\" (page %d) was not read cleanly and proves nothing: %s\n"),
                 SV_ARG(t->title), t->place.page, t->doubt ? t->doubt : "");
    else if (t->scale == SCALE_NONE && !t->empty)
      buf_printf(out, tr("  ! 《%.*s》（第 %d 页）没有找到金额单位\n", "  ! \"%.*s\" (page %d): no unit of amounts was found\n"), SV_ARG(t->title),
                 t->place.page);
  }
  for (size_t i = 0; i < b->unread.n && shown < 10; i++, shown++) {
    const struct book_unread *u = &b->unread.v[i];
    struct sv text = u->text;
    if (text.n > 60)
      for (text.n = 60; text.n > 0 && ((unsigned char)text.p[text.n] & 0xC0) == 0x80;) text.n--;
    buf_printf(out, tr("  ! 第 %d 页 %s“%.*s”未读：%s\n", "  ! page %d %s\"%.*s\" not read: %s\n"), u->place.page,
               u->row < 0 ? tr("表", "table ") : tr("格", "cell "), SV_ARG(text), u->why ? u->why : "");
  }
  if (b->unread.n > shown) buf_printf(out, tr("  ! 另有 %zu 处未读（见 json）\n", "  ! and %zu more not read (see json)\n"), b->unread.n - shown);
}

static void put_head(struct buf *out, const struct view *v) {
  const struct book *b = v->b;
  struct tally t = {0};
  int pages = 0, clean = 0;
  tally_add(&t, v);
  for (int i = 0; i < b->ndocuments; i++) pages += b->documents[i]->npages;
  for (size_t i = 0; i < b->tables.n; i++) clean += !b->tables.v[i].doubtful;
  buf_printf(out, "  %.*s", SV_ARG(b->body.n ? b->body : sv_from(tr("（单位名称未识别）", "(body not recognised)"))));
  if (b->year > 0) buf_printf(out, tr("  %d 年", "  %d"), b->year);
  buf_printf(out, tr("  %s  样式 %s  %d 页\n", "  %s  profile %s  %d pages\n"), kind_title(b->kind), b->profile ? b->profile : "-", pages);
  buf_printf(out,
             tr("  金额表 %d 张，认出 %d 张；读清 %d 张表，%ld 个数据，%ld 处未读\n",
                "  %d money tables, %d recognised; %d tables read cleanly, %ld observations, %ld not read\n"),
             b->money_tables, b->recognised_tables, clean, t.observations, t.unread);
  if (b->blank_form) buf_puts(out, tr("  这是没有填写的空白表样，不作判断\n", "  this is an unfilled form: nothing is claimed of it\n"));
}

static void put_suspects(struct buf *out, const struct view *v, const struct finding *f) {
  bool listed = f->nsuspects > 1;
  for (int i = 0; listed && i < f->nsuspects; i++) {
    buf_printf(out, "      %s ", i == 0 ? tr("应改：", "change:") : tr("并改：", "and:   "));
    suspect_line(v, &f->suspects[i], out);
    buf_putc(out, '\n');
  }
  for (int i = 0; i < f->nalternatives && i < 5; i++) {
    buf_printf(out, "      %s ", tr("或者：", "or:    "));
    suspect_line(v, &f->alternatives[i], out);
    buf_putc(out, '\n');
  }
  if (f->nalternatives > 5) buf_printf(out, tr("      另有 %d 种同样可能的解释\n", "      and %d more explanations as good\n"), f->nalternatives - 5);
  if (f->several) buf_puts(out, tr("      有多种解释，不能断定是哪个数错\n", "      several explanations; none can be preferred\n"));
  const char *cause = cause_title(f->cause);
  if (cause && f->nsuspects > 0)
    buf_printf(out, tr("      像是：%s（可信度 %.0f%%）\n", "      looks like: %s (confidence %.0f%%)\n"), cause, f->suspects[0].confidence * 100);
  else if (cause)
    buf_printf(out, tr("      像是：%s\n", "      looks like: %s\n"), cause);
}

static void put_consequences(struct buf *out, const struct view *v, const struct finding *f) {
  if (f->nrelations < 2) return;
  buf_printf(out, tr("      由此不成立的关系 %d 条：", "      %d relations broken by it:"), f->nrelations);
  const char *last = "";
  for (int i = 0, shown = 0; i < f->nrelations && shown < 8; i++) {
    const struct relation *r = relation_at(v, f->relations[i]);
    const char *id = r ? rule_id(v, r->rule) : "";
    if (strcmp(id, last) == 0) continue;
    buf_printf(out, " %s", id);
    last = id, shown++;
  }
  buf_putc(out, '\n');
}

static void put_place_line(struct buf *out, const struct view *v, const struct finding *f, const struct telling *t) {
  if (t->obs) {
    buf_puts(out, "      ");
    obs_where(v, t->obs, out);
    buf_putc(out, '\n');
    return;
  }
  if (!t->table && t->place.page == 0 && t->place.line == 0) return;
  buf_puts(out, "      ");
  if (t->table) buf_printf(out, tr("《%.*s》", "\"%.*s\" "), SV_ARG(t->table->title));
  if (t->place.page > 0)
    buf_printf(out, tr("第 %d 页", "page %d"), t->place.page);
  else if (t->place.line > 0)
    buf_printf(out, tr("第 %d 行", "line %d"), t->place.line);
  if (t->row && f->cause == CAUSE_MISSING_ROW)
    buf_printf(out, tr("，在“%.*s”之后", ", after \"%.*s\""), SV_ARG(t->row->label));
  else if (t->row)
    buf_printf(out, tr("“%.*s”", " row \"%.*s\""), SV_ARG(t->row->label));
  buf_putc(out, '\n');
}

static void put_finding(struct buf *out, const struct view *v, const struct finding *f, int number) {
  struct telling t;
  const struct rule_head *h = rule_at(v, f->rule);
  const struct relation *r = relation_at(v, f->relation);
  finding_tell(v, f, true, &t);
  buf_printf(out, tr("\n%3d  【%s】%s  %s\n", "\n%3d  [%s] %s  %s\n"), number, severity_title(f->severity), rule_id(v, f->rule),
             rule_title(v, f->rule));
  put_place_line(out, v, f, &t);
  if (t.stated_text[0] || t.expected_text[0]) {
    buf_printf(out, tr("      印为 %s", "      printed %s"), t.stated_text[0] ? t.stated_text : tr("（空）", "(blank)"));
    if (t.expected_text[0]) buf_printf(out, tr(" → 应为 %s", " → should be %s"), t.expected_text);
    if (t.difference[0]) buf_printf(out, tr("，差 %s %s", ", off by %s %s"), t.difference, t.unit_shown);
    buf_putc(out, '\n');
  }
  buf_puts(out, "      ");
  finding_message(v, f, &t, out);
  buf_putc(out, '\n');
  if (r) {
    buf_puts(out, tr("      算式：", "      "));
    relation_arithmetic(v, r, out);
    buf_putc(out, '\n');
  }
  put_suspects(out, v, f);
  put_consequences(out, v, f);
  if (h && h->basis) buf_printf(out, tr("      依据：%s\n", "      basis: %s\n"), h->basis);
}

/* 尾差: one line each, since a reader only wants to see that they are small. */
static void put_roundings(struct buf *out, const struct view *v) {
  int n = 0;
  for (size_t i = 0; i < v->r->findings.n; i++) {
    const struct finding *f = &v->r->findings.v[i];
    struct telling t;
    finding_tell(v, f, true, &t);
    if (f->severity != SEVERITY_INFO || !t.rounding) continue;
    if (++n == 1) rule_line(out, tr("尾差（四舍五入可以解释）", "rounding differences"));
    if (n > ROUNDINGS_SHOWN) continue;
    buf_printf(out, "     %s  ", rule_id(v, f->rule));
    obs_where(v, t.obs, out);
    buf_printf(out, tr("：印为 %s，算得 %s，差 %s %s\n", ": printed %s, computed %s, off by %s %s\n"), t.stated_text, t.expected_text, t.difference,
               t.unit_shown);
  }
  if (n > ROUNDINGS_SHOWN)
    buf_printf(out, tr("     另有 %d 条尾差（见 json、xlsx）\n", "     and %d more rounding differences (see json, xlsx)\n"), n - ROUNDINGS_SHOWN);
}

static void put_findings(struct buf *out, const struct view *v) {
  static const enum severity order[] = {SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_INFO};
  int number = 0;
  for (size_t s = 0; s < 3; s++) {
    int here = 0;
    for (size_t i = 0; i < v->r->findings.n; i++) {
      const struct finding *f = &v->r->findings.v[i];
      const struct relation *r = relation_at(v, f->relation);
      if (f->severity != order[s] || (f->severity == SEVERITY_INFO && r && r->rounding)) continue;
      if (here++ == 0) rule_line(out, severity_title(order[s]));
      put_finding(out, v, f, ++number);
    }
  }
  put_roundings(out, v);
}

static void put_skipped(struct buf *out, const struct view *v) {
  struct skipped_list l;
  skipped_gather(v, &l);
  if (l.list.n > 0) rule_line(out, tr("没有检查的（不等于没有问题）", "not checked (which does not mean right)"));
  for (size_t i = 0; i < l.list.n && i < SKIPPED_SHOWN; i++) {
    const struct skipped *s = &l.list.v[i];
    buf_printf(out, tr("  %5ld 项  ", "  %5ld  "), s->count);
    put_padded(out, sv_from(s->rule), 12);
    buf_printf(out, " %s%s%s\n", s->title, tr("：", ": "), s->why);
  }
  if (l.list.n > SKIPPED_SHOWN) buf_printf(out, tr("  另有 %zu 类（见 json）\n", "  and %zu more kinds (see json)\n"), l.list.n - SKIPPED_SHOWN);
  free(l.list.v);
}

static void put_summary(struct buf *out, const struct view *v) {
  struct tally t = {0};
  tally_add(&t, v);
  buf_printf(out,
             tr("\n小结：错误 %ld，警告 %ld，提示 %ld；检查通过 %ld，不成立 %ld，不适用 %ld，没有检查 %ld\n",
                "\nsummary: %ld errors, %ld warnings, %ld infos; checks: %ld passed, %ld failed, %ld not applicable, %ld not checked\n"),
             t.errors, t.warnings, t.infos, t.passed, t.failed, t.not_applicable, t.not_checked);
}

void report_text_add(struct reporter *r, const struct audit *x) {
  struct buf *out = &r->out;
  if (r->documents > 0) buf_putc(out, '\n');
  if (x->rc < 0) {
    buf_printf(out, tr("%s\n  读不了：%s\n", "%s\n  cannot be read: %s\n"), x->path, x->error.text);
    return;
  }
  for (int i = 0; i < x->ndocuments; i++) buf_printf(out, "%s\n", x->documents[i]->path ? x->documents[i]->path : x->path);
  for (int i = 0; i < x->ndocuments; i++) put_document_doubts(out, x->documents[i]);
  for (int i = 0; i < x->nbooks; i++) {
    struct view v = view_of(r->a, x, i);
    if (x->nbooks > 1) buf_printf(out, tr("  第 %d 本，共 %d 本\n", "  book %d of %d\n"), i + 1, x->nbooks);
    put_head(out, &v);
    put_unread(out, v.b);
    put_findings(out, &v);
    put_skipped(out, &v);
    put_summary(out, &v);
  }
}

static void put_batch_row(struct buf *out, const struct summary *s) {
  const char *slash = strrchr(s->path, '/');
  put_padded(out, sv_from(slash ? slash + 1 : s->path), 30);
  buf_putc(out, ' ');
  if (s->why) {
    buf_printf(out, tr("读不了：%s\n", "cannot be read: %s\n"), s->why);
    return;
  }
  put_padded(out, sv_from(s->body), 24);
  buf_printf(out, " %4d ", s->year);
  put_padded(out, sv_from(kind_title(s->kind)), lang_get() == LANG_EN ? 17 : 8);
  buf_printf(out, " %5ld %5ld %5ld %6ld %7.3f\n", s->tally.errors, s->tally.warnings, s->tally.infos, s->tally.not_checked, s->seconds);
}

void report_text_end(struct reporter *r, double seconds) {
  struct buf *out = &r->out;
  long bad = 0;
  if (r->all.n < 2) return;
  rule_line(out, tr("全部文件", "all files"));
  put_padded(out, sv_from(tr("文件", "file")), 30);
  buf_putc(out, ' ');
  put_padded(out, sv_from(tr("单位", "body")), 24);
  buf_puts(out, tr(" 年   种类      错误  警告  提示 未检查    秒\n", " year kind              errs warns infos unchkd seconds\n"));
  for (size_t i = 0; i < r->all.n; i++) {
    put_batch_row(out, &r->all.v[i]);
    bad += r->all.v[i].why != NULL;
  }
  buf_printf(out,
             tr("共 %zu 个，读不了 %ld 个；错误 %ld，警告 %ld，提示 %ld；用时 %.2f 秒\n",
                "%zu inputs, %ld not readable; %ld errors, %ld warnings, %ld infos; %.2f seconds\n"),
             r->all.n, bad, r->total.errors, r->total.warnings, r->total.infos, seconds);
  if (r->skipped_files > 0)
    buf_printf(out, tr("文件夹里另有 %d 个文件不是可读的文档，跳过\n", "%d files in the folders are no documents and were passed over\n"),
               r->skipped_files);
}
