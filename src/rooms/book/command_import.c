/* command_import.c: heng book import FOLDER FILE.xlsx: shows what a filled-in workbook would change, and with --apply changes it, all or nothing. */
#include "rooms/book/import.h"
#include "rooms/book/import_edited.h"
#include "rooms/book/internal.h"
#include "rooms/book/publish.h"
#include "rooms/book/published.h"
#include "rooms/book/workspace_change.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN = 40 /* characters of a text */, LIST_MOST = 200 /* changes of a sheet that are listed */ };

static struct {
  bool dry_run, apply, delete_missing, keep_missing, codes;
  const char *amounts, *unit, *version, *published, *edited, *profile;
  int year;
} words;
static const struct option options[] = {
    {"apply", 0, OPT_FLAG, &words.apply, NULL, NULL, "写入工作区（不写只预览）", "change the workspace (without it: only show)"},
    {"dry-run", 0, OPT_FLAG, &words.dry_run, NULL, NULL, "只预览（默认）", "only show (the default)"},
    {"delete-missing", 0, OPT_FLAG, &words.delete_missing, NULL, NULL, "删去工作簿里没有的记录", "delete records that the workbook lacks"},
    {"keep-missing", 0, OPT_FLAG, &words.keep_missing, NULL, NULL, "工作簿里没有的记录都留下，不再询问",
     "keep records that the workbook lacks, without asking"},
    {"amounts", 0, OPT_TEXT, &words.amounts, "UNIT", NULL, "工作簿里的金额是元还是万元：yuan、wan，或 收入=wan,支出预算=yuan",
     "what amounts are in: yuan, wan, or SHEET=wan,SHEET=yuan"},
    {"unit", 0, OPT_TEXT, &words.unit, "CODE", NULL, "区平台的表是哪个单位的", "the unit that a platform's export is of"},
    {"codes", 0, OPT_FLAG, &words.codes, NULL, NULL, "用到而没有列出的科目：从所附科目表加进 functions.csv、economics.csv",
     "classes that are used and not listed: adds them to functions.csv, economics.csv from the bundled lists"},
    {"published", 0, OPT_TEXT, &words.published, "FILE", NULL, "上年公开的预算书（PDF、Word、Excel、网页）：由它得出上年的数",
     "last year's published book (PDF, Word, Excel, HTML): takes last year's amounts from it"},
    {"edited", 0, OPT_TEXT, &words.edited, "BOOK.docx", NULL, "印出后在 Word 或 WPS 里改过的预算书：取回改过的文字，列出改过的数",
     "a printed book edited in a word processor: takes its texts, lists its figures"},
    {"profile", 0, OPT_TEXT, &words.profile, "NAME", NULL, "改过的书是按哪个城市的版式印的（默认工作区写的）",
     "the layout that the edited book was printed in (default: the workspace's)"},
    {"year", 0, OPT_INT, &words.year, "YEAR", NULL, "公开的书记作哪一年的（默认须是上年）",
     "the year that the published book is taken for (default: it must be last year's)"},
    {"version", 0, OPT_TEXT, &words.version, "NAME", NULL, "导入区平台的表时，记作哪一版预算", "version that a platform's export is taken for"},
};

const struct option *book_import_options(int *count) {
  *count = (int)(sizeof options / sizeof *options);
  return options;
}

/* ---- the preview ---- */

static void text_put(struct buf *out, struct sv s) {
  size_t at = 0;
  int n = 0;
  if (s.n == 0) buf_puts(out, tr("（空）", "(empty)"));
  while (at < s.n && n++ < SHOWN) {
    size_t from = at;
    uint32_t cp = utf8_next(s, &at);
    if (cp < 32)
      buf_putc(out, ' ');
    else
      buf_add(out, s.p + from, at - from);
  }
  if (at < s.n) buf_puts(out, "…");
}

static void place_put(struct buf *out, const char *sheet, int row, int column) {
  char ref[XLSX_REF];
  buf_puts(out, sheet);
  if (row >= 0 && column >= 0)
    buf_printf(out, "!%s", xlsx_ref(ref, row, column));
  else if (row >= 0)
    buf_printf(out, tr(" 第 %d 行", " row %d"), row + 1);
  else if (column >= 0)
    buf_printf(out, tr(" %.*s 列", " column %.*s"), (int)strlen(xlsx_ref(ref, 0, column)) - 1, ref);
}

static void faults_put(struct buf *out, const struct import *im, enum ws_severity severity) {
  for (size_t i = 0; i < im->faults.n; i++) {
    const struct import_fault *f = &im->faults.v[i];
    if (f->severity != severity) continue;
    place_put(out, f->sheet, f->row, f->column);
    buf_printf(out, ": %s %s: %s\n",
               severity == WS_ERROR     ? tr("错误", "error")
               : severity == WS_WARNING ? tr("警告", "warning")
                                        : tr("提示", "hint"),
               f->id, f->text);
  }
}

static void added_put(struct buf *out, const struct import *im, const struct import_sheet *s, const struct import_row *row) {
  const struct ws_entity *d = im->records.files[s->entity].entity;
  bool first = true;
  buf_printf(out, tr("  增  ", "  new  "));
  if (row->row < 0)
    buf_puts(out, row->from ? row->from : d->zh);
  else
    place_put(out, im->book->v.v[s->sheet].name, row->row, -1);
  buf_puts(out, "  ");
  for (int k = 0; k < d->nfields; k++) {
    if (!row->value[k].n) continue;
    buf_printf(out, "%s%s ", first ? "" : tr("，", ", "), tr(d->fields[k].zh, d->fields[k].en));
    text_put(out, row->value[k]);
    first = false;
  }
  buf_putc(out, '\n');
}

static void changed_put(struct buf *out, const struct import *im, const struct import_sheet *s, const struct import_row *row) {
  const struct ws_file *f = &im->records.files[s->entity];
  char room[1000];
  for (int k = 0; k < f->entity->nfields; k++) {
    if (!import_differs(im, s, row, k)) continue;
    buf_puts(out, tr("  改  ", "  set  "));
    if (row->row < 0)
      buf_puts(out, row->from ? row->from : "");
    else
      place_put(out, im->book->v.v[s->sheet].name, row->row, s->column[k]);
    buf_printf(out, "  %s:%d  ", f->entity->file, (int)f->csv.rows.v[row->record].line);
    struct sv key = import_key(s, f->entity, row, room, sizeof room);
    buf_add(out, key.p, key.n);
    buf_printf(out, "  %s ", tr(f->entity->fields[k].zh, f->entity->fields[k].en));
    text_put(out, ws_get(f, row->record, k));
    buf_puts(out, " → ");
    text_put(out, row->value[k]);
    buf_putc(out, '\n');
  }
}

static void missing_put(struct buf *out, const struct import *im, const struct import_sheet *s, size_t record) {
  const struct ws_file *f = &im->records.files[s->entity];
  bool first = true;
  buf_printf(out, "%s%s:%d  ", im->delete_missing ? tr("  删  ", "  del  ") : tr("  缺  ", "  kept  "), f->entity->file,
             (int)f->csv.rows.v[record].line);
  for (int k = 0; k < f->entity->nfields; k++) {
    struct sv v = ws_get(f, record, k);
    if (!v.n || (!f->entity->fields[k].key && f->entity->fields[k].type != TYPE_YUAN)) continue;
    buf_puts(out, first ? "" : " / ");
    text_put(out, v);
    first = false;
  }
  buf_putc(out, '\n');
}

static void sheet_put(struct buf *out, const struct import *im, const struct import_sheet *s) {
  const struct ws_entity *d = im->records.files[s->entity].entity;
  size_t listed = 0, n = records_count(&im->records, s->entity), lacking = s->nbroken ? 0 : s->nmissing,
         all = s->added + s->changed + lacking; /* whose key is not known, may be any of those */
  if (all == 0) return;
  buf_printf(out, tr("%s（%s）：新增 %zu 行，修改 %zu 行，里面没有的 %zu 行%s\n", "%s (%s): %zu new, %zu changed, %zu that it lacks%s\n"),
             tr(d->zh, d->en), d->file, s->added, s->changed, lacking,
             lacking == 0         ? ""
             : im->delete_missing ? tr("（将删去）", " (to be deleted)")
                                  : tr("（保留）", " (kept)"));
  for (size_t i = 0; i < s->rows.n && listed < LIST_MOST; i++) {
    const struct import_row *row = &s->rows.v[i];
    size_t before = out->n;
    if (row->broken) continue;
    if (row->record == 0)
      added_put(out, im, s, row);
    else
      changed_put(out, im, s, row);
    listed += out->n > before;
  }
  for (size_t i = 1; i <= n && listed < LIST_MOST; i++)
    if (s->missing[i] && s->nbroken == 0) missing_put(out, im, s, i), listed++;
  if (listed < all) buf_printf(out, tr("  …… 还有 %zu 行\n", "  … and %zu more\n"), all - listed);
}

/* ---- the workspace as it would be ---- */

static bool among(const struct import_file *files, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(files[i].name, name) == 0) return true;
  return false;
}

/* A folder that shows the workspace with the new files in it. */
static int shadow_make(const char *folder, const struct import_file *files, size_t n, char *shadow, size_t size, struct err *e) {
  const char *tmp = getenv("TMPDIR");
  char *real = realpath(folder, NULL), from[4400], to[4400];
  struct dirent *x;
  int m = snprintf(shadow, size, "%s/heng-import-XXXXXX", tmp && *tmp ? tmp : "/tmp");
  if (!real || m < 0 || (size_t)m >= size || !mkdtemp(shadow)) {
    free(real);
    shadow[0] = '\0';
    return err_set(e, RC_IO, "%s", tr("不能新建临时文件夹", "cannot make a temporary folder"));
  }
  int rc = RC_OK;
  DIR *d = opendir(real);
  while (d && rc == RC_OK && (x = readdir(d))) {
    if (x->d_name[0] == '.' || among(files, n, x->d_name)) continue;
    int a = snprintf(from, sizeof from, "%s/%s", real, x->d_name), b = snprintf(to, sizeof to, "%s/%s", shadow, x->d_name);
    if (a < 0 || b < 0 || (size_t)a >= sizeof from || (size_t)b >= sizeof to || symlink(from, to) < 0)
      rc = err_set(e, RC_IO, "%s", tr("不能写临时文件夹", "cannot write in a temporary folder"));
  }
  if (d) closedir(d);
  for (size_t i = 0; i < n && rc == RC_OK; i++) {
    snprintf(to, sizeof to, "%s/%s", shadow, files[i].name);
    rc = file_replace(to, files[i].data.p ? files[i].data.p : "", files[i].data.n, e);
  }
  free(real);
  return rc;
}

/* What no workspace may be left with: codes that point nowhere, keys that are there twice. Sums that do not balance yet are work in progress. */
static bool breaks(const struct ws_problem *p) {
  static const char *const ids[] = {"W-FILE", "W-COLUMN", "W-REF", "W-TWICE", "W-ORDER", "W-PARENT", "W-DEPARTMENT"};
  for (size_t i = 0; p->severity == WS_ERROR && i < sizeof ids / sizeof *ids; i++)
    if (strcmp(p->id, ids[i]) == 0) return true;
  return false;
}

static bool told_before(const struct workspace *w, const struct workspace *then, const struct ws_problem *p) {
  for (size_t i = 0; w && i < w->problems.n; i++)
    if (strcmp(w->problems.v[i].id, p->id) == 0 && strcmp(w->problems.v[i].text, p->text) == 0 &&
        strcmp(w->files.v[w->problems.v[i].file], then->files.v[p->file]) == 0)
      return true;
  return false;
}

/* The check of the workspace as it would be: what it would say that it does not say now. *broken: how much of that must not be. */
static int foresee(const char *folder, const struct workspace *now, const struct code_lists *codes, const struct import_file *files, size_t n,
                   struct buf *out, int *broken, struct err *e) {
  struct workspace *then = NULL;
  char shadow[4096];
  *broken = 0;
  int rc = shadow_make(folder, files, n, shadow, sizeof shadow, e), fresh = 0;
  if (rc == RC_OK) rc = workspace_load(shadow, NULL, codes, &then, e);
  for (size_t i = 0; rc == RC_OK && i < then->problems.n; i++) {
    const struct ws_problem *p = &then->problems.v[i];
    if (p->severity == WS_HINT || told_before(now, then, p)) continue;
    if (fresh++ == 0) buf_puts(out, tr("导入以后，heng book check 会多报：\n", "Afterwards heng book check would also say:\n"));
    buf_printf(out, "  %s", then->files.v[p->file]);
    if (p->line) buf_printf(out, ":%d", (int)p->line);
    buf_printf(out, ": %s %s: %s\n", p->severity == WS_ERROR ? tr("错误", "error") : tr("警告", "warning"), p->id, p->text);
    *broken += breaks(p);
  }
  workspace_free(then);
  if (shadow[0]) folder_remove(shadow);
  return rc;
}

/* ---- the command ---- */

struct job {
  struct import im;
  struct workspace *now;
  struct code_lists *codes;
  struct workspace_change *change; /* with --apply: nobody else writes from the first reading on */
  const char *folder;
  struct buf out;
};

static int published_compare(struct job *j, struct err *e) {
  int year = 0, rc = import_published(&j->im, j->now, j->codes, words.unit ? words.unit : "", words.year, &year, e);
  if (rc == RC_OK) rc = import_compare(&j->im, e);
  if (rc == RC_OK) published_hold(&j->im, year);
  return rc;
}

static int read_and_compare(struct job *j, struct err *e) {
  int found = 0, rc;
  if (words.published) return published_compare(j, e);
  if (words.codes) {
    rc = import_codes(&j->im, j->now, j->codes, e);
    return rc == RC_OK ? import_compare(&j->im, e) : rc;
  }
  bool workbook = !sv_ends(sv_from(j->im.path), ".pdf") && !sv_ends(sv_from(j->im.path), ".docx");
  rc = workbook ? import_read(&j->im, &found, e) : RC_OK;
  if (rc == RC_OK && found == 0) {
    j->im.faults.n = 0, j->im.errors = 0; /* of a template that it is not */
    xlsx_cells_free(j->im.book);
    j->im.book = NULL;
    if (j->now->errors > 0 && j->now->units.n == 0)
      return err_set(e, RC_USAGE, "%s", tr("工作区里还没有单位；先填单位和科目", "the workspace has no units yet; enter units and classes first"));
    rc = import_district(&j->im, j->now, j->codes, words.unit ? words.unit : "", words.version, e);
  }
  return rc == RC_OK ? import_compare(&j->im, e) : rc;
}

static void summary(struct job *j, size_t nfiles, int broken, bool applied) {
  const struct import *im = &j->im;
  size_t added = 0, changed = 0, lacking = 0;
  for (size_t i = 0; i < im->sheets.n; i++) added += im->sheets.v[i].added, changed += im->sheets.v[i].changed, lacking += im->sheets.v[i].nmissing;
  if (im->errors || broken) {
    buf_printf(&j->out, tr("错误 %d 处，没有写入；改正后再导入\n", "%d errors, nothing was written; mend them and import again\n"),
               im->errors + broken);
    return;
  }
  if (nfiles == 0)
    buf_puts(&j->out, tr("没有变化", "nothing changes"));
  else
    buf_printf(&j->out, tr("%s：新增 %zu 行，修改 %zu 行", "%s: %zu new, %zu changed"), applied ? tr("已写入", "written") : tr("预览", "preview"),
               added, changed);
  if (lacking && im->delete_missing)
    buf_printf(&j->out, tr("，删去 %zu 行", ", %zu deleted"), lacking);
  else if (lacking)
    buf_printf(&j->out, tr("；工作簿里没有而保留 %zu 行", "; %zu kept that the workbook lacks"), lacking);
  buf_puts(&j->out, nfiles && !applied ? tr("；写入请加 --apply\n", "; --apply writes it\n") : "\n");
}

static int work(struct job *j, struct err *e) {
  struct import_file files[OPEN_FIELDS];
  size_t n = 0;
  int broken = 0, rc = read_and_compare(j, e);
  bool applied = false;
  if (rc < 0) return rc;
  for (int s = WS_ERROR; s >= WS_HINT; s--) faults_put(&j->out, &j->im, (enum ws_severity)s);
  for (size_t i = 0; i < j->im.notes.n; i++) buf_printf(&j->out, "%s\n", j->im.notes.v[i]);
  for (size_t i = 0; i < j->im.sheets.n; i++) sheet_put(&j->out, &j->im, &j->im.sheets.v[i]);
  if (!j->im.errors) rc = import_files(&j->im, files, &n, e);
  if (rc == RC_OK && n) rc = foresee(j->folder, j->now, j->codes, files, n, &j->out, &broken, e);
  if (rc == RC_OK && n && !broken && words.apply && !words.dry_run) {
    for (size_t i = 0; i < n && rc == RC_OK; i++)
      rc = workspace_change_put(j->change, files[i].name, (struct sv){files[i].data.p, files[i].data.n}, e);
    if (rc == RC_OK) rc = workspace_change_commit(j->change, e), j->change = NULL;
    applied = rc == RC_OK;
  }
  for (size_t i = 0; i < n; i++) buf_release(&files[i].data);
  if (rc < 0) return rc;
  summary(j, n, broken, applied);
  rc = j->out.rc < 0 ? err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory")) : file_replace("-", j->out.p, j->out.n, e);
  return rc < 0 ? rc : j->im.errors || broken ? EXIT_FOUND : EXIT_CLEAN;
}

/* A filled-in template or a platform's tables into the workspace. */
static int import_workbook(char *folder, const char *file, struct err *e) {
  struct job j = {.folder = folder};
  char path[4096];
  j.im.path = file;
  j.im.delete_missing = words.delete_missing, j.im.keep_missing = words.keep_missing;
  j.im.amounts = words.amounts;
  buf_init(&j.out, 64 << 20);
  int rc = words.apply && !words.dry_run ? workspace_change_begin(folder, &j.change, e) : RC_OK;
  if (rc == RC_OK) rc = codes_load(codes_data_path(path, sizeof path, "codes"), &j.codes, e);
  if (rc == RC_OK) rc = workspace_load(folder, NULL, j.codes, &j.now, e);
  if (rc == RC_OK) {
    rc = import_open(&j.im, folder, file, e);
    if (rc == RC_OK) {
      rc = work(&j, e);
      import_close(&j.im);
    }
  }
  buf_release(&j.out);
  workspace_free(j.now);
  codes_free(j.codes);
  workspace_change_discard(j.change);
  return rc;
}

/* What is imported is told by the options: each way is a function of its own. */
int book_import(int argc, char **argv, struct err *e) {
  bool named = words.published || words.edited || words.codes;
  if ((words.published != NULL) + (words.edited != NULL) + words.codes > 1)
    return err_set(e, RC_USAGE, "%s", tr("--published、--edited、--codes 只能写一个", "only one of --published, --edited, --codes"));
  if (argc != (named ? 1 : 2))
    return err_set(e, RC_USAGE, "%s",
                   tr("应为：heng book import 文件夹 工作簿.xlsx，或 --published 上年的书.pdf，或 --edited 改过的书.docx，或 --codes",
                      "wanted: heng book import FOLDER WORKBOOK.xlsx, or --published LAST.pdf, or --edited book.docx, or --codes"));
  if (words.delete_missing && words.keep_missing)
    return err_set(e, RC_USAGE, "%s", tr("--delete-missing 和 --keep-missing 只能写一个", "--delete-missing or --keep-missing, not both"));
  folder_trim(argv[0]);
  struct edited_request edited = {words.apply && !words.dry_run, words.profile, words.version, words.unit};
  if (words.edited) return book_import_edited(argv[0], words.edited, &edited, e);
  return import_workbook(argv[0], words.codes ? argv[0] : named ? words.published : argv[1], e);
}
