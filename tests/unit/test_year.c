/* test_year.c: records that keep their bytes, workspaces in and out, edits against a slow model of them, two editors, versions, the plan of the year.
 * On SQLite; on PostgreSQL when HENG_TEST_PG holds an address. */
#include "rooms/book/csv.h"
#include "rooms/year/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char folder[] = "/tmp/heng-year-XXXXXX";
static int fresh;
static uint64_t seed = 20261127;

static unsigned dice(unsigned n) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return (unsigned)(seed >> 33) % n;
}

/* ---- records ---- */
static const char *const cells_tried[] = {"",  "1",          "169001",     "二上", "a,b", "he said \"no\"", "two\nlines", "\"", "x\"y",
                                          " ", "金额（元）", "1145200.00", "=1+1", ",",   "\r\n",           "a\rb"};
enum { TRIED = sizeof cells_tried / sizeof *cells_tried };

static void random_record(struct buf *b, int n, bool crlf, bool spaced) {
  for (int i = 0; i < n; i++) {
    const char *cell = cells_tried[dice(TRIED)];
    if (i) buf_putc(b, ',');
    if (spaced && dice(9) == 0) buf_putc(b, ' ');
    if (strpbrk(cell, ",\"\r\n") || dice(5) == 0) {
      buf_putc(b, '"');
      for (const char *p = cell; *p; p++) {
        if (*p == '"') buf_putc(b, '"');
        buf_putc(b, *p);
      }
      buf_putc(b, '"');
    } else {
      buf_puts(b, cell);
    }
  }
  buf_puts(b, crlf ? "\r\n" : "\n");
}

/* Against the reader of `heng book`: the same records, the same cells. */
static void test_records(void **state) {
  (void)state;
  for (int round = 0; round < 300; round++) {
    struct buf b;
    struct csv c;
    struct err e = {0};
    struct arena a;
    char path[200];
    size_t row = 0;
    buf_init(&b, 1 << 20);
    arena_init(&a, 1 << 24);
    if (round % 3 == 0) buf_puts(&b, "\xef\xbb\xbf");
    buf_puts(&b, "h1,h2\n");
    for (int i = 0, n = (int)dice(20); i < n; i++) {
      random_record(&b, 1 + (int)dice(6), dice(2), false);
      if (dice(8) == 0) buf_puts(&b, dice(2) ? "\n" : "\r\n");
    }
    if (dice(3) == 0 && b.n > 20) b.n--, b.p[b.n] = 0; /* without the last line end */
    snprintf(path, sizeof path, "%s/r%d.csv", folder, ++fresh);
    assert_int_equal(file_replace(path, b.p, b.n, &e), RC_OK);
    if (csv_read(path, &c, &e) < 0) fail_msg("%s", e.text);
    struct sv rest = {b.p, b.n};
    while (rest.n > 0) {
      struct sv cells[FIELDS_MOST], raw = {rest.p, record_length(rest)};
      rest = (struct sv){rest.p + raw.n, rest.n - raw.n};
      if (record_blank(raw)) continue;
      int n = record_cells(raw, &a, cells);
      bool empty = true;
      for (int i = 0; i < n; i++) empty &= sv_trim(cells[i]).n == 0;
      if (empty) continue; /* the reader leaves those out */
      assert_true(row < c.rows.n);
      assert_int_equal(n, c.rows.v[row].n);
      for (int i = 0; i < n; i++)
        if (!sv_equal(sv_trim(cells[i]), sv_trim(csv_field(&c, row, i))))
          fail_msg("round %d, record %zu, cell %d: [%.*s] instead of [%.*s] in\n%.*s", round, row, i, SV_ARG(cells[i]), SV_ARG(csv_field(&c, row, i)),
                   SV_ARG(raw));
      row++;
    }
    assert_int_equal(row, c.rows.n);
    csv_release(&c);
    arena_release(&a);
    buf_release(&b);
  }
}

static void test_record_set(void **state) {
  (void)state;
  for (int round = 0; round < 3000; round++) {
    struct buf b, out;
    struct err e = {0};
    struct arena a;
    struct sv before[FIELDS_MOST], after[FIELDS_MOST];
    buf_init(&b, 1 << 16);
    buf_init(&out, 1 << 16);
    arena_init(&a, 1 << 20);
    int n = 1 + (int)dice(6), column = (int)dice(8);
    random_record(&b, n, dice(2), true);
    struct sv raw = {b.p, b.n}, value = sv_from(cells_tried[dice(TRIED)]);
    assert_int_equal(record_length(raw), raw.n);
    assert_int_equal(record_set(raw, NULL, NULL, 0, SV("\n"), &out, &e), RC_OK);
    assert_true(sv_equal((struct sv){out.p, out.n}, raw)); /* nothing asked, no byte changed */
    buf_clear(&out);
    assert_int_equal(record_set(raw, &column, &value, 1, SV("\n"), &out, &e), RC_OK);
    int had = record_cells(raw, &a, before), has = record_cells((struct sv){out.p, out.n}, &a, after);
    assert_int_equal(had, n);
    assert_int_equal(has, column >= n ? column + 1 : n);
    assert_int_equal(record_length((struct sv){out.p, out.n}), out.n);
    for (int i = 0; i < has; i++) {
      struct sv wanted = i == column ? value : i < had ? before[i] : SV("");
      if (i == column && sv_is(wanted, " ")) wanted = SV(""); /* blanks around a value are none of it */
      if (i == column && memchr(wanted.p, '\r', wanted.n)) wanted = sv_is(wanted, "\r\n") ? SV("\n") : SV("a\nb");
      assert_true(sv_equal(after[i], wanted));
    }
    buf_release(&b);
    buf_release(&out);
    arena_release(&a);
  }
}

/* ---- a database with a workspace ---- */
static struct db *open_fresh(void) {
  struct db *d;
  struct err e = {0};
  char database[300];
  const char *pg = getenv("HENG_TEST_PG");
  const struct db_room *const rooms[] = {&jobs_db, &admin_db, &year_db};
  if (pg)
    snprintf(database, sizeof database, "%s", pg);
  else
    snprintf(database, sizeof database, "sqlite:%s/%d.db", folder, ++fresh);
  assert_int_equal(db_open(database, &d, &e), RC_OK);
  if (pg) assert_int_equal(db_exec(d, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &e), RC_OK);
  if (db_migrate(d, rooms, 3, false, NULL, NULL, &e) <= 0) fail_msg("%s", e.text);
  assert_int_equal(db_exec(d, "INSERT INTO heng_org (tenant, id, path, code, name, created_at) VALUES (1, 1, '/1/', 'bureau', '样例局', 0)", &e),
                   RC_OK);
  return d;
}

#define PACKAGE "{\"name\":\"x\",\"title\":\"样例局2027年部门预算\",\"heng\":{\"year\":2027}}"
#define HEAD    "\xef\xbb\xbfyear,version,unit,kind,func,econ,project,source,origin,amount\r\n"

struct making {
  const struct year_file_in *files;
  int n;
  const char *state;
  int64_t id;
};

static int make(struct db *d, void *context, struct err *e) {
  struct making *m = context;
  return store_new(d, 1, 1, "/1/", 7, m->files, m->n, m->state, &m->id, e);
}

static int64_t workspace_of(struct db *d, struct sv lines, const char *state) {
  struct err e = {0};
  const struct year_file_in files[] = {{SV("datapackage.json"), SV(PACKAGE)}, {SV("budget-lines.csv"), lines}, {SV("texts/a.md"), SV("# 一\n")}};
  struct making m = {files, 3, state, 0};
  if (db_tx(d, make, &m, &e) < 0) fail_msg("%s", e.text);
  return m.id;
}

struct got {
  const char *path;
  struct buf b;
  int files;
};

static int got_file(void *context, struct sv path, struct sv body, struct err *e) {
  struct got *g = context;
  (void)e;
  g->files++;
  if (sv_is(path, g->path)) buf_add(&g->b, body.p, body.n);
  return RC_OK;
}

static void assert_file(struct db *d, int64_t id, const char *path, struct sv wanted, const char *when) {
  struct got g = {.path = path};
  struct err e = {0};
  buf_init(&g.b, 1 << 24);
  if (store_each(d, 1, id, got_file, &g, &e) < 0) fail_msg("%s", e.text);
  if (!sv_equal((struct sv){g.b.p ? g.b.p : "", g.b.n}, wanted))
    fail_msg("%s: %s is\n%.*s\ninstead of\n%.*s", when, path, (int)g.b.n, g.b.p, SV_ARG(wanted));
  buf_release(&g.b);
}

static int64_t file_of(struct db *d, int64_t id, const char *sheet) {
  struct db_statement *s;
  struct err e = {0};
  assert_int_equal(DB_ROWS(d, year_file_sheet, &s, &e, db_int(1), db_int(id), db_str(sheet)), RC_OK);
  assert_int_equal(db_step(s, &e), 1);
  int64_t file = db_col_int(s, 0);
  db_reset(s);
  return file;
}

static void test_bytes(void **state) {
  (void)state;
  struct db *d = open_fresh();
  static const char *const bodies[] = {HEAD,
                                       HEAD "2027,一上,169001,P,2170101,30101,,11,本年,1.00",
                                       HEAD "\r\n\r\n2027, 一上 ,\"169001\",P,\"a \"\"b\"\"\"\n\n",
                                       "year",
                                       "",
                                       "a,b\n\"x\ny\",2\n"};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    int64_t id = workspace_of(d, sv_from(bodies[i]), "储备");
    assert_file(d, id, "budget-lines.csv", sv_from(bodies[i]), "as it came");
    assert_file(d, id, "texts/a.md", SV("# 一\n"), "as it came");
    assert_file(d, id, "datapackage.json", SV(PACKAGE), "as it came");
  }
  static const struct {
    const char *path, *body;
    int rc;
  } bad[] = {{"../x.csv", "", RC_FORMAT}, {"/etc/passwd", "", RC_FORMAT},   {"a/.hidden", "", RC_FORMAT},        {"a//b", "", RC_FORMAT},
             {"a\\b", "", RC_FORMAT},     {"x.csv", "\xff\xfe", RC_FORMAT}, {"datapackage.json", "", RC_FORMAT}, {"", "", RC_FORMAT},
             {"good.csv", "x", RC_OK}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const struct year_file_in files[] = {{SV("datapackage.json"), SV(PACKAGE)}, {sv_from(bad[i].path), sv_from(bad[i].body)}};
    struct err e = {0};
    assert_int_equal(store_files_check(files, 2, true, &e), bad[i].rc);
  }
  db_close(d);
}

/* ---- edits against a model that is a list of lists ---- */
enum { COLUMNS = 10, MODEL_MOST = 400 };
struct model_row {
  int64_t id, seen; /* seen: the revision that the editor knows, perhaps an old one */
  char cell[COLUMNS][40], known[COLUMNS][40];
};
static struct model_row model[MODEL_MOST];
static int nmodel;

static const char *plain_value(char out[40]) {
  static const char *const some[] = {"", "1.00", "169001", "二上", "a,b", "\"q\"", "x y"};
  snprintf(out, 40, "%s", some[dice(7)]);
  return out;
}

static void model_text(struct buf *b) {
  buf_puts(b, HEAD);
  for (int i = 0; i < nmodel; i++) {
    for (int k = 0; k < COLUMNS; k++) {
      const char *v = model[i].cell[k];
      if (k) buf_putc(b, ',');
      bool quote = strpbrk(v, ",\"") != NULL;
      if (quote) buf_putc(b, '"');
      for (const char *p = v; *p; p++) {
        if (*p == '"') buf_putc(b, '"');
        buf_putc(b, *p);
      }
      if (quote) buf_putc(b, '"');
    }
    buf_puts(b, "\r\n");
  }
}

struct session {
  struct db *d;
  int64_t workspace, file;
  struct arena arena;
};

static int edit(struct session *s, struct year_edit *t, int n, const char *op, struct year_edits *out) {
  struct err e = {0};
  *out = (struct year_edits){.tenant = 1,
                             .workspace = s->workspace,
                             .file = s->file,
                             .sheet = "budget-lines",
                             .permission = "year.enter",
                             .op = op,
                             .who = {7, "甲"},
                             .edits = t,
                             .n = n,
                             .arena = &s->arena};
  return store_edit(s->d, out, &e);
}

static void one_cells(struct session *s, struct year_edits *x) {
  struct model_row *m = &model[dice((unsigned)nmodel)];
  struct year_cell cells[3];
  char values[3][40];
  int n = 1 + (int)dice(3), clash = 0;
  bool stale = false;
  for (int i = 0; i < n; i++) {
    int column = (int)dice(COLUMNS);
    for (int k = 0; k < i; k++)
      if (cells[k].column == column) n = i;
    if (n == i) break;
    plain_value(values[i]);
    cells[i] = (struct year_cell){column, sv_from(values[i]), sv_from(m->known[column])};
    stale |= strcmp(m->known[column], m->cell[column]) != 0;
    clash += strcmp(m->cell[column], values[i]) != 0 && strcmp(m->cell[column], m->known[column]) != 0;
  }
  (void)stale;
  struct year_edit t = {.kind = EDIT_CELLS, .row = m->id, .revision = m->seen, .cells = cells, .ncells = n};
  int rc = edit(s, &t, 1, "", x);
  assert_int_equal(rc, clash ? RC_CONFLICT : RC_OK);
  assert_int_equal(x->nconflicts, clash);
  bool wrote = false;
  for (int i = 0; i < n && rc == RC_OK; i++) {
    wrote |= strcmp(m->cell[cells[i].column], values[i]) != 0;
    memcpy(m->cell[cells[i].column], values[i], sizeof values[i]);
  }
  if (rc == RC_OK && dice(3)) { /* this editor sees what came of it; otherwise another will come with old knowledge */
    memcpy(m->known, m->cell, sizeof m->cell);
    if (wrote) m->seen = x->head;
  }
}

static void one_insert(struct session *s, struct year_edits *x) {
  struct year_edit t[3];
  struct year_cell cells[3][COLUMNS];
  char values[3][COLUMNS][40];
  int at = (int)dice((unsigned)nmodel + 1), n = 1 + (int)dice(3);
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < COLUMNS; k++) cells[i][k] = (struct year_cell){.column = k, .value = sv_from(plain_value(values[i][k]))};
    t[i] = (struct year_edit){.kind = EDIT_INSERT, .row = at ? model[at - 1].id : 0, .cells = cells[i], .ncells = COLUMNS};
  }
  assert_int_equal(edit(s, t, n, "", x), RC_OK);
  memmove(&model[at + n], &model[at], (size_t)(nmodel - at) * sizeof *model);
  for (int i = 0; i < n; i++) {
    model[at + i] = (struct model_row){.id = t[i].revision, .seen = x->head};
    memcpy(model[at + i].cell, values[i], sizeof values[i]);
    memcpy(model[at + i].known, values[i], sizeof values[i]);
  }
  nmodel += n;
}

static void one_delete(struct session *s, struct year_edits *x) {
  int at = (int)dice((unsigned)nmodel);
  struct year_edit t = {.kind = EDIT_DELETE, .row = model[at].id, .revision = x->head};
  t.revision = INT64_MAX; /* nobody has seen that */
  assert_int_equal(edit(s, &t, 1, "", x), RC_CONFLICT);
  struct db_statement *st;
  struct err e = {0};
  assert_int_equal(DB_ROWS(s->d, year_row_get, &st, &e, db_int(1), db_int(s->file), db_int(model[at].id)), RC_OK);
  assert_int_equal(db_step(st, &e), 1);
  t.revision = db_col_int(st, 1);
  db_reset(st);
  assert_int_equal(edit(s, &t, 1, "", x), RC_OK);
  memmove(&model[at], &model[at + 1], (size_t)(nmodel - at - 1) * sizeof *model);
  nmodel--;
}

static void test_edits(void **state) {
  (void)state;
  struct session s = {.d = open_fresh()};
  arena_init(&s.arena, (size_t)1 << 30);
  s.workspace = workspace_of(s.d, SV(HEAD), "储备");
  s.file = file_of(s.d, s.workspace, "budget-lines");
  nmodel = 0;
  for (int round = 0; round < 700; round++) {
    struct year_edits x = {0};
    unsigned what = dice(10);
    if (nmodel == 0 || (what < 2 && nmodel < MODEL_MOST - 10))
      one_insert(&s, &x);
    else if (what == 2)
      one_delete(&s, &x);
    else
      one_cells(&s, &x);
    if (round % 50 == 49) {
      struct buf b;
      char when[40];
      buf_init(&b, 1 << 22);
      model_text(&b);
      snprintf(when, sizeof when, "round %d", round);
      assert_file(s.d, s.workspace, "budget-lines.csv", (struct sv){b.p, b.n}, when);
      buf_release(&b);
    }
  }
  arena_release(&s.arena);
  db_close(s.d);
}

/* Insertions at one spot until no number is left between two rows: what follows moves on, and nothing changes its order. */
static void test_crowded(void **state) {
  (void)state;
  struct session s = {.d = open_fresh()};
  struct buf wanted;
  arena_init(&s.arena, (size_t)1 << 28);
  buf_init(&wanted, 1 << 20);
  s.workspace = workspace_of(s.d, SV("year,amount\nfirst,1\nlast,2"), "储备");
  s.file = file_of(s.d, s.workspace, "budget-lines");
  struct db_statement *st;
  struct err e = {0};
  assert_int_equal(DB_ROWS(s.d, year_row_all, &st, &e, db_int(1), db_int(s.file)), RC_OK);
  assert_int_equal(db_step(st, &e), 1);
  int64_t first = db_col_int(st, 0);
  db_reset(st);
  for (int i = 0; i < 60; i++) {
    char text[20];
    struct year_edits x;
    snprintf(text, sizeof text, "%d", i);
    struct year_cell c = {.column = 0, .value = sv_from(text)};
    struct year_edit t = {.kind = EDIT_INSERT, .row = first, .cells = &c, .ncells = 1};
    assert_int_equal(edit(&s, &t, 1, "", &x), RC_OK);
  }
  buf_puts(&wanted, "year,amount\nfirst,1\n");
  for (int i = 60; i-- > 0;) buf_printf(&wanted, "%d\n", i);
  buf_puts(&wanted, "last,2"); /* the file did not end its last line, and still does not */
  assert_file(s.d, s.workspace, "budget-lines.csv", (struct sv){wanted.p, wanted.n}, "crowded");
  buf_release(&wanted);
  arena_release(&s.arena);
  db_close(s.d);
}

static void test_once(void **state) {
  (void)state;
  struct session s = {.d = open_fresh()};
  arena_init(&s.arena, 1 << 24);
  s.workspace = workspace_of(s.d, SV(HEAD), "储备");
  s.file = file_of(s.d, s.workspace, "budget-lines");
  struct year_cell c = {.column = 9, .value = SV("5.00")};
  struct year_edit t = {.kind = EDIT_INSERT, .row = 0, .cells = &c, .ncells = 1};
  struct year_edits x;
  assert_int_equal(edit(&s, &t, 1, "operation-0000001", &x), RC_OK);
  int64_t head = x.head;
  for (int i = 0; i < 3; i++) { /* the answer was lost, it is sent again */
    assert_int_equal(edit(&s, &t, 1, "operation-0000001", &x), RC_CONFLICT);
    assert_true(x.again);
    assert_int_equal(x.head, head);
  }
  assert_file(s.d, s.workspace, "budget-lines.csv", SV(HEAD ",,,,,,,,,5.00\r\n"), "once");
  /* another state has been reached meanwhile: locked */
  struct err e = {0};
  assert_true(DB_RUN(s.d, year_workspace_state, &e, db_int(1), db_int(s.workspace), db_str("一上"), db_int(1), db_int(7)) == 1);
  assert_int_equal(edit(&s, &t, 1, "operation-0000002", &x), RC_CONFLICT);
  assert_false(x.again);
  assert_int_equal(x.nconflicts, 0);
  arena_release(&s.arena);
  db_close(s.d);
}

/* ---- files replaced ---- */
struct putting {
  int64_t workspace, changed;
  struct year_file_in file;
};

static int put_in(struct db *d, void *context, struct err *e) {
  struct putting *p = context;
  int n = 0;
  int64_t head;
  char state[64];
  int rc = store_hold(d, 1, p->workspace, &head, state, e);
  p->changed = 0;
  return rc < 0 ? rc : store_replace(d, 1, p->workspace, (struct year_who){7, "甲"}, head, &p->file, &n, &p->changed, e);
}

static void test_replace(void **state) {
  (void)state;
  struct db *d = open_fresh();
  int64_t id = workspace_of(d, SV(HEAD), "储备");
  char lines[60][40];
  int n = 0;
  for (int round = 0; round < 120; round++) {
    struct buf b;
    struct err e = {0};
    int changes = (int)dice(6);
    for (int i = 0; i < changes; i++) {
      unsigned what = dice(3);
      if ((what == 0 || n == 0) && n < 60) {
        int at = (int)dice((unsigned)n + 1);
        memmove(lines[at + 1 < 60 ? at + 1 : 59], lines[at < 60 ? at : 59], (size_t)(n - at) * sizeof *lines * (n < 59));
        snprintf(lines[at < n || n < 60 ? at : 0], 40, "%u,%u", dice(5), dice(100));
        if (n < 59) n++;
      } else if (what == 1 && n > 0) {
        int at = (int)dice((unsigned)n);
        memmove(lines[at], lines[at + 1], (size_t)(n - at - 1) * sizeof *lines);
        n--;
      } else if (n > 0) {
        snprintf(lines[dice((unsigned)n)], 40, "%u,x", dice(1000));
      }
    }
    buf_init(&b, 1 << 20);
    buf_puts(&b, HEAD);
    for (int i = 0; i < n; i++) buf_printf(&b, "%s\r\n", lines[i]);
    struct putting p = {.workspace = id, .file = {SV("budget-lines.csv"), {b.p, b.n}}};
    if (db_tx(d, put_in, &p, &e) < 0) fail_msg("%s", e.text);
    assert_file(d, id, "budget-lines.csv", (struct sv){b.p, b.n}, "replaced");
    if (db_tx(d, put_in, &p, &e) < 0) fail_msg("%s", e.text);
    assert_int_equal(p.changed, 0); /* the same again is no change */
    buf_release(&b);
  }
  db_close(d);
}

/* One line changed in the middle of many: one change, all other rows are the rows they were. */
static void test_replace_little(void **state) {
  (void)state;
  struct db *d = open_fresh();
  struct buf b;
  struct err e = {0};
  buf_init(&b, 1 << 20);
  buf_puts(&b, HEAD);
  for (int i = 0; i < 1000; i++) buf_printf(&b, "2027,一上,169001,P,2170101,30101,,11,本年,%d.00\r\n", i);
  int64_t id = workspace_of(d, (struct sv){b.p, b.n}, "储备");
  char *at = strstr(b.p, ",500.00");
  assert_non_null(at);
  at[1] = '9';
  struct putting p = {.workspace = id, .file = {SV("budget-lines.csv"), {b.p, b.n}}};
  assert_int_equal(db_tx(d, put_in, &p, &e), RC_OK);
  assert_int_equal(p.changed, 1);
  assert_file(d, id, "budget-lines.csv", (struct sv){b.p, b.n}, "one line");
  buf_release(&b);
  db_close(d);
}

/* ---- the next version from the one before ---- */
struct copying {
  int64_t workspace;
};

static int copy_in(struct db *d, void *context, struct err *e) {
  struct copying *p = context;
  int n = 0;
  return store_copy_version(d, 1, p->workspace, (struct year_who){7, "甲"}, 1, &n, "一上", "二上", e);
}

static void test_copy(void **state) {
  (void)state;
  struct db *d = open_fresh();
  struct err e = {0};
#define L1 "2027,一上,169001,P,2170101,30101,,11,本年,1.00\r\n"
#define L2 "2027,一上,169001,U,2170101,30201,\"\",11,本年,\"2.00\"\r\n"
#define O  "2027,控制数,169001,P,2170101,30101,,11,本年,3.00\r\n"
  struct copying p = {workspace_of(d, SV(HEAD L1 O L2), "储备")};
  for (int i = 0; i < 2; i++) { /* a second time: they are there already */
    if (db_tx(d, copy_in, &p, &e) < 0) fail_msg("%s", e.text);
    assert_file(d, p.workspace, "budget-lines.csv",
                SV(HEAD L1 O L2 "2027,二上,169001,P,2170101,30101,,11,本年,1.00\r\n2027,二上,169001,U,2170101,30201,,11,本年,2.00\r\n"), "copied");
  }
  db_close(d);
}

/* ---- the plan ---- */
static void test_plan(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int line; /* 0: good */
  } tries[] = {{"state A edit=year.enter  甲 | A\nstate B  乙 | B\nstep A B year.submit clean due=-1-09-30  走 | go | 依据\n", 0},
               {"step A B year.submit  走 | go\n", 1},
               {"state A  甲\n", 1},
               {"state A  甲 | A\n\n# x\nstate A  又 | again\n", 4},
               {"state A  甲 | A\nstep A A submit  走 | go\n", 2},
               {"state A  甲 | A\nstep A A year.submit due=09-30  走 | go\n", 2},
               {"state A  甲 | A\nstep A A year.submit due=-1-13-30  走 | go\n", 2},
               {"state A  甲 | A\nstep A A year.submit copy=x  走 | go\n", 2},
               {"state A  甲 | A\nsheet ceilings in=A\n", 2},
               {"state A  甲 | A\nwhatever\n", 2},
               {"state A edit=year.entre  甲 | A\n", 1},
               {"state A  甲 | A\nstep A A year.sumbit  走 | go\n", 2},
               {"state A  甲 | A\nsheet ceilings edit=nobody in=A\n", 2},
               {"state A  甲 | A\nstep A A year.submit due=-1-02-30  走 | go\n", 2},
               {"", 1}};
  for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
    char path[200];
    struct year_plan plan;
    struct err e = {0};
    snprintf(path, sizeof path, "%s/plan%zu", folder, i);
    assert_int_equal(file_replace(path, tries[i].text, strlen(tries[i].text), &e), RC_OK);
    int rc = year_plan_read(path, &plan, &e);
    if (tries[i].line == 0) {
      assert_int_equal(rc, RC_OK);
      assert_string_equal(year_edit_permission(&plan, "A", "budget-lines"), "year.enter");
      assert_null(year_edit_permission(&plan, "B", "budget-lines"));
      assert_int_equal(year_due(&plan.moves.v[0], 2027), INT64_C(1790783999999)); /* 30 September 2026, 23:59:59.999 in Shanghai */
      year_plan_release(&plan);
    } else {
      if (rc != RC_FORMAT || e.line != tries[i].line) fail_msg("try %zu: rc %d, line %d: %s", i, rc, (int)e.line, e.text);
    }
  }
  /* the one that is shipped: every state can be reached, and has a way on but the last */
  const struct year_plan *p = &year_now()->plan;
  for (size_t i = 0; i < p->states.n; i++) {
    bool in = i == 0, out = i + 1 == p->states.n;
    for (size_t k = 0; k < p->moves.n; k++) {
      in |= strcmp(p->moves.v[k].to, p->states.v[i].name) == 0;
      out |= strcmp(p->moves.v[k].from, p->states.v[i].name) == 0;
    }
    assert_true(in && out);
  }
}

static int start(void **state) {
  (void)state;
  struct err e = {0};
  if (!mkdtemp(folder) || sodium_init() < 0) return -1;
  setenv("HENG_DATA", HENG_SOURCE, 1);
  return year_start(&e);
}

static int stop(void **state) {
  (void)state;
  char command[200];
  year_stop();
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_records), cmocka_unit_test(test_record_set),     cmocka_unit_test(test_bytes),
                                     cmocka_unit_test(test_edits),   cmocka_unit_test(test_crowded),        cmocka_unit_test(test_once),
                                     cmocka_unit_test(test_replace), cmocka_unit_test(test_replace_little), cmocka_unit_test(test_copy),
                                     cmocka_unit_test(test_plan)};
  if (!getenv("HENG_TEST_PG")) puts("year: PostgreSQL skipped (no HENG_TEST_PG)");
  return cmocka_run_group_tests(tests, start, stop);
}
