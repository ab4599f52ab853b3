/* facts.c: the facts of a book as lines or JSON: what each printed number is of. */
#include "rooms/budget/internal.h"

#include <string.h>

static const char *const obs_state_words[] = {"value", "zero", "blank", "dash", "not-applicable", "unreadable"};
static const char *const type_words[] = {"amount", "percent", "count", "text", "code"};
static const char *const role_words[] = {"leaf", "parent", "total", "subtotal", "of-which", "unknown"};

static const char *scale_word(enum scale s) {
  switch (s) {
  case SCALE_YUAN: return "元";
  case SCALE_QIAN: return "千元";
  case SCALE_WAN: return "万元";
  case SCALE_BAIWAN: return "百万元";
  case SCALE_YI: return "亿元";
  case SCALE_NONE: break;
  }
  return "";
}

static const char *name_of(const struct book *b, symbol s) {
  return s == NO_SYMBOL ? "?" : intern_name(&b->symbols, s);
}

static int json_text(struct buf *out, struct sv s) {
  buf_putc(out, '"');
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if (c == '"' || c == '\\')
      buf_printf(out, "\\%c", c);
    else if (c < 0x20)
      buf_printf(out, "\\u%04x", c);
    else
      buf_putc(out, (char)c);
  }
  return buf_putc(out, '"');
}

static void value_text(const struct obs *o, const struct book_table *t, char out[MONEY_TEXT]) {
  if (o->type == OBS_AMOUNT)
    money_print(out, o->value, t->scale == SCALE_NONE ? SCALE_YUAN : t->scale, o->decimals, false);
  else if (o->type == OBS_PERCENT)
    snprintf(out, MONEY_TEXT, "%lld.%04lld%%", (long long)(o->value / 10000), (long long)(o->value < 0 ? -(o->value % 10000) : o->value % 10000));
  else
    snprintf(out, MONEY_TEXT, "%lld.%04lld", (long long)(o->value / 10000), (long long)(o->value < 0 ? -(o->value % 10000) : o->value % 10000));
}

static void place_text(const struct obs *o, char out[64]) {
  if (o->place.page)
    snprintf(out, 64, "p%d", o->place.page);
  else if (o->place.line)
    snprintf(out, 64, "line %d", o->place.line);
  else if (o->place.sheet)
    snprintf(out, 64, "sheet %d", o->place.sheet);
  else
    out[0] = '\0';
}

static void print_line(const struct book *b, const struct book_table *t, int cell, struct buf *out) {
  char value[MONEY_TEXT] = "", place[64];
  const struct obs *o = &b->obs.v[t->cells[cell]]; /* two sides may share one: the row and column are those of this table */
  const struct book_row *row = &t->rows[cell / t->ncolumns];
  if (o->state == OBS_VALUE && o->type != OBS_TEXT && o->type != OBS_CODE) value_text(o, t, value);
  place_text(o, place);
  buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t", t->id, name_of(b, t->kind), name_of(b, t->subject), name_of(b, row->key),
             name_of(b, t->columns[cell % t->ncolumns].measure), role_words[row->role]);
  if (o->type == OBS_TEXT)
    buf_add(out, o->text.p, o->text.n);
  else
    buf_puts(out, value);
  buf_printf(out, "\t%s\t%s\t%s\t%s\n", obs_state_words[o->state], scale_word(t->scale), place,
             o->doubtful     ? "doubtful"
             : o->recognised ? "recognised"
                             : "");
}

static void print_json(const struct book *b, const struct book_table *t, int cell, struct buf *out) {
  char value[MONEY_TEXT] = "";
  const struct obs *o = &b->obs.v[t->cells[cell]];
  const struct book_row *row = &t->rows[cell / t->ncolumns];
  bool number = o->type != OBS_TEXT && o->type != OBS_CODE && (o->state == OBS_VALUE || o->state == OBS_ZERO);
  if (number) value_text(o, t, value);
  buf_printf(out, "{\"table\":\"%s\",\"kind\":\"%s\",\"row\":", t->id, name_of(b, t->kind));
  json_text(out, sv_from(name_of(b, row->key)));
  buf_puts(out, ",\"label\":");
  json_text(out, row->label);
  if (t->subject != NO_SYMBOL) buf_puts(out, ",\"subject\":"), json_text(out, sv_from(name_of(b, t->subject)));
  buf_printf(out, ",\"measure\":\"%s\",\"role\":\"%s\",\"type\":\"%s\",\"state\":\"%s\"", name_of(b, t->columns[cell % t->ncolumns].measure),
             role_words[row->role], type_words[o->type], obs_state_words[o->state]);
  if (number) buf_printf(out, ",\"value\":\"%s\"", value);
  buf_puts(out, ",\"text\":");
  json_text(out, o->text);
  buf_printf(out, ",\"unit\":\"%s\",\"decimals\":%d,\"quantum\":%lld,\"page\":%d,\"line\":%d,\"doubtful\":%s}", scale_word(t->scale),
             t->columns[cell % t->ncolumns].decimals, (long long)o->quantum, o->place.page, o->place.line,
             o->doubtful || o->recognised ? "true" : "false");
}

static void print_head(const struct book *b, struct buf *out) {
  buf_printf(out, tr("# 书 %s · %s · %.*s · %d 年 · 样式 %s%s\n", "# book %s · %s · %.*s · %d · profile %s%s\n"), b->id, book_kind_names[b->kind],
             SV_ARG(b->body), b->year, b->profile, b->blank_form ? tr(" · 空白模板", " · a blank form") : "");
  buf_printf(out, tr("# 有数的表 %d，认出 %d；单元格 %zu；未读 %zu\n", "# tables with amounts %d, recognised %d; cells %zu; unread %zu\n"),
             b->money_tables, b->recognised_tables, b->obs.n, b->unread.n);
}

static void print_tail(const struct book *b, struct buf *out) {
  for (size_t i = 0; i < b->fields.n; i++) {
    const struct book_field *f = &b->fields.v[i];
    buf_printf(out, "field\t%s\t%s\t%s\t", name_of(b, f->name), f->table >= 0 ? b->tables.v[f->table].id : "", name_of(b, f->subject));
    buf_add(out, f->text.p, f->text.n);
    buf_putc(out, '\n');
  }
  for (size_t i = 0; i < b->unread.n; i++) {
    const struct book_unread *u = &b->unread.v[i];
    buf_printf(out, tr("未读\t表 %d\t行 %d\t列 %d\t第 %d 页\t%s\t", "unread\ttable %d\trow %d\tcolumn %d\tpage %d\t%s\t"), u->document_table + 1,
               u->row + 1, u->column + 1, u->place.page, u->why);
    buf_add(out, u->text.p, u->text.n);
    buf_putc(out, '\n');
  }
}

int book_print_facts(const struct book *b, bool json, struct buf *out) {
  if (json) {
    buf_printf(out, "{\"book\":");
    json_text(out, sv_from(b->id));
    buf_printf(out, ",\"kind\":\"%s\",\"body\":", book_kind_names[b->kind]);
    json_text(out, b->body);
    buf_printf(out, ",\"year\":%d,\"profile\":\"%s\",\"blankForm\":%s,\"facts\":[", b->year, b->profile, b->blank_form ? "true" : "false");
  } else {
    print_head(b, out);
  }
  bool first = true;
  for (size_t i = 0; i < b->tables.n; i++) {
    const struct book_table *t = &b->tables.v[i];
    for (int k = 0; k < t->nrows * t->ncolumns; k++) {
      if (t->cells[k] < 0) continue;
      if (t->columns[k % t->ncolumns].derived && b->obs.v[t->cells[k]].table != (int32_t)i) continue; /* a cell of another table, held beside */
      if (!json) {
        print_line(b, t, k, out);
        continue;
      }
      if (!first) buf_putc(out, ',');
      first = false;
      buf_putc(out, '\n');
      print_json(b, t, k, out);
    }
  }
  if (json)
    buf_puts(out, "\n]}\n");
  else
    print_tail(b, out);
  return out->rc;
}
