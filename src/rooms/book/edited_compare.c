/* edited_compare.c: the lines of our document and of theirs: which is which, and what became of each. */
#include "rooms/book/edited.h"

#include "rooms/book/edited_merge.h"
#include "rooms/book/unit.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_CAP = 200000, PIECES = 400 };

static int no_memory(struct edited *x) {
  return err_set(x->e, RC_NOMEM, "%s", tr("内存不足", "out of memory"));
}

struct sv edited_keep(struct edited *x, struct sv s) {
  const char *p = arena_text(&x->arena, s.p ? s.p : "", s.n);
  return p ? (struct sv){p, s.n} : (struct sv){0};
}

int edited_take(struct edited *x, const struct edited_take *t) {
  for (size_t i = 0; i < x->takes.n; i++) {
    const struct edited_take *old = &x->takes.v[i];
    bool same = t->kind <= TAKE_DELETE && old->kind <= TAKE_DELETE && old->from == t->from && old->index == t->index;
    bool new_twice =
        t->kind > TAKE_DELETE && t->kind != TAKE_SECTION && old->kind == t->kind && old->index == t->index && sv_equal(old->text, t->text);
    if (new_twice && strcmp(old->place, t->place) != 0) return RC_OK; /* one text, printed in two places */
    if (!same) continue;
    if (old->kind == t->kind && sv_equal(old->text, t->text)) return RC_OK; /* printed twice, edited twice alike */
    return edited_tell(x, t->place, old->text, t->text,
                       tr("这段文字在书里印了两处，两处改得不一样；取了前一处", "is printed twice and was edited in two ways; the first was taken"),
                       false);
  }
  return VEC_PUSH(&x->takes, *t, LINES_CAP) < 0 ? no_memory(x) : RC_OK;
}

int edited_tell(struct edited *x, const char *place, struct sv ours, struct sv theirs, const char *why, bool figure) {
  struct edited_told t = {place, edited_keep(x, ours), edited_keep(x, theirs), why, figure};
  x->figures += figure;
  return VEC_PUSH(&x->told, t, LINES_CAP) < 0 ? no_memory(x) : RC_OK;
}

const char *edited_source(struct edited *x, enum paper_from from, int index) {
  const struct workspace *w = x->o.workspace;
  struct ws_place p = from == PAPER_FROM_CAUSE ? w->causes.v[index].place : w->texts.v[index].place;
  return arena_printf(&x->arena, "%s:%d", w->files.v[p.file], (int)p.line);
}

const char *edited_place(struct edited *x, int block) {
  const struct paper *p = x->o.paper;
  struct sv head[3] = {{0}};
  for (int i = 0; i <= block && (size_t)i < p->blocks.n; i++) {
    const struct paper_block *b = &p->blocks.v[i];
    if (b->kind == PAPER_PART) head[0] = b->text, head[1] = head[2] = (struct sv){0};
    if (b->kind == PAPER_SECTION) head[1] = b->text, head[2] = (struct sv){0};
    if (b->kind == PAPER_SUBSECTION) head[2] = b->text;
  }
  size_t part = sv_find(head[0], " ");
  if (part != SIZE_MAX) head[0].n = part; /* 第三部分 */
  return arena_printf(&x->arena, "%.*s%s%.*s%s%.*s", SV_ARG(head[0]), head[1].n ? " " : "", SV_ARG(head[1]), head[2].n ? " " : "", SV_ARG(head[2]));
}

bool edited_paragraph_good(struct sv s) {
  return s.n > 0 && s.n < 60000 && !sv_starts(s, "# ") && !sv_starts(s, "<!--") && !sv_contains(s, "{{") && !sv_contains(s, "}}");
}

/* ---- lines of a document ---- */

static bool digits_end(struct sv *s) {
  size_t n = s->n;
  while (n > 0 && s->p[n - 1] >= '0' && s->p[n - 1] <= '9') n--;
  if (n == s->n || n == 0 || (s->p[n - 1] != ' ' && s->p[n - 1] != '.')) return false;
  *s = sv_trim((struct sv){s->p, n});
  while (s->n > 0 && s->p[s->n - 1] == '.') s->n--;
  return true;
}

/* A table is known by its first rows. */
static struct sv table_key(struct edited *x, const struct table *t) {
  struct buf b;
  buf_init(&b, 1 << 16);
  for (int i = 0; i < t->ncells && t->cells[i].row < 4 && b.n < 4000; i++) buf_add(&b, t->cells[i].text.p, t->cells[i].text.n);
  struct sv key = edited_keep(x, (struct sv){b.p, b.n});
  buf_release(&b);
  return key;
}

static int lines_take(struct edited *x, const struct document *d, bool ours) {
  for (int i = 0; i < d->nitems; i++) {
    const struct item *it = &d->items[i];
    struct edited_line l = {.block = -1, .text = it->text};
    if (it->kind == ITEM_TABLE) l.table = &d->tables[it->table], l.item.kind = 1, l.text = table_key(x, l.table);
    const char *key = text_fold(&x->arena, l.text);
    if (!key) return no_memory(x);
    l.item.key = sv_from(key);
    if ((ours ? VEC_PUSH(&x->a, l, LINES_CAP) : VEC_PUSH(&x->b, l, LINES_CAP)) < 0)
      return err_set(x->e, RC_LIMIT, "%s", tr("文件太长", "the document is too long"));
  }
  return RC_OK;
}

/* From the end on, so that the contents before the book are never taken for its headings. */
static int blocks_find(struct edited *x) {
  const struct paper *p = x->o.paper;
  int at = (int)x->a.n - 1;
  for (int i = (int)p->blocks.n - 1; i >= 0; i--) {
    const struct paper_block *b = &p->blocks.v[i];
    const char *key = b->kind == PAPER_TABLE ? NULL : text_fold(&x->arena, b->text);
    if (b->kind != PAPER_TABLE && !key) return no_memory(x);
    int k = at;
    while (k >= 0 && (key ? x->a.v[k].table || !sv_is(x->a.v[k].item.key, key) : !x->a.v[k].table)) k--;
    if (k < 0) continue; /* an empty paragraph */
    x->a.v[k].block = i, at = k - 1;
  }
  return RC_OK;
}

static int contents_at(const struct edited_line *v, size_t n) {
  for (size_t i = 0; i < n && i < 40; i++)
    if (!v[i].table && sv_is(v[i].item.key, "目录")) return (int)i;
  return -1;
}

/* The table of contents is made anew with each printing, and a word processor puts page numbers into it: no line of it is a change. It ends where its
 * own first line comes again. */
static int contents_mark(struct edited *x) {
  int first = 0, ours = contents_at(x->a.v, x->a.n), theirs = contents_at(x->b.v, x->b.n), end, seen = 0;
  while ((size_t)first < x->a.n && x->a.v[first].block < 0) first++;
  if (ours < 0 || ours >= first || (size_t)first >= x->a.n) return RC_OK;
  for (int i = ours; i < first; i++) x->a.v[i].item.kind = 2;
  if (theirs < 0) return RC_OK;
  for (end = theirs + 1; (size_t)end < x->b.n && end <= theirs + first - ours + 60; end++) {
    struct sv text = x->b.v[end].text;
    while (digits_end(&text)) continue;
    const char *key = text_fold(&x->arena, text);
    if (!key) return no_memory(x);
    if (sv_is(x->a.v[first].item.key, key) && ++seen == 2) break;
    if (!x->b.v[end].table) x->b.v[end].item.key = sv_from(key);
  }
  if (seen < 2) end = theirs + first - ours; /* the heading was changed: as long as ours */
  for (int i = theirs; i < end && (size_t)i < x->b.n; i++) x->b.v[i].item.kind = 2;
  for (int i = end; (size_t)i < x->b.n && i <= theirs + first - ours + 60; i++) { /* looked at, and not of it */
    const char *key = text_fold(&x->arena, x->b.v[i].text);
    if (!key) return no_memory(x);
    x->b.v[i].item.key = sv_from(key);
  }
  return RC_OK;
}

/* ---- one paragraph ---- */

static int pieces_of(const struct edited *x, int block, struct merge_piece *piece, const struct paper_origin **from) {
  const struct paper *p = x->o.paper;
  struct sv text = p->blocks.v[block].text;
  size_t at = 0;
  int n = 0;
  for (size_t i = 0; i < p->origins.n && n < PIECES - 2; i++) {
    const struct paper_origin *o = &p->origins.v[i];
    if (o->block != block || o->cell >= 0) continue;
    if ((size_t)o->from > at) from[n] = NULL, piece[n++] = (struct merge_piece){.ours = {text.p + at, (size_t)o->from - at}};
    from[n] = o, piece[n++] = (struct merge_piece){.own = true, .ours = {text.p + o->from, (size_t)o->n}};
    at = (size_t)(o->from + o->n);
  }
  if (at < text.n || n == 0) from[n] = NULL, piece[n++] = (struct merge_piece){.ours = {text.p + at, text.n - at}};
  return n;
}

static struct sv source_text(const struct edited *x, const struct paper_origin *o) {
  return o->from_kind == PAPER_FROM_CAUSE ? x->o.workspace->causes.v[o->index].text : x->o.workspace->texts.v[o->index].paragraph;
}

/* The text that the whole block is; -1: some of it was derived. */
static int whole_text(const struct edited *x, int block) {
  const struct paper *p = x->o.paper;
  int index = -1;
  size_t end = 0;
  for (size_t i = 0; i < p->origins.n; i++) {
    const struct paper_origin *o = &p->origins.v[i];
    if (o->block != block || o->cell >= 0) continue;
    if (o->from_kind != PAPER_FROM_TEXT || (index < 0 ? o->from > 0 : o->index != index)) return -1;
    index = o->index, end = (size_t)(o->from + o->n);
  }
  return index >= 0 && end < p->blocks.v[block].text.n ? -1 : index;
}

/* The source with its words exchanged: what stands between the pieces ({{…}}, a stop at the end) stays. */
static int source_take(struct edited *x, int block, struct merge_piece *piece, const struct paper_origin **from, int n, int first) {
  const struct paper_origin *o = from[first];
  struct sv old = source_text(x, o);
  struct buf made;
  size_t at = 0;
  bool changed = false, bad = false;
  buf_init(&made, 1 << 20);
  for (int i = first; i < n; i++) {
    if (!from[i] || from[i]->from_kind != o->from_kind || from[i]->index != o->index) continue;
    bad = bad || (!sv_equal(piece[i].ours, piece[i].theirs) && (sv_contains(piece[i].theirs, "{{") || sv_contains(piece[i].theirs, "}}")));
    buf_add(&made, old.p + at, (size_t)from[i]->source - at);
    buf_add(&made, piece[i].theirs.p, piece[i].theirs.n);
    at = (size_t)(from[i]->source + from[i]->n);
    changed = changed || !sv_equal(piece[i].ours, piece[i].theirs);
  }
  buf_add(&made, old.p + at, old.n - at);
  struct edited_take t = {.kind = TAKE_CHANGE, .from = o->from_kind, .index = o->index, .text = sv_trim(edited_keep(x, (struct sv){made.p, made.n}))};
  t.place = edited_place(x, block);
  buf_release(&made);
  if (!changed) return RC_OK;
  bad = bad || t.text.n == 0 || sv_is(t.text, "。") || (o->from_kind == PAPER_FROM_TEXT && (sv_starts(t.text, "# ") || sv_starts(t.text, "<!--")));
  if (bad)
    return edited_tell(x, t.place, old, t.text,
                       arena_printf(&x->arena,
                                    tr("这样写不进 %s：不能为空，不能有 {{ }}，不能以“# ”开头",
                                       "cannot stand in %s: not empty, without {{ }}, not beginning with \"# \""),
                                    edited_source(x, o->from_kind, o->index)),
                       false);
  return edited_take(x, &t);
}

static int changes_tell(struct edited *x, int block, const struct merge *m) {
  int rc = RC_OK;
  for (int i = 0; i < m->nchanges && rc == RC_OK; i++) {
    const struct merge_change *c = &m->change[i];
    const char *why = m->mixed ? tr("数据得出的话和自己写的话改在一起，分不开，一处也没有取；自己写的部分请改 texts 或 causes.csv",
                                    "derived and own words were changed as one and nothing was taken; change texts or causes.csv")
                      : c->number ? edited_why(x, c->figure)
                                  : tr("由句式得出的话（profiles 里的 .narrative）；要改就改句式",
                                       "words of the patterns (.narrative in profiles); change them there");
    if (!why) why = tr("由数据算出的数；改工作区的行，这句话会跟着变", "a derived figure; change the workspace's lines and the sentence follows");
    rc = edited_tell(x, edited_place(x, block), c->ours, c->theirs, why, c->number);
  }
  return rc;
}

static int paragraph_compare(struct edited *x, int block, struct sv theirs) {
  struct merge_piece piece[PIECES];
  const struct paper_origin *from[PIECES];
  int n = pieces_of(x, block, piece, from);
  struct merge m = {.arena = &x->arena, .piece = piece, .npieces = n};
  int rc = merge_paragraph(&m, theirs, x->e);
  if (rc == RC_OK) rc = changes_tell(x, block, &m);
  for (int i = 0; i < n && rc == RC_OK && !m.mixed; i++) {
    bool first = from[i] != NULL;
    for (int k = 0; k < i && first; k++) first = !from[k] || from[k]->from_kind != from[i]->from_kind || from[k]->index != from[i]->index;
    if (first) rc = source_take(x, block, piece, from, n, i);
  }
  return rc;
}

/* ---- lines that are not there any more, and new ones ---- */

static int line_gone(struct edited *x, const struct edited_line *l) {
  int index = l->block >= 0 && x->o.paper->blocks.v[l->block].kind == PAPER_TEXT ? whole_text(x, l->block) : -1;
  const char *place = l->block >= 0 ? edited_place(x, l->block) : tr("封面、目录或表的标题", "cover, contents or the head of a table");
  if (l->item.kind == 2) return RC_OK; /* of the contents: made anew with each printing */
  if (index >= 0) return edited_take(x, &(struct edited_take){.kind = TAKE_DELETE, .index = index, .place = place});
  return edited_tell(x, place, l->text, (struct sv){0},
                     l->table ? tr("表被删去了；表由数据得出，没有删", "a table was taken out; tables are derived, it stays")
                              : tr("由数据得出的话被删去了，没有删", "derived words were taken out; they stay"),
                     false);
}

/* The heading whose section ends behind this line; NULL: it does not end there. */
static const char *section_end(struct edited *x, int line, const char **file) {
  const struct paper *p = x->o.paper;
  int block = line >= 0 ? x->a.v[line].block : -1, next = block + 1;
  if (block < 0 || ((size_t)next < p->blocks.n && p->blocks.v[next].kind == PAPER_TEXT)) return NULL;
  for (int i = block; i >= 0; i--) {
    const struct paper_block *b = &p->blocks.v[i];
    if (b->kind == PAPER_TABLE || b->kind == PAPER_PART) return NULL;
    if (b->kind == PAPER_TEXT) continue;
    struct sv anchor = sv_from(b->anchor), part;
    if (!sv_starts(anchor, "N")) return NULL;
    part = sv_cut(&anchor, '-');
    struct sv name = sv_from(arena_printf(&x->arena, "part%.*s", (int)(part.n - 1), part.p + 1));
    *file = unit_text_path(x->o.workspace, name, &x->arena).p;
    return edited_keep(x, b->text).p;
  }
  return NULL;
}

/* before, after: our lines on both sides (-1, n). Those between them are gone from theirs. */
static int line_new(struct edited *x, int before, int after, const struct edited_line *l) {
  struct edited_take t = {.kind = TAKE_AFTER, .index = -1, .text = edited_keep(x, l->text)};
  const char *where =
      tr("由数据得出的话之间放不下自己写的话；写到 texts 里这一节，会印在这一节的后面",
         "between derived sentences there is no place for a text of one's own; write it in texts for this section, whose end it will stand at");
  int at = before < 0 ? -1 : x->a.v[before].block;
  t.place = at >= 0 ? edited_place(x, at) : tr("书的前面", "before the book");
  if (l->item.kind == 2) return RC_OK;
  for (int i = before < 0 ? 0 : before; i < after && t.index < 0; i++) {
    if (x->a.v[i].block >= 0 && !x->a.v[i].table) t.index = whole_text(x, x->a.v[i].block);
    if (t.index >= 0 && i != before) t.kind = TAKE_BEFORE; /* of what is gone */
  }
  if (t.index < 0 && (size_t)after < x->a.n && x->a.v[after].block >= 0 && !x->a.v[after].table) {
    t.index = whole_text(x, x->a.v[after].block);
    if (t.index >= 0) t.kind = TAKE_BEFORE;
  }
  if (t.index < 0 && (t.heading = section_end(x, before, &t.file))) t.kind = TAKE_SECTION;
  if (l->table) return edited_tell(x, t.place, (struct sv){0}, SV("（表）"), tr("新加的表没有取", "a new table is not taken"), false);
  if (!edited_paragraph_good(l->text))
    where = tr("这样的段落写不进 texts：不能有 {{ }}，不能以“# ”开头",
               "such a paragraph cannot stand in texts: without {{ }}, not beginning with \"# \"");
  if ((t.index < 0 && t.kind != TAKE_SECTION) || !edited_paragraph_good(l->text))
    return edited_tell(x, t.place, (struct sv){0}, l->text, where, false);
  return edited_take(x, &t);
}

/* ---- all ---- */

static struct sv without_blanks(struct edited *x, struct sv s) {
  char *out = arena_text(&x->arena, s.p ? s.p : "", s.n);
  size_t n = 0;
  for (size_t at = 0; out && at < s.n;) {
    size_t from = at;
    uint32_t c = utf8_next(s, &at);
    if (c == ' ' || c == '\t' || c == '\n' || c == 0xA0 || c == 0x3000) continue;
    memmove(out + n, s.p + from, at - from), n += at - from;
  }
  return (struct sv){out, n};
}

static int pair_compare(struct edited *x, int i, const struct edited_line *b) {
  const struct edited_line *a = &x->a.v[i];
  if (a->item.kind == 2) return RC_OK;
  if (a->table) return edited_table(x, a->block, a->table, b->table);
  if (sv_equal(a->text, b->text)) return RC_OK;
  int whole = a->block >= 0 ? whole_text(x, a->block) : -1;
  if (whole < 0 && sv_equal(without_blanks(x, a->text), without_blanks(x, b->text))) return RC_OK;
  if (a->block < 0)
    return edited_tell(x, tr("表的编号、标题、单位或备注", "number, title, unit or remark of a table"), a->text, b->text,
                       tr("由版式得出（profiles 里的 .layout）；要改就改版式", "of the layout (.layout in profiles); change it there"), false);
  return paragraph_compare(x, a->block, b->text);
}

static int walk(struct edited *x, const int *pair) {
  int rc = RC_OK, j = 0, before = -1;
  for (int i = 0; i <= (int)x->a.n && rc == RC_OK; i++) {
    if ((size_t)i < x->a.n && pair[i] < 0) continue;
    int end = (size_t)i < x->a.n ? pair[i] : (int)x->b.n;
    for (; j < end && rc == RC_OK; j++) rc = line_new(x, before, i, &x->b.v[j]);
    for (int k = before + 1; k < i && rc == RC_OK; k++) rc = line_gone(x, &x->a.v[k]);
    if ((size_t)i < x->a.n && rc == RC_OK) rc = pair_compare(x, i, &x->b.v[j++]);
    before = i;
  }
  return rc;
}

int edited_compare(struct edited *x) {
  int rc = lines_take(x, x->base, true);
  if (rc == RC_OK) rc = lines_take(x, x->theirs, false);
  if (rc == RC_OK) rc = blocks_find(x);
  if (rc == RC_OK) rc = contents_mark(x);
  if (rc < 0) return rc;
  struct align_item *a = calloc(x->a.n + 1, sizeof *a), *b = calloc(x->b.n + 1, sizeof *b);
  int *pair = calloc(x->a.n + 1, sizeof *pair);
  if (!a || !b || !pair) rc = no_memory(x);
  for (size_t i = 0; rc == RC_OK && i < x->a.n; i++) a[i] = x->a.v[i].item;
  for (size_t i = 0; rc == RC_OK && i < x->b.n; i++) b[i] = x->b.v[i].item;
  if (rc == RC_OK) rc = align_items(a, (int)x->a.n, b, (int)x->b.n, pair, x->e);
  if (rc == RC_OK) rc = walk(x, pair);
  free(a), free(b), free(pair);
  return rc == RC_OK && x->arena.failed ? no_memory(x) : rc;
}
