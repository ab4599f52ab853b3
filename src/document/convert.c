/* convert.c: old .doc and .xls through LibreOffice, in a child that has little: its own empty home, limits on time, memory and
 * file sizes, no network where the system allows to take it away. What it wrote is read like any other stranger's file. */
#include "document/child.h"
#include "document/office.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONVERT_SECONDS 60
#define CONVERT_FILE    ((size_t)256 << 20)
#define CONVERT_MEMORY  ((rlim_t)4 << 30) /* address space, of which the office suite maps much more than it uses */
#define PATH_SIZE       CHILD_PATH

struct conversion {
  char folder[PATH_SIZE], input[PATH_SIZE + 16], output[PATH_SIZE + 16], profile[PATH_SIZE + 64];
  const char *program, *target; /* target: "xlsx" or "docx" */
};

static const char *program_find(void) {
  static const char *const usual[] = {"/usr/bin/soffice", "/usr/local/bin/soffice", "/usr/bin/libreoffice", "/opt/libreoffice/program/soffice", NULL};
  return child_program("HENG_SOFFICE", usual);
}

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
  char home[PATH_SIZE + 8], temporary[PATH_SIZE + 8], profile[PATH_SIZE + 128];
  if (!path_make(home, sizeof home, "HOME=", c->folder) || !path_make(temporary, sizeof temporary, "TMPDIR=", c->folder) ||
      !path_make(profile, sizeof profile, "-env:UserInstallation=file://", c->profile))
    return err_set(e, RC_IO, "%s", tr("临时文件夹的路径过长", "the path of the temporary folder is too long"));
  const char *argv[] = {c->program, profile,   "--headless", "--norestore", "--nolockcheck", "--convert-to", c->target,
                        "--outdir", c->folder, c->input,     NULL};
  const char *envp[] = {home, temporary, "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "SAL_USE_VCLPLUGIN=svp", NULL};
  char *args[sizeof argv / sizeof *argv], *environment[sizeof envp / sizeof *envp];
  memcpy(args, argv, sizeof argv); /* execve's prototype lacks const; it does not write */
  memcpy(environment, envp, sizeof envp);
  struct child child = {.program = c->program,
                        .argv = args,
                        .envp = environment,
                        .folder = c->folder,
                        .seconds = seconds_allowed(),
                        .processor = CONVERT_SECONDS,
                        .file_bytes = CONVERT_FILE,
                        .memory = CONVERT_MEMORY};
  int rc = child_run(&child, e);
  if (rc != RC_FORMAT) return rc;
  return err_set(e, RC_FORMAT, "%s",
                 tr("LibreOffice 未能转换此文件（损坏或超时）；请用 Word、Excel 或 WPS 另存为 .docx 或 .xlsx",
                    "LibreOffice could not convert the file (damaged, or took too long); save it as .docx or .xlsx"));
}

static int input_write(const struct conversion *c, const unsigned char *data, size_t size, struct err *e) {
  int fd = open(c->input, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  size_t done = 0;
  while (fd >= 0 && done < size) {
    ssize_t n = write(fd, data + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += (size_t)n;
  }
  bool ok = fd >= 0 && close(fd) == 0 && done == size;
  return ok ? RC_OK : err_set(e, RC_IO, tr("写临时文件失败：%s", "writing a temporary file failed: %s"), strerror(errno));
}

static int convert_in(struct conversion *c, const unsigned char *data, size_t size, bool spreadsheet, unsigned char **out, size_t *out_size,
                      struct err *e) {
  int rc = input_write(c, data, size, e);
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
  struct conversion c = {.program = program_find(), .target = spreadsheet ? "xlsx" : "docx"};
  if (!c.program)
    return err_set(e, RC_UNSUPPORTED,
                   tr("旧版 %s 文件：请用 Word、Excel 或 WPS 另存为 .%s 后再读，或安装 LibreOffice 以自动转换",
                      "an old %s file: save it as .%s, or install LibreOffice to have it converted"),
                   spreadsheet ? ".xls" : ".doc", c.target);
  int made = child_folder(c.folder, sizeof c.folder, "heng-convert", e);
  if (made < 0) return made;
  int rc = RC_IO;
  if (path_make(c.input, sizeof c.input, c.folder, spreadsheet ? "/input.xls" : "/input.doc") &&
      path_make(c.output, sizeof c.output, c.folder, spreadsheet ? "/input.xlsx" : "/input.docx") &&
      path_make(c.profile, sizeof c.profile, c.folder, "/profile"))
    rc = convert_in(&c, data, size, spreadsheet, out, out_size, e);
  child_folder_remove(c.folder);
  return rc;
}
