/* sniff.c: what a file is, by its bytes.
 * Names lie: platforms export HTML as .xls, and people rename PDF to .doc. */
#include "document/office.h"

#include <string.h>

#define HEAD_BYTES 4096 /* how far HTML and XML are looked for */
#define PDF_BYTES  1024 /* junk before %PDF that PDF readers bear */

static bool starts(const unsigned char *p, size_t n, const char *magic, size_t length) {
  return n >= length && memcmp(p, magic, length) == 0;
}
#define STARTS(p, n, literal) starts((p), (n), (literal), sizeof(literal) - 1)

/* Directory entries of an OLE file are 128 bytes, on a 128-byte grid; the name is UTF-16LE with its byte length at +64. */
static bool ole_has(const unsigned char *p, size_t n, const char *name) {
  size_t length = strlen(name);
  for (size_t at = 512; at + 128 <= n; at += 128) {
    size_t stated = (size_t)p[at + 64] | (size_t)p[at + 65] << 8;
    if (stated != (length + 1) * 2) continue;
    size_t k = 0;
    while (k < length && p[at + k * 2] == (unsigned char)name[k] && p[at + k * 2 + 1] == 0) k++;
    if (k == length) return true;
  }
  return false;
}

static enum sniffed sniff_ole(const unsigned char *p, size_t n) {
  if (ole_has(p, n, "EncryptedPackage")) return SNIFF_OLE_CRYPT;
  bool word = ole_has(p, n, "WordDocument"), excel = ole_has(p, n, "Workbook") || ole_has(p, n, "Book");
  if (word && excel) return ole_has(p, n, "ObjectPool") ? SNIFF_DOC : SNIFF_XLS; /* one is embedded in the other */
  return word ? SNIFF_DOC : excel ? SNIFF_XLS : SNIFF_OLE;
}

static int sniff_zip(const unsigned char *data, size_t size, enum sniffed *kind, struct err *e) {
  struct zip_safe *z;
  int rc = zip_safe_open(&z, data, size, e);
  if (rc < 0) return rc;
  if (zip_safe_has(z, "xl/workbook.xml"))
    *kind = SNIFF_XLSX;
  else if (zip_safe_has(z, "word/document.xml"))
    *kind = SNIFF_DOCX;
  else if (!zip_safe_has(z, "[Content_Types].xml"))
    *kind = SNIFF_ZIP;
  else
    *kind = zip_safe_has_folder(z, "xl/worksheets/") ? SNIFF_XLSX : zip_safe_has_folder(z, "word/") ? SNIFF_DOCX : SNIFF_ZIP;
  zip_safe_close(z);
  return RC_OK;
}

static bool sniff_image(const unsigned char *p, size_t n) {
  return STARTS(p, n, "\x89PNG\r\n\x1A\n") || STARTS(p, n, "\xFF\xD8\xFF") || STARTS(p, n, "GIF87a") || STARTS(p, n, "GIF89a") ||
         STARTS(p, n, "II*\0") || STARTS(p, n, "MM\0*") || (STARTS(p, n, "BM") && n > 26 && p[6] == 0 && p[7] == 0 && p[8] == 0 && p[9] == 0) ||
         (STARTS(p, n, "RIFF") && n > 12 && memcmp(p + 8, "WEBP", 4) == 0) || STARTS(p, n, "\0\0\0\x0CjP  ");
}

/* The first bytes in lower case, without byte order mark, NULs (UTF-16) and leading blanks. */
static size_t head_of(const unsigned char *p, size_t n, char out[HEAD_BYTES + 1]) {
  size_t m = 0, at = STARTS(p, n, "\xEF\xBB\xBF") ? 3 : STARTS(p, n, "\xFF\xFE") || STARTS(p, n, "\xFE\xFF") ? 2 : 0;
  for (; at < n && m < HEAD_BYTES; at++) {
    char c = (char)p[at];
    if (c == '\0' || (m == 0 && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))) continue;
    out[m++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
  }
  out[m] = '\0';
  return m;
}

static bool head_has(struct sv head, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (sv_contains(head, words[i])) return true;
  return false;
}

/* HTML opens with a tag, and has one of its own tags near the start. */
static enum sniffed sniff_markup(struct sv head) {
  static const char *const html[] = {"<html", "<!doctype html", "<table", "<head", "<body", "<meta ", "<div", "<p>", "<title"};
  static const char *const office[] = {"urn:schemas-microsoft-com:office:spreadsheet\"", "schemas.microsoft.com/office/word/2003/wordml",
                                       "<?mso-application"};
  if (sv_starts(head, "mime-version:") && sv_contains(head, "multipart/related")) return SNIFF_XML;
  if (!sv_starts(head, "<")) return SNIFF_TEXT;
  bool is_html = head_has(head, html, sizeof html / sizeof *html);
  if (sv_starts(head, "<?xml") && !is_html) return SNIFF_XML;
  if (!is_html && head_has(head, office, sizeof office / sizeof *office)) return SNIFF_XML;
  return is_html ? SNIFF_HTML : SNIFF_TEXT;
}

/* Text has no control characters but blanks; UTF-16 shows as NUL in every other byte of its ASCII part. */
static bool is_text(const unsigned char *p, size_t n) {
  if (STARTS(p, n, "\xFF\xFE") || STARTS(p, n, "\xFE\xFF")) return true;
  size_t look = n < (64u << 10) ? n : 64u << 10, control = 0, even = 0, odd = 0;
  for (size_t i = 0; i < look; i++) {
    if (p[i] == 0) {
      if (i % 2)
        odd++;
      else
        even++;
    } else if (p[i] < 32 && p[i] != '\t' && p[i] != '\n' && p[i] != '\r' && p[i] != '\f' && p[i] != '\v' && p[i] != 0x1A) {
      control++;
    }
  }
  if (even + odd > 0 && !((odd > look / 7 && even * 50 <= look) || (even > look / 7 && odd * 50 <= look))) return false;
  return control * 200 <= look;
}

int sniff(const unsigned char *data, size_t size, enum sniffed *kind, struct err *e) {
  *kind = SNIFF_BINARY;
  if (size == 0) {
    *kind = SNIFF_EMPTY;
    return RC_OK;
  }
  if (STARTS(data, size, "PK\x03\x04") || STARTS(data, size, "PK\x05\x06")) return sniff_zip(data, size, kind, e);
  if (STARTS(data, size, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
    *kind = sniff_ole(data, size);
    return RC_OK;
  }
  if (STARTS(data, size, "{\\rtf"))
    *kind = SNIFF_RTF;
  else if (sniff_image(data, size))
    *kind = SNIFF_IMAGE;
  else if (memmem(data, size < PDF_BYTES ? size : PDF_BYTES, "%PDF-", 5))
    *kind = SNIFF_PDF;
  if (*kind != SNIFF_BINARY) return RC_OK;
  if (!is_text(data, size)) return RC_OK;
  char head[HEAD_BYTES + 1];
  size_t n = head_of(data, size, head);
  *kind = n == 0 ? SNIFF_EMPTY : sniff_markup((struct sv){head, n});
  return RC_OK;
}
