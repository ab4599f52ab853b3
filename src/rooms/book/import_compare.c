/* import_compare.c: rows of a workbook against the records of the files, by key. What a person may have meant otherwise is asked, not done: a changed
 * key that would leave the old record beside the new one, amounts in 万元. */
#include "rooms/book/field.h"
#include "rooms/book/import.h"

#include <stdlib.h>
#include <string.h>

enum { KEY = 4096, PAIRS = 4000000 };

static struct sv settled(struct sv s) {
  s = sv_trim(s);
  while (s.n && strchr("\r\n\t ", s.p[s.n - 1])) s.n--;
  while (s.n && strchr("\r\n\t ", s.p[0])) s.p++, s.n--;
  return s;
}

static bool same(const struct ws_field *f, struct sv a, struct sv b) {
  struct number x, y;
  int64_t p, q;
  a = settled(a), b = settled(b);
  if (sv_equal(a, b)) return true;
  return f->type == TYPE_YUAN && a.n && b.n && number_parse(a, &x) == RC_OK && number_parse(b, &y) == RC_OK && !x.percent && !y.percent &&
         money_from(&x, SCALE_YUAN, &p) == RC_OK && money_from(&y, SCALE_YUAN, &q) == RC_OK && p == q;
}

bool import_differs(const struct import *im, const struct import_sheet *s, const struct import_row *row, int field) {
  const struct ws_file *f = &im->records.files[s->entity];
  return row->value[field].p && !same(&f->entity->fields[field], row->value[field], ws_get(f, row->record, field));
}

/* A field of a key with an end of its own: no text holds it. */
static size_t key_add(char *out, size_t n, size_t size, struct sv s) {
  s = settled(s);
  if (n + s.n + 1 >= size) return n;
  if (s.n) memcpy(out + n, s.p, s.n);
  out[n + s.n] = '\x1f';
  return n + s.n + 1;
}

static size_t row_key(const struct ws_entity *d, const struct import_row *row, char *out, size_t size) {
  size_t n = 0;
  for (int k = 0; k < d->nfields; k++)
    if (d->fields[k].key) n = key_add(out, n, size, row->value[k]);
  return n;
}

static size_t record_key(const struct ws_file *f, size_t record, char *out, size_t size) {
  size_t n = 0;
  for (int k = 0; k < f->entity->nfields; k++)
    if (f->entity->fields[k].key) n = key_add(out, n, size, ws_get(f, record, k));
  return n;
}

struct sv import_key(const struct import_sheet *s, const struct ws_entity *d, const struct import_row *row, char *room, size_t size) {
  (void)s;
  size_t n = 0;
  for (int k = 0; k < d->nfields; k++) {
    struct sv v = d->fields[k].key ? row->value[k] : (struct sv){0};
    if (!v.n || n + v.n + 4 >= size) continue;
    if (n) memcpy(room + n, " / ", 3), n += 3;
    memcpy(room + n, v.p, v.n);
    n += v.n;
  }
  return (struct sv){room, n};
}

/* ---- matching ---- */

static int no_memory(struct err *e) {
  return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

static void told_twice(struct import *im, const struct import_sheet *s, struct import_row *row, const struct import_row *before) {
  row->broken = true;
  import_tell(im, WS_ERROR, "W-TWICE", s, row->row, -1,
              tr("与第 %d 行重复（同样的编码或项目）；合并成一行", "has the same key as row %d; make them one"), before->row + 1);
}

static int match(struct import *im, struct import_sheet *s, struct err *e) {
  const struct ws_file *f = &im->records.files[s->entity];
  size_t n = records_count(&im->records, s->entity);
  struct intern old, fresh;
  VEC(size_t) record = {0}, first = {0};
  char key[KEY];
  int rc = RC_OK;
  s->missing = ARENA_ARRAY(&im->arena, bool, n + 1);
  if (!s->missing) return no_memory(e);
  intern_init(&old), intern_init(&fresh);
  for (size_t i = 1; i <= n && rc == RC_OK; i++) {
    size_t before = old.names.n;
    if (intern_add(&old, key, record_key(f, i, key, sizeof key)) == INTERN_NONE || (old.names.n > before && VEC_PUSH(&record, i, CSV_ROWS) < 0))
      rc = no_memory(e);
    s->missing[i] = !s->lost;
  }
  for (size_t i = 0; i < s->rows.n && rc == RC_OK; i++) {
    struct import_row *row = &s->rows.v[i];
    if (row->broken) continue;
    size_t bytes = row_key(f->entity, row, key, sizeof key), before = fresh.names.n;
    uint32_t id = intern_add(&fresh, key, bytes), known = intern_find(&old, key, bytes);
    if (id == INTERN_NONE || (fresh.names.n > before && VEC_PUSH(&first, i, IMPORT_ROWS) < 0)) rc = no_memory(e);
    if (rc == RC_OK && fresh.names.n == before) told_twice(im, s, row, &s->rows.v[first.v[id]]);
    if (known != INTERN_NONE) row->record = record.v[known], s->missing[row->record] = false;
  }
  free(record.v), free(first.v);
  intern_release(&old), intern_release(&fresh);
  return rc;
}

static void count(struct import *im, struct import_sheet *s) {
  const struct ws_entity *d = im->records.files[s->entity].entity;
  for (size_t i = 0; i < s->rows.n; i++) {
    bool changed = false;
    s->nbroken += s->rows.v[i].broken;
    if (s->rows.v[i].broken) continue;
    s->added += s->rows.v[i].record == 0;
    for (int k = 0; k < d->nfields && s->rows.v[i].record && !changed; k++) changed = import_differs(im, s, &s->rows.v[i], k);
    s->changed += changed;
  }
  for (size_t i = 1; i <= records_count(&im->records, s->entity); i++) s->nmissing += s->missing[i];
}

/* ---- references ---- */

static bool has_code(const struct ws_entity *d) {
  return d->fields[0].key && (d->nfields < 2 || !d->fields[1].key);
}

static const struct import_sheet *sheet_of(const struct import *im, int entity) {
  for (size_t i = 0; i < im->sheets.n; i++)
    if (im->sheets.v[i].entity == entity) return &im->sheets.v[i];
  return NULL;
}

static int codes_collect(struct import *im, struct err *e) {
  for (int i = 0; i < im->records.n; i++) {
    const struct ws_file *f = &im->records.files[i];
    const struct import_sheet *s = sheet_of(im, i);
    if (!has_code(f->entity)) continue;
    for (size_t k = 1; k <= records_count(&im->records, i); k++) {
      struct sv code = ws_get(f, k, 0);
      if (s && im->delete_missing && s->missing[k]) continue;
      if (code.n && intern_add(&im->keys[i], code.p, code.n) == INTERN_NONE) return no_memory(e);
    }
    for (size_t k = 0; s && k < s->rows.n; k++) {
      struct sv code = s->rows.v[k].value[0];
      if (code.n && intern_add(&im->keys[i], code.p, code.n) == INTERN_NONE) return no_memory(e);
    }
  }
  return RC_OK;
}

/* The code of what a person wrote by its name; n 0: none has that name. */
static struct sv code_named(const struct import *im, int entity, struct sv name) {
  const struct ws_file *f = &im->records.files[entity];
  const struct import_sheet *s = sheet_of(im, entity);
  int k = ws_entity_field(f->entity, "name");
  for (size_t i = 1; k >= 0 && i <= records_count(&im->records, entity); i++)
    if (sv_equal(ws_get(f, i, k), name)) return ws_get(f, i, 0);
  for (size_t i = 0; s && k >= 0 && i < s->rows.n; i++)
    if (sv_equal(s->rows.v[i].value[k], name)) return s->rows.v[i].value[0];
  return (struct sv){0};
}

/* "101" of "0101", "00101": Excel took zeros away. */
static const char *with_zeros(const struct intern *known, struct sv code, char *room, size_t size) {
  for (size_t zeros = 1; zeros <= 3 && code.n + zeros < size; zeros++) {
    memset(room, '0', zeros);
    memcpy(room + zeros, code.p, code.n);
    room[zeros + code.n] = '\0';
    if (intern_find(known, room, code.n + zeros) != INTERN_NONE) return room;
  }
  return NULL;
}

static void reference_check(struct import *im, const struct import_sheet *s, struct import_row *row, int k) {
  const struct ws_entity *d = im->records.files[s->entity].entity;
  const struct ws_field *f = &d->fields[k];
  const struct intern *known = &im->keys[f->ref];
  struct sv code = row->value[k];
  const struct ws_entity *to = im->records.files[f->ref].entity;
  char room[128], say[400];
  if (!code.n || row->broken || intern_find(known, code.p, code.n) != INTERN_NONE) return;
  if (row->record && !import_differs(im, s, row, k)) return; /* it was so before: heng book check tells */
  if (f->key && row->record == 0) row->broken = true;
  struct sv named = code_named(im, f->ref, code);
  const char *zeros = with_zeros(known, code, room, sizeof room), *near = zeros ? NULL : field_nearest(known, code);
  if (named.n)
    snprintf(say, sizeof say, tr("填的是名称；请填编码 %.*s", "is a name; enter the code %.*s"), SV_ARG(named));
  else if (zeros)
    snprintf(say, sizeof say, tr("前面的零丢了；应为 %s（把单元格设成“文本”再填）", "lost its zeros; it is %s (make the cell text first)"), zeros);
  else if (near)
    snprintf(say, sizeof say, tr("“%s”里没有；是不是 %s？", "is not in \"%s\"; is it %s?"), to->zh, near);
  else
    snprintf(say, sizeof say, tr("“%s”里没有；改正，或在那张表里加一行", "is not in \"%s\"; mend it or add it there"), to->zh);
  import_tell(im, WS_ERROR, zeros ? "X-ZEROS" : "W-REF", s, row->row, s->column[k], tr("%s“%.*s”：%s", "%s \"%.*s\": %s"), tr(f->zh, f->en),
              SV_ARG(import_shown(code)), say);
}

/* ---- a changed key ---- */

/* The one key field in which a new row is other than a record that the workbook lacks, all else being the same; -1: they are two things. */
static int only_key_changed(const struct import *im, const struct import_sheet *s, const struct import_row *row, size_t record) {
  const struct ws_file *f = &im->records.files[s->entity];
  int field = -1, filled = 0;
  for (int k = 0; k < f->entity->nfields; k++) {
    if (!row->value[k].p) continue;
    bool equal = same(&f->entity->fields[k], row->value[k], ws_get(f, record, k));
    filled += equal && row->value[k].n > 0;
    if (equal) continue;
    if (!f->entity->fields[k].key || field >= 0) return -1;
    field = k;
  }
  return filled ? field : -1;
}

static void keys_ask(struct import *im, struct import_sheet *s) {
  const struct ws_file *f = &im->records.files[s->entity];
  size_t n = records_count(&im->records, s->entity);
  if (im->delete_missing || im->keep_missing || !s->nmissing || !s->added || s->nmissing * s->added > PAIRS) return;
  for (size_t i = 0; i < s->rows.n; i++) {
    const struct import_row *row = &s->rows.v[i];
    for (size_t r = 1; r <= n && row->record == 0 && !row->broken; r++) {
      int k = s->missing[r] ? only_key_changed(im, s, row, r) : -1;
      if (k < 0) continue;
      import_tell(
          im, WS_ERROR, "X-KEY", s, row->row, s->column[k],
          tr("与 %s 第 %d 行只差“%s”（%.*s → %.*s）。是改了它吗？旧的一行会留下，数就重复了：删去旧行加 --delete-missing，两行都要加 --keep-missing",
             "is %s line %d but for \"%s\" (%.*s → %.*s). If you changed it, the old line would stay and count twice: --delete-missing takes it out, "
             "--keep-missing keeps both"),
          f->entity->file, (int)f->csv.rows.v[r].line, tr(f->entity->fields[k].zh, f->entity->fields[k].en), SV_ARG(import_shown(ws_get(f, r, k))),
          SV_ARG(import_shown(row->value[k])));
      break;
    }
  }
}

/* ---- 万元 for 元 ---- */

static int64_t total(const struct import *im, const struct import_sheet *s, int k, bool before, size_t *n) {
  const struct ws_file *f = &im->records.files[s->entity];
  size_t rows = before ? records_count(&im->records, s->entity) : s->rows.n;
  int64_t sum = 0;
  *n = 0;
  for (size_t i = 0; i < rows; i++) {
    int64_t fen = ws_yuan(before ? ws_get(f, i + 1, k) : s->rows.v[i].value[k]);
    if (fen < 0) fen = -fen;
    *n += fen != 0;
    if (sum < INT64_C(1) << 61) sum += fen;
  }
  return sum;
}

static void money_ask(struct import *im, struct import_sheet *s, int k) {
  const struct ws_file *f = &im->records.files[s->entity];
  size_t nbefore, nnow;
  int64_t before = total(im, s, k, true, &nbefore), now = total(im, s, k, false, &nnow);
  char a[MONEY_TEXT], b[MONEY_TEXT];
  const char *name = im->book ? im->book->v.v[s->sheet].name : f->entity->zh;
  if (s->money != MONEY_ASK || !im->book || nnow == 0) return;
  if (before > 0 && now > 0 && before / now >= 8000 && before / now <= 12500) {
    import_tell(im, WS_ERROR, "X-WAN", s, -1, s->column[k],
                tr("%s合计 %s，工作区里是 %s：像是以万元填的。确是万元加 --amounts %s=wan，确是元加 --amounts %s=yuan",
                   "%s adds up to %s, to %s in the workspace: it looks like 万元. If so say --amounts %s=wan, else --amounts %s=yuan"),
                tr(f->entity->fields[k].zh, f->entity->fields[k].en), money_print(a, now, SCALE_YUAN, 2, true),
                money_print(b, before, SCALE_YUAN, 2, true), name, name);
    return;
  }
  if (before == 0 && nnow >= 3 && now / (int64_t)nnow < INT64_C(500000))
    import_tell(im, WS_WARNING, "X-WAN", s, -1, s->column[k],
                tr("%s都很小（合计 %s 元）；确认是以元填的", "%s: all small (%s 元 together); be sure that they are in 元"),
                tr(f->entity->fields[k].zh, f->entity->fields[k].en), money_print(a, now, SCALE_YUAN, 2, true));
  for (size_t i = 0; i < s->rows.n; i++) {
    const struct import_row *row = &s->rows.v[i];
    int64_t old = row->record && !row->broken ? ws_yuan(ws_get(f, row->record, k)) : 0, fresh = ws_yuan(row->value[k]);
    if (old && fresh && old / 10000 == fresh && old % 10000 == 0)
      import_tell(im, WS_ERROR, "X-WAN", s, row->row, s->column[k],
                  tr("正好是原来的万分之一，像是填成了万元；改成元，确是元加 --amounts %s=yuan",
                     "is exactly a ten thousandth of what it was, as if in 万元; make it 元, or say --amounts %s=yuan"),
                  name);
  }
}

/* A form that rounds says nothing against the exact amount that the workspace has. */
static void rounded_settle(const struct import *im, struct import_sheet *s) {
  const struct ws_file *f = &im->records.files[s->entity];
  for (size_t i = 0; i < s->rows.n; i++)
    for (int k = 0; k < f->entity->nfields; k++) {
      struct import_row *row = &s->rows.v[i];
      if (row->step <= 1 || !row->record || f->entity->fields[k].type != TYPE_YUAN) continue;
      int64_t apart = ws_yuan(row->value[k]) - ws_yuan(ws_get(f, row->record, k));
      if ((apart < 0 ? -apart : apart) * 2 <= row->step) row->value[k] = ws_get(f, row->record, k);
    }
}

int import_compare(struct import *im, struct err *e) {
  int rc = RC_OK;
  for (size_t i = 0; i < im->sheets.n && rc == RC_OK; i++) rc = match(im, &im->sheets.v[i], e);
  if (rc == RC_OK) rc = codes_collect(im, e);
  for (size_t i = 0; i < im->sheets.n && rc == RC_OK; i++) {
    struct import_sheet *s = &im->sheets.v[i];
    const struct ws_entity *d = im->records.files[s->entity].entity;
    if (!im->book) memset(s->missing, 0, records_count(&im->records, s->entity) + 1); /* a form says nothing of other records */
    for (size_t r = 0; r < s->rows.n; r++)
      for (int k = 0; k < d->nfields; k++)
        if (d->fields[k].ref >= 0) reference_check(im, s, &s->rows.v[r], k);
    rounded_settle(im, s);
    count(im, s);
    if (im->delete_missing && im->book && s->rows.n == 0 && s->nmissing)
      import_tell(im, WS_ERROR, "X-EMPTY", s, -1, -1,
                  tr("整张表是空的，--delete-missing 会删去全部 %zu 行；要这样请直接改文件",
                     "the sheet is empty: --delete-missing would delete all %zu lines; change the file itself if you mean it"),
                  s->nmissing);
    keys_ask(im, s);
    for (int k = 0; k < d->nfields; k++)
      if (d->fields[k].type == TYPE_YUAN) money_ask(im, s, k);
  }
  return rc == RC_OK && im->arena.failed ? no_memory(e) : rc;
}
