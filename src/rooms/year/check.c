/* check.c: what `heng book check` says of the workspace as it stands, by a confined child, line by line brought back to the rows. */
#include "document/child.h"
#include "rooms/year/internal.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { REPORT_MOST = 64 << 20, PROBLEMS_MOST = 2000, MEMORY_MB = 1536, SECONDS = 120 };

int check_queue(struct db *d, int64_t tenant, int64_t workspace, struct err *e) {
  char text[24];
  int64_t id;
  snprintf(text, sizeof text, "%lld", (long long)workspace);
  return job_add_again(d, tenant, year_check_job.name, sv_from(text), text, &id, e);
}

static int write_file(void *context, struct sv path, struct sv body, struct err *e) {
  char full[PATH_SIZE], *slash;
  snprintf(full, sizeof full, "%s/%.*s", (const char *)context, SV_ARG(path));
  for (slash = full + strlen(context) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
    *slash = 0;
    if (mkdir(full, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", full, err_system(errno));
  }
  return child_file(full, body.p, body.n, e);
}

int year_write_folder(struct db *d, int64_t tenant, int64_t workspace, const char *folder, struct err *e) {
  char to[PATH_SIZE];
  snprintf(to, sizeof to, "%s", folder);
  if (mkdir(to, 0700) != 0 && errno != EEXIST) return err_set(e, RC_IO, "%s: %s", to, err_system(errno));
  return store_each(d, tenant, workspace, write_file, to, e);
}

int year_child(const char *scratch, const char *const *words, const char *output, struct child_end *how, struct err *e) {
  const struct year *now = year_now();
  const char *readable[] = {now->data, NULL};
  char environment[PATH_SIZE + 16];
  snprintf(environment, sizeof environment, "HENG_DATA=%s", now->data);
  struct child c = {.program = now->program,
                    .folder = scratch,
                    .environment = environment,
                    .output = output,
                    .errors = "errors",
                    .seconds = SECONDS,
                    .memory = (size_t)MEMORY_MB << 20,
                    .file_bytes = (size_t)256 << 20,
                    .readable = readable,
                    .end = how};
#if defined __SANITIZE_ADDRESS__
  c.memory = SIZE_MAX >> 1; /* its shadow needs the whole address space */
#endif
  for (int i = 0; i < CHILD_WORDS && words[i]; i++) c.arguments[i] = words[i];
  int rc = child_run(&c, e);
  return rc < 0 ? rc : RC_OK;
}

struct problem {
  struct sv path, id, severity, text, table; /* table: a derived one, when no file is at fault alone */
  int64_t line, column, file, row;
};
struct checking {
  int64_t tenant, workspace, head;
  struct problem *v;
  int n;
  int64_t errors, warnings, hints;
  const char *failed;
};

static struct sv text_of(const json_t *o, const char *key, size_t most) {
  const json_t *v = json_object_get(o, key);
  struct sv s = json_is_string(v) ? (struct sv){json_string_value(v), json_string_length(v)} : SV("");
  if (s.n > most) {
    s.n = most;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80) s.n--;
  }
  const char *nul = memchr(s.p, 0, s.n);
  return nul ? (struct sv){s.p, (size_t)(nul - s.p)} : s;
}

static void problems_take(struct checking *k, const json_t *root) {
  const json_t *all = json_object_get(root, "problems");
  k->errors = json_integer_value(json_object_get(root, "errors"));
  k->warnings = json_integer_value(json_object_get(root, "warnings"));
  k->hints = json_integer_value(json_object_get(root, "hints"));
  for (size_t i = 0; i < json_array_size(all) && k->n < PROBLEMS_MOST; i++) {
    const json_t *p = json_array_get(all, i);
    k->v[k->n++] = (struct problem){.path = text_of(p, "file", 200),
                                    .id = text_of(p, "id", 40),
                                    .severity = text_of(p, "severity", 10),
                                    .text = text_of(p, "text", 2000),
                                    .table = text_of(p, "table", 20),
                                    .line = json_integer_value(json_object_get(p, "line")),
                                    .column = json_integer_value(json_object_get(p, "column"))};
  }
}

static int64_t lines_in(struct sv s) {
  int64_t n = 0;
  for (const char *p = s.p, *end = s.p + s.n; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++) n++;
  return n;
}

static int by_line(const void *a, const void *b) {
  const struct problem *x = *(const struct problem *const *)a, *y = *(const struct problem *const *)b;
  return x->line < y->line ? -1 : x->line > y->line;
}

/* The rows of one sheet's problems: its lines are counted as they stand. */
static int rows_find(struct db *d, struct checking *k, struct problem **of, int n, int64_t file, int64_t line, struct err *e) {
  struct db_statement *s;
  qsort(of, (size_t)n, sizeof(struct problem *), by_line);
  int at = 0, rc = DB_ROWS(d, year_row_all, &s, e, db_int(k->tenant), db_int(file));
  while (at < n && of[at]->line < line) of[at++]->file = file; /* of the head, or of the whole file */
  while (rc >= 0 && (rc = db_step(s, e)) == 1 && at < n) {
    line += lines_in(db_col_text(s, 1));
    int64_t ends = line; /* the next record begins on this line, counted from 1 */
    for (; at < n && of[at]->line < ends; at++) {
      of[at]->file = file;
      of[at]->row = db_col_int(s, 0);
    }
  }
  if (rc == 1) db_reset(s);
  for (; at < n; at++) of[at]->file = file;
  return rc < 0 ? rc : RC_OK;
}

static int problems_place(struct db *d, struct checking *k, struct err *e) {
  const struct ws_schema *schema = year_now()->schema;
  struct problem **of = calloc((size_t)k->n + 1, sizeof *of);
  int rc = of ? RC_OK : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  for (int i = 0; rc == RC_OK && i < ws_schema_count(schema); i++) {
    const struct ws_entity *t = ws_schema_entity(schema, i);
    struct db_statement *s;
    int n = 0;
    for (int j = 0; j < k->n; j++)
      if (sv_is(k->v[j].path, t->file)) of[n++] = &k->v[j];
    if (n == 0) continue;
    if ((rc = DB_ROWS(d, year_file_sheet, &s, e, db_int(k->tenant), db_int(k->workspace), db_str(t->name))) < 0 || (rc = db_step(s, e)) <= 0)
      continue;
    int64_t file = db_col_int(s, 0), line = 1 + lines_in(db_col_text(s, 1));
    db_reset(s);
    rc = rows_find(d, k, of, n, file, line, e);
  }
  free(of);
  return rc < 0 ? rc : RC_OK;
}

static int problems_store(struct db *d, void *context, struct err *e) {
  const struct checking *k = context;
  int64_t n = DB_RUN(d, year_workspace_checked, e, db_int(k->tenant), db_int(k->workspace), db_int(k->head), db_int(k->errors), db_int(k->warnings),
                     db_int(k->hints), db_str(k->failed ? k->failed : ""));
  if (n <= 0) return (int)n; /* a newer check was faster */
  n = DB_RUN(d, year_problem_clear, e, db_int(k->tenant), db_int(k->workspace));
  for (int i = 0; n >= 0 && i < k->n; i++) {
    const struct problem *p = &k->v[i];
    char whole[2100];
    snprintf(whole, sizeof whole, "%.*s%s%.*s", SV_ARG(p->table), p->table.n ? tr("：", ": ") : "", SV_ARG(p->text));
    n = DB_RUN(d, year_problem_add, e, db_int(k->tenant), db_int(k->workspace), db_int(i), db_text(p->path), db_int(p->line), db_int(p->column),
               db_int(p->file), db_int(p->row), db_text(p->severity), db_text(p->id), db_str(whole));
  }
  return n < 0 ? (int)n : RC_OK;
}

static int report_read(struct checking *k, const char *path, json_t **root, struct err *e) {
  unsigned char *data;
  size_t size;
  json_error_t why;
  int rc = file_read(path, REPORT_MOST, &data, &size, e);
  if (rc < 0) return rc;
  *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, &why);
  free(data);
  if (!*root) return err_set(e, RC_FORMAT, "%s", why.text);
  problems_take(k, *root);
  return RC_OK;
}

static int head_of(struct db *d, struct checking *k, struct err *e) {
  struct db_statement *s;
  int rc = DB_ROWS(d, year_workspace_get, &s, e, db_int(k->tenant), db_int(k->workspace));
  if (rc < 0 || (rc = db_step(s, e)) <= 0) return rc;
  k->head = db_col_int(s, 4);
  bool fresh = db_col_int(s, 7) >= k->head;
  db_reset(s);
  return fresh ? 0 : 1;
}

static int check(struct db *d, struct checking *k, const char *scratch, struct err *e) {
  static const char *const words[] = {"book", "check", "--format", "json", "workspace", NULL};
  char folder[PATH_SIZE], report[PATH_SIZE];
  struct child_end how = {0};
  json_t *root = NULL;
  snprintf(folder, sizeof folder, "%.2000s/workspace", scratch);
  snprintf(report, sizeof report, "%.2000s/report", scratch);
  db_read_begin(d);
  int rc = head_of(d, k, e), work = rc;
  if (rc == 1) rc = year_write_folder(d, k->tenant, k->workspace, folder, e);
  db_read_end(d);
  if (rc < 0 || work == 0) return rc;
  rc = year_child(scratch, words, "report", &how, e);
  if (rc == RC_OK && (how.code < 0 || how.code > EXIT_FOUND))
    k->failed = how.late ? tr("检查超过了时间", "the check took too long") : tr("检查没有做完", "the check did not finish");
  struct err unread = {0};
  if (rc == RC_OK && !k->failed && report_read(k, report, &root, &unread) < 0)
    k->failed = tr("检查的结果读不懂", "the result of the check cannot be read");
  if (rc == RC_OK) rc = problems_place(d, k, e);
  if (rc == RC_OK) rc = db_tx(d, problems_store, k, e);
  json_decref(root);
  return rc;
}

static int run(struct db *d, const struct job *j, struct job_worker *w, void *context, struct err *e) {
  char text[24], scratch[CHILD_PATH];
  (void)context;
  (void)w;
  snprintf(text, sizeof text, "%.*s", j->payload.n < 23 ? (int)j->payload.n : 23, j->payload.p);
  struct checking k = {.tenant = j->tenant, .workspace = strtoll(text, NULL, 10), .v = calloc(PROBLEMS_MOST, sizeof *k.v)};
  int rc = k.v ? child_folder(scratch, "heng-year", e) : err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc == RC_OK) {
    rc = check(d, &k, scratch, e);
    child_folder_remove(scratch);
  }
  free(k.v);
  return rc;
}

const struct job_kind year_check_job = {"year.check", 60, 3, run, NULL, NULL, NULL};
