/* projects.c: names of projects that the narrative lists (主要用于…；…): those spelled like a project of the table, or nearly so. */
#include "rooms/claims/text_internal.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 20000, NAME_BYTES = 300, COMPARISONS_MOST = 2000000, NAME_LEAST = 12 /* four characters: shorter names are near to too many */ };

struct spelled {
  uint32_t from, end;
  const char *table_name; /* as printed there */
};
struct spelling {
  struct claims *c;
  long left; /* comparisons of names that may still be made */
  VEC(const char *) folded;
  VEC(const char *) printed;
  VEC(struct spelled) found;
};

static int names_gather(struct spelling *s) {
  struct book *b = s->c->book;
  symbol name = book_find(b, "project.name"), kind = book_find(b, "projects");
  int rc = RC_OK;
  for (size_t i = 0; i < b->fields.n && name != NO_SYMBOL && rc == RC_OK; i++) {
    int32_t table = b->fields.v[i].table; /* the names of the table of projects are those that hold */
    if (b->fields.v[i].name != name || table < 0 || b->tables.v[table].kind != kind) continue;
    if (b->fields.v[i].text.n < NAME_LEAST || b->fields.v[i].text.n > NAME_BYTES) continue;
    const char *folded = text_fold(&b->arena, b->fields.v[i].text);
    const char *printed = arena_text(&b->arena, b->fields.v[i].text.p, b->fields.v[i].text.n);
    if (!folded || !printed || VEC_PUSH(&s->folded, folded, NAMES_MOST) < 0 || VEC_PUSH(&s->printed, printed, NAMES_MOST) < 0) rc = RC_NOMEM;
  }
  return rc;
}

/* One name of the list: a project's, nearly one, or none of them (then it is a part of a project, and nothing is said). */
static int name_judge(struct spelling *s, uint32_t from, uint32_t end) {
  struct sv said = {s->c->prose->text.p + from, end - from};
  const char *near = NULL;
  if (said.n < NAME_LEAST || said.n > NAME_BYTES) return RC_OK;
  int most = utf8_length(said) >= 10 ? 2 : 1, best = most + 1;
  for (size_t i = 0; i < s->folded.n && s->left > 0; i++, s->left--) {
    int d = name_distance(said, sv_from(s->folded.v[i]), most);
    if (d < best) best = d, near = s->printed.v[i];
    if (d == 0) break;
  }
  struct spelled x = {from, end, near};
  return near && VEC_PUSH(&s->found, x, NAMES_MOST) < 0 ? RC_NOMEM : RC_OK;
}

static bool separates(struct sv rest, size_t *length) {
  static const char *const marks[] = {"、", ";", ",", "。", "及", "等"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (sv_starts(rest, marks[i])) {
      *length = strlen(marks[i]);
      return true;
    }
  return false;
}

/* From behind 主要用于 to the end of the sentence, name by name. 及 and 等 end a name too, unless it goes on to a known one. */
static int list_read(struct spelling *s, uint32_t *where, uint32_t end) {
  uint32_t at = *where;
  const char *text = s->c->prose->text.p;
  uint32_t from = at;
  int rc = RC_OK;
  while (at < end && rc == RC_OK) {
    struct sv rest = {text + at, end - at};
    size_t length, next = 0;
    if (separates(rest, &length) && !sv_starts(rest, "及")) {
      rc = name_judge(s, from, at);
      if (sv_starts(rest, "。")) {
        *where = at;
        return rc;
      }
      at += (uint32_t)length, from = at;
      continue;
    }
    utf8_next(rest, &next);
    at += (uint32_t)next;
    if (at < end && (text[at - 1] == ':')) from = at;
  }
  *where = end;
  return rc == RC_OK ? name_judge(s, from, end) : rc;
}

static int paragraph_read(struct spelling *s, const struct paragraph *p) {
  const struct claim_grammar *g = s->c->g;
  int rc = RC_OK;
  for (uint32_t at = p->body; at < p->end && rc == RC_OK;) {
    struct sv rest = {s->c->prose->text.p + at, p->end - at};
    size_t length = 0, next = 0;
    int32_t word = trie_longest(&g->words, rest.p, rest.n, &length);
    enum role role = word >= 0 ? g->list.v[word].role : ROLES;
    if (role == ROLE_LIST || role == ROLE_PURPOSE) {
      at += (uint32_t)length;
      rc = list_read(s, &at, p->end);
      continue;
    }
    utf8_next(rest, &next);
    at += (uint32_t)next;
  }
  return rc;
}

int projects_spelled(struct claims *c) {
  struct spelling s = {.c = c, .left = COMPARISONS_MOST};
  int rc = names_gather(&s);
  for (size_t i = 0; i < c->prose->paragraphs.n && s.folded.n && rc == RC_OK; i++) {
    const struct paragraph *p = &c->prose->paragraphs.v[i];
    if (p->section >= 0 && !p->contents && strcmp(c->g->sections.v[p->section].key, "projects") == 0) rc = paragraph_read(&s, p);
  }
  for (size_t i = 0; i < s.found.n && rc == RC_OK; i++)
    rc = claims_field(c, "said.project", s.found.v[i].table_name, s.found.v[i].from, s.found.v[i].end);
  free(s.folded.v);
  free(s.printed.v);
  free(s.found.v);
  return rc;
}
