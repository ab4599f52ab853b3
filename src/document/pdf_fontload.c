/* pdf_fontload.c: reads a font dictionary into struct pdf_font: encoding, widths, ToUnicode, and the embedded program as the last resort. */
#include "document/pdf_internal.h"

#include <iconv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ITEMS_MAX    100000 /* of a /W or /W2 array that are looked at */
#define TABLE_WRITES 300000 /* of one font: 4 × 65,536 and some */

static void load_unicode(struct pdf_font *f, qpdf_oh dict) {
  qpdf_oh o = pdf_key(f->pdf, dict, "/ToUnicode");
  if (!qpdf_oh_is_stream(f->pdf->q, o)) return; /* the name Identity-H says nothing about Unicode */
  struct pdf_bytes bytes;
  bool damaged = false;
  if (pdf_stream(f->pdf, o, &bytes, &damaged, NULL) < 0) return;
  cmap_read_unicode(f, bytes.p, bytes.n);
  free(bytes.p);
}

/* ---- widths ---- */

/* /W of a CID font: c [w w w] and first last w, mixed. */
static void load_cid_widths(struct pdf_font *f, qpdf_oh w) {
  struct pdf *p = f->pdf;
  int n = pdf_items(p, w);
  for (int i = 0; i + 1 < n && i < ITEMS_MAX;) {
    double first = pdf_number(p, qpdf_oh_get_array_item(p->q, w, i), -1);
    qpdf_oh second = qpdf_oh_get_array_item(p->q, w, i + 1);
    if (first < 0 || first > 65535) return;
    if (qpdf_oh_is_array(p->q, second)) {
      int m = pdf_items(p, second);
      for (int k = 0; k < m; k++) {
        qpdf_oh item = qpdf_oh_get_array_item(p->q, second, k);
        if (font_set_width(f, (uint32_t)first + (uint32_t)k, (float)pdf_number(p, item, (double)f->default_width)) < 0) return;
        qpdf_oh_release(p->q, item);
      }
      i += 2;
    } else {
      if (i + 2 >= n) return;
      double last = fmin(pdf_number(p, second, -1), 65535), width = pdf_number(p, qpdf_oh_get_array_item(p->q, w, i + 2), 1000);
      for (double c = first; c <= last; c++)
        if (font_set_width(f, (uint32_t)c, (float)width) < 0) return;
      i += 3;
    }
  }
}

static int w2_add(struct pdf_font *f, double cid, double advance, double vx, double vy) {
  struct pdf_vertical v = {(uint32_t)cid, (float)advance, (float)vx, (float)vy};
  return VEC_PUSH(&f->w2, v, 70000);
}

static int w2_compare(const void *a, const void *b) {
  uint32_t x = ((const struct pdf_vertical *)a)->cid, y = ((const struct pdf_vertical *)b)->cid;
  return x < y ? -1 : x > y;
}

/* /W2: c [w1 vx vy …] and first last w1 vx vy. */
static void load_vertical(struct pdf_font *f, qpdf_oh cid_font) {
  struct pdf *p = f->pdf;
  qpdf_oh dw2 = pdf_key(p, cid_font, "/DW2"), w2 = pdf_key(p, cid_font, "/W2");
  if (pdf_items(p, dw2) >= 2) {
    f->vy_default = (float)pdf_number(p, qpdf_oh_get_array_item(p->q, dw2, 0), 880);
    f->v_default = (float)pdf_number(p, qpdf_oh_get_array_item(p->q, dw2, 1), -1000);
  }
  int n = pdf_items(p, w2);
  for (int i = 0; i + 1 < n && i < ITEMS_MAX;) {
    double v[5] = {0};
    qpdf_oh second = qpdf_oh_get_array_item(p->q, w2, i + 1);
    v[0] = pdf_number(p, qpdf_oh_get_array_item(p->q, w2, i), -1);
    if (v[0] < 0 || v[0] > 65535) break;
    if (qpdf_oh_is_array(p->q, second)) {
      for (int k = 0; k + 2 < pdf_items(p, second); k += 3) {
        for (int j = 0; j < 3; j++) v[j + 1] = pdf_number(p, qpdf_oh_get_array_item(p->q, second, k + j), 0);
        if (w2_add(f, v[0] + k / 3, v[1], v[2], v[3]) < 0) break;
      }
      i += 2;
    } else {
      for (int j = 1; j < 5 && i + j < n; j++) v[j] = pdf_number(p, qpdf_oh_get_array_item(p->q, w2, i + j), 0);
      for (double c = v[0]; c <= v[1] && c <= 65535; c++)
        if (w2_add(f, c, v[2], v[3], v[4]) < 0) break;
      i += 5;
    }
  }
  if (f->w2.n > 1) qsort(f->w2.v, f->w2.n, sizeof *f->w2.v, w2_compare);
}

/* The standard 14 fonts may come without widths. Digits and points are exact, letters an average: enough to place them. */
static float standard_width(const char *base, unsigned code) {
  bool courier = strcasestr(base, "Courier") != NULL, times = strcasestr(base, "Times") != NULL;
  if (courier) return 600;
  if (code >= '0' && code <= '9') return times ? 500 : 556;
  if (code == ' ' || code == '.' || code == ',') return times ? 250 : 278;
  if (code == '-' || code == '(' || code == ')') return 333;
  if (code >= 'A' && code <= 'Z') return times ? 667 : 700;
  return times ? 444 : 540;
}

static void load_simple_widths(struct pdf_font *f, qpdf_oh dict, qpdf_oh descriptor, const char *base) {
  struct pdf *p = f->pdf;
  qpdf_oh widths = pdf_key(p, dict, "/Widths");
  int n = pdf_items(p, widths), first = (int)fmin(fmax(pdf_key_number(p, dict, "/FirstChar", 0), 0), 255);
  f->default_width = (float)pdf_key_number(p, descriptor, "/MissingWidth", 0);
  if (n == 0 && !f->type3) {
    for (unsigned c = 0; c < 256; c++) (void)font_set_width(f, c, standard_width(base, c));
    return;
  }
  for (int i = 0; i < n && first + i < 256; i++) {
    qpdf_oh item = qpdf_oh_get_array_item(p->q, widths, i);
    (void)font_set_width(f, (uint32_t)(first + i), (float)pdf_number(p, item, (double)f->default_width));
    qpdf_oh_release(p->q, item);
  }
}

/* ---- simple fonts ---- */

static void load_differences(struct pdf_font *f, qpdf_oh differences, uint32_t table[256]) {
  struct pdf *p = f->pdf;
  int n = pdf_items(p, differences);
  double code = 0;
  for (int i = 0; i < n && i < 4096; i++) {
    qpdf_oh item = qpdf_oh_get_array_item(p->q, differences, i);
    char name[64];
    if (qpdf_oh_is_number(p->q, item)) {
      code = pdf_number(p, item, 0);
    } else if (pdf_name(p, item, name, sizeof name) && code >= 0 && code < 256) {
      uint32_t cp[3];
      int got = glyph_name_unicode(name, strlen(name), cp);
      table[(int)code] = got == 1 ? cp[0] : 0;
      if (got > 1) (void)font_set_unicode(f, (uint32_t)code, cp, (size_t)got);
      code++;
    }
    qpdf_oh_release(p->q, item);
  }
}

static bool encoding_named(const char *name, enum simple_encoding *out) {
  if (!strcmp(name, "WinAnsiEncoding"))
    *out = ENCODING_WINANSI;
  else if (!strcmp(name, "MacRomanEncoding"))
    *out = ENCODING_MACROMAN;
  else if (!strcmp(name, "StandardEncoding"))
    *out = ENCODING_STANDARD;
  else
    return false;
  return true;
}

/* What the embedded program itself says of its codes, for symbolic fonts and those without an encoding. */
static void load_program_encoding(struct pdf_font *f, qpdf_oh descriptor, uint32_t table[256]) {
  struct pdf *p = f->pdf;
  qpdf_oh truetype = pdf_key(p, descriptor, "/FontFile2"), type1 = pdf_key(p, descriptor, "/FontFile");
  bool is_truetype = qpdf_oh_is_stream(p->q, truetype), damaged = false;
  struct pdf_bytes bytes;
  if (!is_truetype && !qpdf_oh_is_stream(p->q, type1)) return;
  if (pdf_stream(p, is_truetype ? truetype : type1, &bytes, &damaged, NULL) < 0) return;
  if (is_truetype) {
    unsigned *by_gid = NULL, n = 0;
    (void)truetype_unicode(bytes.p, bytes.n, &by_gid, &n, table);
    free(by_gid);
  } else {
    type1_encoding(bytes.p, bytes.n, table);
  }
  free(bytes.p);
}

static void load_simple(struct pdf_font *f, qpdf_oh dict, qpdf_oh descriptor, const char *base) {
  struct pdf *p = f->pdf;
  qpdf_oh encoding = pdf_key(p, dict, "/Encoding");
  char name[32] = "";
  enum simple_encoding e = ENCODING_STANDARD;
  int flags = (int)fmin(fmax(pdf_key_number(p, descriptor, "/Flags", 0), 0), 1e9);
  bool symbolic = (flags & 4) != 0;
  bool named = pdf_name(p, qpdf_oh_is_dictionary(p->q, encoding) ? pdf_key(p, encoding, "/BaseEncoding") : encoding, name, sizeof name) &&
               encoding_named(name, &e);
  bool symbol = strcasestr(base, "Symbol") != NULL && !named;
  if (symbol) e = ENCODING_SYMBOL;
  load_simple_widths(f, dict, descriptor, base);
  uint32_t table[256];
  for (unsigned c = 0; c < 256; c++) table[c] = f->type3 && !named ? 0 : encoding_unicode(e, c);
  if (!named && !symbol) {
    /* An embedded symbolic font has its own order of codes: the standard one would be a guess. */
    if (symbolic && pdf_has(p, pdf_key(p, descriptor, "/FontFile2"))) memset(table, 0, sizeof table);
    load_program_encoding(f, descriptor, table);
  }
  load_differences(f, pdf_key(p, encoding, "/Differences"), table);
  for (uint32_t c = 0; c < 256; c++)
    if (table[c] != 0) (void)font_set_unicode(f, c, &table[c], 1);
}

/* ---- composite fonts ---- */

/* Predefined CMaps by the beginning of their names; the charset is iconv's. */
static const struct predefined {
  const char *prefix, *charset;
  enum code_kind codes;
  int ascii_cid;
} predefined[] = {
    {"GBK2K-", "GB18030", CODE_GB4, 1},
    {"GBKp-EUC-", "GB18030", CODE_GB, 1},
    {"GBK-EUC-", "GB18030", CODE_GB, GB1_HALF_WIDTH},
    {"GBpc-EUC-", "GB18030", CODE_GB, 1},
    {"GB-EUC-", "GB18030", CODE_GB, GB1_HALF_WIDTH},
    {"GBT-", "GB18030", CODE_GB, GB1_HALF_WIDTH},
    {"B5pc-", "BIG5", CODE_GB, 1},
    {"ETen-B5-", "BIG5", CODE_GB, 13648},
    {"ETenms-B5-", "BIG5", CODE_GB, 1},
    {"HKscs-B5-", "BIG5-HKSCS", CODE_GB, 1},
    {"90ms-RKSJ-", "CP932", CODE_SJIS, 231},
    {"90msp-RKSJ-", "CP932", CODE_SJIS, 1},
    {"KSCms-UHC-", "CP949", CODE_GB, 1},
    {"KSC-EUC-", "CP949", CODE_GB, 8094},
    {"EUC-", "EUC-JP", CODE_GB, 231},
};

static bool load_predefined(struct pdf_font *f, const char *name) {
  f->vertical = strlen(name) > 2 && !strcmp(name + strlen(name) - 2, "-V");
  if (!strncmp(name, "Identity", 8)) {
    f->codes = CODE_TWO;
    f->identity = true;
    return true;
  }
  if (!strncmp(name, "Uni", 3)) {
    f->ascii_cid = 1;
    f->codes = strstr(name, "UTF8") ? CODE_UTF8 : strstr(name, "UTF32") ? CODE_UTF32 : CODE_UTF16;
    return true;
  }
  for (size_t i = 0; i < sizeof predefined / sizeof *predefined; i++) {
    if (strncmp(name, predefined[i].prefix, strlen(predefined[i].prefix)) != 0) continue;
    f->codes = predefined[i].codes;
    f->ascii_cid = predefined[i].ascii_cid;
    f->converter = iconv_open("UTF-32BE", predefined[i].charset);
    if (f->converter == (iconv_t)-1) f->converter = NULL;
    return true;
  }
  return false;
}

static void load_embedded_cmap(struct pdf_font *f, qpdf_oh encoding) {
  struct pdf *p = f->pdf;
  char base[64];
  if (pdf_name(p, pdf_key(p, encoding, "/UseCMap"), base, sizeof base)) (void)load_predefined(f, base);
  struct pdf_bytes bytes;
  bool damaged = false;
  f->vertical = pdf_key_number(p, encoding, "/WMode", 0) == 1;
  if (pdf_stream(p, encoding, &bytes, &damaged, NULL) < 0) return;
  if (cmap_read_encoding(f, bytes.p, bytes.n) == RC_OK) {
    f->cmap->identity = f->cmap->identity || f->identity;
    f->identity = false;
    f->codes = f->cmap->spaces.n ? CODE_CMAP : CODE_TWO;
    f->vertical = f->vertical || f->cmap->vertical;
  }
  free(bytes.p);
}

/* Adobe-GB1 CIDs without an embedded program that could be asked: the order of the collection is all there is. */
static void load_collection(struct pdf_font *f, qpdf_oh cid_font) {
  struct pdf *p = f->pdf;
  const char *ordering = NULL;
  size_t n = 0;
  if (f->converter || f->codes >= CODE_UTF8) return;
  if (!qpdf_oh_get_value_as_string(p->q, pdf_key(p, pdf_key(p, cid_font, "/CIDSystemInfo"), "/Ordering"), &ordering, &n)) return;
  if (n != 3 || memcmp(ordering, "GB1", 3) != 0) return;
  f->converter = iconv_open("UTF-32BE", "GB18030");
  if (f->converter == (iconv_t)-1) f->converter = NULL;
  f->gb1 = f->converter != NULL;
}

static void load_composite(struct pdf_font *f, qpdf_oh dict, qpdf_oh cid_font, qpdf_oh descriptor) {
  struct pdf *p = f->pdf;
  qpdf_oh encoding = pdf_key(p, dict, "/Encoding"), program = pdf_key(p, descriptor, "/FontFile2"), map = pdf_key(p, cid_font, "/CIDToGIDMap");
  char name[64];
  f->composite = true;
  f->codes = CODE_TWO;
  f->default_width = (float)pdf_key_number(p, cid_font, "/DW", 1000);
  if (qpdf_oh_is_stream(p->q, encoding))
    load_embedded_cmap(f, encoding);
  else if (!pdf_name(p, encoding, name, sizeof name) || !load_predefined(f, name))
    f->identity = true;
  load_cid_widths(f, pdf_key(p, cid_font, "/W"));
  if (f->vertical) load_vertical(f, cid_font);
  if (qpdf_oh_is_stream(p->q, program)) f->program_id = qpdf_oh_get_object_id(p->q, program);
  bool damaged = false;
  struct pdf_bytes bytes;
  if (qpdf_oh_is_stream(p->q, map) && pdf_stream(p, map, &bytes, &damaged, NULL) == RC_OK) {
    f->cid_to_gid = bytes.p;
    f->ncid_to_gid = bytes.n;
  }
  load_collection(f, cid_font);
}

void font_load_program(struct pdf_font *f) {
  if (f->program_id == 0) return;
  struct pdf_bytes bytes;
  bool damaged = false;
  qpdf_oh program = qpdf_get_object_by_id(f->pdf->q, f->program_id, 0);
  f->program_id = 0;
  if (pdf_stream(f->pdf, program, &bytes, &damaged, NULL) < 0) return;
  (void)truetype_unicode(bytes.p, bytes.n, &f->gid_unicode, &f->ngids, NULL);
  free(bytes.p);
}

/* ---- all fonts ---- */

static bool name_is_bold(const char *base) {
  return strcasestr(base, "bold") || strcasestr(base, "heavy") || strcasestr(base, "black");
}

static struct pdf_font *font_new(struct pdf *p, qpdf_oh dict, int id) {
  struct pdf_font *f = calloc(1, sizeof *f);
  if (!f) return NULL;
  *f = (struct pdf_font){.id = id,
                         .pdf = p,
                         .default_width = 1000,
                         .width_scale = 0.001f,
                         .v_default = -1000,
                         .vy_default = 880,
                         .ascii_cid = -1,
                         .budget = TABLE_WRITES};
  char subtype[32], base[128];
  (void)pdf_name(p, pdf_key(p, dict, "/Subtype"), subtype, sizeof subtype);
  (void)pdf_name(p, pdf_key(p, dict, "/BaseFont"), base, sizeof base);
  bool composite = !strcmp(subtype, "Type0");
  qpdf_oh cid_font = composite ? pdf_key(p, dict, "/DescendantFonts") : dict;
  if (composite && pdf_items(p, cid_font) > 0) cid_font = qpdf_oh_get_array_item(p->q, cid_font, 0);
  qpdf_oh descriptor = pdf_key(p, cid_font, "/FontDescriptor");
  int flags = (int)fmin(fmax(pdf_key_number(p, descriptor, "/Flags", 0), 0), 1e9);
  f->bold = name_is_bold(base) || (flags & 1 << 18) != 0 || pdf_key_number(p, descriptor, "/FontWeight", 400) >= 600;
  f->type3 = !strcmp(subtype, "Type3");
  struct matrix m;
  if (f->type3 && pdf_matrix(p, pdf_key(p, dict, "/FontMatrix"), &m)) f->width_scale = (float)m.a;
  if (composite)
    load_composite(f, dict, cid_font, descriptor);
  else
    load_simple(f, dict, descriptor, base);
  load_unicode(f, dict);
  return f;
}

struct pdf_font *font_load(struct pdf *p, qpdf_oh dict) {
  if (!qpdf_oh_is_dictionary(p->q, dict)) return NULL;
  qpdf_oh first = qpdf_oh_new_null(p->q);
  int id = qpdf_oh_get_object_id(p->q, dict);
  for (size_t i = 0; id != 0 && i < p->fonts.n; i++)
    if (p->fonts.v[i]->id == id) return p->fonts.v[i];
  struct pdf_font *f = font_new(p, dict, id);
  pdf_release_since(p, first);
  if (f && VEC_PUSH(&p->fonts, f, PDF_FONTS_MAX) < 0) {
    font_free(f);
    f = NULL;
  }
  return f;
}
