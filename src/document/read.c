/* read.c: opens a file, finds out by its first bytes what it is, and hands it to the reader of that kind.
 * The name of a file is never believed: offices save HTML as .xls and PDF as .doc. */
#include "document/office.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *const document_format_names[] = {"unknown", "pdf", "xlsx", "docx", "html", "text"};
const char *const page_state_names[] = {"read", "blank", "scan", "no-text", "damaged", "recognised"};

const struct document_limits document_limits_default = {
    .file_bytes = (size_t)256 << 20,
    .memory_bytes = (size_t)200 << 20,
    .pages = 5000,
    .tables = 5000,
    .cells = 2000000,
    .milliseconds = 1800,
};

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void hash(const unsigned char *data, size_t size, char out[65]) {
  struct sha256_ctx ctx;
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_init(&ctx);
  sha256_update(&ctx, size, data);
  sha256_digest(&ctx, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++) {
    out[i * 2] = "0123456789abcdef"[digest[i] >> 4];
    out[i * 2 + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  out[64] = '\0';
}

/* An old .doc or .xls: LibreOffice makes a new one of it, which is then read. */
static int read_old(struct build *b, const char *name, const unsigned char *data, size_t size, bool spreadsheet, struct err *e) {
  unsigned char *fresh = NULL;
  size_t fresh_size = 0;
  int64_t before = now_ms();
  int rc = convert_old(name, data, size, spreadsheet, &fresh, &fresh_size, e);
  if (rc < 0) return rc;
  if (b->deadline) b->deadline += now_ms() - before; /* the conversion has its own time limit */
  b->d->converted_from = spreadsheet ? "xls" : "doc";
  b->d->format = spreadsheet ? FORMAT_XLSX : FORMAT_DOCX;
  rc = spreadsheet ? xlsx_read(b, fresh, fresh_size, e) : docx_read(b, fresh, fresh_size, e);
  free(fresh);
  return rc;
}

static const char *refusal(enum sniffed kind) {
  switch (kind) {
  case SNIFF_EMPTY: return tr("文件是空的", "the file is empty");
  case SNIFF_RTF: return tr("不支持 RTF；请用 Word 或 WPS 另存为 .docx 后再读", "RTF is not supported; save it as .docx with Word or WPS");
  case SNIFF_XML:
    return tr("不支持 Office 2003 XML 和网页存档（.mht）；请另存为 .xlsx 或 .docx 后再读",
              "Office 2003 XML and web archives are not supported; save as .xlsx or .docx");
  case SNIFF_IMAGE:
    return tr("这是图片（扫描件），没有文字；请先用文字识别（OCR）软件转成 PDF 或 XLSX",
              "an image (a scan) holds no text; run OCR on it first, to PDF or XLSX");
  case SNIFF_OLE: return tr("旧版复合文档，但既不是 Word 也不是 Excel", "an OLE file that is neither Word nor Excel");
  case SNIFF_OLE_CRYPT: return tr("文件设有打开密码；请去掉密码后另存", "the file is encrypted; save it without a password");
  case SNIFF_ZIP: return tr("压缩包，但不是 XLSX 或 DOCX；请先解压", "an archive that is neither XLSX nor DOCX; unpack it first");
  case SNIFF_BINARY:
  case SNIFF_PDF:
  case SNIFF_XLSX:
  case SNIFF_DOCX:
  case SNIFF_DOC:
  case SNIFF_XLS:
  case SNIFF_HTML:
  case SNIFF_TEXT:
  default: return tr("认不出的文件类型（能读 PDF、XLSX、DOCX、HTML 和文本）", "not a kind of file that can be read (PDF, XLSX, DOCX, HTML, text)");
  }
}

static int read_kind(struct build *b, const char *name, const unsigned char *data, size_t size, struct err *e) {
  enum sniffed kind;
  int rc = sniff(data, size, &kind, e);
  if (rc < 0) return rc;
  struct document *d = b->d;
  if (b->keep && kind != SNIFF_XLSX && kind != SNIFF_XLS)
    return err_set(e, RC_UNSUPPORTED, "%s", tr("不是 Excel 工作簿（.xlsx）；请另存为 .xlsx", "no Excel workbook (.xlsx); save it as .xlsx"));
  switch (kind) {
  case SNIFF_PDF: d->format = FORMAT_PDF; return pdf_read(b, data, size, e);
  case SNIFF_XLSX: d->format = FORMAT_XLSX; return xlsx_read(b, data, size, e);
  case SNIFF_DOCX: d->format = FORMAT_DOCX; return docx_read(b, data, size, e);
  case SNIFF_HTML: d->format = FORMAT_HTML; return html_read(b, data, size, e);
  case SNIFF_TEXT: d->format = FORMAT_TEXT; return text_read(b, data, size, e);
  case SNIFF_DOC: return read_old(b, name, data, size, false, e);
  case SNIFF_XLS: return read_old(b, name, data, size, true, e);
  case SNIFF_OLE_CRYPT: return err_set(e, RC_PASSWORD, "%s", refusal(kind));
  case SNIFF_EMPTY: return err_set(e, RC_FORMAT, "%s", refusal(kind));
  case SNIFF_RTF:
  case SNIFF_IMAGE:
  case SNIFF_OLE:
  case SNIFF_ZIP:
  case SNIFF_XML:
  case SNIFF_BINARY:
  default: return err_set(e, RC_UNSUPPORTED, "%s", refusal(kind));
  }
}

/* A reader's message says what is wrong; the file is named here, once. */
static int name_file(int rc, const char *name, struct err *e) {
  if (!e || e->file[0]) return rc;
  size_t n = strlen(name);
  if (n >= sizeof e->file) n = sizeof e->file - 1;
  memcpy(e->file, name, n);
  e->file[n] = '\0';
  return rc;
}

static int read_into(const char *name, const void *data, size_t size, const struct document_limits *limits, struct xlsx_cells *keep,
                     struct document **out, struct err *e) {
  *out = NULL;
  struct document_limits l = limits ? *limits : document_limits_default;
  if (size > l.file_bytes)
    return name_file(
        err_set(e, RC_LIMIT, tr("文件 %zu 字节，超过上限 %zu 字节", "the file has %zu bytes, more than the limit of %zu"), size, l.file_bytes), name,
        e);
  struct document *d = calloc(1, sizeof *d);
  if (!d) return office_nomem(e);
  arena_init(&d->arena, l.memory_bytes);
  struct build b = {.d = d, .limits = l, .keep = keep, .deadline = l.milliseconds > 0 ? now_ms() + l.milliseconds : 0};
  d->path = arena_text(&d->arena, name, strlen(name));
  hash(size ? data : (const unsigned char *)"", size, d->sha256);
  int rc = d->path ? read_kind(&b, name, data, size, e) : office_nomem(e);
  if (rc == RC_OK && b.items.n == 0 && d->format != FORMAT_PDF) /* of a PDF each page says why */
    rc = build_warn(&b, "%s", tr("文件里没有读到任何文字", "no text was found in the file"));
  if (rc == RC_OK) rc = build_finish(&b, e);
  if (rc == RC_OK && d->arena.failed && !d->truncated) rc = office_nomem(e); /* somebody went on without what he asked for */
  build_release(&b);
  if (rc < 0) {
    document_free(d);
    return name_file(rc, name, e);
  }
  *out = d;
  return RC_OK;
}

int document_read_memory(const char *name, const void *data, size_t size, const struct document_limits *limits, struct document **out,
                         struct err *e) {
  return read_into(name, data, size, limits, NULL, out, e);
}

int xlsx_cells_read(const char *path, struct xlsx_cells **out, struct err *e) {
  *out = NULL;
  unsigned char *data = NULL;
  size_t size = 0;
  int rc = file_read(path, document_limits_default.file_bytes, &data, &size, e);
  if (rc < 0) return rc;
  struct xlsx_cells *s = calloc(1, sizeof *s);
  rc = s ? read_into(path, data, size, NULL, s, &s->document, e) : office_nomem(e);
  free(data);
  if (rc < 0)
    xlsx_cells_free(s);
  else
    *out = s;
  return rc;
}

int document_read(const char *path, const struct document_limits *limits, struct document **out, struct err *e) {
  *out = NULL;
  unsigned char *data = NULL;
  size_t size = 0;
  int rc = file_read(path, limits ? limits->file_bytes : document_limits_default.file_bytes, &data, &size, e);
  if (rc < 0) return rc;
  rc = document_read_memory(path, data, size, limits, out, e);
  free(data);
  return rc;
}

void document_free(struct document *d) {
  if (!d) return;
  arena_release(&d->arena);
  free(d);
}
