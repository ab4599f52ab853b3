/* convert.c: old .doc and .xls through LibreOffice, in a child that has little (child.h): its own empty home, limits on time, memory and
 * file sizes. What it wrote is read like any other stranger's file. */
#include "document/child.h"
#include "document/office.h"

#include <stdlib.h>
#include <string.h>

#define CONVERT_SECONDS 60
#define CONVERT_FILE    ((size_t)256 << 20)
#define CONVERT_MEMORY  ((size_t)4 << 30) /* address space, of which the office suite maps much more than it uses */

struct conversion {
  char folder[CHILD_PATH], input[CHILD_PATH + 16], output[CHILD_PATH + 16], profile[CHILD_PATH + 64];
  const char *program, *target; /* target: "xlsx" or "docx" */
};

static bool path_make(char *out, size_t size, const char *folder, const char *name) {
  int n = snprintf(out, size, "%s%s", folder, name);
  return n > 0 && (size_t)n < size;
}

/* Seconds that a conversion may take; the environment can only shorten it. */
static int seconds_allowed(void) {
  const char *told = getenv("HENG_SOFFICE_SECONDS");
  long v = told ? strtol(told, NULL, 10) : CONVERT_SECONDS;
  return v >= 1 && v < CONVERT_SECONDS ? (int)v : CONVERT_SECONDS;
}

static int run(const struct conversion *c, struct err *e) {
  char profile[CHILD_PATH + 128];
  if (!path_make(profile, sizeof profile, "-env:UserInstallation=file://", c->profile))
    return err_set(e, RC_IO, "%s", tr("临时文件夹的路径过长", "the path of the temporary folder is too long"));
  struct child child = {
      .program = c->program,
      .arguments = {profile, "--headless", "--norestore", "--nolockcheck", "--convert-to", c->target, "--outdir", c->folder, c->input},
      .folder = c->folder,
      .environment = "SAL_USE_VCLPLUGIN=svp",
      .seconds = seconds_allowed(),
      .memory = CONVERT_MEMORY,
      .file_bytes = CONVERT_FILE};
  int rc = child_run(&child, e);
  if (rc <= 0) return rc;
  return err_set(e, RC_FORMAT, "%s",
                 tr("LibreOffice 未能转换此文件（损坏或超时）；请用 Word、Excel 或 WPS 另存为 .docx 或 .xlsx",
                    "LibreOffice could not convert the file (damaged, or took too long); save it as .docx or .xlsx"));
}

static int convert_in(struct conversion *c, const unsigned char *data, size_t size, bool spreadsheet, unsigned char **out, size_t *out_size,
                      struct err *e) {
  int rc = child_file(c->input, data, size, e);
  if (rc == RC_OK) rc = run(c, e);
  if (rc == RC_OK && file_read(c->output, CONVERT_FILE, out, out_size, e) < 0)
    rc = err_set(e, RC_FORMAT, "%s", tr("LibreOffice 没有产生结果；文件可能已损坏", "LibreOffice produced nothing; the file may be damaged"));
  if (rc < 0) return rc;
  enum sniffed kind;
  rc = sniff(*out, *out_size, &kind, e);
  if (rc == RC_OK && kind != (spreadsheet ? SNIFF_XLSX : SNIFF_DOCX))
    rc = err_set(e, RC_FORMAT, "%s", tr("LibreOffice 的转换结果不可用", "what LibreOffice produced is of no use"));
  if (rc < 0) {
    free(*out);
    *out = NULL;
    *out_size = 0;
  }
  return rc;
}

int convert_old(const char *name, const unsigned char *data, size_t size, bool spreadsheet, unsigned char **out, size_t *out_size, struct err *e) {
  (void)name; /* the caller's messages name the file; the copy gets a plain name */
  *out = NULL;
  *out_size = 0;
  static const char *const usual[] = {"/usr/bin/soffice", "/usr/local/bin/soffice", "/usr/bin/libreoffice", "/opt/libreoffice/program/soffice", NULL};
  struct conversion c = {.program = child_find("HENG_SOFFICE", usual), .target = spreadsheet ? "xlsx" : "docx"};
  if (!c.program)
    return err_set(e, RC_UNSUPPORTED,
                   tr("旧版 %s 文件：请用 Word、Excel 或 WPS 另存为 .%s 后再读，或安装 LibreOffice 以自动转换",
                      "an old %s file: save it as .%s, or install LibreOffice to have it converted"),
                   spreadsheet ? ".xls" : ".doc", c.target);
  int made = child_folder(c.folder, "heng-convert", e);
  if (made < 0) return made;
  int rc = RC_IO;
  if (path_make(c.input, sizeof c.input, c.folder, spreadsheet ? "/input.xls" : "/input.doc") &&
      path_make(c.output, sizeof c.output, c.folder, spreadsheet ? "/input.xlsx" : "/input.docx") &&
      path_make(c.profile, sizeof c.profile, c.folder, "/profile"))
    rc = convert_in(&c, data, size, spreadsheet, out, out_size, e);
  child_folder_remove(c.folder);
  return rc;
}
