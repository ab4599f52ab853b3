/* describe.c: names of kinds, severities, units; looking things up in a book; printing values in the unit they were printed in.
 * Findings carry numbers of rules and cells; what they mean in words is said in tell.c with the help of these. */
#include "rooms/audit/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct view view_of(const struct auditor *a, const struct audit *x, int book) {
  const struct acceptance *const *accepted = x->accepted && x->accepted->of ? x->accepted->of[book] : NULL;
  return (struct view){a, x, x->books[book], x->results[book], x->grafts ? &x->grafts[book] : NULL, accepted};
}

const char *kind_title(enum book_kind k) {
  switch (k) {
  case BOOK_DEPARTMENT_BUDGET: return tr("部门预算", "department budget");
  case BOOK_UNIT_BUDGET: return tr("单位预算", "unit budget");
  case BOOK_DEPARTMENT_FINAL: return tr("部门决算", "department final accounts");
  case BOOK_UNIT_FINAL: return tr("单位决算", "unit final accounts");
  case BOOK_UNKNOWN: break;
  }
  return tr("未能识别", "not recognised");
}

const char *kind_short(enum book_kind k) {
  switch (k) {
  case BOOK_DEPARTMENT_BUDGET: return tr("部门预算", "dept bud");
  case BOOK_UNIT_BUDGET: return tr("单位预算", "unit bud");
  case BOOK_DEPARTMENT_FINAL: return tr("部门决算", "dept fin");
  case BOOK_UNIT_FINAL: return tr("单位决算", "unit fin");
  case BOOK_UNKNOWN: break;
  }
  return tr("未识别", "unknown");
}

const char *severity_title(enum severity s) {
  if (s == SEVERITY_ERROR) return tr("错误", "error");
  return s == SEVERITY_WARNING ? tr("警告", "warning") : tr("提示", "info");
}

const char *cause_title(enum cause_kind c) {
  switch (c) {
  case CAUSE_DIGIT: return tr("数字错了一位", "a wrong digit");
  case CAUSE_TRANSPOSED: return tr("两位数字颠倒", "two digits transposed");
  case CAUSE_SIGN: return tr("正负号", "the sign");
  case CAUSE_SCALE: return tr("单位或小数点", "the unit or the decimal point");
  case CAUSE_BLANK: return tr("缺数", "a value is missing");
  case CAUSE_OTHER_VALUE: return tr("数值不同", "another value");
  case CAUSE_MISSING_ROW: return tr("缺行", "a row is missing");
  case CAUSE_EXTRA_ROW: return tr("多行", "a row too many");
  case CAUSE_SWAPPED_COLUMNS: return tr("两列互换", "two columns swapped");
  case CAUSE_STALE_COPY: return tr("沿用了旧数", "a stale copy");
  case CAUSE_UNKNOWN: break;
  }
  return NULL;
}

const char *scale_unit(enum scale s) {
  switch (s) {
  case SCALE_YUAN: return "元";
  case SCALE_QIAN: return "千元";
  case SCALE_WAN: return "万元";
  case SCALE_BAIWAN: return "百万元";
  case SCALE_YI: return "亿元";
  case SCALE_NONE: break;
  }
  return "";
}

const char *scale_unit_shown(enum scale s) {
  switch (s) {
  case SCALE_YUAN: return tr("元", "yuan");
  case SCALE_QIAN: return tr("千元", "×1,000 yuan");
  case SCALE_WAN: return tr("万元", "×10,000 yuan");
  case SCALE_BAIWAN: return tr("百万元", "×1,000,000 yuan");
  case SCALE_YI: return tr("亿元", "×100,000,000 yuan");
  case SCALE_NONE: break;
  }
  return "";
}

const char *page_state_title(enum page_state s) {
  switch (s) {
  case PAGE_READ: return tr("已读", "read");
  case PAGE_BLANK: return tr("空白", "blank");
  case PAGE_SCAN: return tr("扫描图像，没有可信的文字", "a scan without text that can be trusted");
  case PAGE_NO_TEXT: return tr("文字没有编码，读不出", "text without Unicode, cannot be read");
  case PAGE_RECOGNISED: return tr("扫描图像，由文字识别读出，待核对", "a scan read by character recognition, to be confirmed");
  case PAGE_DAMAGED: return tr("损坏，只读出一部分或读不出", "damaged, read in part or not at all");
  }
  return "";
}

int own_tables(const struct book *b) {
  int n = 0;
  for (size_t i = 0; i < b->tables.n; i++) n += !b->tables.v[i].prose && !table_grafted(b, &b->tables.v[i]);
  return n;
}

void graft_line(const struct view *v, const struct grafted *g, struct buf *out) {
  const struct book *o = g->other->book;
  (void)v;
  buf_printf(out, tr("与%s比：%s（%.*s", "compared with %s: %s (%.*s"), other_role_title(g->other->role), g->other->path ? g->other->path : "-",
             SV_ARG(o->body.n ? o->body : sv_from(tr("单位名称未识别", "body not recognised"))));
  if (o->year > 0) buf_printf(out, tr(" %d 年", " %d"), o->year);
  buf_printf(out, tr(" %s，%d 张表）", " %s, %d tables)"), kind_title(o->kind), g->tables);
}

const struct rule_head *rule_at(const struct view *v, int32_t rule) {
  return rule >= 0 && rule < rule_count(v->a->rules) ? rule_get(v->a->rules, rule) : NULL;
}

const char *rule_id(const struct view *v, int32_t rule) {
  const struct rule_head *h = rule_at(v, rule);
  return h && h->id ? h->id : "";
}

const char *rule_title(const struct view *v, int32_t rule) {
  const struct rule_head *h = rule_at(v, rule);
  if (!h) return "";
  const char *zh = h->title_zh ? h->title_zh : h->title_en, *en = h->title_en ? h->title_en : h->title_zh;
  const char *title = lang_get() == LANG_EN ? en : zh;
  return title ? title : "";
}

const struct obs *obs_at(const struct view *v, int32_t obs) {
  return obs >= 0 && (size_t)obs < v->b->obs.n ? &v->b->obs.v[obs] : NULL;
}

const struct book_table *table_at(const struct view *v, int32_t table) {
  return table >= 0 && (size_t)table < v->b->tables.n ? &v->b->tables.v[table] : NULL;
}

const struct book_row *obs_row(const struct view *v, const struct obs *o) {
  const struct book_table *t = o ? table_at(v, o->table) : NULL;
  return t && o->row >= 0 && o->row < t->nrows ? &t->rows[o->row] : NULL;
}

const struct book_column *obs_column(const struct view *v, const struct obs *o) {
  const struct book_table *t = o ? table_at(v, o->table) : NULL;
  return t && o->column >= 0 && o->column < t->ncolumns ? &t->columns[o->column] : NULL;
}

const struct relation *relation_at(const struct view *v, int32_t relation) {
  return relation >= 0 && (size_t)relation < v->r->relations.n ? &v->r->relations.v[relation] : NULL;
}

const struct remark *remark_at(const struct view *v, int32_t remark) {
  return remark >= 0 && (size_t)remark < v->r->remarks.n ? &v->r->remarks.v[remark] : NULL;
}

/* value ÷ 10^places with at least `decimals` decimals, and as many more as it takes to be exact. 64 bits have at most 20 digits. */
static void decimal_print(char out[VALUE_TEXT], int64_t value, int places, int decimals, bool separators) {
  char digits[32];
  uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  int point = 20 - places, keep = places, n = 0, first = 0;
  snprintf(digits, sizeof digits, "%020" PRIu64, magnitude);
  while (keep > decimals && digits[point + keep - 1] == '0') keep--;
  while (first < point - 1 && digits[first] == '0') first++;
  if (value < 0) out[n++] = '-';
  for (int i = first; i < point; i++) {
    out[n++] = digits[i];
    if (separators && i + 1 < point && (point - i - 1) % 3 == 0) out[n++] = ',';
  }
  if (keep > 0 || decimals > 0) out[n++] = '.';
  for (int i = 0; i < keep; i++) out[n++] = digits[point + i];
  for (int i = keep; i < decimals && i < 9; i++) out[n++] = '0'; /* a column may print more decimals than a 分 has */
  out[n] = '\0';
}

static int scale_places(enum scale s) {
  int places = 2; /* 分 in a 元 */
  for (int64_t unit = s; unit >= 10; unit /= 10) places++;
  return places;
}

char *value_print(char out[VALUE_TEXT], const struct view *v, const struct obs *o, int64_t value, bool separators) {
  const struct book_column *column = obs_column(v, o);
  /* a blank would have what its column has; sentences print each number in its own way */
  int printed = o->state == OBS_VALUE || !column || obs_is_prose(v->b, o) ? o->decimals : column->decimals;
  int decimals = printed < 0 ? 0 : printed > 9 ? 9 : printed;
  const struct book_table *t = table_at(v, o->table);
  switch (o->type) {
  case OBS_PERCENT:
    decimal_print(out, value, 4, decimals, separators); /* 10^-6 of 1 is 10^-4 of a percent */
    break;
  case OBS_COUNT: decimal_print(out, value, 4, decimals, separators); break;
  case OBS_AMOUNT: decimal_print(out, value, scale_places(t ? t->scale : SCALE_NONE), decimals, separators); break;
  case OBS_TEXT:
  case OBS_CODE: snprintf(out, VALUE_TEXT, "%.*s", (int)(o->text.n < VALUE_TEXT - 1 ? o->text.n : VALUE_TEXT - 1), o->text.p ? o->text.p : ""); break;
  }
  return out;
}

void tally_add(struct tally *t, const struct view *v) {
  for (size_t i = 0; i < v->r->findings.n; i++) {
    const struct relation *r = relation_at(v, v->r->findings.v[i].relation);
    enum severity s = v->r->findings.v[i].severity;
    if (accepted_at(v, i))
      t->accepted++;
    else if (s == SEVERITY_ERROR)
      t->errors++;
    else if (s == SEVERITY_WARNING)
      t->warnings++;
    else
      t->infos++, t->roundings += r && r->rounding;
  }
  t->passed += v->r->passed, t->failed += v->r->failed;
  t->not_applicable += v->r->not_applicable, t->not_checked += v->r->not_checked;
  t->money_tables += v->b->money_tables, t->recognised_tables += v->b->recognised_tables;
  t->unread += (long)v->b->unread.n;
  for (size_t i = 0; i < v->b->tables.n; i++)
    if (v->b->tables.v[i].prose) t->claims += v->b->tables.v[i].nrows;
  for (size_t i = 0; i < v->b->obs.n; i++) {
    if (obs_grafted(v->b, &v->b->obs.v[i])) continue;
    const struct book_table *of = table_at(v, v->b->obs.v[i].table);
    const struct book_column *column = obs_column(v, &v->b->obs.v[i]);
    if (column && column->derived) continue; /* not printed */
    if (v->b->obs.v[i].state == OBS_UNREADABLE)
      t->unread++;
    else if (!of || !of->prose)
      t->observations++;
  }
}

bool all_damaged(const struct document *d) {
  int damaged = 0;
  for (int i = 0; i < d->npages; i++) damaged += d->pages[i].state == PAGE_DAMAGED;
  return damaged > 0 && damaged == d->npages;
}

struct tally tally_audit(const struct auditor *a, const struct audit *x) {
  struct tally t = {0};
  for (int i = 0; x->rc >= 0 && i < x->nbooks; i++) {
    struct view v = view_of(a, x, i);
    tally_add(&t, &v);
  }
  if (x->accepted) t.unmatched = (long)x->accepted->unmatched.n;
  return t;
}

static int skipped_add(struct skipped_list *out, const struct view *v, int32_t rule, const char *why) {
  const char *id = rule_id(v, rule);
  for (size_t i = 0; i < out->list.n; i++) {
    struct skipped *s = &out->list.v[i];
    if (strcmp(s->rule, id) == 0 && strcmp(s->why, why) == 0) {
      s->count++;
      return RC_OK;
    }
  }
  struct skipped s = {id, rule_title(v, rule), why, 1};
  return VEC_PUSH(&out->list, s, 100000);
}

static const char *relation_why(const struct view *v, const struct relation *r) {
  for (int i = 0; i < r->nterms; i++) {
    const struct obs *o = obs_at(v, r->terms[i].obs);
    const struct book_table *t = o ? table_at(v, o->table) : NULL;
    if (t && t->doubtful) return t->doubt ? t->doubt : tr("表格没有读清", "the table was not read cleanly");
    if (o && o->state == OBS_UNREADABLE) return tr("有单元格没有读出", "a cell could not be read");
    if (t && o->type == OBS_AMOUNT && t->scale == SCALE_NONE) return tr("表上没有金额单位", "the table states no unit");
  }
  return tr("有待确认的数字", "a number is to be confirmed");
}

static int by_count(const void *a, const void *b) {
  const struct skipped *x = a, *y = b;
  if (x->count != y->count) return x->count < y->count ? 1 : -1;
  int order = strcmp(x->rule, y->rule);
  return order ? order : strcmp(x->why, y->why);
}

void skipped_gather(const struct view *v, struct skipped_list *out) {
  *out = (struct skipped_list){0};
  int rc = RC_OK;
  for (size_t i = 0; i < v->r->remarks.n && rc == RC_OK; i++) {
    const struct remark *m = &v->r->remarks.v[i];
    if (m->outcome == OUTCOME_NOT_CHECKED) rc = skipped_add(out, v, m->rule, m->detail ? m->detail : "");
  }
  for (size_t i = 0; i < v->r->relations.n && rc == RC_OK; i++) {
    const struct relation *r = &v->r->relations.v[i];
    if (r->outcome == OUTCOME_NOT_CHECKED) rc = skipped_add(out, v, r->rule, relation_why(v, r));
  }
  if (out->list.n > 1) qsort(out->list.v, out->list.n, sizeof *out->list.v, by_count);
}
