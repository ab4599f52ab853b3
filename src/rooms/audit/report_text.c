/* report_text.c: the report that a reviewer reads from top to bottom: what was read and what was not, what is wrong by severity,
 * rounding differences a line each, what was not checked, one line of summary. The table after a batch is in report_batch.c.
 * Nothing is said twice: where a cell was singled out, its place, its change and the arithmetic say what the rule's sentence would. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDINGS_SHOWN = 20, UNREAD_SHOWN = 10, WARNINGS_SHOWN = 10, TEXT_SHOWN = 60 };

static enum ink ink_of(enum severity s) {
  return s == SEVERITY_ERROR ? INK_ERROR : s == SEVERITY_WARNING ? INK_WARNING : INK_INFO;
}

/* ---- what was read, and what was not ---- */

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

static void put_document_doubts(const struct lines *l, struct buf *b, const struct document *d) {
  static const enum page_state states[] = {PAGE_RECOGNISED, PAGE_SCAN, PAGE_NO_TEXT, PAGE_DAMAGED};
  for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
    int n = 0;
    for (int i = 0; i < d->npages; i++) n += d->pages[i].state == states[s];
    if (n == 0) continue;
    buf_printf(b, tr("%d 页%s：第 ", "%d pages %s: "), n, page_state_title(states[s]));
    put_pages(b, d, states[s]);
    buf_puts(b, tr(" 页", ""));
    lines_put(l, "  ! ", b, INK_WARNING);
  }
  if (all_damaged(d))
    buf_puts(b, tr("每一页都损坏：这不能算审核过，请要完好的文件", "every page is damaged: this is no audit of it; ask for a sound file"));
  lines_put(l, "  ! ", b, INK_ERROR);
  if (d->truncated) buf_puts(b, tr("文件损坏，有内容缺失", "the file is damaged; something is missing"));
  lines_put(l, "  ! ", b, INK_WARNING);
  if (d->converted_from) buf_printf(b, tr("由 LibreOffice 从 .%s 转换而来", "converted from .%s by LibreOffice"), d->converted_from);
  lines_put(l, "  · ", b, INK_PLAIN);
  for (int i = 0; i < d->nwarnings && i < WARNINGS_SHOWN; i++) buf_puts(b, d->warnings[i]), lines_put(l, "  · ", b, INK_PLAIN);
  if (d->nwarnings > WARNINGS_SHOWN) buf_printf(b, tr("另有 %d 条读取提示", "and %d more remarks on reading"), d->nwarnings - WARNINGS_SHOWN);
  lines_put(l, "  · ", b, INK_PLAIN);
}

static void put_table_doubt(const struct lines *l, struct buf *b, const struct view *v, const struct book_table *t) {
  if (!t->doubtful && (t->scale != SCALE_NONE || t->empty || t->wordy || table_grafted(v->b, t))) return;
  buf_puts(b, tr("《", "\""));
  table_name(v, t, b);
  buf_puts(b, tr("》", "\" "));
  place_print(t->place, b);
  if (t->doubtful)
    buf_printf(b, tr("没有读清，不作判断：%s", " was not read cleanly and proves nothing: %s"), t->doubt ? t->doubt : "");
  else
    buf_puts(b, tr("没有找到金额单位，不作判断", ": no unit of amounts was found, nothing is claimed of it"));
  lines_put(l, "  ! ", b, INK_WARNING);
}

static void put_unread(const struct lines *l, struct buf *b, const struct view *v) {
  const struct book *book = v->b;
  if (book->recognised)
    buf_printf(b,
               tr("%ld 个数由文字识别读出，待核对：用到它们的检查至多给出警告",
                  "%ld figures were read by character recognition and are to be confirmed: checks of them warn at most"),
               book->recognised);
  lines_put(l, "  ! ", b, INK_WARNING);
  for (size_t i = 0; i < book->tables.n; i++) put_table_doubt(l, b, v, &book->tables.v[i]);
  for (size_t i = 0; i < book->unread.n && i < UNREAD_SHOWN; i++) {
    const struct book_unread *u = &book->unread.v[i];
    struct sv text = u->text;
    if (text.n > TEXT_SHOWN)
      for (text.n = TEXT_SHOWN; text.n > 0 && ((unsigned char)text.p[text.n] & 0xC0) == 0x80;) text.n--;
    place_print(u->place, b);
    buf_printf(b, tr(" %s“%.*s%s”没有读：%s", " %s \"%.*s%s\" not read: %s"), u->row < 0 ? tr("表", "table") : tr("格", "cell"), SV_ARG(text),
               text.n < u->text.n ? "…" : "", u->why ? u->why : "");
    lines_put(l, "  ! ", b, INK_WARNING);
  }
  if (book->unread.n > UNREAD_SHOWN)
    buf_printf(b, tr("另有 %zu 处没有读（见 json）", "and %zu more not read (see json)"), book->unread.n - UNREAD_SHOWN);
  lines_put(l, "  ! ", b, INK_WARNING);
}

static void put_head(const struct lines *l, struct buf *b, const struct view *v) {
  const struct book *book = v->b;
  struct tally t = {0};
  int pages = 0;
  tally_add(&t, v);
  for (int i = 0; i < book->ndocuments; i++) pages += book->documents[i]->npages;
  buf_printf(b, "%.*s", SV_ARG(book->body.n ? book->body : sv_from(tr("（单位名称未识别）", "(body not recognised)"))));
  if (book->year > 0) buf_printf(b, tr("  %d 年", "  %d"), book->year);
  buf_printf(b, tr("  %s（样式 %s", "  %s (profile %s"), kind_title(book->kind), book->profile ? book->profile : "-");
  if (pages > 0) buf_printf(b, tr("，%d 页", ", %d pages"), pages);
  buf_puts(b, tr("）", ")"));
  lines_put(l, "  ", b, INK_BOLD);
  buf_printf(b,
             tr("金额表 %d 张，认出 %d 张（分边分段算 %d 张），数据 %ld 个，未读 %ld 处",
                "%d tables of amounts, %d recognised (%d sides and parts), %ld observations, %ld places not read"),
             book->money_tables, book->recognised_tables, own_tables(book), t.observations, t.unread);
  if (t.claims > 0) buf_printf(b, tr("；文字说明里读出 %ld 句", "; %ld sentences of the text"), t.claims);
  lines_put(l, "  ", b, INK_PLAIN);
  for (size_t i = 0; v->g && i < v->g->list.n; i++) graft_line(v, &v->g->list.v[i], b), lines_put(l, "  · ", b, INK_PLAIN);
  for (size_t i = 0; v->g && i < v->g->notes.n; i++) buf_puts(b, v->g->notes.v[i]), lines_put(l, "  ! ", b, INK_WARNING);
  if (book->blank_form) buf_puts(b, tr("这是没有填写的空白表样，不作判断", "this is an unfilled form: nothing is claimed of it"));
  lines_put(l, "  ! ", b, INK_WARNING);
}

/* ---- findings ---- */

static void put_evidence(const struct lines *l, struct buf *b, const struct view *v, const struct finding *f, const struct telling *t) {
  const struct relation *r = relation_at(v, f->relation);
  if (r) relation_arithmetic(v, r, t->obs, b);
  lines_put(l, tr("     算式 ", "     sum   "), b, INK_PLAIN);
  for (int i = 1; i < f->nsuspects && i <= SUSPECTS_SHOWN; i++)
    suspect_line(v, &f->suspects[i], b), lines_put(l, tr("     并改 ", "     and   "), b, INK_PLAIN);
  if (f->nsuspects > SUSPECTS_SHOWN + 1)
    buf_printf(b, tr("另有 %d 格（见 html、json）", "%d more cells (see html, json)"), f->nsuspects - SUSPECTS_SHOWN - 1);
  lines_put(l, tr("     并改 ", "     and   "), b, INK_PLAIN);
  alternatives_line(v, f, t, b);
  lines_put(l, finding_proved(v, f) ? tr("     或者 ", "     or    ") : tr("     可能 ", "     maybe "), b, INK_PLAIN);
  finding_cause(v, f, b);
  lines_put(l, "     ", b, INK_PLAIN);
  finding_consequences(v, f, b);
  lines_put(l, "     ", b, INK_PLAIN);
}

static void put_finding(const struct lines *l, struct buf *b, const struct view *v, const struct finding *f, int number) {
  struct telling t;
  struct buf message;
  const struct rule_head *h = rule_at(v, f->rule);
  finding_tell(v, f, true, &t);
  buf_init(&message, 1 << 20);
  finding_message(v, f, &t, &message);
  buf_printf(l->out, "\n%3d  ", number);
  ink_begin(l, ink_of(f->severity));
  buf_puts(l->out, rule_id(v, f->rule));
  ink_end(l, ink_of(f->severity));
  finding_title(v, f, b);
  lines_put(l, "  ", b, INK_BOLD);
  finding_where(v, f, &t, f->remark >= 0 ? &message : NULL, b);
  if (f->remark >= 0 && b->n > 0) buf_puts(b, tr("：", ": "));
  if (f->remark < 0) lines_put(l, "     ", b, INK_PLAIN);
  finding_statement(v, f, &t, b);
  lines_put(l, "     ", b, INK_PLAIN);
  finding_quote(v, f, &t, b);
  lines_put(l, tr("     原文 ", "     quote "), b, INK_PLAIN);
  put_evidence(l, b, v, f, &t);
  if (h && h->basis) buf_puts(b, h->basis);
  lines_put(l, tr("     依据 ", "     basis "), b, INK_DIM);
  buf_printf(b, "%.*s", SHORT_ID, f->id);
  lines_put(l, tr("     编号 ", "     id    "), b, INK_DIM);
  if (message.rc < 0) l->out->rc = message.rc;
  buf_release(&message);
}

/* 尾差: one line each, since a reader only wants to see that they are small. */
static void put_rounding(const struct lines *l, struct buf *b, const struct view *v, const struct finding *f, int number) {
  struct telling t;
  char first[32];
  finding_tell(v, f, true, &t);
  buf_printf(b, "%s  ", rule_id(v, f->rule));
  obs_where(v, t.obs, b);
  buf_printf(b, tr("：印为 %s，算得 %s，差 %s %s", ": printed %s, computed %s, off by %s %s"), t.stated_text, t.expected_text, t.difference,
             t.unit_shown);
  snprintf(first, sizeof first, "%3d  ", number);
  lines_put(l, first, b, INK_PLAIN);
}

static void put_severity(const struct lines *l, struct buf *b, const struct view *v, enum severity s) {
  int here = 0;
  for (size_t i = 0; i < v->r->findings.n; i++) {
    const struct finding *f = &v->r->findings.v[i];
    const struct relation *r = relation_at(v, f->relation);
    bool rounding = r && r->rounding;
    if (f->severity != s || (rounding && s == SEVERITY_INFO) || accepted_at(v, i)) continue;
    if (here++ == 0) lines_heading(l, severity_title(s), ink_of(s));
    put_finding(l, b, v, f, (int)i + 1);
  }
}

static void put_roundings(const struct lines *l, struct buf *b, const struct view *v) {
  int here = 0;
  for (size_t i = 0; i < v->r->findings.n; i++) {
    const struct finding *f = &v->r->findings.v[i];
    const struct relation *r = relation_at(v, f->relation);
    if (f->severity != SEVERITY_INFO || !r || !r->rounding || accepted_at(v, i)) continue;
    if (here++ == 0) lines_heading(l, tr("尾差（四舍五入可以解释）", "rounding differences"), INK_INFO);
    if (here <= ROUNDINGS_SHOWN) put_rounding(l, b, v, f, (int)i + 1);
  }
  if (here > ROUNDINGS_SHOWN)
    buf_printf(b, tr("另有 %d 条尾差（见 json、xlsx）", "and %d more rounding differences (see json, xlsx)"), here - ROUNDINGS_SHOWN);
  lines_put(l, "     ", b, INK_PLAIN);
}

/* ---- what a reviewer accepted, apart from the rest ---- */

static void put_accepted(const struct lines *l, struct buf *b, const struct view *v) {
  int here = 0;
  for (size_t i = 0; i < v->r->findings.n; i++) {
    const struct finding *f = &v->r->findings.v[i];
    const struct acceptance *c = accepted_at(v, i);
    struct telling t;
    char first[32];
    if (!c) continue;
    if (here++ == 0) lines_heading(l, tr("已认可（不计入错误，也不计入退出码）", "accepted (not counted, nor in the exit code)"), INK_BOLD);
    finding_tell(v, f, true, &t);
    buf_printf(b, "%s %s  ", severity_title(f->severity), rule_id(v, f->rule));
    finding_title(v, f, b);
    buf_puts(b, "  ");
    finding_where(v, f, &t, NULL, b);
    buf_puts(b, tr("：", ": "));
    finding_statement(v, f, &t, b);
    snprintf(first, sizeof first, "%3zu  ", i + 1);
    lines_put(l, first, b, INK_PLAIN);
    buf_printf(b, tr("%s（%s，%s）", "%s (%s, %s)"), c->reason, c->by, c->date);
    lines_put(l, tr("     理由 ", "     reason "), b, INK_PLAIN);
  }
}

static void put_unmatched(const struct lines *l, struct buf *b, const struct accepted *all) {
  for (size_t i = 0; all && i < all->unmatched.n; i++) {
    const struct acceptance *c = all->unmatched.v[i];
    if (i == 0)
      lines_heading(l, tr("对不上任何发现的认可（已改正，或数字变了）", "acceptances that cover no finding (mended, or a figure changed)"), INK_BOLD);
    buf_printf(b, tr("%s %s %s 第 %d 行：%s（%s，%s）", "%s %s %s line %d: %s (%s, %s)"), c->id, c->rule ? c->rule : "", c->stated ? c->stated : "",
               c->line, c->reason, c->by, c->date);
    lines_put(l, "  - ", b, INK_PLAIN);
  }
}

/* ---- what was not checked: a line for each reason ---- */

static void put_skipped(const struct lines *l, struct buf *b, const struct view *v) {
  struct skipped_list s;
  skipped_gather(v, &s);
  if (s.list.n > 0) lines_heading(l, tr("没有检查的（不等于没有问题）", "not checked (which does not mean right)"), INK_BOLD);
  for (size_t i = 0; i < s.list.n; i++) {
    struct skipped *head = &s.list.v[i];
    if (head->count == 0) continue; /* told with an earlier one */
    buf_puts(b, head->why);
    buf_puts(b, tr("：", ": "));
    for (size_t k = i; k < s.list.n; k++) {
      struct skipped *x = &s.list.v[k];
      if (x->count == 0 || strcmp(x->why, head->why) != 0) continue;
      buf_printf(b, tr("%s%s %s %ld 项", "%s%s %s (%ld)"), k > i ? tr("；", "; ") : "", x->rule, x->title, x->count);
      if (k > i) x->count = 0;
    }
    lines_put(l, "  - ", b, INK_PLAIN);
  }
  free(s.list.v);
}

static void put_summary(const struct lines *l, struct buf *b, const struct view *v) {
  struct tally t = {0};
  tally_add(&t, v);
  buf_putc(l->out, '\n');
  buf_printf(b, tr("错误 %ld，警告 %ld，提示 %ld", "%ld errors, %ld warnings, %ld infos"), t.errors, t.warnings, t.infos - t.roundings);
  if (t.roundings) buf_printf(b, tr("，尾差 %ld", ", %ld rounding differences"), t.roundings);
  if (t.accepted) buf_printf(b, tr("，另有已认可 %ld", ", besides %ld accepted"), t.accepted);
  buf_printf(
      b,
      tr("；检查通过 %ld 项，不成立 %ld 项，不适用 %ld 项，没有检查 %ld 项", "; checks: %ld passed, %ld failed, %ld not applicable, %ld not checked"),
      t.passed, t.failed, t.not_applicable, t.not_checked);
  lines_put(l, tr("小结 ", "summary "), b, t.errors ? INK_ERROR : INK_BOLD);
}

static void put_book(const struct lines *l, struct buf *b, const struct view *v) {
  put_head(l, b, v);
  report_text_against(l, b, v);
  put_unread(l, b, v);
  put_severity(l, b, v, SEVERITY_ERROR);
  put_severity(l, b, v, SEVERITY_WARNING);
  put_severity(l, b, v, SEVERITY_INFO);
  put_roundings(l, b, v);
  put_accepted(l, b, v);
  put_skipped(l, b, v);
  put_summary(l, b, v);
}

void report_text_add(struct reporter *r, const struct audit *x) {
  struct lines l = {&r->out, r->colour, r->width};
  struct buf b;
  buf_init(&b, 1 << 22);
  if (r->documents > 0) buf_putc(&r->out, '\n');
  for (int i = 0; x->rc >= 0 && i < x->ndocuments; i++) buf_printf(&r->out, "%s\n", x->documents[i]->path ? x->documents[i]->path : x->path);
  if (x->rc < 0) {
    buf_printf(&r->out, "%s\n", x->path);
    buf_printf(&b, tr("读不了：%s", "cannot be read: %s"), x->error.text);
    lines_put(&l, "  ! ", &b, INK_ERROR);
  }
  for (int i = 0; x->rc >= 0 && i < x->ndocuments; i++) put_document_doubts(&l, &b, x->documents[i]);
  for (int i = 0; x->rc >= 0 && i < x->nbooks; i++) {
    struct view v = view_of(r->a, x, i);
    if (x->nbooks > 1) buf_printf(&r->out, tr("\n  第 %d 本，共 %d 本\n", "\n  book %d of %d\n"), i + 1, x->nbooks);
    put_book(&l, &b, &v);
  }
  if (x->rc >= 0) put_unmatched(&l, &b, x->accepted);
  if (b.rc < 0) r->out.rc = b.rc; /* a paragraph beyond its cap: the report says so instead of being short of it */
  buf_release(&b);
}
