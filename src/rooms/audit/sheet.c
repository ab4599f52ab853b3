/* sheet.c: judges the rows of the check sheet for one book. What is found is quoted with its page; what is not found counts as missing only in a book
 * that was read whole; what the book cannot say comes from the roster. */
#include "rooms/audit/sheet.h"

#include "rooms/audit/sheet_text.h"

#include <stdlib.h>
#include <string.h>

enum { EVIDENCE_BYTES = 1 << 16, QUOTE_COLUMNS = 40, ERRORS_TOLD = 3, TABLES_TOLD = 6, TABLES_LEAST = 5, COVER_LINES = 15 };

struct judging {
  const struct view *v;
  const struct roster *roster;
  int today;
  struct book_text text;
  struct buf evidence, ids;
  bool whole; /* pages read, tables recognised */
};

bool book_read_whole(const struct book *b) {
  for (int d = 0; d < b->ndocuments; d++) {
    if (b->documents[d]->truncated) return false;
    for (int i = 0; i < b->documents[d]->npages; i++) {
      enum page_state s = b->documents[d]->pages[i].state;
      if (s != PAGE_READ && s != PAGE_BLANK) return false;
    }
  }
  return b->ndocuments > 0;
}

static void separate(struct buf *out) {
  if (out->n > 0) buf_puts(out, tr("；", "; "));
}

static void put_place(const struct judging *j, struct place p, int document, struct buf *out) {
  if (j->v->b->ndocuments > 1) buf_printf(out, tr("文件 %d ", "file %d "), document + 1);
  place_print(p, out);
}

/* ---- findings that belong to a row ---- */

static bool kind_in(const struct view *v, symbol kind, const struct words *w) {
  return kind != NO_SYMBOL && words_match(w, intern_name(&v->b->symbols, kind));
}

static bool row_has_kind(const struct view *v, const struct sheet_row *row, symbol kind) {
  for (int g = 0; g < row->ngroups; g++)
    if (kind_in(v, kind, &row->table[g])) return true;
  return kind_in(v, kind, &row->also);
}

static bool finding_belongs(const struct judging *j, const struct sheet_row *row, const struct finding *f, struct telling *t) {
  finding_tell(j->v, f, true, t);
  return words_match(&row->rules, rule_id(j->v, f->rule)) || (t->table && row_has_kind(j->v, row, t->table->kind));
}

static void put_finding(struct judging *j, const struct finding *f, const struct telling *t, int number) {
  struct buf message;
  buf_init(&message, EVIDENCE_BYTES);
  separate(&j->evidence);
  buf_printf(&j->evidence, tr("错误 #%d ", "error #%d "), number);
  finding_statement(j->v, f, t, &message);
  size_t before = j->evidence.n;
  finding_where(j->v, f, t, f->remark >= 0 ? &message : NULL, &j->evidence);
  if (j->evidence.n > before && message.n) buf_puts(&j->evidence, tr("：", ": "));
  if (message.n) buf_add(&j->evidence, message.p, message.n);
  buf_release(&message);
}

/* Errors are told, as many as fit; warnings are named, to be looked at. Returns the number of errors. */
static int put_findings(struct judging *j, const struct sheet_row *row) {
  int counts[3] = {0};
  for (enum severity s = SEVERITY_ERROR; s >= SEVERITY_WARNING; s--)
    for (size_t i = 0; i < j->v->r->findings.n; i++) {
      const struct finding *f = &j->v->r->findings.v[i];
      struct telling t;
      if (f->severity != s || !finding_belongs(j, row, f, &t)) continue;
      if (s == SEVERITY_ERROR && counts[s] < ERRORS_TOLD) put_finding(j, f, &t, (int)i + 1);
      counts[s]++;
      separate(&j->ids);
      buf_printf(&j->ids, "#%zu %s %.8s", i + 1, rule_id(j->v, f->rule), f->id);
    }
  if (counts[SEVERITY_ERROR] > ERRORS_TOLD) {
    separate(&j->evidence);
    buf_printf(&j->evidence, tr("错误共 %d 处", "%d errors in all"), counts[SEVERITY_ERROR]);
  }
  if (counts[SEVERITY_WARNING] > 0) {
    separate(&j->evidence);
    buf_printf(&j->evidence, tr("另有 %d 处警告待核实", "%d warnings to be looked at"), counts[SEVERITY_WARNING]);
  }
  return counts[SEVERITY_ERROR];
}

/* ---- tables ---- */

struct seen_tables {
  int found, doubtful, told;
};

static void put_table(struct judging *j, const struct book_table *t, struct seen_tables *s) {
  if (s->told++ >= TABLES_TOLD) return;
  separate(&j->evidence);
  put_place(j, t->place, t->document, &j->evidence);
  buf_puts(&j->evidence, tr("《", " \""));
  table_name(j->v, t, &j->evidence);
  buf_puts(&j->evidence, tr("》", "\""));
  if (t->empty) buf_puts(&j->evidence, tr("（空表）", " (empty)"));
  if (t->doubtful) buf_printf(&j->evidence, tr("（没有读清：%s）", " (not read cleanly: %s)"), t->doubt ? t->doubt : "");
}

/* Two sides of one printed table are one table to a reader. */
static bool told_before(const struct book *b, size_t index, const struct sheet_row *row, const struct judging *j) {
  const struct book_table *t = &b->tables.v[index];
  for (size_t i = 0; i < index; i++) {
    const struct book_table *o = &b->tables.v[i];
    if (!o->prose && o->document == t->document && o->document_table == t->document_table && sv_equal(o->title, t->title) &&
        row_has_kind(j->v, row, o->kind))
      return true;
  }
  return false;
}

static struct seen_tables tables_look(struct judging *j, const struct sheet_row *row, const struct words *kinds) {
  const struct book *b = j->v->b;
  struct seen_tables s = {0};
  for (size_t i = 0; i < b->tables.n; i++) {
    const struct book_table *t = &b->tables.v[i];
    if (t->prose || !kind_in(j->v, t->kind, kinds)) continue;
    s.found++, s.doubtful += t->doubtful;
    if (!told_before(b, i, row, j)) put_table(j, t, &s);
  }
  if (s.told > TABLES_TOLD) {
    separate(&j->evidence);
    buf_printf(&j->evidence, tr("共 %d 张", "%d tables in all"), s.told);
  }
  return s;
}

/* Is a table of these kinds named by fields of that name: required by the profile, listed in the contents? The field's symbol may be "a|b". */
static const struct book_field *kind_named(const struct view *v, const char *name, const struct words *kinds) {
  symbol field = book_find(v->b, name);
  for (size_t i = 0; i < v->b->fields.n && field != NO_SYMBOL; i++) {
    const struct book_field *f = &v->b->fields.v[i];
    if (f->name != field || f->subject == NO_SYMBOL) continue;
    struct sv rest = sv_from(intern_name(&v->b->symbols, f->subject));
    while (rest.p) {
      struct sv one = sv_cut(&rest, '|');
      for (int k = 0; k < kinds->n; k++)
        if (sv_is(one, kinds->v[k])) return f;
    }
  }
  return NULL;
}

/* Once, also where two tables of a row are missing for the same reason. */
static enum sheet_outcome say(struct judging *j, enum sheet_outcome o, const char *why) {
  if (j->evidence.n > 0 && strstr(j->evidence.p, why)) return o;
  separate(&j->evidence);
  buf_puts(&j->evidence, why);
  return o;
}

/* The finding that says the same, by the name that people call the table. */
static void put_missing_id(struct judging *j, const struct book_field *f) {
  for (size_t i = 0; f && i < j->v->r->findings.n; i++) {
    const struct finding *x = &j->v->r->findings.v[i];
    const struct remark *m = remark_at(j->v, x->remark);
    if (x->severity != SEVERITY_ERROR || !m || !m->detail || m->table >= 0 || !memmem(m->detail, strlen(m->detail), f->text.p, f->text.n)) continue;
    separate(&j->ids);
    buf_printf(&j->ids, "#%zu %s %.8s", i + 1, rule_id(j->v, x->rule), x->id);
    return;
  }
}

static enum sheet_outcome table_missing(struct judging *j, const struct sheet_row *row, const struct words *kinds) {
  const struct book *b = j->v->b;
  const struct book_field *listed = kind_named(j->v, "contents.table", kinds), *required = kind_named(j->v, "required.kind", kinds);
  if (!book_read_whole(b)) return say(j, SHEET_NOT_CHECKED, tr("没有找到，但有页没有读出", "not found, but there are pages that were not read"));
  if (b->money_tables > b->recognised_tables) {
    separate(&j->evidence);
    buf_printf(&j->evidence, tr("没有认出；另有 %d 张有金额的表不知是什么表", "not recognised; %d tables with amounts are of no known kind"),
               b->money_tables - b->recognised_tables);
    return SHEET_NOT_CHECKED;
  }
  size_t printed = 0;
  for (size_t i = 0; i < b->tables.n; i++) printed += !b->tables.v[i].prose;
  if (printed < TABLES_LEAST)
    return say(j, SHEET_NOT_CHECKED, tr("这份文件只认出几张表，可能另有文件", "only few tables in this file; there may be others"));
  if (listed) {
    separate(&j->evidence);
    put_place(j, listed->place, listed->document, &j->evidence);
    buf_puts(&j->evidence, tr("目录列有", " the contents list "));
    quote_put(&j->evidence, listed->text, QUOTE_COLUMNS);
    put_missing_id(j, required ? required : listed);
    return say(j, SHEET_UNMET, tr("正文没有这张表", "the book has no such table"));
  }
  bool generic = !b->profile || strcmp(b->profile, "generic") == 0;
  if (row->absent != SHEET_UNMET) return say(j, row->absent, tr("没有这张表，目录也没有列", "there is no such table, nor do the contents list it"));
  if (generic)
    return say(j, SHEET_NOT_CHECKED, tr("没有认出；本地可能另有名称（通用样式）", "not recognised; it may have a local name (generic profile)"));
  if (!required) return say(j, SHEET_NOT_APPLICABLE, tr("本地表式没有这张表", "the local forms do not have this table"));
  put_missing_id(j, required);
  return say(j, SHEET_UNMET, tr("全文没有这张表", "the whole book has no such table"));
}

static enum sheet_outcome judge_tables(struct judging *j, const struct sheet_row *row) {
  enum sheet_outcome worst = SHEET_MET;
  for (int g = 0; g < row->ngroups; g++) {
    struct seen_tables s = tables_look(j, row, &row->table[g]);
    enum sheet_outcome o = s.found == 0 ? table_missing(j, row, &row->table[g]) : s.doubtful == s.found ? SHEET_NOT_CHECKED : SHEET_MET;
    if (o == SHEET_UNMET || worst == SHEET_MET) worst = o;
  }
  return worst;
}

/* ---- sentences ---- */

/* By name, or by name and what it is about: section:glossary. */
static bool field_found(struct judging *j, const struct sheet_row *row) {
  const struct words *names = &row->fields;
  const struct book *b = j->v->b;
  for (int w = 0; w < names->n; w++) {
    struct sv subject = sv_from(names->v[w]), first = sv_cut(&subject, ':');
    symbol name = intern_find(&b->symbols, first.p, first.n);
    for (size_t i = 0; i < b->fields.n && name != NO_SYMBOL; i++) {
      const struct book_field *f = &b->fields.v[i];
      if (f->name != name || f->text.n == 0) continue;
      if (row->from == SHEET_FROM_BOOK && book_text_listed(&j->text, f->document, f->place)) continue; /* said to be there is not there */
      if (subject.n && (f->subject == NO_SYMBOL || !sv_is(subject, intern_name(&b->symbols, f->subject)))) continue;
      separate(&j->evidence);
      put_place(j, f->place, f->document, &j->evidence);
      quote_put(&j->evidence, f->text, QUOTE_COLUMNS);
      return true;
    }
  }
  return false;
}

static void put_line(struct judging *j, int line) {
  const struct text_line *l = &j->text.lines.v[line];
  separate(&j->evidence);
  put_place(j, l->place, l->document, &j->evidence);
  quote_put(&j->evidence, l->text, QUOTE_COLUMNS);
}

static enum sheet_outcome text_missing(struct judging *j, const struct sheet_row *row) {
  int listed = book_text_heading(&j->text, &row->headings, true);
  if (!book_read_whole(j->v->b))
    return say(j, SHEET_NOT_CHECKED, tr("没有找到，但有页没有读出", "not found, but there are pages that were not read"));
  if (!j->text.narrative) return say(j, SHEET_NOT_CHECKED, tr("这份文件只有表格，没有文字部分", "this file has tables only and no text"));
  if (listed >= 0) {
    const struct text_line *l = &j->text.lines.v[listed];
    put_place(j, l->place, l->document, &j->evidence);
    buf_puts(&j->evidence, tr("目录列有", " the contents list "));
    quote_put(&j->evidence, l->text, QUOTE_COLUMNS);
    return say(j, SHEET_NOT_CHECKED, tr("正文没有找到这个标题，请人工核对", "no such heading was found in the book; please look"));
  }
  const struct words *w = row->headings.n ? &row->headings : &row->says;
  separate(&j->evidence);
  buf_puts(&j->evidence, tr("全文没有找到", "nowhere found: "));
  for (int i = 0; i < w->n && i < 3; i++) buf_printf(&j->evidence, tr("“%s”", "%s "), w->v[i]);
  if (w->n > 3) buf_puts(&j->evidence, tr("等", "…"));
  return row->absent;
}

/* The section that recognition found says it best, then a line that looks like its heading, then a sentence. */
static enum sheet_outcome judge_text(struct judging *j, const struct sheet_row *row) {
  if (field_found(j, row)) return SHEET_MET;
  int line = book_text_heading(&j->text, &row->headings, false);
  if (line < 0) line = book_text_says(&j->text, row->says.n ? &row->says : &row->headings);
  if (line < 0) return text_missing(j, row);
  put_line(j, line);
  return SHEET_MET;
}

static enum sheet_outcome judge_contents(struct judging *j, const struct sheet_row *row) {
  if (j->text.contents < 0) return field_found(j, row) ? SHEET_MET : text_missing(j, row);
  put_line(j, j->text.contents);
  return SHEET_MET;
}

/* A row with several sources is met by any of them. */
static enum sheet_outcome judge_any(struct judging *j, const struct sheet_row *row) {
  size_t before = j->evidence.n;
  bool found = false;
  for (int g = 0; g < row->ngroups; g++) found |= tables_look(j, row, &row->table[g]).found > 0;
  if (found) return SHEET_MET;
  j->evidence.n = before;
  if (j->evidence.p) j->evidence.p[before] = '\0';
  return judge_text(j, row);
}

/* ---- the first page ---- */

static bool line_before_contents(const struct judging *j, size_t i, int first_page) {
  const struct text_line *l = &j->text.lines.v[i];
  if (j->text.contents >= 0 && (int)i >= j->text.contents) return false;
  return l->place.page > 0 && first_page > 0 ? l->place.page == first_page : i < COVER_LINES;
}

static enum sheet_outcome judge_cover(struct judging *j) {
  const struct book *b = j->v->b;
  struct arena a;
  struct buf all;
  char year[16];
  arena_init(&a, 1 << 20);
  buf_init(&all, 1 << 16);
  int first = j->text.lines.n ? j->text.lines.v[0].place.page : 0, shown = -1;
  const char *body = b->body.n ? text_fold(&a, b->body) : NULL;
  snprintf(year, sizeof year, "%d", b->year);
  for (size_t i = 0; i < j->text.lines.n && line_before_contents(j, i, first); i++) {
    const char *s = j->text.lines.v[i].folded;
    buf_puts(&all, s);
    if (shown < 0 && (strstr(s, year) || (body && strstr(s, body)))) shown = (int)i;
  }
  bool dated = b->year > 0 && all.p && strstr(all.p, year), named = body && all.p && strstr(all.p, body);
  bool kind = all.p && (strstr(all.p, "预算") || strstr(all.p, "决算"));
  buf_release(&all);
  arena_release(&a);
  if (shown >= 0) put_line(j, shown);
  if (dated && named && kind) return SHEET_MET;
  return say(j, SHEET_NOT_CHECKED,
             tr("开头没有读到写明单位、年度和预（决）算的封面，可能是图片，请人工核对",
                "no cover with body, year and kind was read; it may be a picture, please look"));
}

/* ---- the roster ---- */

static enum sheet_outcome judge_roster(struct judging *j) {
  int due, late;
  if (!j->roster)
    return say(j, SHEET_NOT_CHECKED,
               tr("批复和公开日期不在文本里，要用名册（--roster）",
                  "the dates of approval and publication are not in the book: a roster is wanted (--roster)"));
  int body = roster_find(j->roster, j->v->b);
  if (body < 0) return say(j, SHEET_NOT_CHECKED, tr("名册里没有这个单位的这一年度", "the roster does not list this body for this year"));
  const struct body *b = &j->roster->bodies.v[body];
  const struct duty *d = &b->duty[duty_phase_of(j->v->b->kind)];
  enum duty_state s = duty_judge(d, true, j->today, &due, &late);
  buf_printf(&j->evidence, tr("名册第 %d 行 %s：", "roster line %d %s: "), b->line, b->name);
  size_t before = j->evidence.n;
  duty_print(d, due, late, &j->evidence);
  if (*d->address) buf_printf(&j->evidence, "%s%s", j->evidence.n > before ? tr("，", ", ") : "", d->address);
  switch (s) {
  case DUTY_MET: return SHEET_MET;
  case DUTY_LATE:
  case DUTY_OVERDUE: return SHEET_UNMET;
  case DUTY_EARLY:
    return say(j, SHEET_NOT_CHECKED, tr("公开日期早于批复日期，请核对名册", "published before it was approved; please check the roster"));
  case DUTY_UNPUBLISHED:
  case DUTY_UNDATED:
  case DUTY_UNKNOWN: break;
  }
  return say(j, SHEET_NOT_CHECKED, tr("名册没有填全批复日期和公开日期", "the roster does not tell both dates"));
}

/* ---- a row, a sheet ---- */

static enum sheet_outcome row_judge(struct judging *j, const struct sheet_row *row) {
  const struct book *b = j->v->b;
  if (b->kind == BOOK_UNKNOWN) return say(j, SHEET_NOT_CHECKED, tr("没有认出这是什么预决算", "it was not recognised what book this is"));
  if (b->blank_form) return say(j, SHEET_NOT_CHECKED, tr("没有填写的空白表样", "an unfilled form"));
  if (row->books && !(row->books & 1u << b->kind)) return say(j, SHEET_NOT_APPLICABLE, tr("这种预决算没有这一项", "not asked of this kind of book"));
  enum sheet_outcome o = SHEET_MET;
  bool text = row->headings.n || row->says.n || row->fields.n;
  switch (row->from) {
  case SHEET_FROM_ROSTER: o = judge_roster(j); break;
  case SHEET_FROM_COVER: o = judge_cover(j); break;
  case SHEET_FROM_CONTENTS: o = judge_contents(j, row); break;
  case SHEET_FROM_BOOK: o = row->ngroups == 0 ? judge_text(j, row) : text ? judge_any(j, row) : judge_tables(j, row); break;
  }
  return put_findings(j, row) > 0 ? SHEET_UNMET : o;
}

static int results_make(struct judging *j, const struct sheet_form *f, struct arena *a, struct sheet_result *results) {
  for (size_t i = 0; i < f->rows.n; i++) {
    buf_clear(&j->evidence), buf_clear(&j->ids);
    results[i].outcome = row_judge(j, &f->rows.v[i]);
    results[i].evidence = arena_text(a, j->evidence.p ? j->evidence.p : "", j->evidence.n);
    results[i].findings = arena_text(a, j->ids.p ? j->ids.p : "", j->ids.n);
    if (!results[i].evidence || !results[i].findings) return RC_NOMEM;
  }
  return RC_OK;
}

int sheet_judge(const struct sheet_form *f, const struct view *v, const struct roster *roster, int today, struct arena *a, struct sheet_result **out,
                struct err *e) {
  struct judging j = {.v = v, .roster = roster, .today = today};
  int rc = book_text_make(v->b, &j.text);
  buf_init(&j.evidence, EVIDENCE_BYTES), buf_init(&j.ids, EVIDENCE_BYTES);
  *out = ARENA_ARRAY(a, struct sheet_result, f->rows.n);
  if (rc == RC_OK) rc = *out ? results_make(&j, f, a, *out) : RC_NOMEM;
  buf_release(&j.evidence), buf_release(&j.ids);
  book_text_release(&j.text);
  return rc < 0 ? err_set(e, (enum rc)rc, "%s", tr("填检查表时内存不足", "out of memory while filling the check sheet")) : RC_OK;
}
