/* pdf_content.c: the interpreter of page descriptions: operators, graphics state, resources, forms. */
#include "document/pdf_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_EVERY     4096 /* operators between looks at the clock */
#define FORM_COST       4096 /* bytes that drawing a form counts at least: forms that draw forms multiply */
#define ANNOTATIONS_MAX 2000

const struct token *operand(const struct interpreter *in, size_t from_end) {
  return from_end < in->operands.n ? &in->operands.v[in->operands.n - 1 - from_end] : NULL;
}

double operand_number(const struct interpreter *in, size_t from_end) {
  const struct token *t = operand(in, from_end);
  return t && t->kind == TOKEN_NUMBER ? t->number : 0;
}

/* ---- resources ---- */

static qpdf_oh resource_object(struct interpreter *in, const char *category, const unsigned char *name, size_t n) {
  char key[132];
  if (n > 128) return qpdf_oh_new_null(in->pdf->q);
  key[0] = '/';
  memcpy(key + 1, name, n);
  key[n + 1] = '\0';
  return pdf_key(in->pdf, pdf_key(in->pdf, in->frame->resources, category), key);
}

static struct resource *resource_known(struct interpreter *in, enum resource_kind kind, const struct token *name) {
  for (size_t i = 0; i < in->frame->known.n; i++) {
    struct resource *r = &in->frame->known.v[i];
    if (r->kind == kind && r->n == name->n && !memcmp(r->name, name->p, name->n)) return r;
  }
  return NULL;
}

static bool resource_off(struct pdf *p, qpdf_oh group) {
  int id = qpdf_oh_get_object_id(p->q, group);
  for (size_t i = 0; i < p->hidden.n; i++)
    if (p->hidden.v[i] == id) return true;
  return false;
}

/* Is optional content off: a group, or a membership dictionary over groups with its policy. */
static bool optional_hidden(struct pdf *p, qpdf_oh oc) {
  if (p->hidden.n == 0 || !qpdf_oh_is_dictionary(p->q, oc)) return false;
  if (!pdf_name_is(p, pdf_key(p, oc, "/Type"), "/OCMD")) return resource_off(p, oc);
  qpdf_oh groups = pdf_key(p, oc, "/OCGs");
  char policy[16];
  (void)pdf_name(p, pdf_key(p, oc, "/P"), policy, sizeof policy);
  if (qpdf_oh_is_dictionary(p->q, groups)) return resource_off(p, groups) != (!strcmp(policy, "AllOff") || !strcmp(policy, "AnyOff"));
  int n = pdf_items(p, groups), off = 0;
  if (n == 0 || n > 1000) return false;
  for (int i = 0; i < n; i++) off += resource_off(p, qpdf_oh_get_array_item(p->q, groups, i));
  if (!strcmp(policy, "AllOn")) return off > 0;
  if (!strcmp(policy, "AnyOff")) return off == 0;
  if (!strcmp(policy, "AllOff")) return off < n;
  return off == n;
}

static void load_state(struct interpreter *in, struct resource *r, qpdf_oh dict) {
  struct pdf *p = in->pdf;
  r->u.state.fill_alpha = (float)pdf_key_number(p, dict, "/ca", -1);
  r->u.state.stroke_alpha = (float)pdf_key_number(p, dict, "/CA", -1);
  r->u.state.line_width = (float)pdf_key_number(p, dict, "/LW", -1);
  qpdf_oh font = pdf_key(p, dict, "/Font");
  r->u.state.font = NULL;
  if (pdf_items(p, font) == 2) {
    r->u.state.font = font_load(p, qpdf_oh_get_array_item(p->q, font, 0));
    r->u.state.size = pdf_number(p, qpdf_oh_get_array_item(p->q, font, 1), 0);
  }
}

static void load_object(struct interpreter *in, struct resource *r, qpdf_oh o) {
  struct pdf *p = in->pdf;
  r->u.object.stream = o;
  r->u.object.kind = OBJECT_NONE;
  if (!qpdf_oh_is_stream(p->q, o) || optional_hidden(p, pdf_key(p, o, "/OC"))) return;
  r->u.object.kind = pdf_name_is(p, pdf_key(p, o, "/Subtype"), "/Image") ? OBJECT_IMAGE : OBJECT_FORM;
}

/* Looks a name up, once per content stream. NULL when memory is short. */
static struct resource *resource_find(struct interpreter *in, enum resource_kind kind, const struct token *name) {
  static const char *const categories[] = {"/Font", "/ColorSpace", "/ExtGState", "/Properties", "/XObject"};
  struct resource *known = resource_known(in, kind, name), r = {.kind = kind, .name = name->p, .n = name->n};
  if (known) return known;
  in->operators |= CHECK_EVERY - 1; /* a look-up is dear: see the clock soon */
  if (kind == RESOURCE_SPACE) {
    r.u.space = colour_space_named(in, name);
  } else {
    qpdf_oh o = resource_object(in, categories[kind], name->p, name->n);
    if (kind == RESOURCE_FONT)
      r.u.font = font_load(in->pdf, o);
    else if (kind == RESOURCE_STATE)
      load_state(in, &r, o);
    else if (kind == RESOURCE_OBJECT)
      load_object(in, &r, o);
    else
      r.u.hides = optional_hidden(in->pdf, o);
  }
  if (VEC_PUSH(&in->frame->known, r, 4096) < 0) {
    if (kind == RESOURCE_SPACE) free(r.u.space.palette);
    return NULL;
  }
  return &in->frame->known.v[in->frame->known.n - 1];
}

static void frame_release(struct frame *f) {
  for (size_t i = 0; i < f->known.n; i++)
    if (f->known.v[i].kind == RESOURCE_SPACE) free(f->known.v[i].u.space.palette);
  free(f->known.v);
}

/* ---- state operators ---- */

static int state_save(struct interpreter *in) {
  if (in->states.n >= PDF_STATES_MAX) {
    in->lost_states++;
    in->out->damaged = true;
    return RC_OK;
  }
  return VEC_PUSH(&in->states, in->g, PDF_STATES_MAX);
}

static void state_restore(struct interpreter *in) {
  if (in->lost_states > 0)
    in->lost_states--;
  else if (in->states.n > in->states_floor)
    in->g = in->states.v[--in->states.n];
}

static void state_named(struct interpreter *in) {
  const struct token *name = operand(in, 0);
  if (!name || name->kind != TOKEN_NAME) return;
  const struct resource *r = resource_find(in, RESOURCE_STATE, name);
  if (!r) return;
  if (r->u.state.fill_alpha >= 0) in->g.fill_alpha = r->u.state.fill_alpha;
  if (r->u.state.stroke_alpha >= 0) in->g.stroke_alpha = r->u.state.stroke_alpha;
  if (r->u.state.line_width >= 0) in->g.line_width = (double)r->u.state.line_width;
  if (r->u.state.font) {
    in->g.font = r->u.state.font;
    in->g.size = r->u.state.size;
  }
}

static struct matrix operand_matrix(const struct interpreter *in) {
  return (struct matrix){operand_number(in, 5), operand_number(in, 4), operand_number(in, 3),
                         operand_number(in, 2), operand_number(in, 1), operand_number(in, 0)};
}

static void set_font(struct interpreter *in) {
  const struct token *name = operand(in, 1);
  if (!name || name->kind != TOKEN_NAME) return;
  const struct resource *r = resource_find(in, RESOURCE_FONT, name);
  in->g.font = r ? r->u.font : NULL;
  in->g.size = operand_number(in, 0);
}

static void set_colour(struct interpreter *in, bool stroke) {
  struct space *s = stroke ? &in->g.stroke_space : &in->g.fill_space;
  double v[32];
  int n = 0;
  for (size_t i = 0; i < in->operands.n && n < 32; i++)
    if (in->operands.v[i].kind == TOKEN_NUMBER) v[n++] = in->operands.v[i].number;
  *(stroke ? &in->g.stroke : &in->g.fill) = colour_from(s, v, n);
}

static void set_device_colour(struct interpreter *in, bool stroke, enum space_kind kind, int n) {
  *(stroke ? &in->g.stroke_space : &in->g.fill_space) = (struct space){.kind = kind, .components = n};
  set_colour(in, stroke);
}

static void set_space(struct interpreter *in, bool stroke) {
  const struct token *name = operand(in, 0);
  if (!name || name->kind != TOKEN_NAME) return;
  const struct resource *r = resource_find(in, RESOURCE_SPACE, name);
  if (!r) return;
  struct space s = r->u.space;
  double first[32] = {0}; /* initial colour: black, or full ink */
  if (s.kind == SPACE_CMYK) first[3] = 1;
  if (s.kind == SPACE_TINT) first[0] = 1;
  *(stroke ? &in->g.stroke_space : &in->g.fill_space) = s;
  *(stroke ? &in->g.stroke : &in->g.fill) = colour_from(&s, first, s.components < 32 ? s.components : 32);
}

/* ---- marked content ---- */

static int marked(struct interpreter *in, bool has_properties) {
  if (!has_properties) return mark_begin(in, NULL, 0, false, false);
  const struct token *tag = in->operands.n > 0 ? &in->operands.v[0] : NULL, *last = operand(in, 0);
  if (!tag || !last) return mark_begin(in, NULL, 0, false, false);
  if (last->kind == TOKEN_NAME && in->operands.n >= 2) {
    if (tag->n == 2 && !memcmp(tag->p, "OC", 2)) {
      const struct resource *r = resource_find(in, RESOURCE_PROPERTY, last);
      return mark_begin(in, NULL, 0, false, r && r->u.hides);
    }
    const char *text = NULL;
    size_t n = 0;
    qpdf_oh actual = pdf_key(in->pdf, resource_object(in, "/Properties", last->p, last->n), "/ActualText");
    bool has = qpdf_oh_get_value_as_string(in->pdf->q, actual, &text, &n);
    return mark_begin(in, (const unsigned char *)text, has ? n : 0, has, false);
  }
  int depth = 0;
  for (size_t i = 1; i + 1 < in->operands.n; i++) {
    const struct token *t = &in->operands.v[i], *value = t + 1;
    depth += t->kind == TOKEN_DICT ? 1 : t->kind == TOKEN_DICT_END ? -1 : 0;
    if (depth == 1 && t->kind == TOKEN_NAME && t->n == 10 && !memcmp(t->p, "ActualText", 10) && value->kind == TOKEN_STRING)
      return mark_begin(in, value->p, value->n, true, false);
  }
  return mark_begin(in, NULL, 0, false, false);
}

/* ---- XObjects ---- */

static int content_stream(struct interpreter *in, struct pdf_bytes content);

int content_form(struct interpreter *in, qpdf_oh form) {
  struct pdf *p = in->pdf;
  struct frame frame = {.up = in->frame, .form_id = qpdf_oh_get_object_id(p->q, form)};
  for (const struct frame *f = in->frame; f; f = f->up)
    if (f->form_id != 0 && f->form_id == frame.form_id) return RC_OK; /* draws itself */
  if (in->depth >= PDF_FORM_DEPTH) {
    in->out->damaged = true;
    return RC_OK;
  }
  struct pdf_bytes bytes;
  bool damaged = false;
  int rc = build_late(p->b, in->e);
  if (rc < 0) return rc;
  rc = pdf_stream(p, form, &bytes, &damaged, in->e);
  if (rc == RC_LIMIT || rc == RC_NOMEM) return rc;
  if (rc < 0 || damaged) in->out->damaged = true;
  if (rc < 0) return RC_OK;
  p->page_inflated += bytes.n + FORM_COST;
  if (p->page_inflated > PDF_PAGE_MAX) {
    free(bytes.p);
    return err_set(in->e, RC_LIMIT, tr("页面内容展开后太大", "a page's content is too large when expanded"));
  }
  qpdf_oh first = qpdf_oh_new_null(p->q);
  struct gstate saved = in->g;
  struct matrix m, text = in->text, line = in->line;
  struct rect box;
  if (pdf_matrix(p, pdf_key(p, form, "/Matrix"), &m)) in->g.ctm = matrix_multiply(m, in->g.ctm);
  if (pdf_rect(p, pdf_key(p, form, "/BBox"), &box)) in->g.clip = rect_intersect(matrix_box(in->g.ctm, box), in->g.clip);
  frame.resources = pdf_key(p, form, "/Resources");
  if (!pdf_has(p, frame.resources)) frame.resources = in->frame->resources;
  in->frame = &frame;
  in->depth++;
  rc = content_stream(in, bytes);
  in->depth--;
  in->frame = frame.up;
  frame_release(&frame);
  free(bytes.p);
  pdf_release_since(p, first);
  in->g = saved;
  in->text = text;
  in->line = line;
  return rc;
}

static int draw_object(struct interpreter *in) {
  const struct token *name = operand(in, 0);
  if (!name || name->kind != TOKEN_NAME || in->hidden > 0) return RC_OK;
  const struct resource *r = resource_find(in, RESOURCE_OBJECT, name);
  if (!r || r->u.object.kind == OBJECT_NONE) return RC_OK;
  if (r->u.object.kind == OBJECT_IMAGE) {
    path_image(in);
    return RC_OK;
  }
  in->operands.n = 0;
  return content_form(in, r->u.object.stream);
}

/* ---- dispatch ---- */

#define OP(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)

static void text_begin(struct interpreter *in) {
  in->text = in->line = (struct matrix){1, 0, 0, 1, 0, 0};
}

static void text_operand(struct interpreter *in) {
  const struct token *t = operand(in, 0);
  if (t && t->kind == TOKEN_STRING) text_show(in, t->p, t->n);
}

static void text_array(struct interpreter *in) {
  for (size_t i = 0; i < in->operands.n; i++) {
    const struct token *t = &in->operands.v[i];
    if (t->kind == TOKEN_STRING)
      text_show(in, t->p, t->n);
    else if (t->kind == TOKEN_NUMBER)
      text_adjust(in, t->number);
  }
}

static bool text_operator(struct interpreter *in, uint32_t op) {
  double n = operand_number(in, 0);
  switch (op) {
  case OP('B', 'T', 0): text_begin(in); break;
  case OP('E', 'T', 0): break;
  case OP('T', 'f', 0): set_font(in); break;
  case OP('T', 'c', 0): in->g.char_space = n; break;
  case OP('T', 'w', 0): in->g.word_space = n; break;
  case OP('T', 'z', 0): in->g.scale = n / 100; break;
  case OP('T', 'L', 0): in->g.leading = n; break;
  case OP('T', 's', 0): in->g.rise = n; break;
  case OP('T', 'r', 0): in->g.mode = n >= 0 && n <= 7 ? (int)n : 0; break;
  case OP('T', 'd', 0): text_move(in, operand_number(in, 1), n); break;
  case OP('T', 'D', 0):
    in->g.leading = -n;
    text_move(in, operand_number(in, 1), n);
    break;
  case OP('T', 'm', 0): in->text = in->line = operand_matrix(in); break;
  case OP('T', '*', 0): text_move(in, 0, -in->g.leading); break;
  case OP('T', 'j', 0): text_operand(in); break;
  case OP('T', 'J', 0): text_array(in); break;
  case OP('\'', 0, 0):
    text_move(in, 0, -in->g.leading);
    text_operand(in);
    break;
  case OP('"', 0, 0):
    in->g.word_space = operand_number(in, 2);
    in->g.char_space = operand_number(in, 1);
    text_move(in, 0, -in->g.leading);
    text_operand(in);
    break;
  default: return false;
  }
  return true;
}

static int close_path(struct interpreter *in) {
  return in->path.n ? path_add(in, 'h', in->current.x, in->current.y) : RC_OK;
}

/* A curve stays within its control points: they stand for it. */
static int add_curve(struct interpreter *in, size_t points) {
  int rc = RC_OK;
  for (size_t i = points; i > 0 && rc == RC_OK; i--) rc = path_add(in, 'c', operand_number(in, 2 * i - 1), operand_number(in, 2 * i - 2));
  return rc;
}

/* Path construction and painting. *rc is the outcome when the operator was one of them. */
static bool path_operator(struct interpreter *in, uint32_t op, int *rc) {
  double x = operand_number(in, 1), y = operand_number(in, 0);
  switch (op) {
  case OP('m', 0, 0): *rc = path_add(in, 'm', x, y); break;
  case OP('l', 0, 0): *rc = path_add(in, in->path.n ? 'l' : 'm', x, y); break;
  case OP('c', 0, 0): *rc = add_curve(in, 3); break;
  case OP('v', 0, 0):
  case OP('y', 0, 0): *rc = add_curve(in, 2); break;
  case OP('h', 0, 0): *rc = close_path(in); break;
  case OP('r', 'e', 0): *rc = path_rect(in, operand_number(in, 3), operand_number(in, 2), x, y); break;
  case OP('W', 0, 0):
  case OP('W', '*', 0): in->clip_pending = 1; break;
  case OP('n', 0, 0): *rc = path_paint(in, false, false, false); break;
  case OP('s', 0, 0): *rc = close_path(in); __attribute__((fallthrough));
  case OP('S', 0, 0): *rc = path_paint(in, false, true, false); break;
  case OP('f', 0, 0):
  case OP('F', 0, 0):
  case OP('f', '*', 0): *rc = path_paint(in, true, false, op == OP('f', '*', 0)); break;
  case OP('b', 0, 0):
  case OP('b', '*', 0): *rc = close_path(in); __attribute__((fallthrough));
  case OP('B', 0, 0):
  case OP('B', '*', 0): *rc = path_paint(in, true, true, op >> 8 == '*'); break;
  default: return false;
  }
  return true;
}

static bool colour_operator(struct interpreter *in, uint32_t op) {
  switch (op) {
  case OP('g', 0, 0): set_device_colour(in, false, SPACE_GRAY, 1); break;
  case OP('G', 0, 0): set_device_colour(in, true, SPACE_GRAY, 1); break;
  case OP('r', 'g', 0): set_device_colour(in, false, SPACE_RGB, 3); break;
  case OP('R', 'G', 0): set_device_colour(in, true, SPACE_RGB, 3); break;
  case OP('k', 0, 0): set_device_colour(in, false, SPACE_CMYK, 4); break;
  case OP('K', 0, 0): set_device_colour(in, true, SPACE_CMYK, 4); break;
  case OP('c', 's', 0): set_space(in, false); break;
  case OP('C', 'S', 0): set_space(in, true); break;
  case OP('s', 'c', 0):
  case OP('s', 'c', 'n'): set_colour(in, false); break;
  case OP('S', 'C', 0):
  case OP('S', 'C', 'N'): set_colour(in, true); break;
  default: return false;
  }
  return true;
}

static int other_operator(struct interpreter *in, uint32_t op) {
  switch (op) {
  case OP('q', 0, 0): return state_save(in);
  case OP('Q', 0, 0): state_restore(in); break;
  case OP('c', 'm', 0): in->g.ctm = matrix_multiply(operand_matrix(in), in->g.ctm); break;
  case OP('w', 0, 0): in->g.line_width = operand_number(in, 0); break;
  case OP('g', 's', 0): state_named(in); break;
  case OP('s', 'h', 0): path_shading(in); break;
  case OP('D', 'o', 0): return draw_object(in);
  case OP('B', 'M', 'C'): return marked(in, false);
  case OP('B', 'D', 'C'): return marked(in, true);
  case OP('E', 'M', 'C'): mark_end(in); break;
  default: break;
  }
  return RC_OK;
}

static int execute(struct interpreter *in, const struct token *t) {
  int rc = RC_OK;
  if (t->n > 3) return RC_OK;
  uint32_t op = t->p[0] | (t->n > 1 ? (uint32_t)t->p[1] << 8 : 0) | (t->n > 2 ? (uint32_t)t->p[2] << 16 : 0);
  if (text_operator(in, op) || path_operator(in, op, &rc) || colour_operator(in, op)) return rc == RC_LIMIT ? RC_OK : rc;
  return other_operator(in, op);
}

static int content_stream(struct interpreter *in, struct pdf_bytes content) {
  struct lexer l = {content.p, content.n, 0};
  size_t marks = in->marks.n, lost = in->lost_states, floor = in->states_floor;
  int rc = RC_OK;
  in->states_floor = in->states.n;
  for (struct token t = lex_next(&l); t.kind != TOKEN_END && rc == RC_OK; t = lex_next(&l)) {
    if (t.kind != TOKEN_WORD) {
      if (VEC_PUSH(&in->operands, t, PDF_OPERANDS_MAX) < 0) in->out->damaged = true;
      continue;
    }
    if (t.n == 2 && t.p[0] == 'I' && t.p[1] == 'D') {
      lex_skip_inline_image(&l);
      path_image(in);
    } else {
      rc = execute(in, &t);
    }
    in->operands.n = 0;
    if (++in->operators % CHECK_EVERY == 0 && rc == RC_OK) rc = build_late(in->pdf->b, in->e);
  }
  in->operands.n = 0;
  mark_end_all(in, marks);
  /* Unbalanced q of this stream ends with it; Q cannot reach below it either. */
  in->lost_states = lost;
  in->states.n = in->states_floor;
  in->states_floor = floor;
  return rc;
}

static float cover_share(const struct interpreter *in) {
  int n = 0;
  for (int i = 0; i < COVER_CELLS; i++) n += __builtin_popcount(in->cover[i]);
  return (float)n / (COVER_CELLS * COVER_CELLS);
}

/* Form fields, text boxes and stamps carry text of their own; marks and links do not. */
static bool annotation_shows(struct pdf *p, qpdf_oh a) {
  char subtype[16];
  int flags = (int)fmin(fmax(pdf_key_number(p, a, "/F", 0), 0), 65535);
  if ((flags & (2 | 32)) != 0 || !pdf_name(p, pdf_key(p, a, "/Subtype"), subtype, sizeof subtype)) return false; /* hidden, no view */
  if (strcmp(subtype, "Widget") != 0 && strcmp(subtype, "FreeText") != 0 && strcmp(subtype, "Stamp") != 0) return false;
  return !optional_hidden(p, pdf_key(p, a, "/OC"));
}

/* Draws the normal appearance of an annotation, scaled into its rectangle. */
static int draw_annotation(struct interpreter *in, qpdf_oh a) {
  struct pdf *p = in->pdf;
  struct rect to, box;
  struct matrix m = {1, 0, 0, 1, 0, 0};
  if (!annotation_shows(p, a) || !pdf_rect(p, pdf_key(p, a, "/Rect"), &to)) return RC_OK;
  qpdf_oh form = pdf_key(p, pdf_key(p, a, "/AP"), "/N");
  char state[66] = "/";
  if (qpdf_oh_is_dictionary(p->q, form) && pdf_name(p, pdf_key(p, a, "/AS"), state + 1, sizeof state - 1)) form = pdf_key(p, form, state);
  if (!qpdf_oh_is_stream(p->q, form) || !pdf_rect(p, pdf_key(p, form, "/BBox"), &box)) return RC_OK;
  (void)pdf_matrix(p, pdf_key(p, form, "/Matrix"), &m);
  box = matrix_box(m, box);
  double w = box.x1 - box.x0, h = box.y1 - box.y0;
  if (!(w > 0 && h > 0)) return RC_OK;
  struct matrix fit = {(to.x1 - to.x0) / w, 0, 0, (to.y1 - to.y0) / h, 0, 0};
  fit.e = to.x0 - box.x0 * fit.a;
  fit.f = to.y0 - box.y0 * fit.d;
  struct gstate saved = in->g;
  in->g.ctm = matrix_multiply(fit, in->g.ctm);
  int rc = content_form(in, form);
  in->g = saved;
  return rc;
}

static int draw_annotations(struct interpreter *in, qpdf_oh annotations) {
  int n = pdf_items(in->pdf, annotations), rc = RC_OK;
  for (int i = 0; i < n && i < ANNOTATIONS_MAX && rc == RC_OK; i++) rc = draw_annotation(in, qpdf_oh_get_array_item(in->pdf->q, annotations, i));
  return rc;
}

static struct gstate initial_state(const struct interpreter *in, struct matrix base) {
  return (struct gstate){.ctm = base, .clip = in->page, .fill_alpha = 1, .stroke_alpha = 1, .line_width = 1, .scale = 1};
}

int content_run(struct pdf *p, const struct content *c, struct layout *out, struct err *e) {
  struct frame frame = {.resources = c->resources};
  struct interpreter in = {.pdf = p, .out = out, .e = e, .frame = &frame, .page = {0, 0, c->geometry.width, c->geometry.height}};
  in.g = initial_state(&in, c->geometry.base);
  text_begin(&in);
  int rc = content_stream(&in, c->bytes);
  in.g = initial_state(&in, c->geometry.base);
  if (rc == RC_OK) rc = draw_annotations(&in, c->annotations);
  path_dots_end(&in);
  out->image_cover = cover_share(&in);
  overprint_drop(out);
  frame_release(&frame);
  mark_end_all(&in, 0);
  free(in.states.v);
  free(in.operands.v);
  free(in.path.v);
  free(in.marks.v);
  free(in.fills.v);
  return rc;
}
