/* docx_number.c: the numbers that Word puts before the paragraphs of a list; they are not in the text, but people see and cite them.
 * Numbers that come by way of a paragraph style, and restarts inside a list, are not followed. */
#include "document/docx_internal.h"

#include <stdlib.h>
#include <string.h>

struct numbers_feed {
  struct docx_numbers *n;
  int level;
  bool in_num; /* inside w:num; else inside w:abstractNum */
};

static void text_keep(char *out, size_t size, struct sv s) {
  if (s.n >= size) s.n = 0; /* longer than any real one */
  if (s.n) memcpy(out, s.p, s.n);
  out[s.n] = '\0';
}

static int list_add(struct numbers_feed *f, const struct xml_attributes *a, struct err *e) {
  struct docx_list list = {.id = xml_attribute_int(a, "abstractNumId", -1)};
  f->in_num = false;
  f->level = -1;
  if (VEC_PUSH(&f->n->lists, list, 10000) < 0) return err_set(e, RC_LIMIT, "%s", tr("编号定义过多", "too many numbering definitions"));
  return RC_OK;
}

static int number_add(struct numbers_feed *f, const struct xml_attributes *a, struct err *e) {
  struct docx_number number = {.id = xml_attribute_int(a, "numId", -1), .list = -1};
  f->in_num = true;
  if (VEC_PUSH(&f->n->numbers, number, 10000) < 0) return err_set(e, RC_LIMIT, "%s", tr("编号定义过多", "too many numbering definitions"));
  return RC_OK;
}

static int numbers_start(void *context, const char *uri, const char *name, const struct xml_attributes *a, struct err *e) {
  (void)uri;
  struct numbers_feed *f = context;
  if (strcmp(name, "abstractNum") == 0) return list_add(f, a, e);
  if (strcmp(name, "num") == 0) return number_add(f, a, e);
  if (f->in_num) {
    if (strcmp(name, "abstractNumId") == 0 && f->n->numbers.n > 0) f->n->numbers.v[f->n->numbers.n - 1].list = xml_attribute_int(a, "val", -1);
    return RC_OK;
  }
  if (f->n->lists.n == 0) return RC_OK;
  if (strcmp(name, "lvl") == 0) f->level = xml_attribute_int(a, "ilvl", -1);
  if (f->level < 0 || f->level >= DOCX_LEVELS) return RC_OK;
  struct docx_level *l = &f->n->lists.v[f->n->lists.n - 1].levels[f->level];
  if (strcmp(name, "start") == 0)
    l->start = xml_attribute_int(a, "val", 1);
  else if (strcmp(name, "numFmt") == 0)
    text_keep(l->format, sizeof l->format, xml_attribute(a, "val"));
  else if (strcmp(name, "lvlText") == 0)
    text_keep(l->text, sizeof l->text, xml_attribute(a, "val"));
  return RC_OK;
}

int docx_numbers_read(struct build *b, struct zip_safe *z, const char *main, struct docx_numbers *n, struct err *e) {
  struct relations r = {0};
  const char *part = NULL;
  int rc = relations_read(b, z, main, &r, e);
  for (size_t i = 0; i < r.v.n; i++)
    if (sv_ends(r.v.v[i].type, "/numbering")) part = r.v.v[i].target;
  free(r.v.v);
  if (rc < 0 || !part || !zip_safe_has(z, part)) return rc;
  struct numbers_feed f = {.n = n, .level = -1};
  struct xml_sink sink = {.context = &f, .start = numbers_start};
  return xml_part(b, z, part, &sink, e);
}

void docx_numbers_release(struct docx_numbers *n) {
  free(n->lists.v);
  free(n->numbers.v);
}

/* 1 … 99 in Chinese numerals: 十, 十二, 二十一. */
static void chinese_put(struct buf *out, int v) {
  static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  if (v < 1 || v > 99) {
    buf_printf(out, "%d", v);
    return;
  }
  if (v >= 20) buf_puts(out, digits[v / 10]);
  if (v >= 10) buf_puts(out, "十");
  buf_puts(out, digits[v % 10]);
}

static void number_put(struct buf *out, const char *format, int v) {
  if (strncmp(format, "chinese", 7) == 0 || strncmp(format, "japanese", 8) == 0 || strncmp(format, "taiwanese", 9) == 0)
    chinese_put(out, v);
  else if (strcmp(format, "lowerLetter") == 0 && v >= 1 && v <= 26)
    buf_putc(out, (char)('a' + v - 1));
  else if (strcmp(format, "upperLetter") == 0 && v >= 1 && v <= 26)
    buf_putc(out, (char)('A' + v - 1));
  else if (strncmp(format, "decimalEnclosedCircle", 21) == 0 && v >= 1 && v <= 20) {
    char utf8[4];
    buf_add(out, utf8, utf8_put(utf8, 0x2460 + (uint32_t)v - 1)); /* ① … ⑳ */
  } else if (strcmp(format, "none") != 0) {
    buf_printf(out, "%d", v);
  }
}

static struct docx_list *list_find(struct docx_numbers *n, int id) {
  int list = -1;
  for (size_t i = 0; i < n->numbers.n; i++)
    if (n->numbers.v[i].id == id) list = n->numbers.v[i].list;
  for (size_t i = 0; list >= 0 && i < n->lists.n; i++)
    if (n->lists.v[i].id == list) return &n->lists.v[i];
  return NULL;
}

void docx_number_next(struct docx_numbers *n, int id, int level, struct buf *out) {
  struct docx_list *l = level >= 0 && level < DOCX_LEVELS ? list_find(n, id) : NULL;
  if (!l) return;
  int *count = &l->count[level];
  if (*count == 0)
    *count = l->levels[level].start > 0 ? l->levels[level].start : 1;
  else if (*count < 1000000)
    ++*count;
  for (int deeper = level + 1; deeper < DOCX_LEVELS; deeper++) l->count[deeper] = 0;
  if (strcmp(l->levels[level].format, "bullet") == 0) return;
  for (const char *p = l->levels[level].text; *p; p++) {
    if (*p == '%' && p[1] >= '1' && p[1] <= '9') {
      int k = *++p - '1';
      number_put(out, l->levels[k].format, l->count[k] ? l->count[k] : 1);
    } else {
      buf_putc(out, *p);
    }
  }
}
