/* office_fuzz.h: shared by the fuzz targets of the office readers: small limits, and archives around fuzzed XML.
 * Input that begins with PK is taken as an archive as it is; other input as XML parts, cut at lines of "%%". */
#ifndef HENG_OFFICE_FUZZ_H
#define HENG_OFFICE_FUZZ_H

#include "document/document.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define FUZZ_PARTS 4

struct fuzz_part {
  const char *name;
  const void *p;
  size_t n;
};

static inline void fuzz_read(const void *p, size_t n) {
  static const struct document_limits limits = {
      .file_bytes = (size_t)8 << 20, .memory_bytes = (size_t)64 << 20, .pages = 100, .tables = 200, .cells = 100000, .milliseconds = 2000};
  struct document *d = NULL;
  struct err e = {0};
  if (document_read_memory("fuzz", p, n, &limits, &d, &e) == RC_OK) document_free(d);
}

/* Cuts the input into at most FUZZ_PARTS pieces; missing ones are empty. */
static inline void fuzz_cut(const uint8_t *data, size_t size, struct fuzz_part parts[FUZZ_PARTS]) {
  for (int i = 0; i < FUZZ_PARTS; i++) {
    const uint8_t *mark = size > 0 ? memmem(data, size, "\n%%\n", 4) : NULL;
    size_t n = mark && i + 1 < FUZZ_PARTS ? (size_t)(mark - data) : size;
    parts[i].p = data;
    parts[i].n = n;
    size_t skip = n == size ? size : n + 4;
    data += skip;
    size -= skip;
  }
}

/* Reads an archive of the parts. */
static inline void fuzz_archive(const struct fuzz_part *parts, size_t n) {
  zip_error_t why;
  zip_error_init(&why);
  zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &why);
  if (!source) return;
  zip_source_keep(source);
  zip_t *zip = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &why);
  for (size_t i = 0; zip && i < n; i++) {
    zip_source_t *s = zip_source_buffer(zip, parts[i].n ? parts[i].p : "", parts[i].n, 0);
    zip_int64_t at = zip_file_add(zip, parts[i].name, s, ZIP_FL_ENC_UTF_8);
    if (at >= 0) zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
  }
  zip_stat_t st;
  if (zip && zip_close(zip) == 0 && zip_source_open(source) == 0) {
    void *p = zip_source_stat(source, &st) == 0 ? malloc((size_t)st.size + 1) : NULL;
    if (p && zip_source_read(source, p, st.size) == (zip_int64_t)st.size) fuzz_read(p, (size_t)st.size);
    free(p);
    zip_source_close(source);
  }
  zip_source_free(source);
  zip_error_fini(&why);
}

#endif
