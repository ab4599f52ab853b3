/* archive.h: archives of whole files, as people upload them: listed, and written out one by one, with limits. Names are never used as paths here. */
#ifndef HENG_DOCUMENT_ARCHIVE_H
#define HENG_DOCUMENT_ARCHIVE_H

#include "base/text.h"

struct archive;
/* Refuses more than `entries_most` entries, more than `total_most` bytes in all, an entry packed more than 200 times. */
int archive_open(const char *path, int entries_most, int64_t total_most, struct archive **out, struct err *e) MUST_CHECK;
void archive_close(struct archive *a);
int archive_count(const struct archive *a);
/* Of entry 0 …: its path within the archive, valid UTF-8 (names in GBK, as Windows writes them, are converted); lives as long as the archive. */
struct sv archive_name(const struct archive *a, int i);
bool archive_is_folder(const struct archive *a, int i);
bool archive_is_plain(const struct archive *a, int i); /* a regular file: no link, no device, not encrypted */
/* Writes entry i to a new file of mode 0600; no more than `most` bytes, whatever the archive says. The SHA-256 in hex into `sha256` (65 bytes). */
int archive_extract(struct archive *a, int i, const char *path, int64_t most, int64_t *size, char sha256[65], struct err *e) MUST_CHECK;
bool archive_looks(const char *path); /* begins like a zip archive */

/* An archive being written to a new file: texts by their paths (UTF-8), the same bytes for the same texts. */
struct archive_out;
int archive_begin(const char *path, struct archive_out **out, struct err *e) MUST_CHECK;
int archive_put(struct archive_out *o, struct sv name, struct sv body, struct err *e) MUST_CHECK; /* `body` is copied */
int archive_end(struct archive_out *o, struct err *e) MUST_CHECK;                                 /* frees o, also when it fails */
void archive_drop(struct archive_out *o);                                                         /* given up; o may be NULL */

#endif
