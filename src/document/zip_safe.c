/* zip_safe.c: archives from strangers. Sizes are checked before anything is inflated, and again while inflating,
 * because what an archive says of itself may be a lie. */
#include "document/office.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct zip_safe {
  zip_t *zip;
  size_t inflated; /* by all reads so far */
};

/* The archive's own count of its entries, from the record at its end; libzip would allocate for all of them before we could look. */
static int entries_check(const unsigned char *data, size_t size, struct err *e) {
  if (size < 22) return err_set(e, RC_FORMAT, "%s", tr("压缩包不完整", "the archive is cut off"));
  size_t lowest = size > 22 + 65535 ? size - 22 - 65535 : 0;
  for (size_t at = size - 22 + 1; at-- > lowest;) {
    if (memcmp(data + at, "PK\x05\x06", 4) != 0) continue;
    unsigned n = (unsigned)data[at + 10] | (unsigned)data[at + 11] << 8;
    if (n > ZIP_ENTRIES_MAX) return err_set(e, RC_LIMIT, tr("压缩包的文件数超过 %d", "the archive has more than %d entries"), ZIP_ENTRIES_MAX);
    return RC_OK;
  }
  return err_set(e, RC_FORMAT, "%s", tr("压缩包不完整：缺少目录", "the archive is cut off: its directory is missing"));
}

/* Declared sizes: refuses a bomb before inflating a byte of it. */
static int sizes_check(zip_t *zip, struct err *e) {
  zip_int64_t n = zip_get_num_entries(zip, 0);
  uint64_t total = 0;
  if (n > ZIP_ENTRIES_MAX) return err_set(e, RC_LIMIT, tr("压缩包的文件数超过 %d", "the archive has more than %d entries"), ZIP_ENTRIES_MAX);
  for (zip_int64_t i = 0; i < n; i++) {
    zip_stat_t st;
    zip_stat_init(&st);
    if (zip_stat_index(zip, (zip_uint64_t)i, 0, &st) != 0) continue;
    if (!(st.valid & ZIP_STAT_SIZE) || !(st.valid & ZIP_STAT_COMP_SIZE)) continue;
    if (st.size > ZIP_ARCHIVE_MAX || (total += st.size) > ZIP_ARCHIVE_MAX)
      return err_set(e, RC_LIMIT, tr("压缩包解压后超过 %zu MB，拒绝读取", "the archive holds more than %zu MB; refused"), ZIP_ARCHIVE_MAX >> 20);
    if (st.size > ZIP_RATIO_FLOOR && st.size / ZIP_RATIO_MAX > st.comp_size)
      return err_set(e, RC_LIMIT, tr("压缩比超过 %d 倍（疑为压缩炸弹），拒绝读取", "compressed more than %d times (a bomb?); refused"),
                     ZIP_RATIO_MAX);
  }
  return RC_OK;
}

int zip_safe_open(struct zip_safe **out, const unsigned char *data, size_t size, struct err *e) {
  *out = NULL;
  int rc = entries_check(data, size, e);
  if (rc < 0) return rc;
  zip_error_t why;
  zip_error_init(&why);
  zip_source_t *source = zip_source_buffer_create(data, size, 0, &why);
  zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
  if (!zip) {
    rc = err_set(e, RC_FORMAT, tr("压缩包损坏：%s", "the archive is damaged: %s"), zip_error_strerror(&why));
    zip_source_free(source);
    zip_error_fini(&why);
    return rc;
  }
  zip_error_fini(&why);
  struct zip_safe *z = NULL;
  rc = sizes_check(zip, e);
  if (rc == RC_OK) {
    z = calloc(1, sizeof *z);
    rc = z ? RC_OK : office_nomem(e);
  }
  if (!z) {
    zip_discard(zip);
    return rc;
  }
  z->zip = zip;
  *out = z;
  return RC_OK;
}

void zip_safe_close(struct zip_safe *z) {
  if (!z) return;
  zip_discard(z->zip);
  free(z);
}

bool zip_safe_has(const struct zip_safe *z, const char *name) {
  return zip_name_locate(z->zip, name, ZIP_FL_NOCASE) >= 0;
}

bool zip_safe_has_folder(const struct zip_safe *z, const char *prefix) {
  zip_int64_t n = zip_get_num_entries(z->zip, 0);
  size_t length = strlen(prefix);
  for (zip_int64_t i = 0; i < n; i++) {
    const char *name = zip_get_name(z->zip, (zip_uint64_t)i, 0);
    if (name && strncmp(name, prefix, length) == 0) return true;
  }
  return false;
}

/* Inflates piece by piece under the byte budgets. */
static int inflate_into(struct zip_safe *z, zip_file_t *f, const char *name, size_t packed, zip_take take, void *context, struct err *e) {
  char piece[32768];
  size_t part = 0;
  for (;;) {
    zip_int64_t got = zip_fread(f, piece, sizeof piece);
    if (got < 0) return err_set(e, RC_FORMAT, tr("压缩包中的 %s 损坏", "%s in the archive is damaged"), name);
    if (got == 0) return RC_OK;
    part += (size_t)got;
    z->inflated += (size_t)got;
    if (part > ZIP_PART_MAX || z->inflated > ZIP_ARCHIVE_MAX)
      return err_set(e, RC_LIMIT, tr("%s 解压后超过 %zu MB，拒绝读取", "%s inflates to more than %zu MB; refused"), name,
                     (part > ZIP_PART_MAX ? ZIP_PART_MAX : ZIP_ARCHIVE_MAX) >> 20);
    if (part > ZIP_RATIO_FLOOR && part / ZIP_RATIO_MAX > packed)
      return err_set(e, RC_LIMIT, tr("%s 的压缩比超过 %d 倍（疑为压缩炸弹），拒绝读取", "%s is compressed more than %d times (a bomb?); refused"),
                     name, ZIP_RATIO_MAX);
    int rc = take(context, piece, (size_t)got, e);
    if (rc < 0) return rc;
  }
}

int zip_safe_read(struct zip_safe *z, const char *name, zip_take take, void *context, struct err *e) {
  zip_int64_t index = zip_name_locate(z->zip, name, 0);
  if (index < 0) index = zip_name_locate(z->zip, name, ZIP_FL_NOCASE);
  if (index < 0) return err_set(e, RC_NOTFOUND, tr("压缩包中没有 %s", "there is no %s in the archive"), name);
  zip_stat_t st;
  zip_stat_init(&st);
  if (zip_stat_index(z->zip, (zip_uint64_t)index, 0, &st) != 0)
    return err_set(e, RC_FORMAT, tr("压缩包中的 %s 损坏", "%s in the archive is damaged"), name);
  if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
    return err_set(e, RC_PASSWORD, "%s", tr("压缩包设有密码", "the archive is encrypted"));
  if ((st.valid & ZIP_STAT_SIZE) && st.size > ZIP_PART_MAX)
    return err_set(e, RC_LIMIT, tr("%s 解压后超过 %zu MB，拒绝读取", "%s inflates to more than %zu MB; refused"), name, ZIP_PART_MAX >> 20);
  size_t packed = (st.valid & ZIP_STAT_COMP_SIZE) && st.comp_size < SIZE_MAX ? (size_t)st.comp_size : 0;
  zip_file_t *f = zip_fopen_index(z->zip, (zip_uint64_t)index, 0);
  if (!f) return err_set(e, RC_FORMAT, tr("压缩包中的 %s 打不开", "%s in the archive cannot be opened"), name);
  int rc = inflate_into(z, f, name, packed, take, context, e);
  zip_fclose(f);
  return rc;
}
