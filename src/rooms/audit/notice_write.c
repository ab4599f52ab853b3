/* notice_write.c: notices as DOCX and PDF: the letter, upright, then the list of problems on pages that lie on their side, and a table to reply in.
 */
#include "document/write.h"
#include "rooms/audit/notice.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4300, NAME_CHARACTERS = 60, LETTER_POINTS = 16, REPLY_ROWS_MAX = 200, REPLY_ROWS_HIGH = 15 };

struct writing {
  const struct notices *n;
  const struct notice *to;
  struct doc_writer *w;
  struct buf b;
  VEC(struct doc_cell) cells;
  struct arena arena; /* of the cells' texts */
};

/* 《2023年部门预算》、《2022年部门决算》, each once. */
static void put_books(const struct notice *to, struct buf *b) {
  for (size_t i = 0; i < to->books.n; i++) {
    bool told = false;
    for (size_t k = 0; k < i; k++) told |= strcmp(to->books.v[k].title, to->books.v[i].title) == 0;
    if (!told) buf_printf(b, "%s%s", i > 0 ? tr("、", ", ") : "", to->books.v[i].title);
  }
}

static void put_field(const struct writing *w, struct sv name, struct buf *b) {
  char day[DAY_TEXT];
  if (sv_is(name, "body"))
    buf_puts(b, w->to->name);
  else if (sv_is(name, "books"))
    put_books(w->to, b);
  else if (sv_is(name, "errors"))
    buf_printf(b, "%d", w->to->errors);
  else if (sv_is(name, "warnings"))
    buf_printf(b, "%d", w->to->warnings);
  else if (sv_is(name, "deadline"))
    buf_puts(b, w->n->deadline == DAY_NONE ? w->n->form->words[NOTICE_BLANK] : day_print_words(day, w->n->deadline));
}

/* A text of the form with its fields filled in; it stays until the next call. */
static struct sv filled(struct writing *w, const char *text) {
  buf_clear(&w->b);
  for (const char *p = text; *p;) {
    const char *close = *p == '{' ? strchr(p, '}') : NULL;
    if (close)
      put_field(w, (struct sv){p + 1, (size_t)(close - p - 1)}, &w->b), p = close + 1;
    else
      buf_putc(&w->b, *p++);
  }
  return (struct sv){w->b.p ? w->b.p : "", w->b.n};
}

static void put_letter(struct writing *w) {
  const char *const *words = w->n->form->words;
  const struct doc_look plain = {0}, indented = {.indent = true}, right = {.align = DOC_RIGHT}, centre = {.align = DOC_CENTRE};
  enum notice_word opening = w->to->warnings == 0 ? NOTICE_OPENING_ERRORS : w->to->errors == 0 ? NOTICE_OPENING_DOUBTS : NOTICE_OPENING;
  char day[DAY_TEXT];
  doc_heading(w->w, 0, filled(w, words[NOTICE_HEADING]));
  doc_paragraph(w->w, filled(w, words[NOTICE_NUMBER]), centre);
  doc_paragraph(w->w, filled(w, words[NOTICE_SUBJECT]), (struct doc_look){.align = DOC_CENTRE, .bold = true});
  doc_paragraph(w->w, SV(""), plain);
  doc_paragraph(w->w, filled(w, words[NOTICE_ADDRESSEE]), plain);
  doc_paragraph(w->w, filled(w, words[opening]), indented);
  for (size_t i = 0; i < w->n->form->paragraphs.n; i++) doc_paragraph(w->w, filled(w, w->n->form->paragraphs.v[i]), indented);
  doc_paragraph(w->w, SV(""), plain);
  doc_paragraph(w->w, filled(w, words[NOTICE_ATTACHMENT]), indented);
  doc_paragraph(w->w, SV(""), plain);
  doc_paragraph(w->w, filled(w, words[NOTICE_SIGN]), right);
  doc_paragraph(w->w, w->n->today == DAY_NONE ? filled(w, words[NOTICE_DAY]) : sv_from(day_print_words(day, w->n->today)), right);
}

/* ---- the list ---- */

static int cell(struct writing *w, int row, int column, int span, struct sv text, enum doc_align align, bool head) {
  const char *copy = arena_text(&w->arena, text.p ? text.p : "", text.n);
  struct doc_cell c = {row, column, 1, span, align, head, head, sv_from(copy)};
  return copy ? VEC_PUSH(&w->cells, c, 1000000) : RC_NOMEM;
}

static int cell_z(struct writing *w, int row, int column, const char *text) {
  return cell(w, row, column, 1, sv_from(text), DOC_LEFT, false);
}

static int put_problem(struct writing *w, int row, int number, const struct notice_problem *p) {
  char digits[16], day[DAY_TEXT];
  const char *const texts[] = {p->place, p->quote, p->what, p->demand, p->basis};
  snprintf(digits, sizeof digits, "%d", number);
  int rc = cell(w, row, 0, 1, sv_from(digits), DOC_CENTRE, false);
  for (int i = 0; i < 5 && rc == RC_OK; i++) rc = cell_z(w, row, i + 1, texts[i]);
  const char *until = w->n->deadline == DAY_NONE ? w->n->form->words[NOTICE_BLANK] : day_print_words(day, w->n->deadline);
  return rc == RC_OK ? cell(w, row, 6, 1, sv_from(until), DOC_CENTRE, false) : rc;
}

static int problems_of(const struct notice_book *b, enum severity s) {
  int n = 0;
  for (size_t i = 0; i < b->problems.n; i++) n += b->problems.v[i].severity == s;
  return n;
}

/* A row that names the book stands over its problems. */
static int put_rows(struct writing *w, enum severity s, int *rows, int *number) {
  int rc = RC_OK;
  for (size_t k = 0; k < w->to->books.n && rc == RC_OK; k++) {
    const struct notice_book *b = &w->to->books.v[k];
    if (problems_of(b, s) == 0) continue;
    buf_clear(&w->b);
    const char *slash = strrchr(b->path, '/'); /* the folders are the checker's own */
    buf_printf(&w->b, tr("《%s》（%s）", "\"%s\" (%s)"), b->title, slash ? slash + 1 : b->path);
    rc = cell(w, (*rows)++, 0, NOTICE_COLUMNS, (struct sv){w->b.p, w->b.n}, DOC_LEFT, true);
    for (size_t i = 0; i < b->problems.n && rc == RC_OK; i++)
      if (b->problems.v[i].severity == s) rc = put_problem(w, (*rows)++, ++*number, &b->problems.v[i]);
  }
  return rc;
}

static int put_list(struct writing *w, enum severity s, int *number) {
  static const int widths[NOTICE_COLUMNS] = {5, 14, 20, 32, 22, 17, 12};
  int rows = 0, rc = RC_OK;
  w->cells.n = 0;
  for (int i = 0; i < NOTICE_COLUMNS && rc == RC_OK; i++) rc = cell(w, 0, i, 1, sv_from(w->n->form->columns.v[i]), DOC_CENTRE, true);
  rows++;
  if (rc == RC_OK) rc = put_rows(w, s, &rows, number);
  if (rc < 0) return rc;
  doc_heading(w->w, 2, filled(w, w->n->form->words[s == SEVERITY_ERROR ? NOTICE_ERRORS : NOTICE_WARNINGS]));
  return doc_table(
      w->w, &(struct doc_table){
                .widths = widths, .columns = NOTICE_COLUMNS, .rows = rows, .head = 1, .cells = w->cells.v, .ncells = (int)w->cells.n, .points = 9});
}

/* What the department answers in: a row a problem, to be filled in. */
static int put_reply(struct writing *w, int problems) {
  static const int widths[NOTICE_REPLY_COLUMNS] = {5, 22, 46, 14, 13};
  int rows = 1, rc = RC_OK;
  w->cells.n = 0;
  for (int i = 0; i < NOTICE_REPLY_COLUMNS && rc == RC_OK; i++) rc = cell(w, 0, i, 1, sv_from(w->n->form->reply.v[i]), DOC_CENTRE, true);
  for (int i = 1; i <= problems && i <= REPLY_ROWS_MAX && rc == RC_OK; i++) {
    char digits[16];
    snprintf(digits, sizeof digits, "%d", i);
    rc = cell(w, rows, 0, 1, sv_from(digits), DOC_CENTRE, false);
    if (rc == RC_OK) rc = cell_z(w, rows++, 2, problems > REPLY_ROWS_HIGH ? " " : "\n"); /* two lines high, to write in; many go closer */
  }
  if (rc < 0) return rc;
  doc_heading(w->w, 2, filled(w, w->n->form->words[NOTICE_REPLY]));
  return doc_table(
      w->w,
      &(struct doc_table){
          .widths = widths, .columns = NOTICE_REPLY_COLUMNS, .rows = rows, .head = 1, .cells = w->cells.v, .ncells = (int)w->cells.n, .points = 10});
}

static int put_notice(struct writing *w) {
  int number = 0, rc = RC_OK;
  put_letter(w);
  doc_page(w->w, true);
  doc_heading(w->w, 1, filled(w, w->n->form->words[NOTICE_LIST]));
  if (w->to->errors > 0) rc = put_list(w, SEVERITY_ERROR, &number);
  if (rc == RC_OK && w->to->warnings > 0) rc = put_list(w, SEVERITY_WARNING, &number);
  return rc == RC_OK ? put_reply(w, number) : rc;
}

static int write_one(const struct notices *n, const struct notice *to, enum doc_format format, const char *path, struct err *e) {
  struct writing w = {.n = n, .to = to};
  struct buf title;
  buf_init(&w.b, 1 << 20), buf_init(&title, 4096);
  arena_init(&w.arena, (size_t)256 << 20);
  buf_add(&title, "", 0);
  struct sv subject = filled(&w, n->form->words[NOTICE_SUBJECT]);
  buf_add(&title, subject.p, subject.n);
  struct doc_info info = {.title = title.p ? title.p : "", .lang = lang_get() == LANG_EN ? "en" : "zh-CN", .created = -1, .points = LETTER_POINTS};
  if (n->today != DAY_NONE && n->today >= 0) info.created = (int64_t)n->today * 86400;
  int rc = doc_new(&w.w, format, path, &info, e);
  if (rc == RC_OK) {
    rc = put_notice(&w);
    if (rc == RC_NOMEM) {
      doc_abandon(w.w);
      err_set(e, RC_NOMEM, "%s", tr("写通知书时内存不足", "out of memory while writing notices"));
    } else {
      rc = doc_close(w.w, e);
    }
  }
  free(w.cells.v);
  buf_release(&w.b), buf_release(&title);
  arena_release(&w.arena);
  return rc;
}

/* ---- files ---- */

/* FOLDER/整改通知书-BODY: nothing that a file system refuses; bodies whose names become alike get a number. */
static int path_make(char out[PATH_BYTES], const char *folder, const struct notices *n, size_t index, const char *ending, struct err *e) {
  struct buf b;
  struct sv name = sv_from(n->list.v[index].name);
  int twins = 1;
  for (size_t i = 0; i < index; i++) twins += strcmp(n->list.v[i].name, n->list.v[index].name) == 0;
  buf_init(&b, PATH_BYTES);
  buf_printf(&b, "%s/%s-", folder, tr("整改通知书", "notice"));
  size_t at = 0;
  for (int i = 0; i < NAME_CHARACTERS && at < name.n; i++) {
    char utf8[4];
    uint32_t cp = utf8_next(name, &at);
    bool bad = cp < 33 || cp == 0x7F || (cp < 128 && strchr("/\\:*?\"<>|", (int)cp));
    buf_add(&b, utf8, utf8_put(utf8, bad ? '_' : cp));
  }
  if (twins > 1) buf_printf(&b, "-%d", twins);
  buf_puts(&b, ending);
  bool fits = b.rc == RC_OK && b.n < PATH_BYTES;
  if (fits) memcpy(out, b.p, b.n + 1);
  buf_release(&b);
  return fits ? RC_OK : err_set(e, RC_USAGE, "%s", tr("文件路径过长", "the path is too long"));
}

int notices_write(const struct notices *n, const char *folder, int *written, struct err *e) {
  static const struct {
    enum doc_format format;
    const char *ending;
  } kinds[] = {{DOC_DOCX, ".docx"}, {DOC_PDF, ".pdf"}};
  char path[PATH_BYTES];
  int rc = annotate_folder(folder, e);
  *written = 0;
  for (size_t i = 0; i < n->list.n && rc == RC_OK; i++) {
    const struct notice *to = &n->list.v[i];
    if (to->errors + to->warnings == 0) continue;
    for (size_t k = 0; k < 2 && rc == RC_OK; k++) {
      rc = path_make(path, folder, n, i, kinds[k].ending, e);
      if (rc == RC_OK) rc = write_one(n, to, kinds[k].format, path, e);
    }
    *written += rc == RC_OK;
  }
  return rc;
}
