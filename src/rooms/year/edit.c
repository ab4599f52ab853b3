/* edit.c: changes of records: all of a request or none, never over what somebody else wrote meanwhile, each remembered with who and when. */
#include "rooms/year/internal.h"

#include <stdlib.h>
#include <string.h>

struct doing {
  struct db *d;
  struct year_edits *x;
  struct err *e;
  int n;                         /* changes noted */
  int64_t last_anchor, last_new; /* insertions behind the same row keep their order */
};

static struct sv keep(struct year_edits *x, struct sv s) {
  const char *p = arena_text(x->arena, s.p ? s.p : "", s.n);
  return p ? (struct sv){p, s.n} : (struct sv){0};
}

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static int note(struct doing *g, const char *what, int64_t row, struct db_value before, struct db_value after) {
  struct year_edits *x = g->x;
  int64_t done = DB_RUN(g->d, year_change_add, g->e, db_int(x->tenant), db_int(x->workspace), db_int(x->head), db_int(g->n++), db_int(db_now()),
                        db_int(x->who.id), db_str(x->who.name), db_str(what), db_int(x->file), db_int(row), before, after);
  return done < 0 ? (int)done : RC_OK;
}

/* 1 there, 0 gone. */
static int row_read(struct doing *g, int64_t id, struct sv *raw, int64_t *revision, int64_t *place) {
  struct db_statement *s;
  int rc = DB_ROWS(g->d, year_row_get, &s, g->e, db_int(g->x->tenant), db_int(g->x->file), db_int(id));
  if (rc < 0 || (rc = db_step(s, g->e)) <= 0) return rc;
  *raw = keep(g->x, db_col_text(s, 0));
  *revision = db_col_int(s, 1);
  *place = db_col_int(s, 2);
  db_reset(s);
  return raw->p ? 1 : no_memory(g->e);
}

static void conflict(struct doing *g, const struct year_conflict *c) {
  struct year_edits *x = g->x;
  if (x->nconflicts < (int)(sizeof x->conflicts / sizeof *x->conflicts)) x->conflicts[x->nconflicts] = *c;
  x->nconflicts++;
}

static int row_write(struct doing *g, int64_t id, struct sv before, const int *columns, const struct sv *values, int n) {
  struct buf b;
  buf_init(&b, RECORD_MOST * 2);
  int rc = record_set(before, columns, values, n, SV("\n"), &b, g->e);
  struct sv after = {b.p ? b.p : "", b.n};
  if (rc == RC_OK) {
    int64_t done = DB_RUN(g->d, year_row_set, g->e, db_int(g->x->tenant), db_int(id), db_text(after), db_int(g->x->head));
    rc = done < 0 ? (int)done : note(g, "cells", id, db_text(before), db_text(after));
  }
  buf_release(&b);
  return rc;
}

static int cells_edit(struct doing *g, const struct year_edit *t) {
  struct sv raw, cells[FIELDS_MOST], values[FIELDS_MOST];
  int columns[FIELDS_MOST], n = 0, before = g->x->nconflicts;
  int64_t revision, place;
  int rc = row_read(g, t->row, &raw, &revision, &place);
  if (rc < 0) return rc;
  if (rc == 0) {
    conflict(g, &(struct year_conflict){.row = t->row, .gone = true});
    return RC_OK;
  }
  int have = record_cells(raw, g->x->arena, cells);
  if (have < 0) return err_set(g->e, RC_FORMAT, "%s", tr("这一行的列太多", "this record has too many cells"));
  for (int k = 0; k < t->ncells && n < FIELDS_MOST; k++) {
    const struct year_cell *c = &t->cells[k];
    struct sv now = c->column < have ? cells[c->column] : SV("");
    if (sv_equal(now, c->value)) continue; /* it says so already: no byte is touched */
    bool others = revision != t->revision && revision != g->x->head;
    if (others && !(c->was.p && sv_equal(now, c->was))) {
      conflict(g, &(struct year_conflict){t->row, false, c->column, c->value, c->was, now});
      continue;
    }
    columns[n] = c->column;
    values[n++] = c->value;
  }
  return n > 0 && g->x->nconflicts == before ? row_write(g, t->row, raw, columns, values, n) : RC_OK;
}

/* The line end of the file's head, which gets one when it has none. */
static int file_head_end(struct doing *g, struct sv *end) {
  struct db_statement *s;
  struct sv head;
  int rc = DB_ROWS(g->d, year_file_sheet, &s, g->e, db_int(g->x->tenant), db_int(g->x->workspace), db_str(g->x->sheet));
  if (rc < 0 || (rc = db_step(s, g->e)) <= 0) return rc;
  head = keep(g->x, db_col_text(s, 1));
  db_reset(s);
  if (!head.p) return no_memory(g->e);
  *end = record_end(head);
  if (end->n) return RC_OK;
  *end = SV("\n");
  const char *whole = arena_printf(g->x->arena, "%.*s\n", SV_ARG(head));
  if (!whole) return no_memory(g->e);
  int64_t done = DB_RUN(g->d, year_file_body, g->e, db_int(g->x->tenant), db_int(g->x->file), db_str(whole), db_str(""), db_int(g->x->head));
  return done < 0 ? (int)done : note(g, "head", 0, db_text(head), db_str(whole));
}

/* The row above must end its line before another one stands below it. */
static int end_of_above(struct doing *g, int64_t row, struct sv raw, struct sv *end) {
  if (row == 0) return file_head_end(g, end);
  *end = record_end(raw);
  if (end->n) return RC_OK;
  *end = SV("\n");
  const char *whole = arena_printf(g->x->arena, "%.*s\n", SV_ARG(raw));
  if (!whole) return no_memory(g->e);
  int64_t done = DB_RUN(g->d, year_row_set, g->e, db_int(g->x->tenant), db_int(row), db_str(whole), db_int(g->x->head));
  return done < 0 ? (int)done : note(g, "cells", row, db_text(raw), db_str(whole));
}

static int place_after(struct doing *g, int64_t above, int64_t *place) {
  int64_t next = 0;
  int rc = DB_ONE(g->d, year_row_next, &next, g->e, db_int(g->x->tenant), db_int(g->x->file), db_int(above));
  if (rc < 0) return rc;
  if (rc == 1 && next - above < 2) {
    int64_t done = DB_RUN(g->d, year_rows_shift, g->e, db_int(g->x->tenant), db_int(g->x->file), db_int(above), db_int(PLACE_STEP * 64));
    if (done < 0) return (int)done;
    next += PLACE_STEP * 64;
  }
  *place = rc == 0 || next - above > 2 * PLACE_STEP ? above + PLACE_STEP : above + (next - above) / 2;
  return RC_OK;
}

static int insert(struct doing *g, struct year_edit *t) {
  struct sv raw = SV(""), values[FIELDS_MOST];
  int columns[FIELDS_MOST], n = 0;
  int64_t above = t->row, revision, place = 0, id = db_id();
  if (above == g->last_anchor && g->last_new) above = g->last_new;
  int rc = above ? row_read(g, above, &raw, &revision, &place) : 1;
  if (rc < 0) return rc;
  if (rc == 0) {
    conflict(g, &(struct year_conflict){.row = above, .gone = true});
    return RC_OK;
  }
  struct sv end = SV("\n");
  if ((rc = end_of_above(g, above, raw, &end)) < 0 || (rc = place_after(g, place, &place)) < 0) return rc;
  for (int k = 0; k < t->ncells && n < FIELDS_MOST; k++) columns[n] = t->cells[k].column, values[n++] = t->cells[k].value;
  struct buf b;
  buf_init(&b, RECORD_MOST * 2);
  rc = record_set(SV(""), columns, values, n, end, &b, g->e);
  struct sv made = {b.p ? b.p : "", b.n};
  if (rc == RC_OK) {
    int64_t done =
        DB_RUN(g->d, year_row_add, g->e, db_int(g->x->tenant), db_int(g->x->file), db_int(id), db_int(place), db_text(made), db_int(g->x->head));
    rc = done < 0 ? (int)done : note(g, "insert", id, db_null(), db_text(made));
  }
  buf_release(&b);
  g->last_anchor = t->row;
  g->last_new = id;
  t->revision = id; /* told to the client */
  g->x->moved = true;
  return rc;
}

static int drop(struct doing *g, const struct year_edit *t) {
  struct sv raw;
  int64_t revision, place;
  int rc = row_read(g, t->row, &raw, &revision, &place);
  if (rc <= 0) return rc; /* gone already: what was wanted */
  if (revision != t->revision && revision != g->x->head) {
    conflict(g, &(struct year_conflict){.row = t->row, .column = -1, .theirs = raw});
    return RC_OK;
  }
  int64_t done = DB_RUN(g->d, year_row_drop, g->e, db_int(g->x->tenant), db_int(t->row));
  g->x->moved = true;
  return done < 0 ? (int)done : note(g, "delete", t->row, db_text(raw), db_null());
}

static int done_before(struct doing *g) {
  if (!*g->x->op) return 0;
  int64_t head = 0;
  int rc = DB_ONE(g->d, year_op_get, &head, g->e, db_int(g->x->tenant), db_int(g->x->workspace), db_str(g->x->op));
  if (rc == 1) {
    g->x->again = true;
    g->x->head = head;
  }
  return rc;
}

static int work(struct db *d, void *context, struct err *e) {
  struct year_edits *x = context;
  struct doing g = {.d = d, .x = x, .e = e};
  char state[64];
  x->nconflicts = 0;
  x->moved = x->again = false;
  int rc = store_hold(d, x->tenant, x->workspace, &x->head, state, e);
  if (rc == RC_OK) rc = done_before(&g); /* after the hold: two at once with one op do not both find nothing */
  if (rc == 1) return err_set(e, RC_CONFLICT, "%s", tr("已经做过", "done before")); /* taken back, so that history has no empty number */
  if (rc < 0) return rc;
  const char *asks = year_edit_permission(&year_now()->plan, state, x->sheet);
  if (!asks || strcmp(asks, x->permission) != 0)
    return err_set(e, RC_CONFLICT, tr("工作区已是“%s”，不能再改", "the workspace is at \"%s\" now and is locked"), state);
  for (int i = 0; rc == RC_OK && i < x->n; i++) {
    struct year_edit *t = &x->edits[i];
    rc = t->kind == EDIT_CELLS ? cells_edit(&g, t) : t->kind == EDIT_INSERT ? insert(&g, t) : drop(&g, t);
  }
  if (rc < 0) return rc;
  if (x->nconflicts > 0) return err_set(e, RC_CONFLICT, "%s", tr("别人刚改过", "somebody else changed it meanwhile"));
  int64_t done = 0;
  if (x->moved) done = DB_RUN(d, year_file_moved, e, db_int(x->tenant), db_int(x->file), db_int(x->head));
  if (done >= 0 && *x->op)
    done = DB_RUN(d, year_op_add, e, db_int(x->tenant), db_int(x->workspace), db_str(x->op), db_int(x->head), db_int(db_now()));
  if (done < 0) return (int)done;
  return check_queue(d, x->tenant, x->workspace, e);
}

int store_edit(struct db *d, struct year_edits *x, struct err *e) {
  return db_tx(d, work, x, e);
}

/* ---- the next version of a year's budget, from the one before ---- */
struct copying {
  struct doing g;
  const char *from, *to;
};

static int sheet_copy(struct copying *p, int64_t file, struct sv head) {
  struct sv cells[FIELDS_MOST];
  int column = -1, n = record_cells(head, p->g.x->arena, cells);
  for (int i = 0; i < n; i++)
    if (sv_is(cells[i], "version")) column = i;
  if (column < 0) return RC_OK;
  VEC(struct sv) lines = {0};
  struct db_statement *s;
  int64_t last = 0;
  bool there = false;
  int rc = DB_ROWS(p->g.d, year_row_all, &s, p->g.e, db_int(p->g.x->tenant), db_int(file));
  while (rc >= 0 && (rc = db_step(s, p->g.e)) == 1) {
    struct sv raw = db_col_text(s, 1);
    last = db_col_int(s, 0);
    if ((n = record_cells(raw, p->g.x->arena, cells)) <= column) continue;
    there |= sv_is(cells[column], p->to);
    if (sv_is(cells[column], p->from) && VEC_PUSH(&lines, keep(p->g.x, raw), ROWS_MOST) < 0) break;
  }
  if (rc == 1) {
    db_reset(s);
    rc = no_memory(p->g.e);
  }
  p->g.x->file = file;
  p->g.last_anchor = p->g.last_new = 0;
  for (size_t i = 0; rc == RC_OK && !there && i < lines.n; i++) {
    struct year_cell all[FIELDS_MOST];
    n = record_cells(lines.v[i], p->g.x->arena, cells);
    for (int k = 0; k < n; k++) all[k] = (struct year_cell){.column = k, .value = k == column ? sv_from(p->to) : cells[k]};
    struct year_edit t = {.kind = EDIT_INSERT, .row = last, .cells = all, .ncells = n};
    rc = insert(&p->g, &t);
  }
  if (rc == RC_OK && !there && lines.n > 0) {
    int64_t done = DB_RUN(p->g.d, year_file_moved, p->g.e, db_int(p->g.x->tenant), db_int(file), db_int(p->g.x->head));
    if (done < 0) rc = (int)done;
  }
  free(lines.v);
  return rc;
}

int store_copy_version(struct db *d, int64_t tenant, int64_t workspace, struct year_who who, int64_t head, int *n, const char *from, const char *to,
                       struct err *e) {
  const struct ws_schema *schema = year_now()->schema;
  struct arena arena;
  arena_init(&arena, (size_t)1 << 30);
  struct year_edits x = {.tenant = tenant, .workspace = workspace, .who = who, .arena = &arena, .head = head, .op = ""};
  struct copying p = {{.d = d, .x = &x, .e = e, .n = *n}, from, to};
  int rc = RC_OK;
  for (int i = 0; rc == RC_OK && i < ws_schema_count(schema); i++) {
    const struct ws_entity *t = ws_schema_entity(schema, i);
    int version = ws_entity_field(t, "version");
    struct db_statement *s;
    if (version < 0 || !t->fields[version].need) continue; /* where it may be empty the line counts for every version */
    x.sheet = t->name;
    if ((rc = DB_ROWS(d, year_file_sheet, &s, e, db_int(tenant), db_int(workspace), db_str(t->name))) < 0 || (rc = db_step(s, e)) < 0) break;
    if (rc == 0) continue;
    int64_t file = db_col_int(s, 0);
    struct sv file_head = keep(&x, db_col_text(s, 1));
    db_reset(s);
    rc = file_head.p ? sheet_copy(&p, file, file_head) : no_memory(e);
  }
  *n = p.g.n;
  arena_release(&arena);
  return rc;
}
