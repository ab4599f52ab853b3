/* title.c: what stands over a table: its heading, its number, the unit line; and the remark below it. */
#include "rooms/budget/internal.h"

#include <string.h>

enum { LINES_ABOVE = 14, LINES_BELOW = 4, HEADING_ROWS = 4 };

/* "单位:万元", "金额单位:元", "单位:人民币万元": the scale, SCALE_NONE when the text names none. */
static enum scale scale_in(const char *folded) {
  static const struct {
    const char *text;
    enum scale scale;
  } known[] = {{"万元", SCALE_WAN}, {"元", SCALE_YUAN}, {"千元", SCALE_QIAN}, {"百万元", SCALE_BAIWAN}, {"亿元", SCALE_YI}};
  for (const char *at = strstr(folded, "单位"); at; at = strstr(at + 1, "单位")) {
    const char *p = at + strlen("单位");
    p += *p == ':';
    p += *p == '(';
    if (strncmp(p, "人民币", strlen("人民币")) == 0) p += strlen("人民币");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      if (strncmp(p, known[i].text, strlen(known[i].text)) == 0) return known[i].scale;
  }
  if (strcmp(folded, "(万元)") == 0 || strcmp(folded, "万元") == 0) return SCALE_WAN;
  return SCALE_NONE;
}

static size_t number_in(struct sv s, char *out, size_t size) {
  size_t used = 0, n = 0;
  while (used < s.n && ((s.p[used] >= '0' && s.p[used] <= '9') || s.p[used] == '-' || s.p[used] == '.') && n + 1 < size) out[n++] = s.p[used++];
  if (n == 0) {
    int value = cn_number(s, &used);
    if (value > 0) n = (size_t)snprintf(out, size, "%d", value);
  }
  while (n && (out[n - 1] == '-' || out[n - 1] == '.')) n--;
  out[n < size ? n : size - 1] = '\0';
  return n ? used : 0;
}

/* "公开表5-1", "公开03表", "附表一", "表三", "公开08表:…": the number of a table as digits. */
static bool number_of(const char *folded, char out[16]) {
  static const char *const starts[] = {"公开表", "公开", "预算公开", "附表", "附件", "表", NULL};
  for (int i = 0; starts[i]; i++) {
    struct sv s = sv_from(folded);
    if (!sv_starts(s, starts[i])) continue;
    s = (struct sv){s.p + strlen(starts[i]), s.n - strlen(starts[i])};
    if (sv_starts(s, "表")) s = (struct sv){s.p + strlen("表"), s.n - strlen("表")};
    size_t used = number_in(s, out, 16);
    if (used == 0) continue;
    struct sv rest = {s.p + used, s.n - used};
    bool before = strstr(starts[i], "表") != NULL || strstr(starts[i], "附件") != NULL;
    return before || sv_starts(rest, "表");
  }
  return false;
}

struct search {
  struct title *out;
  size_t length;
};

static void look_at_line(struct recogniser *r, struct search *s, struct sv text, const char *folded, const char *before) {
  char number[16], joined[1024];
  struct title *t = s->out;
  if (t->scale == SCALE_NONE) t->scale = scale_in(folded);
  if (t->number.n == 0 && number_of(folded, number)) {
    char *copy = arena_text(&r->book->arena, number, strlen(number));
    if (copy) t->number = sv_from(copy), t->line = text;
  }
  if (t->kinds) return;
  size_t length = 0, joined_length = 0;
  uint64_t kinds = vocabulary_title(r->v, sv_from(folded), &length), joined_kinds = 0;
  if (before && !strstr(before, "。") && strlen(before) + strlen(folded) < 240 && scale_in(before) == SCALE_NONE) {
    int n = snprintf(joined, sizeof joined, "%s%s", before, folded);
    if (n > 0 && (size_t)n < sizeof joined) joined_kinds = vocabulary_title(r->v, sv_from(joined), &joined_length);
  }
  bool broken = joined_kinds && joined_length > length && !sv_ends(sv_from(before), "表") && joined_length * 2 > strlen(folded);
  if (broken && (length == 0 || joined_length > length + 3)) kinds = joined_kinds, length = joined_length;
  if (kinds) t->kinds = kinds, t->text = text, s->length = length;
}

/* A head that the end of a page cut off its table: one or two rows, no number in them. */
static bool is_head_alone(struct recogniser *r, int document, int table) {
  const struct table *t = &r->documents[document]->tables[table];
  int words = 0;
  if (t->rows > 2) return false;
  for (int i = 0; i < t->ncells; i++) {
    struct number n;
    char folded[128];
    if (t->cells[i].text.n == 0) continue;
    if (number_parse(t->cells[i].text, &n) == RC_OK) return false;
    text_fold_into(folded, sizeof folded, t->cells[i].text);
    words += vocabulary_word(r->v, sv_from(folded)) != INTERN_NONE || strncmp(folded, "收入", 6) == 0 || strncmp(folded, "支出", 6) == 0;
  }
  return words >= 2;
}

/* The lines over the table, nearest first, back to the table before; a head cut off by the end of a page is looked over. */
static int look_above(struct recogniser *r, struct search *s, int document, int table) {
  const struct document *d = r->documents[document];
  int seen = 0;
  for (int i = d->tables[table].first_item - 1; i >= 0 && seen < LINES_ABOVE; i--) {
    if (d->items[i].kind == ITEM_TABLE) {
      if (seen > 0 || !is_head_alone(r, document, d->items[i].table)) break;
      continue;
    }
    struct sv text = d->items[i].text;
    if (sv_trim(text).n == 0) continue;
    const char *folded = text_fold(&r->scratch, text), *before = NULL;
    if (!folded) return RC_NOMEM;
    if (i > 0 && d->items[i - 1].kind == ITEM_LINE && d->items[i - 1].text.n) before = text_fold(&r->scratch, d->items[i - 1].text);
    bool had = s->out->kinds != 0;
    look_at_line(r, s, text, folded, before);
    if (had && s->out->number.n == 0 && ++seen > 3) break; /* above the heading only its number can stand */
    seen++;
  }
  return RC_OK;
}

/* Rows at the top of the grid that hold one text over the whole width, or only the unit line: sheets and web tables carry their heading so. */
static int heading_row(struct recogniser *r, const struct view *w, int row, const char **texts, struct sv *raw, int max) {
  int n = 0;
  const struct cell *last = NULL;
  for (int c = 0; c < w->ncolumns; c++) {
    const struct cell *cell = view_cell(r, w, row, c);
    if (!cell || cell == last) continue;
    last = cell;
    if (cell->text.n == 0) continue;
    if (n == max) return -1;
    texts[n] = view_folded(r, w, row, c);
    raw[n++] = cell->text;
  }
  return n;
}

static bool heading_text(struct recogniser *r, const char *s) {
  char number[16];
  return scale_in(s) != SCALE_NONE || vocabulary_title(r->v, sv_from(s), NULL) || number_of(s, number) || strncmp(s, "编制", 6) == 0 ||
         strncmp(s, "部门:", 7) == 0 || strncmp(s, "部门名称:", 13) == 0 || strncmp(s, "单位名称:", 13) == 0 || strncmp(s, "预算单位:", 13) == 0 ||
         strncmp(s, "单位:", 7) == 0;
}

static int find_title(struct recogniser *r, int document, int table, struct title *out, int *rows) {
  struct view w;
  struct search s = {.out = out};
  *out = (struct title){.kinds = 0};
  *rows = 0;
  int rc = view_of_table(r, document, table, &w);
  for (int row = 0; rc == RC_OK && row < HEADING_ROWS && row < w.nrows; row++) {
    const char *texts[4];
    struct sv raw[4];
    int n = heading_row(r, &w, row, texts, raw, 4);
    bool heading = n > 0;
    for (int i = 0; i < n && heading; i++)
      heading = n == 1 ? heading_text(r, texts[i]) || (row == 0 && w.ncolumns > 2 && sv_ends(sv_from(texts[i]), "表")) : heading_text(r, texts[i]);
    if (n == 0 && row + 1 < w.nrows && *rows == row && row > 0) heading = true; /* a blank row between heading and head */
    if (!heading) break;
    for (int i = 0; i < n; i++) look_at_line(r, &s, raw[i], texts[i], NULL);
    *rows = row + 1;
  }
  if (rc == RC_OK && (out->kinds == 0 || out->scale == SCALE_NONE || out->number.n == 0)) rc = look_above(r, &s, document, table);
  if (rc == RC_OK && out->kinds == 0) { /* a sheet's name may be the only title */
    int page = r->documents[document]->tables[table].nparts ? r->documents[document]->tables[table].parts[0].sheet : 0;
    const char *label = page > 0 && page <= r->documents[document]->npages ? r->documents[document]->pages[page - 1].label : NULL;
    const char *folded = label ? text_fold(&r->scratch, sv_from(label)) : NULL;
    if (folded) out->kinds = vocabulary_title(r->v, sv_from(folded), NULL), out->text = out->kinds ? sv_from(label) : out->text;
  }
  if (rc == RC_OK) out->remark = title_remark(r, document, table);
  return rc;
}

int title_find(struct recogniser *r, int document, int table, struct title *out, int *rows) {
  struct title_known *k = &r->titles[document][table];
  if (!k->known) {
    int rc = find_title(r, document, table, &k->title, &k->rows);
    if (rc < 0) return rc;
    k->known = true;
  }
  *out = k->title;
  *rows = k->rows;
  return RC_OK;
}

bool remark_starts(const char *folded) {
  static const char *const starts[] = {"注:", "备注:", "说明:", "注1", "注.", "附注:", "备注.", NULL};
  for (int i = 0; starts[i]; i++)
    if (strncmp(folded, starts[i], strlen(starts[i])) == 0) return true;
  if ((strncmp(folded, "本表", 6) == 0 || strncmp(folded, "此表", 6) == 0 || strncmp(folded, "该表", 6) == 0) &&
      (strstr(folded, "空") || strstr(folded, "无") || strstr(folded, "没有")))
    return true;
  return strncmp(folded, "注", 3) == 0 && strlen(folded) > 30;
}

struct sv title_remark(struct recogniser *r, int document, int table) {
  const struct document *d = r->documents[document];
  char folded[256];
  for (int i = d->tables[table].first_item + 1, seen = 0; i < d->nitems && seen < LINES_BELOW; i++) {
    if (d->items[i].kind == ITEM_TABLE) break;
    if (sv_trim(d->items[i].text).n == 0) continue;
    seen++;
    text_fold_into(folded, sizeof folded, d->items[i].text);
    if (remark_starts(folded)) return d->items[i].text;
  }
  return (struct sv){NULL, 0};
}
