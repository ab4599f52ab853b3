/* internal.h: what the files of the year room share. */
#ifndef HENG_ROOMS_YEAR_INTERNAL_H
#define HENG_ROOMS_YEAR_INTERNAL_H

#include "base/mem.h"
#include "rooms/admin/people.h"
#include "rooms/book/book.h"
#include "rooms/year/year.h"
#include "year_sql.h"

enum {
  FIELDS_MOST = 64,      /* of a record */
  CELL_MOST = 20000,     /* bytes of a cell */
  RECORD_MOST = 200000,  /* bytes of a record */
  EDITS_MOST = 5000,     /* of one request */
  FILES_MOST = 500,      /* of a workspace */
  ROWS_MOST = 1000000,   /* of a sheet */
  FILE_BYTES = 64 << 20, /* of a file */
  PATH_SIZE = 2400
};
#define PLACE_STEP INT64_C(1048576) /* between two rows: room to put others between */

/* ---- record.c: a CSV record as it was written, its cells, and one with some cells changed and all other bytes kept ---- */
/* The length of the record that begins at s, its line end with it; a quote may hold line ends. */
size_t record_length(struct sv s);
/* Cells without their quotes (in the arena when they had doubled ones) and blanks around. The number of cells, -1 more than FIELDS_MOST or no memory.
 */
int record_cells(struct sv raw, struct arena *a, struct sv cells[FIELDS_MOST]);
bool record_blank(struct sv raw); /* an empty line: kept, and no row of the sheet */
/* Into `out`: the record with cell `values[k]` in column `columns[k]`. `end`: the line end of a record that has none of its own. */
int record_set(struct sv raw, const int *columns, const struct sv *values, int n, struct sv end, struct buf *out, struct err *e) MUST_CHECK;
struct sv record_end(struct sv raw); /* "\r\n", "\n", "" */

/* ---- plan.c: profiles/year.txt ---- */
bool year_permission_known(const char *permission); /* year.c: one of the room's */
struct year_state {
  const char *name, *edit, *version; /* edit NULL: locked; version NULL: any */
  bool published;                    /* its book may go to the public site */
  const char *zh, *en;
};
struct year_move {
  const char *from, *to, *permission, *copy_from, *copy_to, *zh, *en, *basis; /* copy NULL: nothing is copied */
  bool clean, apart, reason, has_due;
  int due_year, due_month, due_day; /* year: after the budget's */
};
struct year_special {            /* a sheet that in some states is another's */
  const char *sheet, *edit, *in; /* in: "/a/b/" */
};
struct year_plan {
  struct arena arena;
  VEC(struct year_state) states;
  VEC(struct year_move) moves;
  VEC(struct year_special) specials;
};
int year_plan_read(const char *path, struct year_plan *out, struct err *e) MUST_CHECK;
void year_plan_release(struct year_plan *p);
const struct year_state *year_state_named(const struct year_plan *p, const char *name);
/* The permission that changes this sheet in this state; NULL: nobody. */
const char *year_edit_permission(const struct year_plan *p, const char *state, const char *sheet);
int64_t year_due(const struct year_move *m, int64_t year); /* the end of its day in milliseconds, Asia/Shanghai; 0 none */

struct year {
  struct year_plan plan;
  struct ws_schema *schema;
  char program[PATH_SIZE], data[PATH_SIZE];
};
const struct year *year_now(void);

/* ---- store.c: files in and out, edits ---- */
struct year_file_in { /* a file that comes in */
  struct sv path, body;
};
/* A new workspace of these files. Its year and title from datapackage.json. In the caller's transaction. */
int store_new(struct db *d, int64_t tenant, int64_t org, const char *org_path, int64_t user, const struct year_file_in *files, int n,
              const char *state, int64_t *id, struct err *e) MUST_CHECK;
/* What is wrong with files that came in: not text, too large, a path that is none; `whole`: no datapackage.json. */
int store_files_check(const struct year_file_in *files, int n, bool whole, struct err *e) MUST_CHECK;
/* Each file as it is now, whole and byte for byte, to `take`. */
int store_each(struct db *d, int64_t tenant, int64_t workspace, int (*take)(void *context, struct sv path, struct sv body, struct err *e),
               void *context, struct err *e) MUST_CHECK;
/* The next number of a workspace's history, and its state: from here to the end of the transaction no other editor of it. */
int store_hold(struct db *d, int64_t tenant, int64_t workspace, int64_t *head, char state[64], struct err *e) MUST_CHECK;
/* The sheet that a file is by profiles/workspace.txt; "" none. */
const char *store_sheet_of(struct sv path);
struct year_who {
  int64_t id;
  const char *name;
};
struct year_cell {
  int column;
  struct sv value, was; /* was.p NULL: not said */
};
enum year_edit_kind { EDIT_CELLS, EDIT_INSERT, EDIT_DELETE };
struct year_edit {
  enum year_edit_kind kind;
  int64_t row, revision; /* of an insertion: the row after which, 0 at the top; then `revision` is the id of the new row */
  const struct year_cell *cells;
  int ncells;
  struct sv key; /* the client's name of a new row */
};
struct year_conflict {
  int64_t row;
  bool gone;
  int column;
  struct sv yours, was, theirs;
};
struct year_edits {
  int64_t tenant, workspace, file;
  const char *sheet, *permission, *op; /* permission: what the state asked when the editor was let in; op "": of no client, not remembered */
  struct year_who who;
  struct year_edit *edits;
  int n;
  struct arena *arena;
  /* what came of it */
  int64_t head;
  bool again, moved; /* again: this op was done before; moved: rows came or went */
  struct year_conflict conflicts[100];
  int nconflicts; /* more than 0: nothing was done */
};
/* In one transaction, all or nothing. RC_CONFLICT: see ->conflicts; with ->again: it was done before, and ->head tells when. */
int store_edit(struct db *d, struct year_edits *x, struct err *e) MUST_CHECK;
/* A sheet's file replaced by another text, or put there: rows that are the same keep their ids, all else are changes. In the caller's transaction,
 * after workspace_hold gave `head`. */
int store_replace(struct db *d, int64_t tenant, int64_t workspace, struct year_who who, int64_t head, const struct year_file_in *file, int *n,
                  int64_t *changed, struct err *e) MUST_CHECK;
/* Lines of version `from` again as version `to`, behind the last one, in the sheets that have a column "version"; those that are there already stay.
 */
int store_copy_version(struct db *d, int64_t tenant, int64_t workspace, struct year_who who, int64_t head, int *n, const char *from, const char *to,
                       struct err *e) MUST_CHECK;

/* ---- sheet.c: what a sheet looks like ---- */
struct year_sheet {
  int64_t file, revision;
  const char *name;
  const struct ws_entity *entity;
  const char *columns[FIELDS_MOST];           /* names in the file's head */
  const struct ws_field *fields[FIELDS_MOST]; /* NULL: a column of the file's own */
  int ncolumns;
};
struct year_work { /* a workspace that somebody may see */
  int64_t id, year, head, entered_at, entered_by, checked, errors, warnings, hints;
  const char *org, *title, *state, *check_failed;
};
/* RC_NOTFOUND: it is not there, or this user may not see it. */
int year_work_read(struct web_call *c, int64_t id, struct year_work *out, struct err *e) MUST_CHECK;
int year_sheet_read(struct web_call *c, const struct year_work *w, const char *sheet, struct year_sheet *out, struct err *e) MUST_CHECK;
bool year_may_edit(const struct web_call *c, const struct year_work *w, const char *sheet);
int year_column(const struct year_sheet *s, const char *name); /* -1 */
/* Where the row at a position (from 0) stands, and how many there are: from memory when nothing moved since. */
int sheet_place(struct db *d, int64_t tenant, const struct year_sheet *s, int64_t position, int64_t *place, int64_t *total, struct err *e) MUST_CHECK;
void sheet_places_forget(void);

/* ---- check.c: the checks of `heng book check`, by a child, over the workspace as it stands ---- */
int check_queue(struct db *d, int64_t tenant, int64_t workspace, struct err *e) MUST_CHECK;

/* The folder as `heng book` knows it; heng itself as a confined child in `scratch`, its standard output into `output`. */
int year_write_folder(struct db *d, int64_t tenant, int64_t workspace, const char *folder, struct err *e) MUST_CHECK;
struct child_end;
int year_child(const char *scratch, const char *const *words, const char *output, struct child_end *how, struct err *e) MUST_CHECK;
/* store_edit() and its entry in the audit log. */
int year_edit(struct web_call *c, struct year_edits *x, struct err *e) MUST_CHECK;

/* ---- files.c ---- */
struct year_files { /* on their way in; owns its texts */
  struct year_file_in *v;
  size_t n, cap;
};
int year_files_add(struct year_files *f, struct sv path, struct sv body, struct err *e) MUST_CHECK;                       /* copies */
int year_files_folder(struct year_files *f, const char *folder, const char *within, int depth, struct err *e) MUST_CHECK; /* within "", depth 0 */
void year_files_free(struct year_files *f);
/* Files put in over what is there, in one transaction with an entry in the audit log. RC_CONFLICT: the state changed since `w` was read, or (strict)
 * a file would change a sheet that is not this user's now; not strict: such a sheet is left as it is. */
int year_files_replace(struct web_call *c, const struct year_work *w, const struct year_files *files, bool strict, const char *action,
                       struct err *e) MUST_CHECK;
/* A new workspace of the same organisation. */
int year_files_new(struct web_call *c, const struct year_work *like, const struct year_files *files, const char *state, int64_t *id,
                   struct err *e) MUST_CHECK;
/* May somebody put a workspace into this state without the steps that lead to it? Only where its data are his to enter. */
bool year_may_begin(const struct web_call *c, const char *state, const char *org);
/* ---- make.c ---- */
void year_products(struct buf *out, int64_t workspace); /* a list of links to what can be made */

/* ---- handlers ---- */
int year_make_get(struct web_call *c, struct err *e);
int year_tables_page(struct web_call *c, struct err *e);
int year_table_page(struct web_call *c, struct err *e);
int year_why_page(struct web_call *c, struct err *e);
int year_workbook_post(struct web_call *c, struct err *e);
int year_next_post(struct web_call *c, struct err *e);
int year_merge_post(struct web_call *c, struct err *e);
int year_publish_post(struct web_call *c, struct err *e);
const char *year_text(struct web_call *c, struct sv s); /* in the call's arena */
int year_list_page(struct web_call *c, struct err *e);
int year_import_post(struct web_call *c, struct err *e);
int year_page(struct web_call *c, struct err *e);
int year_step_post(struct web_call *c, struct err *e);
int year_history_page(struct web_call *c, struct err *e);
int year_zip_get(struct web_call *c, struct err *e);
int year_upload_post(struct web_call *c, struct err *e);
int year_restore_post(struct web_call *c, struct err *e);
int sheet_page(struct web_call *c, struct err *e);
int row_page(struct web_call *c, struct err *e);
int row_post(struct web_call *c, struct err *e);
int row_add_post(struct web_call *c, struct err *e);
int row_drop_post(struct web_call *c, struct err *e);
int remark_post(struct web_call *c, struct err *e);
int grid_columns(struct web_call *c, struct err *e);
int grid_rows(struct web_call *c, struct err *e);
int grid_changes(struct web_call *c, struct err *e);
int grid_edit(struct web_call *c, struct err *e);
int grid_problems(struct web_call *c, struct err *e);
int grid_history(struct web_call *c, struct err *e);
int grid_list(struct web_call *c, struct err *e);

#endif
