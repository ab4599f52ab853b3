/* report_json.c: the report for programs. docs/schema/audit.md is the form: fields may be added, not changed.
 * Objects keep the order in which they are built, so that two runs over the same input give the same bytes. */
#include "rooms/audit/roster.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define PLACES_MAX 64

static json_t *text(struct sv s) {
  json_t *j = json_stringn(s.p ? s.p : "", s.n);
  if (j) return j;
  struct buf clean; /* not UTF-8: each bad byte becomes U+FFFD */
  buf_init(&clean, s.n * 3 + 16);
  for (size_t at = 0; at < s.n;) {
    char utf8[4];
    uint32_t cp = utf8_next(s, &at);
    buf_add(&clean, utf8, utf8_put(utf8, cp));
  }
  j = json_stringn(clean.p ? clean.p : "", clean.n);
  buf_release(&clean);
  return j;
}

static json_t *text_z(const char *s) {
  return text(sv_from(s));
}

static double tenth(float v) {
  return (double)(long)((double)v * 10 + (v < 0 ? -0.5 : 0.5)) / 10;
}

static json_t *place_json(struct place p) {
  json_t *j = json_object();
  if (p.page > 0) json_object_set_new(j, "page", json_integer(p.page));
  if (p.sheet > 0) json_object_set_new(j, "sheet", json_integer(p.sheet));
  if (p.line > 0) json_object_set_new(j, "line", json_integer(p.line));
  if (p.box.x1 > p.box.x0 && p.box.y1 > p.box.y0)
    json_object_set_new(j, "box", json_pack("[f,f,f,f]", tenth(p.box.x0), tenth(p.box.y0), tenth(p.box.x1), tenth(p.box.y1)));
  return j;
}

/* Which file a place is in, where there are several. */
static void place_document(json_t *j, const struct view *v, int32_t document) {
  const struct grafted *g = graft_of(v->b, v->g, document);
  const struct document *d = graft_document(v->b, v->g, document);
  if (g) json_object_set_new(j, "other_book", json_integer(g - v->g->list.v));
  if (g && d && d->path) json_object_set_new(j, "file", text_z(d->path));
  if (!g && v->b->ndocuments > 1) json_object_set_new(j, "document", json_integer(document));
}

static json_t *obs_json(const struct view *v, const struct obs *o, const char *role) {
  const struct book_table *t = table_at(v, o->table);
  const struct book_row *row = obs_row(v, o);
  const struct book_column *column = obs_column(v, o);
  json_t *place = place_json(o->place), *j = json_object();
  if (t) json_object_set_new(j, "table", text_z(t->id));
  if (row) json_object_set_new(j, "row", text(row->label));
  if (row && row->code.n) json_object_set_new(j, "code", text(row->code));
  if (column) json_object_set_new(j, "column", text(column->header));
  if (row_sentence(t, row).n) json_object_set_new(j, "sentence", text(row_sentence(t, row)));
  if (role) json_object_set_new(j, "role", json_string(role));
  json_object_update(j, place);
  json_decref(place);
  place_document(j, v, o->document);
  json_object_set_new(j, "text", text(o->text));
  return j;
}

static json_t *telling_json(const struct view *v, const struct telling *t) {
  json_t *j = json_object(), *place = place_json(t->place);
  if (t->table) json_object_set_new(j, "table", text_z(t->table->id));
  if (t->row) json_object_set_new(j, "row", text(t->row->label));
  json_object_update(j, place);
  json_decref(place);
  if (graft_of(v->b, v->g, t->document)) place_document(j, v, t->document);
  return j;
}

static json_t *places_json(const struct view *v, const struct finding *f, const struct telling *t) {
  json_t *places = json_array();
  const struct relation *r = relation_at(v, f->relation);
  if (!t->obs && (t->table || t->place.page > 0 || t->place.line > 0)) json_array_append_new(places, telling_json(v, t));
  for (int i = 0; i < f->nsuspects; i++) {
    const struct obs *o = obs_at(v, f->suspects[i].obs);
    if (o) json_array_append_new(places, obs_json(v, o, "suspect"));
  }
  if (t->obs && f->nsuspects == 0 && !r) json_array_append_new(places, obs_json(v, t->obs, NULL));
  for (int i = 0; r && i < r->nterms && i < PLACES_MAX; i++) {
    const struct obs *o = obs_at(v, r->terms[i].obs);
    bool told = false;
    for (int k = 0; k < f->nsuspects; k++) told |= f->suspects[k].obs == r->terms[i].obs;
    if (o && !told) json_array_append_new(places, obs_json(v, o, i == 0 ? "stated" : "term"));
  }
  return places;
}

static json_t *suspect_json(const struct view *v, const struct suspect *s) {
  char value[VALUE_TEXT];
  const struct obs *o = obs_at(v, s->obs);
  if (!o) return NULL;
  json_t *j = json_object();
  json_object_set_new(j, "place", obs_json(v, o, NULL));
  json_object_set_new(j, "value", json_string(value_print(value, v, o, s->expected, false)));
  if (s->low < s->high) {
    json_object_set_new(j, "low", json_string(value_print(value, v, o, s->low, false)));
    json_object_set_new(j, "high", json_string(value_print(value, v, o, s->high, false)));
  }
  json_object_set_new(j, "confidence", json_real((double)(int)(s->confidence * 100 + 0.5) / 100));
  return j;
}

static json_t *suspects_json(const struct view *v, const struct suspect *s, int from, int n) {
  json_t *list = json_array();
  for (int i = from; i < n; i++) {
    json_t *j = suspect_json(v, &s[i]);
    if (j) json_array_append_new(list, j);
  }
  return list;
}

static json_t *consequences_json(const struct view *v, const struct finding *f) {
  json_t *list = json_array();
  for (int i = 1; i < f->nrelations; i++) {
    const struct relation *r = relation_at(v, f->relations[i]);
    const char *id = r ? rule_id(v, r->rule) : "";
    bool told = id[0] == '\0';
    for (size_t k = 0; k < json_array_size(list); k++) told |= strcmp(json_string_value(json_array_get(list, k)), id) == 0;
    if (!told) json_array_append_new(list, json_string(id));
  }
  return list;
}

static void set_buf(json_t *j, const char *key, struct buf *b) {
  if (b->n) json_object_set_new(j, key, text((struct sv){b->p, b->n}));
  buf_clear(b);
}

/* How a cell without a figure is printed; NULL for a figure. */
static const char *printed_name(const struct obs *o) {
  if (!o) return NULL;
  switch (o->state) {
  case OBS_BLANK: return "blank";
  case OBS_DASH: return "dash";
  case OBS_NOT_APPLICABLE: return "not-applicable";
  case OBS_UNREADABLE: return "unreadable";
  case OBS_VALUE:
  case OBS_ZERO: break;
  }
  return NULL;
}

/* What a finding is about, by names that stay the same from book to book. */
static json_t *key_json(const struct view *v, const struct telling *t) {
  json_t *j = json_object();
  json_object_set_new(j, "kind", text_z(intern_name(&v->b->symbols, t->table->kind)));
  if (t->row && t->row->key != NO_SYMBOL) json_object_set_new(j, "row", text_z(intern_name(&v->b->symbols, t->row->key)));
  if (t->column && t->column->measure != NO_SYMBOL) json_object_set_new(j, "measure", text_z(intern_name(&v->b->symbols, t->column->measure)));
  return j;
}

/* The document's own words, and where in them the number stands (in characters, from 0). */
static void set_quote(json_t *j, const struct view *v, const struct finding *f, const struct telling *t) {
  struct quotation q;
  struct buf line;
  size_t at, n;
  buf_init(&line, 1 << 16);
  if (finding_quoted(v, f, t, &line, &q)) {
    json_object_set_new(j, "sentence", text(q.sentence));
    if (quote_next(q.sentence, q.mark, 0, &at, &n))
      json_object_set_new(
          j, "sentence_mark",
          json_pack("[I,I]", (json_int_t)utf8_length((struct sv){q.sentence.p, at}), (json_int_t)utf8_length((struct sv){q.sentence.p + at, n})));
  }
  buf_release(&line);
}

static json_t *acceptance_json(const struct acceptance *c) {
  json_t *j = json_object();
  json_object_set_new(j, "reason", text_z(c->reason));
  json_object_set_new(j, "by", text_z(c->by));
  json_object_set_new(j, "date", text_z(c->date));
  return j;
}

static json_t *finding_json(const struct view *v, const struct finding *f) {
  struct telling t;
  struct buf b;
  const struct rule_head *h = rule_at(v, f->rule);
  const struct relation *r = relation_at(v, f->relation);
  json_t *j = json_object();
  buf_init(&b, 1 << 20);
  finding_tell(v, f, false, &t);
  json_object_set_new(j, "number", json_integer(f - v->r->findings.v + 1));
  json_object_set_new(j, "rule", text_z(rule_id(v, f->rule)));
  json_object_set_new(j, "severity", json_string(severity_names[f->severity]));
  json_object_set_new(j, "title", text_z(rule_title(v, f->rule)));
  finding_message(v, f, &t, &b);
  set_buf(j, "message", &b);
  if (t.stated_text[0]) json_object_set_new(j, "stated", text_z(t.stated_text));
  if (printed_name(t.obs)) json_object_set_new(j, "printed", json_string(printed_name(t.obs)));
  if (t.expected_text[0]) json_object_set_new(j, "expected", text_z(t.expected_text));
  if (t.difference[0]) json_object_set_new(j, "difference", text_z(t.difference));
  if (t.unit[0]) json_object_set_new(j, "unit", text_z(t.unit));
  if (r) relation_arithmetic(v, r, t.obs, &b);
  set_buf(j, "arithmetic", &b);
  json_object_set_new(j, "id", text_z(f->id));
  if (t.table) json_object_set_new(j, "key", key_json(v, &t));
  json_object_set_new(j, "cause", json_string(cause_kind_names[f->cause]));
  if (t.rounding) json_object_set_new(j, "rounding", json_true());
  if (finding_recognised(v, f)) json_object_set_new(j, "to_confirm", json_true());
  if (f->several) json_object_set_new(j, "several", json_true());
  set_quote(j, v, f, &t);
  json_object_set_new(j, "places", places_json(v, f, &t));
  if (f->nsuspects > 0) {
    json_t *s = suspect_json(v, &f->suspects[0]);
    if (s) json_object_set_new(j, "suspect", s);
  }
  if (f->nsuspects > 1) json_object_set_new(j, "suspects", suspects_json(v, f->suspects, 0, f->nsuspects));
  if (f->nalternatives > 0) json_object_set_new(j, "alternatives", suspects_json(v, f->alternatives, 0, f->nalternatives));
  json_object_set_new(j, "consequences", consequences_json(v, f));
  if (h && h->basis) json_object_set_new(j, "basis", text_z(h->basis));
  buf_release(&b);
  return j;
}

static json_t *tables_json(const struct view *v) {
  const struct book *b = v->b;
  json_t *list = json_array();
  for (size_t i = 0; i < b->tables.n; i++) {
    const struct book_table *t = &b->tables.v[i];
    if (table_grafted(b, t)) continue;
    const char *kind = intern_name(&b->symbols, t->kind), *unit = scale_unit(t->scale);
    const struct document *d = t->document >= 0 && t->document < b->ndocuments ? b->documents[t->document] : NULL;
    const struct table *source = d && t->document_table >= 0 && t->document_table < d->ntables ? &d->tables[t->document_table] : NULL;
    json_t *j = json_object(), *places = json_array();
    json_object_set_new(j, "id", text_z(t->id));
    json_object_set_new(j, "kind", text_z(kind));
    json_object_set_new(j, "title", text(t->title));
    json_object_set_new(j, "unit", unit[0] ? json_string(unit) : json_null());
    if (project_name(v, t).n) json_object_set_new(j, "project", text(project_name(v, t)));
    json_object_set_new(j, "rows", json_integer(t->nrows));
    json_object_set_new(j, "columns", json_integer(t->ncolumns));
    json_object_set_new(j, "read", json_string(t->doubtful ? "doubtful" : "clean"));
    if (t->doubt) json_object_set_new(j, "doubt", text_z(t->doubt));
    if (t->empty) json_object_set_new(j, "empty", json_true());
    if (t->prose) json_object_set_new(j, "prose", json_true());
    if (t->recognised) json_object_set_new(j, "recognised", json_true());
    for (int p = 0; source && p < source->nparts; p++) json_array_append_new(places, place_json(source->parts[p]));
    if (json_array_size(places) == 0) json_array_append_new(places, place_json(t->place));
    json_object_set_new(j, "places", places);
    json_array_append_new(list, j);
  }
  return list;
}

static json_t *unread_json(const struct view *v, const struct audit *x) {
  json_t *list = json_array();
  for (int d = 0; d < x->ndocuments; d++)
    for (int i = 0; i < x->documents[d]->npages; i++) {
      const struct page *p = &x->documents[d]->pages[i];
      if (p->state == PAGE_READ || p->state == PAGE_BLANK) continue;
      json_t *j = json_pack("{s:i,s:s}", "page", p->number, "state", page_state_names[p->state]);
      json_object_set_new(j, "why", text_z(p->note ? p->note : page_state_title(p->state)));
      json_array_append_new(list, j);
    }
  for (size_t i = 0; i < v->b->unread.n; i++) {
    const struct book_unread *u = &v->b->unread.v[i];
    json_t *j = place_json(u->place);
    json_object_set_new(j, "what", json_string(u->row < 0 ? "table" : "cell"));
    json_object_set_new(j, "text", text(u->text));
    json_object_set_new(j, "why", text_z(u->why));
    json_array_append_new(list, j);
  }
  return list;
}

static json_t *not_checked_json(const struct view *v) {
  struct skipped_list l;
  json_t *list = json_array();
  skipped_gather(v, &l);
  for (size_t i = 0; i < l.list.n; i++) {
    json_t *j = json_object();
    json_object_set_new(j, "rule", text_z(l.list.v[i].rule));
    json_object_set_new(j, "why", text_z(l.list.v[i].why));
    json_object_set_new(j, "count", json_integer(l.list.v[i].count));
    json_array_append_new(list, j);
  }
  free(l.list.v);
  return list;
}

static json_t *amend_line_json(const struct view *v, const struct amend_line *l) {
  const struct finding *f = l->now >= 0 ? &v->r->findings.v[l->now] : NULL;
  json_t *j = json_object();
  json_object_set_new(j, "state", json_string(amend_state_names[l->state]));
  json_object_set_new(j, "rule", text_z(l->old ? l->old->rule : rule_id(v, f->rule)));
  json_object_set_new(j, "severity", text_z(l->old ? l->old->severity : severity_names[f->severity]));
  json_object_set_new(j, "title", text_z(l->old ? l->old->title : rule_title(v, f->rule)));
  if (l->old) json_object_set_new(j, "old_id", text_z(l->old->id));
  if (l->old && l->old->message[0]) json_object_set_new(j, "old_message", text_z(l->old->message));
  if (l->old && l->old->number > 0) json_object_set_new(j, "old_number", json_integer(l->old->number));
  if (f) json_object_set_new(j, "id", text_z(f->id));
  if (f) json_object_set_new(j, "number", json_integer(l->now + 1));
  return j;
}

static json_t *against_json(const struct view *v, const struct amendment *m) {
  json_t *j = json_object(), *list = json_array();
  json_object_set_new(j, "path", text_z(m->path));
  json_object_set_new(j, "found", json_boolean(m->found));
  for (int s = 0; m->found && s < AMEND_STATES; s++) json_object_set_new(j, amend_state_names[s], json_integer(m->counts[s]));
  for (size_t i = 0; i < m->lines.n; i++) json_array_append_new(list, amend_line_json(v, &m->lines.v[i]));
  json_object_set_new(j, "findings", list);
  return j;
}

/* The books laid beside this one. */
static json_t *others_json(const struct view *v) {
  json_t *list = json_array();
  for (size_t i = 0; v->g && i < v->g->list.n; i++) {
    const struct grafted *g = &v->g->list.v[i];
    const struct book *o = g->other->book;
    json_t *j = json_object();
    json_object_set_new(j, "role", json_string(other_role_name(g->other->role)));
    json_object_set_new(j, "path", text_z(g->other->path));
    if (o->ndocuments > 0) json_object_set_new(j, "sha256", text_z(o->documents[0]->sha256));
    json_object_set_new(j, "kind", json_string(book_kind_names[o->kind]));
    json_object_set_new(j, "body", text(o->body));
    json_object_set_new(j, "year", o->year > 0 ? json_integer(o->year) : json_null());
    json_object_set_new(j, "tables", json_integer(g->tables));
    json_array_append_new(list, j);
  }
  return list;
}

/* Outcomes rule by rule; counts of zero are left out. */
static json_t *rules_json(const struct view *v) {
  json_t *all = json_object();
  for (int i = 0; v->r->tallies && i < rule_count(v->a->rules); i++) {
    const struct rule_tally *t = &v->r->tallies[i];
    const long counts[] = {t->passed, t->failed, t->rounding, t->not_applicable, t->not_checked};
    static const char *const names[] = {"passed", "failed", "rounding", "not-applicable", "not-checked"};
    json_t *one = json_object();
    for (int k = 0; k < 5; k++)
      if (counts[k]) json_object_set_new(one, names[k], json_integer(counts[k]));
    json_object_set_new(all, rule_id(v, i), one);
  }
  return all;
}

static void document_fields(json_t *j, const struct audit *x, const struct document *d) {
  json_object_set_new(j, "path", text_z(d && d->path ? d->path : x->path));
  if (!d) return;
  json_object_set_new(j, "sha256", text_z(d->sha256));
  json_object_set_new(j, "format", json_string(document_format_names[d->format]));
  if (d->converted_from) json_object_set_new(j, "converted_from", text_z(d->converted_from));
  if (d->truncated) json_object_set_new(j, "truncated", json_true());
}

static void set_unmatched(json_t *j, const struct accepted *all) {
  json_t *list = json_array();
  for (size_t i = 0; all && i < all->unmatched.n; i++) {
    const struct acceptance *c = all->unmatched.v[i];
    json_t *one = acceptance_json(c);
    json_object_set_new(one, "id", text_z(c->id));
    if (c->rule) json_object_set_new(one, "rule", text_z(c->rule));
    if (c->stated) json_object_set_new(one, "stated", text_z(c->stated));
    json_object_set_new(one, "line", json_integer(c->line));
    json_array_append_new(list, one);
  }
  if (json_array_size(list) > 0)
    json_object_set_new(j, "unmatched_acceptances", list);
  else
    json_decref(list);
}

static json_t *book_json(const struct reporter *r, const struct audit *x, int book) {
  struct view v = view_of(r->a, x, book);
  const struct book *b = v.b;
  const struct document *d = b->ndocuments > 0 ? b->documents[0] : NULL;
  struct tally t = {0};
  json_t *j = json_object(), *findings = json_array(), *files = json_array(), *accepted = json_array();
  int pages = 0;
  tally_add(&t, &v);
  for (int i = 0; i < b->ndocuments; i++) pages += b->documents[i]->npages;
  document_fields(j, x, d);
  json_object_set_new(j, "kind", json_string(book_kind_names[b->kind]));
  json_object_set_new(j, "body", text(b->body));
  json_object_set_new(j, "year", b->year > 0 ? json_integer(b->year) : json_null());
  json_object_set_new(j, "pages", json_integer(pages));
  json_object_set_new(j, "book", text_z(b->id));
  json_object_set_new(j, "profile", text_z(b->profile));
  if (b->blank_form) json_object_set_new(j, "blank_form", json_true());
  for (int i = 1; i < b->ndocuments; i++) {
    json_t *file = json_object();
    document_fields(file, x, b->documents[i]);
    json_array_append_new(files, file);
  }
  if (json_array_size(files) > 0)
    json_object_set_new(j, "more_files", files);
  else
    json_decref(files);
  if (view_amendment(&v)) json_object_set_new(j, "against", against_json(&v, view_amendment(&v)));
  if (v.g && v.g->list.n > 0) json_object_set_new(j, "other_books", others_json(&v));
  json_object_set_new(j, "tables", tables_json(&v));
  json_object_set_new(j, "read",
                      json_pack("{s:i,s:i,s:I,s:I,s:I}", "money_tables", b->money_tables, "recognised_tables", b->recognised_tables, "observations",
                                (json_int_t)t.observations, "claims", (json_int_t)t.claims, "unread", (json_int_t)t.unread));
  json_object_set_new(j, "checks",
                      json_pack("{s:I,s:I,s:I,s:I}", "passed", (json_int_t)t.passed, "failed", (json_int_t)t.failed, "not-applicable",
                                (json_int_t)t.not_applicable, "not-checked", (json_int_t)t.not_checked));
  json_object_set_new(j, "rules", rules_json(&v));
  for (size_t i = 0; i < v.r->findings.n; i++) {
    const struct acceptance *c = accepted_at(&v, i);
    json_t *one = finding_json(&v, &v.r->findings.v[i]);
    if (c) json_object_set_new(one, "accepted", acceptance_json(c));
    json_array_append_new(c ? accepted : findings, one);
  }
  json_object_set_new(j, "findings", findings);
  if (json_array_size(accepted) > 0)
    json_object_set_new(j, "accepted", accepted);
  else
    json_decref(accepted);
  if (book == 0) set_unmatched(j, x->accepted);
  json_object_set_new(j, "not_checked", not_checked_json(&v));
  json_object_set_new(j, "unread", unread_json(&v, x));
  return j;
}

static int put(struct reporter *r, json_t *j, bool first) {
  char *s = j ? json_dumps(j, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
  json_decref(j);
  if (!s) return RC_NOMEM;
  buf_puts(&r->out, first ? "\n" : ",\n");
  buf_puts(&r->out, s);
  free(s);
  return RC_OK;
}

void report_json_begin(struct reporter *r) {
  buf_puts(&r->out, "{\"heng\":\"" HENG_VERSION "\",\"documents\":[");
}

int report_json_add(struct reporter *r, const struct audit *x) {
  if (x->rc < 0 || x->nbooks == 0) {
    json_t *j = json_object();
    document_fields(j, x, NULL);
    json_object_set_new(j, "error", text_z(x->error.text));
    return put(r, j, r->documents == 0);
  }
  int rc = RC_OK;
  for (int i = 0; i < x->nbooks && rc == RC_OK; i++) rc = put(r, book_json(r, x, i), r->documents == 0 && i == 0);
  return rc;
}

void report_json_end(struct reporter *r, double seconds) {
  long bad = 0;
  for (size_t i = 0; i < r->all.n; i++) bad += r->all.v[i].why != NULL || r->all.v[i].damaged;
  buf_puts(&r->out, "\n],");
  if (r->coverage && coverage_json(r->coverage, &r->out) < 0) r->out.rc = RC_NOMEM;
  if (r->coverage) buf_putc(&r->out, ',');
  buf_printf(&r->out,
             "\"summary\":{\"documents\":%zu,\"errors\":%ld,\"warnings\":%ld,\"infos\":%ld,\"roundings\":%ld,\"unreadable\":%ld,\"accepted\":%ld,"
             "\"claims\":%ld,\"seconds\":%.3f}}\n",
             r->all.n, r->total.errors, r->total.warnings, r->total.infos, r->total.roundings, bad, r->total.accepted, r->total.claims, seconds);
}
