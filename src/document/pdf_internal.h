/* pdf_internal.h: between the files of the PDF reader only. Reading order: pdf.c opens a file (pdf_guard.c looks at it first, pdf_salvage.c
 * mends it) and walks pages; pdf_object.c and pdf_filter.c fetch values and streams; pdf_content.c interprets page descriptions, token by
 * token (pdf_lex.c), with pdf_text.c, pdf_path.c, pdf_colour.c; pdf_fontload.c, pdf_font.c, pdf_cmap.c, pdf_encoding.c and pdf_truetype.c
 * turn codes into Unicode and widths; pdf_overprint.c tidies up; pdf_annotate.c writes highlighted copies. */
#ifndef HENG_DOCUMENT_PDF_INTERNAL_H
#define HENG_DOCUMENT_PDF_INTERNAL_H

#include "document/internal.h"

#include <qpdf/qpdf-c.h>

/* Caps against hostile files; each is far above what a real book needs. */
#define PDF_STREAM_MAX   ((size_t)48 << 20) /* one inflated stream */
#define PDF_PAGE_MAX     ((size_t)64 << 20) /* inflated content of one page, forms counted each time they are drawn */
#define PDF_DOCUMENT_MAX ((size_t)1 << 30)  /* inflated in total */
#define PDF_FONTS_MAX    4096
#define PDF_GLYPHS_MAX   400000 /* on one page */
#define PDF_RULINGS_MAX  200000
#define PDF_OPERANDS_MAX 200000 /* before one operator; a TJ array counts its elements */
#define PDF_POINTS_MAX   400000 /* in one path */
#define PDF_STATES_MAX   512    /* nested q */
#define PDF_FORM_DEPTH   8

struct point {
  double x, y;
};

/* Axis-aligned, x0 <= x1 and y0 <= y1; in displayed coordinates. */
struct rect {
  double x0, y0, x1, y1;
};

struct matrix {
  double a, b, c, d, e, f;
};
/* m applied first, then n. */
struct matrix matrix_multiply(struct matrix m, struct matrix n);
struct point matrix_apply(struct matrix m, double x, double y);
struct rect matrix_box(struct matrix m, struct rect r); /* bounding box of the transformed rectangle */
struct rect rect_intersect(struct rect a, struct rect b);

/* ---- tokens of content streams and CMaps (pdf_lex.c) ---- */
enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_NAME, TOKEN_STRING, TOKEN_ARRAY, TOKEN_ARRAY_END, TOKEN_DICT, TOKEN_DICT_END, TOKEN_WORD };
struct token {
  enum token_kind kind;
  double number;
  const unsigned char *p; /* name (without slash), string (decoded) or word; lives as long as the bytes that are read */
  size_t n;
};
/* Names and strings are decoded in place, so the bytes can be read through only once. */
struct lexer {
  unsigned char *p;
  size_t n, at;
};
struct token lex_next(struct lexer *l);
void lex_skip_inline_image(struct lexer *l); /* from behind ID to behind EI */

/* ---- fonts ---- */
#define GB1_HALF_WIDTH 814 /* CIDs of Adobe-GB1: half-width "!" and on */
#define GB1_HALF_BLANK 7716
#define CP_MULTI       0x80000000u /* the rest is an index into font.multi */

/* What is known of a code (cp) or of a CID (width, in 1/1000 of the font size); one table serves both, they mostly coincide. */
struct pdf_char {
  uint32_t cp; /* 0: unknown */
  float width;
};
struct pdf_vertical {
  uint32_t cid;
  float advance, vx, vy; /* in 1/1000 of the font size */
};
struct pdf_multi {
  uint32_t cp[3];
  uint8_t n;
};

/* How bytes of a string group into codes. */
enum code_kind { CODE_ONE, CODE_TWO, CODE_CMAP, CODE_GB, CODE_GB4, CODE_SJIS, CODE_UTF8, CODE_UTF16, CODE_UTF32 };

struct codespace {
  uint32_t low, high;
  int bytes;
};
struct pdf_cmap {
  VEC(struct codespace) spaces;
  uint32_t *cid[256]; /* CID + 1 of codes below 65536; 0: none */
  bool vertical, identity;
};

struct pdf_font {
  int id; /* object number; 0 for a font written in place */
  enum code_kind codes;
  bool vertical, bold, type3, composite, identity;
  float default_width;         /* 1/1000 */
  float width_scale;           /* 0.001, or the FontMatrix of a Type 3 font */
  float v_default, vy_default; /* advance and origin of vertical writing */
  struct pdf_char *chars[256];
  VEC(struct pdf_multi) multi;
  VEC(struct pdf_vertical) w2;
  struct pdf_cmap *cmap;
  void *converter;       /* iconv_t for the predefined CMaps of national encodings, or NULL */
  int ascii_cid;         /* CID of the blank in predefined CMaps; -1 when CIDs equal codes */
  unsigned *gid_unicode; /* from the cmap of the embedded font program: by glyph; NULL when unknown */
  unsigned ngids;
  unsigned char *cid_to_gid; /* two bytes per CID, or NULL for the identity */
  size_t ncid_to_gid;
  struct pdf *pdf;
  int program_id; /* object number of the embedded TrueType program; 0: none, or read already */
  bool gb1;       /* CIDs are Adobe-GB1's and there may be no other way to Unicode */
  size_t budget;  /* table writes left: hostile CMaps repeat large ranges */
};

struct pdf {
  qpdf_data q;
  struct build *b;
  VEC(struct pdf_font *) fonts;
  VEC(int) hidden; /* object numbers of the optional content groups that are off */
  size_t inflated, page_inflated;
  int pages;
  int page_shapes;           /* curved shapes painted on the page: letters drawn as outlines are such */
  unsigned char *salvaged;   /* the bytes that q reads when they are not the file's; malloc'ed */
  const unsigned char *data; /* the file, for ocr */
  size_t size;
  struct ocr *ocr; /* made for the first scanned page, if that was asked for */
};

/* ---- documents and pages (pdf.c) ---- */
/* pdf_close() must follow even a failure; data must outlive p. */
int pdf_open(struct pdf *p, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
void pdf_close(struct pdf *p);
/* RC_LIMIT when parsing the file would cost more memory than any real document does (pdf_guard.c). */
int pdf_guard(const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
/* A copy of a broken file with a new trailer behind it, which names the catalog that is there, or a new one over every page object found.
 * *out is malloc'ed. RC_FORMAT when there is no catalog, or no page (pdf_salvage.c). */
int pdf_salvage(const unsigned char *data, size_t size, bool keep_catalog, unsigned char **out, size_t *out_size) MUST_CHECK;
struct geometry {
  struct matrix base; /* default user space to displayed coordinates */
  double width, height;
  int rotate;
};
struct geometry pdf_geometry(struct pdf *p, qpdf_oh page);

/* ---- objects (pdf_object.c); every accessor takes any object and has an answer for the wrong type ---- */
void pdf_release_since(struct pdf *p, qpdf_oh first); /* gives back every handle from `first` on */
double pdf_number(struct pdf *p, qpdf_oh o, double otherwise);
double pdf_key_number(struct pdf *p, qpdf_oh dict, const char *key, double otherwise);
qpdf_oh pdf_key(struct pdf *p, qpdf_oh dict_or_stream, const char *key); /* the null object when there is none */
bool pdf_has(struct pdf *p, qpdf_oh o);                                  /* neither null nor uninitialised */
int pdf_items(struct pdf *p, qpdf_oh o);                                 /* 0 for what is not an array */
bool pdf_name_is(struct pdf *p, qpdf_oh o, const char *name);            /* with the slash */
/* Copies a name (without slash) into out; false and "" when it is none or does not fit. */
bool pdf_name(struct pdf *p, qpdf_oh o, char *out, size_t size);
bool pdf_rect(struct pdf *p, qpdf_oh o, struct rect *out);
bool pdf_matrix(struct pdf *p, qpdf_oh o, struct matrix *out);

/* Decoded bytes of a stream, malloc'ed (one NUL follows). RC_LIMIT past the caps; RC_FORMAT when nothing can be decoded;
 * *damaged is set when the stream broke off but something could be read. */
struct pdf_bytes {
  unsigned char *p;
  size_t n;
};
int pdf_stream(struct pdf *p, qpdf_oh stream, struct pdf_bytes *out, bool *damaged, struct err *e) MUST_CHECK;
int pdf_filter(const char *filter, double predictor, int colours, int bits, int columns, size_t cap, struct pdf_bytes *io, bool *damaged) MUST_CHECK;

/* ---- fonts (pdf_font.c) ---- */
/* The font of a dictionary, from the cache or loaded; NULL when memory is short. */
struct pdf_font *font_load(struct pdf *p, qpdf_oh dict);
void font_free(struct pdf_font *f);
void font_load_program(struct pdf_font *f); /* reads the embedded program, once, when a code has no Unicode otherwise */
/* Takes the next code off s; returns the bytes used (at least 1). */
size_t font_code(const struct pdf_font *f, const unsigned char *s, size_t n, uint32_t *code);
float font_width(const struct pdf_font *f, uint32_t code, size_t bytes);
int font_unicode(struct pdf_font *f, uint32_t code, size_t bytes, uint32_t out[3]);
const struct pdf_vertical *font_vertical(const struct pdf_font *f, uint32_t code, size_t bytes);
int font_set_unicode(struct pdf_font *f, uint32_t code, const uint32_t *cp, size_t n);
int font_set_width(struct pdf_font *f, uint32_t cid, float width);

/* ---- CMaps (pdf_cmap.c); the bytes are altered ---- */
void cmap_read_unicode(struct pdf_font *f, unsigned char *p, size_t n);
int cmap_read_encoding(struct pdf_font *f, unsigned char *p, size_t n);
void cmap_free(struct pdf_cmap *m);

/* ---- encodings of simple fonts (pdf_encoding.c) ---- */
enum simple_encoding { ENCODING_STANDARD, ENCODING_WINANSI, ENCODING_MACROMAN, ENCODING_SYMBOL };
uint32_t encoding_unicode(enum simple_encoding e, unsigned code);
/* Code points of a glyph name (AGL names, uniXXXX, uXXXXX, with suffixes after a point dropped); 0 when unknown. */
int glyph_name_unicode(const char *name, size_t n, uint32_t out[3]);

/* ---- font programs (pdf_truetype.c) ---- */
/* Reads the cmap table of a TrueType or OpenType program. gid → Unicode into *by_gid (malloc'ed, *n entries; 0 = unknown); codes of
 * symbolic (3,0) and Macintosh (1,0) subtables → Unicode of the same glyph where another subtable gives it, into code_unicode. */
int truetype_unicode(const unsigned char *p, size_t n, unsigned **by_gid, unsigned *ngids, uint32_t code_unicode[256]);
/* Built-in encoding of a Type 1 program in clear text: code → Unicode. Entries that it does not name are left alone. */
void type1_encoding(const unsigned char *p, size_t n, uint32_t code_unicode[256]);

/* ---- interpretation of page descriptions (pdf_content.c) ---- */
struct colour {
  float r, g, b;
};
enum space_kind { SPACE_GRAY, SPACE_RGB, SPACE_CMYK, SPACE_TINT, SPACE_LAB, SPACE_INDEXED, SPACE_PATTERN, SPACE_NONE };
struct space {
  enum space_kind kind, base;
  int components;
  unsigned char *palette; /* of SPACE_INDEXED: base components per entry, owned by the frame */
  size_t npalette;
};

struct gstate {
  struct matrix ctm;
  struct rect clip;
  struct colour fill, stroke;
  struct space fill_space, stroke_space;
  float fill_alpha, stroke_alpha;
  double line_width;
  struct pdf_font *font;
  double size, char_space, word_space, scale, leading, rise;
  int mode;
};

/* What a resource name stands for, remembered while its content stream runs. */
enum resource_kind { RESOURCE_FONT, RESOURCE_SPACE, RESOURCE_STATE, RESOURCE_PROPERTY, RESOURCE_OBJECT };
struct resource {
  enum resource_kind kind;
  const unsigned char *name;
  size_t n;
  union {
    struct pdf_font *font;
    struct space space;
    struct {
      float fill_alpha, stroke_alpha, line_width; /* negative: not set */
      struct pdf_font *font;
      double size;
    } state;
    bool hides;
    struct {
      qpdf_oh stream;
      enum { OBJECT_NONE, OBJECT_IMAGE, OBJECT_FORM } kind; /* OBJECT_NONE: missing, or optional content that is off */
    } object;
  } u;
};
struct frame {
  struct frame *up;
  qpdf_oh resources;
  int form_id; /* object number, against forms that draw themselves; 0 for the page */
  VEC(struct resource) known;
};

struct mark {
  bool hides, actual;
  size_t first_glyph;
  uint32_t *text; /* of ActualText, malloc'ed */
  size_t ntext;
};

struct path_point {
  struct point at;
  char kind; /* 'm', 'l', 'c' (end of a curve), 'h' (close, back to the last m) */
};

/* A row or column of dots that may turn out to be a dotted line. */
struct dots {
  struct rect box;
  int n;
  bool row;
};

#define COVER_CELLS 32
struct interpreter {
  struct pdf *pdf;
  struct layout *out;
  struct err *e;
  struct gstate g;
  VEC(struct gstate) states;
  size_t states_floor; /* where the current stream's own states begin */
  size_t lost_states;  /* q beyond the cap, so that Q stays balanced */
  struct frame *frame;
  VEC(struct token) operands;
  VEC(struct path_point) path;
  struct point current; /* in user space */
  char clip_pending;
  struct matrix text, line;
  VEC(struct mark) marks;
  int hidden;
  VEC(struct rect) fills; /* dark areas, on which white lines and letters show */
  struct dots dots;
  struct rect page;
  uint32_t cover[COVER_CELLS];
  uint32_t order;
  int actual; /* nested marks with replacement text; the outermost counts */
  long dark_checks;
  unsigned long operators;
  int depth;
};

/* Interprets a page's content and annotations into out. The bytes are altered. RC_LIMIT when the deadline or a cap ends it. */
struct content {
  qpdf_oh resources, annotations; /* of the page; annotations may be null */
  struct pdf_bytes bytes;
  struct geometry geometry;
};
int content_run(struct pdf *p, const struct content *c, struct layout *out, struct err *e) MUST_CHECK;
/* Drops what is drawn twice in one place (pdf_overprint.c). */
void overprint_drop(struct layout *l);
/* Interprets one more stream in the same state (forms, annotations). */
int content_form(struct interpreter *in, qpdf_oh form);

const struct token *operand(const struct interpreter *in, size_t from_end); /* 0: the last one; NULL when there are fewer */
double operand_number(const struct interpreter *in, size_t from_end);

/* text (pdf_text.c) */
void text_show(struct interpreter *in, const unsigned char *s, size_t n);
void text_move(struct interpreter *in, double x, double y);
void text_adjust(struct interpreter *in, double thousandths);
int mark_begin(struct interpreter *in, const unsigned char *actual, size_t n, bool has_actual, bool hides);
void mark_end(struct interpreter *in);
void mark_end_all(struct interpreter *in, size_t keep);

/* paths (pdf_path.c) */
int path_add(struct interpreter *in, char kind, double x, double y);
int path_rect(struct interpreter *in, double x, double y, double w, double h);
int path_paint(struct interpreter *in, bool fill, bool stroke, bool even_odd);
void path_shading(struct interpreter *in); /* paints all that the clip leaves */
void path_dots_end(struct interpreter *in);
void path_image(struct interpreter *in);
bool rect_on_dark(struct interpreter *in, double x, double y);

/* colours (pdf_colour.c) */
struct space colour_space_named(struct interpreter *in, const struct token *name);
struct space colour_space_read(struct interpreter *in, qpdf_oh o, int depth);
struct colour colour_from(const struct space *s, const double *v, int n);
bool colour_is_white(struct colour c);

#endif
