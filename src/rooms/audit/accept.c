/* accept.c: findings that a reviewer accepted, in a text file beside the document: docs/accept.md is its form.
 * A finding is known by its id, which is made of what it says and not of where it stands; the rule and the printed text stand beside it in the file
 * and must agree as well, so that an acceptance never covers another finding. */
#include "rooms/audit/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ID_MOST = 19, VALUE_MOST = 4000, STATED_MOST = 1000 };
#define ACCEPT_BYTES_MAX ((size_t)4 << 20)
#define ACCEPT_ARENA_MAX ((size_t)16 << 20)
#define ACCEPTANCES_MAX  20000
#define UNMATCHED_MAX    20000

/* ---- the file ---- */

enum word { WORD_ACCEPT, WORD_RULE, WORD_STATED, WORD_REASON, WORD_BY, WORD_DATE, WORDS };
static const char *const word_names[WORDS][2] = {{"accept", "认可"}, {"rule", "规则"}, {"stated", "印为"},
                                                 {"reason", "理由"}, {"by", "认可人"}, {"date", "日期"}};

struct reading {
  struct accept_list *list;
  struct acceptance *now; /* the one whose clauses are being read */
  int line;
};

static int fail(const struct reading *r, struct err *e, int line, int column, const char *what) {
  return err_at(e, RC_FORMAT, r->list->path, line, column, "%s", what);
}

/* Columns count characters from 1, as an editor does. */
static int column_of(struct sv line, const char *at) {
  return (int)utf8_length((struct sv){line.p, (size_t)(at - line.p)}) + 1;
}

static const char **slot(struct acceptance *a, enum word w) {
  switch (w) {
  case WORD_ACCEPT: return &a->id;
  case WORD_RULE: return &a->rule;
  case WORD_STATED: return &a->stated;
  case WORD_REASON: return &a->reason;
  case WORD_BY: return &a->by;
  case WORD_DATE: return &a->date;
  case WORDS: break;
  }
  return NULL;
}

static bool id_good(struct sv s) {
  if (s.n == 0 || s.n > ID_MOST) return false;
  for (size_t i = 0; i < s.n; i++)
    if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z'))) return false;
  return true;
}

bool accept_date_good(struct sv s) {
  static const char form[] = "dddd-dd-dd";
  static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (s.n != sizeof form - 1) return false;
  for (size_t i = 0; i < s.n; i++)
    if (form[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != '-') return false;
  int month = (s.p[5] - '0') * 10 + s.p[6] - '0', day = (s.p[8] - '0') * 10 + s.p[9] - '0';
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

/* Every acceptance says why, by whom and when. Told at its first line. */
static int acceptance_whole(const struct reading *r, struct err *e) {
  const struct acceptance *a = r->now;
  if (!a) return RC_OK;
  if (!a->reason) return fail(r, e, a->line, 1, tr("缺理由：写一行“理由 ……”（reason）", "the reason is missing: write a line \"reason …\""));
  if (!a->by) return fail(r, e, a->line, 1, tr("缺认可人：写一行“认可人 ……”（by）", "who accepted it is missing: write a line \"by …\""));
  if (!a->date) return fail(r, e, a->line, 1, tr("缺日期：写一行“日期 2024-03-01”（date）", "the date is missing: write a line \"date 2024-03-01\""));
  return RC_OK;
}

static int begin(struct reading *r, struct err *e) {
  int rc = acceptance_whole(r, e);
  if (rc < 0) return rc;
  struct acceptance a = {.line = r->line};
  if (VEC_PUSH(&r->list->list, a, ACCEPTANCES_MAX) < 0) return fail(r, e, r->line, 1, tr("认可的条目太多", "too many acceptances"));
  r->now = &r->list->list.v[r->list->list.n - 1];
  return RC_OK;
}

static int value_set(struct reading *r, enum word w, struct sv line, struct sv value, struct err *e) {
  const char **to = slot(r->now, w);
  int at = column_of(line, value.p);
  if (value.n == 0) return fail(r, e, r->line, at, tr("词后面没有内容", "nothing stands behind the word"));
  if (value.n > VALUE_MOST) return fail(r, e, r->line, at, tr("这一行太长", "the line is too long"));
  if (w == WORD_ACCEPT && !id_good(value))
    return fail(r, e, r->line, at, tr("不是发现的编号（小写字母和数字，最多 19 位）", "no id of a finding (small letters and digits, at most 19)"));
  if (w == WORD_DATE && !accept_date_good(value)) return fail(r, e, r->line, at, tr("日期要写成 2024-03-01", "a date is written 2024-03-01"));
  if (*to) return fail(r, e, r->line, 1, tr("同一条认可里写了两次", "stands twice in one acceptance"));
  *to = arena_text(&r->list->arena, value.p, value.n);
  return *to ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

/* A control character could do harm on a terminal; bytes that are no UTF-8 come of an editor that saved another encoding. */
static int characters_check(const struct reading *r, struct sv line, struct err *e) {
  for (size_t at = 0; at < line.n;) {
    size_t start = at;
    uint32_t cp = utf8_next(line, &at);
    if (cp == 0xFFFD && !(at - start == 3))
      return fail(r, e, r->line, column_of(line, line.p + start), tr("不是 UTF-8 编码；请另存为 UTF-8", "this is no UTF-8; save the file as UTF-8"));
    if ((cp < 0x20 && cp != '\t') || (cp >= 0x7F && cp < 0xA0))
      return fail(r, e, r->line, column_of(line, line.p + start), tr("有控制字符", "a control character"));
  }
  return RC_OK;
}

static int line_read(struct reading *r, struct sv line, struct err *e) {
  struct sv rest = sv_trim(line);
  int rc = characters_check(r, line, e);
  if (rc < 0 || rest.n == 0 || rest.p[0] == '#') return rc;
  size_t n = 0;
  while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\t' && !(rest.n - n >= 3 && memcmp(rest.p + n, "\xe3\x80\x80", 3) == 0)) n++;
  struct sv word = {rest.p, n}, value = sv_trim((struct sv){rest.p + n, rest.n - n});
  if (value.n == 0) value.p = rest.p + n;
  for (int w = 0; w < WORDS; w++) {
    if (!sv_is(word, word_names[w][0]) && !sv_is(word, word_names[w][1])) continue;
    if (w == WORD_ACCEPT) rc = begin(r, e);
    if (rc < 0) return rc;
    if (!r->now)
      return fail(r, e, r->line, column_of(line, word.p), tr("前面没有“认可 编号”（accept ID）一行", "no line \"accept ID\" stands before it"));
    return value_set(r, (enum word)w, line, value, e);
  }
  return fail(r, e, r->line, column_of(line, word.p),
              tr("不认识这个词；可用的是：认可 规则 印为 理由 认可人 日期", "not a known word; known are: accept rule stated reason by date"));
}

static int compare_ids(const void *pa, const void *pb) {
  const struct acceptance *a = *(const struct acceptance *const *)pa, *b = *(const struct acceptance *const *)pb;
  int order = strcmp(a->id, b->id);
  return order ? order : a->line < b->line ? -1 : a->line > b->line;
}

static int order_make(struct reading *r, struct err *e) {
  struct accept_list *l = r->list;
  l->by_id = ARENA_ARRAY(&l->arena, const struct acceptance *, l->list.n + 1);
  if (!l->by_id) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (size_t i = 0; i < l->list.n; i++) l->by_id[i] = &l->list.v[i];
  if (l->list.n > 1) qsort(l->by_id, l->list.n, sizeof *l->by_id, compare_ids);
  for (size_t i = 1; i < l->list.n; i++)
    if (strcmp(l->by_id[i - 1]->id, l->by_id[i]->id) == 0)
      return fail(r, e, l->by_id[i]->line, 1, tr("这个编号前面已经认可过", "this id was accepted before"));
  return RC_OK;
}

int accept_parse(const char *name, struct sv text, struct accept_list **out, struct err *e) {
  struct reading r = {0};
  *out = NULL;
  r.list = calloc(1, sizeof *r.list);
  if (!r.list) return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  arena_init(&r.list->arena, ACCEPT_ARENA_MAX);
  r.list->path = arena_text(&r.list->arena, name, strlen(name));
  int rc = r.list->path ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (sv_starts(text, "\xEF\xBB\xBF")) text.p += 3, text.n -= 3;
  while (rc == RC_OK && text.n > 0) {
    struct sv line = sv_cut(&text, '\n');
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    r.line++;
    rc = line_read(&r, line, e);
  }
  if (rc == RC_OK) rc = acceptance_whole(&r, e);
  if (rc == RC_OK) rc = order_make(&r, e);
  if (rc < 0)
    accept_free(r.list);
  else
    *out = r.list;
  return rc;
}

int accept_load(const char *path, struct accept_list **out, struct err *e) {
  unsigned char *data = NULL;
  size_t n = 0;
  *out = NULL;
  int rc = file_read(path, ACCEPT_BYTES_MAX, &data, &n, e);
  if (rc == RC_OK) rc = accept_parse(path, (struct sv){(const char *)data, n}, out, e);
  free(data);
  return rc;
}

void accept_free(struct accept_list *l) {
  if (!l) return;
  free(l->list.v);
  arena_release(&l->arena);
  free(l);
}

char *accept_path(char *out, size_t size, const char *document) {
  int n = snprintf(out, size, "%s.heng-accept", document);
  return n > 0 && (size_t)n < size ? out : NULL;
}

/* ---- matching ---- */

const struct acceptance *accept_find(const struct accept_list *l, const char *id) {
  size_t low = 0, high = l->list.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(l->by_id[middle]->id, id);
    if (order == 0) return l->by_id[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/* Printed texts are compared without their blanks and separators' width, since people type them. */
static bool same_text(const char *a, const char *b) {
  char x[VALUE_MOST], y[VALUE_MOST];
  text_fold_into(x, sizeof x, sv_from(a));
  text_fold_into(y, sizeof y, sv_from(b));
  return strcmp(x, y) == 0;
}

static bool covers(const struct acceptance *a, const struct view *v, const struct finding *f) {
  struct telling t;
  if (a->rule && strcmp(a->rule, rule_id(v, f->rule)) != 0) return false;
  if (!a->stated) return true;
  finding_tell(v, f, false, &t);
  return same_text(a->stated, t.stated_text);
}

static int match_book(const struct auditor *a, struct audit *x, int book, const struct accept_list *l, bool *used) {
  struct accepted *all = x->accepted;
  struct view v = view_of(a, x, book);
  size_t n = v.r->findings.n;
  if (!all->of[book]) all->of[book] = calloc(n + 1, sizeof **all->of);
  if (!all->of[book]) return RC_NOMEM;
  for (size_t i = 0; i < n; i++) {
    const struct acceptance *c = accept_find(l, v.r->findings.v[i].id);
    if (!c || !covers(c, &v, &v.r->findings.v[i])) continue;
    all->of[book][i] = c;
    used[c - l->list.v] = true;
  }
  return RC_OK;
}

static int match(const struct auditor *a, struct audit *x, const struct accept_list *l, bool tell) {
  bool *used = calloc(l->list.n + 1, sizeof *used);
  int rc = used ? RC_OK : RC_NOMEM;
  for (int i = 0; i < x->nbooks && rc == RC_OK; i++) rc = match_book(a, x, i, l, used);
  for (size_t i = 0; i < l->list.n && rc == RC_OK && tell; i++)
    if (!used[i]) rc = VEC_PUSH(&x->accepted->unmatched, &l->list.v[i], UNMATCHED_MAX);
  free(used);
  return rc;
}

/* FILE.heng-accept of each file of the input. One that cannot be read hides nothing: it is said, and the findings stand. */
static int match_beside(const struct auditor *a, struct audit *x) {
  char path[4200];
  int rc = RC_OK;
  for (int i = 0; i < x->ndocuments && rc == RC_OK; i++) {
    struct accept_list *l = NULL;
    struct err why = {0};
    const char *of = x->documents[i]->path ? x->documents[i]->path : x->path;
    if (!accept_path(path, sizeof path, of) || access(path, F_OK) != 0) continue;
    if (accept_load(path, &l, &why) < 0) {
      x->accepted->failed = true, x->accepted->why = why;
      continue;
    }
    rc = VEC_PUSH(&x->accepted->files, l, 1000);
    if (rc < 0)
      accept_free(l);
    else
      rc = match(a, x, l, true);
  }
  return rc;
}

int accepted_match(const struct auditor *a, struct audit *x, const struct audit_request *q) {
  if (!q->accept && !q->accept_beside) return RC_OK;
  x->accepted = calloc(1, sizeof *x->accepted);
  int rc = x->accepted ? RC_OK : RC_NOMEM;
  if (rc == RC_OK && !(x->accepted->of = calloc((size_t)x->nbooks + 1, sizeof *x->accepted->of))) rc = RC_NOMEM;
  if (rc == RC_OK && q->accept) rc = match(a, x, q->accept, q->accept_alone);
  if (rc == RC_OK && q->accept_beside) rc = match_beside(a, x);
  return rc == RC_OK ? RC_OK : err_set(&x->error, (enum rc)rc, "%s", tr("内存不足", "out of memory"));
}

void accepted_free(struct accepted *all, int nbooks) {
  if (!all) return;
  for (int i = 0; all->of && i < nbooks; i++) free(all->of[i]);
  for (size_t i = 0; i < all->files.n; i++) accept_free(all->files.v[i]);
  free(all->of), free(all->files.v), free(all->unmatched.v);
  free(all);
}

const struct acceptance *accepted_at(const struct view *v, size_t finding) {
  return v->accepted ? v->accepted[finding] : NULL;
}

/* ---- writing ---- */

void accept_head(struct buf *out) {
  buf_puts(
      out,
      tr("# 认可清单：人看过、有理由接受的发现。heng audit 把它们另列，不计入退出码。\n"
         "# 每条：认可 编号，下面写 规则、印为（两者与发现相同才算）、理由、认可人、日期。# 开头的行不算。\n"
         "# 编号来自发现的内容，不来自位置：数字一变，认可就不再有效，报告会说出来。\n",
         "# Accepted findings: looked at by a person and accepted for a reason. heng audit lists them apart; they do not count in the exit code.\n"
         "# Each: accept ID, and below it rule, stated (both must be those of the finding), reason, by, date. Lines that begin with # do not count.\n"
         "# The id comes of what a finding says, not of where it stands: when a figure changes the acceptance no longer holds, and the report says "
         "so.\n"));
}

/* One line of a value: a break or a tab would end it. */
static void put_line(struct buf *out, const char *mark, enum word w, struct sv value) {
  buf_printf(out, "%s%s%s ", mark, w == WORD_ACCEPT ? "" : "  ", word_names[w][lang_get() == LANG_EN ? 0 : 1]);
  for (size_t i = 0; i < value.n; i++) buf_putc(out, (unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7F ? ' ' : value.p[i]);
  buf_putc(out, '\n');
}

void accept_write(const struct view *v, const struct finding *f, const struct acceptance *a, struct buf *out) {
  const char *mark = a->reason ? "" : "# ";
  struct telling t, shown;
  struct buf b;
  buf_init(&b, 1 << 20);
  finding_tell(v, f, false, &t);
  finding_tell(v, f, true, &shown);
  finding_where(v, f, &t, NULL, &b);
  if (b.n) buf_puts(&b, tr("：", ": "));
  finding_statement(v, f, &shown, &b);
  buf_printf(out, "\n# %s ", severity_title(f->severity));
  for (size_t i = 0; i < b.n; i++) buf_putc(out, (unsigned char)b.p[i] < 0x20 ? ' ' : b.p[i]);
  buf_putc(out, '\n');
  put_line(out, mark, WORD_ACCEPT, sv_from(f->id));
  put_line(out, mark, WORD_RULE, sv_from(rule_id(v, f->rule)));
  size_t stated = sv_trim(sv_from(t.stated_text)).n; /* a long one is left to the id, which is made of it */
  if (stated > 0 && stated <= STATED_MOST) put_line(out, mark, WORD_STATED, sv_from(t.stated_text));
  put_line(out, mark, WORD_REASON, sv_from(a->reason));
  put_line(out, mark, WORD_BY, sv_from(a->by));
  put_line(out, mark, WORD_DATE, sv_from(a->date));
  buf_release(&b);
}
