/* schema.c: reads profiles/workspace.txt. */
#include "rooms/book/schema.h"

#include <stdlib.h>
#include <string.h>

enum { ENTITIES = 40, FIELDS = 40, ROWS = 40, STAGES = 30, PLANS = 60, SCHEMA_BYTES = 1 << 20 };
struct entity_made {
  struct ws_entity t;
  struct ws_field fields[FIELDS];
  const char *rows[ROWS];
};
struct ws_schema {
  struct arena arena;
  struct entity_made *entities;
  int n;
  struct ws_stage stages[STAGES];
  struct ws_plan plans[PLANS];
  int nstages, nplans;
};
static const char *const type_names[] = {"code", "text", "yuan", "year", "int", "date", "choice", "flag"};

struct line {
  struct ws_schema *s;
  const char *path;
  int number;
  struct err *e;
};

static int wrong(const struct line *l, const char *what, struct sv word) {
  return err_at(l->e, RC_FORMAT, l->path, l->number, 1, "%s“%.*s”", what, SV_ARG(word));
}

static const char *keep(struct ws_schema *s, struct sv text) {
  text = sv_trim(text);
  return text.n ? arena_text(&s->arena, text.p, text.n) : NULL;
}

static struct sv word(struct sv *rest) {
  *rest = sv_trim(*rest);
  size_t n = 0;
  while (n < rest->n && rest->p[n] != ' ') n++;
  struct sv w = {rest->p, n};
  rest->p += n, rest->n -= n;
  return w;
}

/* What stands between the words and the first text: from the first double blank on are texts. */
static struct sv split_texts(struct sv *line) {
  for (size_t i = 0; i + 1 < line->n; i++)
    if (line->p[i] == ' ' && line->p[i + 1] == ' ') {
      struct sv texts = {line->p + i, line->n - i};
      line->n = i;
      return texts;
    }
  return (struct sv){0};
}

static int entity(const struct line *l, struct sv rest) {
  struct ws_schema *s = l->s;
  struct sv texts = split_texts(&rest), name = word(&rest), file = word(&rest), need = word(&rest), more = word(&rest);
  if (s->n == ENTITIES) return err_at(l->e, RC_LIMIT, l->path, l->number, 1, "%s", tr("文件太多", "too many entities"));
  if (!file.n || (!sv_is(need, "need") && !sv_is(need, "may")))
    return wrong(l, tr("应为 entity 名称 文件 need|may：", "expected entity NAME FILE need|may: "), name);
  struct ws_entity *t = &s->entities[s->n++].t;
  if (more.n && !sv_is(more, "secret")) return wrong(l, tr("不认识的词", "unknown word "), more);
  t->name = keep(s, name), t->file = keep(s, file), t->need = sv_is(need, "need"), t->secret = more.n > 0;
  t->zh = keep(s, sv_cut(&texts, '|')), t->en = keep(s, sv_cut(&texts, '|')), t->what = keep(s, sv_cut(&texts, '|'));
  if (!t->zh || !t->en) return wrong(l, tr("缺中文或英文名称：", "no Chinese or English name: "), name);
  return RC_OK;
}

static int type_of(const struct line *l, struct sv name, enum ws_type *out) {
  for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
    if (sv_is(name, type_names[i])) return *out = (enum ws_type)i, RC_OK;
  return wrong(l, tr("没有这种类型", "no such type "), name);
}

static int attribute(const struct line *l, struct sv w, struct ws_field *f) {
  if (sv_is(w, "need")) return f->need = true, RC_OK;
  if (sv_is(w, "key")) return f->key = true, RC_OK;
  if (sv_is(w, "may")) return f->optional_column = true, RC_OK;
  if (sv_starts(w, "choices=")) return f->choices = keep(l->s, (struct sv){w.p + 8, w.n - 8}), RC_OK;
  if (sv_starts(w, "ref=")) return f->note = keep(l->s, (struct sv){w.p + 4, w.n - 4}), RC_OK; /* field() takes it */
  return wrong(l, tr("不认识的词", "unknown word "), w);
}

static int field(const struct line *l, struct sv rest) {
  struct ws_schema *s = l->s;
  struct sv texts = split_texts(&rest), name = word(&rest), type = word(&rest);
  if (!s->n) return wrong(l, tr("field 前面要有 entity：", "a field before any entity: "), name);
  struct entity_made *m = &s->entities[s->n - 1];
  if (m->t.nfields == FIELDS) return err_at(l->e, RC_LIMIT, l->path, l->number, 1, "%s", tr("字段太多", "too many fields"));
  struct ws_field *f = &m->fields[m->t.nfields++];
  f->ref = -1;
  f->name = keep(s, name);
  int rc = type_of(l, type, &f->type);
  const char *ref = NULL;
  for (struct sv w = word(&rest); rc == RC_OK && w.n; w = word(&rest)) {
    rc = attribute(l, w, f);
    if (sv_starts(w, "ref=")) ref = f->note, f->note = NULL;
  }
  if (rc < 0) return rc;
  f->zh = keep(s, sv_cut(&texts, '|')), f->en = keep(s, sv_cut(&texts, '|')), f->example = keep(s, sv_cut(&texts, '|'));
  f->note = keep(s, sv_cut(&texts, '|'));
  if (!f->zh || !f->en) return wrong(l, tr("缺中文或英文名称：", "no Chinese or English name: "), name);
  if ((f->type == TYPE_CHOICE) != (f->choices != NULL)) return wrong(l, tr("choice 要有 choices=：", "a choice needs choices=: "), name);
  f->ref = -1;
  if (ref) {
    f->ref = ws_schema_find(s, ref);
    if (f->ref < 0 && strcmp(ref, "projects") == 0) f->ref = -2; /* comes later in the file */
    if (f->ref == -1) return wrong(l, tr("ref= 没有这个文件：", "ref= names no entity: "), sv_from(ref));
  }
  return RC_OK;
}

/* row TEXT: a line of the CSV file as it stands. */
static int row(const struct line *l, struct sv rest) {
  struct ws_schema *s = l->s;
  if (!s->n) return wrong(l, tr("row 前面要有 entity：", "a row before any entity: "), rest);
  struct entity_made *m = &s->entities[s->n - 1];
  if (m->t.nrows == ROWS) return err_at(l->e, RC_LIMIT, l->path, l->number, 1, "%s", tr("row 太多", "too many rows"));
  m->rows[m->t.nrows++] = keep(s, rest);
  return RC_OK;
}

/* version NAME [numbered] [later] [layout=NAME]  中文 | English */
static int version(const struct line *l, struct sv rest) {
  struct ws_schema *s = l->s;
  struct sv texts = split_texts(&rest), name = word(&rest);
  if (s->nstages == STAGES) return err_at(l->e, RC_LIMIT, l->path, l->number, 1, "%s", tr("版本太多", "too many versions"));
  struct ws_stage *v = &s->stages[s->nstages++];
  for (struct sv w = word(&rest); w.n; w = word(&rest)) {
    if (sv_is(w, "numbered"))
      v->numbered = true;
    else if (sv_is(w, "later"))
      v->later = true;
    else if (sv_starts(w, "layout="))
      v->layout = keep(s, (struct sv){w.p + 7, w.n - 7});
    else
      return wrong(l, tr("不认识的词", "unknown word "), w);
  }
  v->name = keep(s, name), v->zh = keep(s, sv_cut(&texts, '|')), v->en = keep(s, sv_cut(&texts, '|'));
  return v->name && v->zh && v->en ? RC_OK : wrong(l, tr("缺中文或英文说明：", "no Chinese or English words: "), name);
}

/* text NAME [HEADING]  中文 | English: what is to be written there */
static int plan(const struct line *l, struct sv rest) {
  struct ws_schema *s = l->s;
  struct sv texts = split_texts(&rest), name = word(&rest);
  if (s->nplans == PLANS) return err_at(l->e, RC_LIMIT, l->path, l->number, 1, "%s", tr("文字太多", "too many texts"));
  struct ws_plan *t = &s->plans[s->nplans++];
  t->name = keep(s, name), t->heading = keep(s, rest);
  t->zh = keep(s, sv_cut(&texts, '|')), t->en = keep(s, sv_cut(&texts, '|'));
  return t->name && t->zh && t->en ? RC_OK : wrong(l, tr("缺中文或英文说明：", "no Chinese or English words: "), name);
}

static int statement(const struct line *l, struct sv text) {
  struct sv rest = sv_trim(text);
  if (!rest.n || rest.p[0] == '#') return RC_OK;
  struct sv first = word(&rest);
  if (sv_is(first, "entity")) return entity(l, rest);
  if (sv_is(first, "field")) return field(l, rest);
  if (sv_is(first, "row")) return row(l, rest);
  if (sv_is(first, "version")) return version(l, rest);
  if (sv_is(first, "text")) return plan(l, rest);
  return wrong(l, tr("一行应以 entity、field、row、version 或 text 开头：", "a line begins with entity, field, row, version or text: "), first);
}

int ws_schema_load(const char *path, struct ws_schema **out, struct err *e) {
  unsigned char *data = NULL;
  size_t size = 0;
  *out = NULL;
  int rc = file_read(path, SCHEMA_BYTES, &data, &size, e);
  if (rc < 0) return rc;
  struct ws_schema *s = calloc(1, sizeof *s);
  if (s) s->entities = calloc(ENTITIES, sizeof *s->entities);
  if (!s || !s->entities) {
    free(s), free(data);
    return err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  }
  arena_init(&s->arena, SCHEMA_BYTES * 4);
  struct line l = {s, path, 0, e};
  struct sv all = {(char *)data, size};
  while (rc == RC_OK && all.p) l.number++, rc = statement(&l, sv_cut(&all, '\n'));
  int projects = rc == RC_OK ? ws_schema_find(s, "projects") : -1; /* after a mistake the last entity may lack its name */
  for (int i = 0; i < s->n; i++) {
    s->entities[i].t.fields = s->entities[i].fields, s->entities[i].t.rows = s->entities[i].rows;
    for (int k = 0; k < s->entities[i].t.nfields; k++)
      if (s->entities[i].fields[k].ref == -2) s->entities[i].fields[k].ref = projects;
  }
  free(data);
  if (rc == RC_OK && s->arena.failed) rc = err_set(e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (rc < 0)
    ws_schema_free(s);
  else
    *out = s;
  return rc;
}

void ws_schema_free(struct ws_schema *s) {
  if (!s) return;
  arena_release(&s->arena);
  free(s->entities);
  free(s);
}

int ws_schema_count(const struct ws_schema *s) {
  return s->n;
}

const struct ws_entity *ws_schema_entity(const struct ws_schema *s, int index) {
  return &s->entities[index].t;
}

int ws_schema_find(const struct ws_schema *s, const char *entity_name) {
  for (int i = 0; i < s->n; i++)
    if (strcmp(s->entities[i].t.name, entity_name) == 0) return i;
  return -1;
}

int ws_schema_version(const struct ws_schema *s, struct sv name, const struct ws_stage **stage) {
  for (int i = 0; i < s->nstages; i++) {
    const struct ws_stage *v = &s->stages[i];
    size_t n = strlen(v->name);
    int number = 0;
    if (name.n < n || memcmp(name.p, v->name, n) != 0 || (name.n > n && !v->numbered) || name.n > n + 2) continue;
    bool fits = true;
    for (size_t k = n; k < name.n; k++) {
      fits = fits && name.p[k] >= '0' && name.p[k] <= '9';
      number = number * 10 + (name.p[k] - '0');
    }
    if (!fits) continue;
    if (stage) *stage = v;
    return i * 100 + number;
  }
  return -1;
}

const struct ws_stage *ws_schema_stages(const struct ws_schema *s, int *n) {
  *n = s->nstages;
  return s->stages;
}

const struct ws_plan *ws_schema_plans(const struct ws_schema *s, int *n) {
  *n = s->nplans;
  return s->plans;
}

int ws_entity_field(const struct ws_entity *t, const char *name) {
  for (int i = 0; i < t->nfields; i++)
    if (strcmp(t->fields[i].name, name) == 0) return i;
  return -1;
}
