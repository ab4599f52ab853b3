/* plan.c: profiles/year.txt: the states of a budget year, who may change what in each, and the steps between them. */
#include "rooms/year/internal.h"

#include "base/date.h"

#include <stdlib.h>
#include <string.h>

enum { PLAN_BYTES = 1 << 20, STATES_MOST = 40, MOVES_MOST = 100 };

struct reading {
  struct year_plan *plan;
  const char *path;
  int line;
  struct err *e;
};

#define NO_PERMISSION                                                                                                                                \
  tr("没有这个权限（如 year.submit；docs/year.md 列出全部）", "there is no such permission (such as year.submit; docs/year.md lists them)")

static const char *keep(struct reading *r, struct sv s) {
  return arena_text(&r->plan->arena, s.p ? s.p : "", s.n);
}

static int wrong(struct reading *r, const char *text) {
  return err_at(r->e, RC_FORMAT, r->path, r->line, 1, "%s", text);
}

/* What follows the words of a line: 中文 | English [| basis]. */
static int texts(struct reading *r, struct sv rest, const char **zh, const char **en, const char **basis) {
  *zh = keep(r, sv_trim(sv_cut(&rest, '|')));
  *en = keep(r, rest.p ? sv_trim(sv_cut(&rest, '|')) : SV(""));
  const char *why = keep(r, rest.p ? sv_trim(rest) : SV(""));
  if (!*zh || !*en || !why) return err_set(r->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
  if (!**zh || !**en) return wrong(r, tr("要有中文和 English 两种说明，中间是 |", "both texts are needed: 中文 | English"));
  if (basis) *basis = why;
  return RC_OK;
}

/* The next word of `rest` when it begins with `name`; its end in *value. */
static bool option(struct sv *rest, const char *name, struct sv *value) {
  struct sv look = sv_trim(*rest), word = sv_cut(&look, ' ');
  if (!sv_starts(word, name)) return false;
  size_t n = strlen(name);
  *value = (struct sv){word.p + n, word.n - n};
  *rest = look;
  return name[n - 1] == '=' ? value->n > 0 : value->n == 0;
}

static struct sv word_of(struct sv *rest) {
  struct sv look = sv_trim(*rest), word = sv_cut(&look, ' ');
  *rest = look.p ? look : SV("");
  return word;
}

static int put_state(struct reading *r, struct sv rest) {
  struct sv name = word_of(&rest), edit = {0}, version = {0}, value;
  bool published = false;
  while (option(&rest, "edit=", &edit) || option(&rest, "version=", &version) || (option(&rest, "public", &value) && (published = true))) {
  }
  if (name.n == 0 || name.n > 60) return wrong(r, tr("状态要有名称", "a state needs a name"));
  struct year_state s = {keep(r, name), edit.n ? keep(r, edit) : NULL, version.n ? keep(r, version) : NULL, published, NULL, NULL};
  if (s.edit && !year_permission_known(s.edit)) return wrong(r, NO_PERMISSION);
  int rc = texts(r, rest, &s.zh, &s.en, NULL);
  if (rc == RC_OK && year_state_named(r->plan, s.name)) return wrong(r, tr("这个状态写过了", "this state is there already"));
  if (rc == RC_OK && VEC_PUSH(&r->plan->states, s, STATES_MOST) < 0) return wrong(r, tr("状态太多", "too many states"));
  return rc;
}

static int put_special(struct reading *r, struct sv rest) {
  struct sv sheet = word_of(&rest), edit = {0}, in = {0};
  while (option(&rest, "edit=", &edit) || option(&rest, "in=", &in)) {
  }
  if (sheet.n == 0 || edit.n == 0 || in.n == 0 || sv_trim(rest).n)
    return wrong(r, tr("要写：sheet 名称 edit=权限 in=状态/状态", "write: sheet NAME edit=PERMISSION in=STATE/STATE"));
  struct year_special s = {keep(r, sheet), keep(r, edit), arena_printf(&r->plan->arena, "/%.*s/", SV_ARG(in))};
  if (!year_permission_known(s.edit)) return wrong(r, NO_PERMISSION);
  return VEC_PUSH(&r->plan->specials, s, STATES_MOST) < 0 ? wrong(r, tr("太多", "too many")) : RC_OK;
}

/* -1-09-30: 30 September of the year before the budget's. */
static bool due_of(struct sv s, struct year_move *m) {
  char text[16];
  int sign, year, month, day, used = 0;
  char way;
  snprintf(text, sizeof text, "%.*s", s.n < 15 ? (int)s.n : 15, s.p);
  if (sscanf(text, "%c%d-%d-%d%n", &way, &year, &month, &day, &used) != 4 || text[used] || (way != '-' && way != '+')) return false;
  sign = way == '-' ? -1 : 1;
  if (year < 0 || year > 9 || day_make(2023, month, day) == DAY_NONE) return false; /* 29 February is not in every year */
  m->has_due = true;
  m->due_year = sign * year;
  m->due_month = month;
  m->due_day = day;
  return true;
}

static int put_move(struct reading *r, struct sv rest) {
  struct year_move m = {0};
  struct sv from = word_of(&rest), to = word_of(&rest), permission = word_of(&rest), value;
  for (;;) {
    if (option(&rest, "clean", &value))
      m.clean = true;
    else if (option(&rest, "apart", &value))
      m.apart = true;
    else if (option(&rest, "reason", &value))
      m.reason = true;
    else if (option(&rest, "copy=", &value)) {
      struct sv first = sv_cut(&value, '>');
      if (!value.p || value.n == 0 || first.n == 0) return wrong(r, tr("要写：copy=版本>版本", "write: copy=VERSION>VERSION"));
      m.copy_from = keep(r, first);
      m.copy_to = keep(r, value);
    } else if (option(&rest, "due=", &value)) {
      if (!due_of(value, &m)) return wrong(r, tr("要写：due=-1-09-30 这样的日期", "write a day such as due=-1-09-30"));
    } else {
      break;
    }
  }
  m.from = keep(r, from);
  m.to = keep(r, to);
  m.permission = keep(r, permission);
  int rc = texts(r, rest, &m.zh, &m.en, &m.basis);
  if (rc < 0) return rc;
  if (!year_state_named(r->plan, m.from) || !year_state_named(r->plan, m.to))
    return wrong(r, tr("没有这个状态（state 要写在前面）", "there is no such state (states come first)"));
  if (!year_permission_known(m.permission)) return wrong(r, NO_PERMISSION);
  return VEC_PUSH(&r->plan->moves, m, MOVES_MOST) < 0 ? wrong(r, tr("步骤太多", "too many steps")) : RC_OK;
}

int year_plan_read(const char *path, struct year_plan *out, struct err *e) {
  unsigned char *data;
  size_t size;
  *out = (struct year_plan){0};
  arena_init(&out->arena, PLAN_BYTES);
  struct reading r = {.plan = out, .path = path, .e = e};
  int rc = file_read(path, PLAN_BYTES, &data, &size, e);
  if (rc < 0) return rc;
  struct sv rest = {(const char *)data, size};
  while (rc == RC_OK && rest.p) {
    struct sv line = sv_trim(sv_cut(&rest, '\n')), word;
    r.line++;
    if (line.n == 0 || line.p[0] == '#') continue;
    word = word_of(&line);
    rc = sv_is(word, "state")   ? put_state(&r, line)
         : sv_is(word, "step")  ? put_move(&r, line)
         : sv_is(word, "sheet") ? put_special(&r, line)
                                : wrong(&r, tr("这里是 state、sheet 或 step", "expected state, sheet or step"));
  }
  free(data);
  if (rc == RC_OK && out->states.n == 0) rc = wrong(&r, tr("没有状态", "no states"));
  if (rc < 0) year_plan_release(out);
  return rc;
}

void year_plan_release(struct year_plan *p) {
  free(p->states.v);
  free(p->moves.v);
  free(p->specials.v);
  arena_release(&p->arena);
  *p = (struct year_plan){0};
}

const struct year_state *year_state_named(const struct year_plan *p, const char *name) {
  for (size_t i = 0; i < p->states.n; i++)
    if (strcmp(p->states.v[i].name, name) == 0) return &p->states.v[i];
  return NULL;
}

const char *year_edit_permission(const struct year_plan *p, const char *state, const char *sheet) {
  char in[80];
  snprintf(in, sizeof in, "/%.70s/", state);
  for (size_t i = 0; i < p->specials.n; i++)
    if (strcmp(p->specials.v[i].sheet, sheet) == 0 && strstr(p->specials.v[i].in, in)) return p->specials.v[i].edit;
  const struct year_state *s = year_state_named(p, state);
  return s ? s->edit : NULL;
}

int64_t year_due(const struct year_move *m, int64_t year) {
  if (!m->has_due) return 0;
  int day = day_make((int)year + m->due_year, m->due_month, m->due_day);
  return day == DAY_NONE ? 0 : (int64_t)(day + 1) * 86400000 - INT64_C(8) * 3600000 - 1;
}
