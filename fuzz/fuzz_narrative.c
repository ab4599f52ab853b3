/* fuzz_narrative.c: sentence patterns against any text: an error with a place, or patterns that can be let go again. */
#include "rooms/book/narrative.h"
#include "temporary.h"

#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[200], patterns[300], words[300];

static void put(const char *path, const uint8_t *data, size_t size) {
  FILE *f = fopen(path, "wb");
  if (!f || (size && fwrite(data, 1, size, f) != size) || fclose(f) != 0) abort();
}

static void folder_remove(void) {
  char profiles[300];
  snprintf(profiles, sizeof profiles, "%s/profiles", folder);
  unlink(patterns), unlink(words), rmdir(profiles), rmdir(folder);
}

static void folder_make(void) {
  char profiles[300];
  snprintf(folder, sizeof folder, "%s/heng-fuzz-narrative-%ld", temporary_folder(), (long)getpid());
  snprintf(profiles, sizeof profiles, "%s/profiles", folder);
  snprintf(patterns, sizeof patterns, "%s/fuzz.narrative", profiles);
  snprintf(words, sizeof words, "%s/glossary.tsv", profiles);
  mkdir(folder, 0700), mkdir(profiles, 0700);
  put(words, (const uint8_t *)"*\t基本支出\t解释\n", strlen("*\t基本支出\t解释\n"));
  atexit(folder_remove);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct narrative *n = NULL;
  struct err e = {0};
  if (size > 65536) return 0;
  if (!folder[0]) folder_make();
  put(patterns, data, size);
  if (narrative_load(folder, "fuzz", &n, &e) < 0) {
    if (e.code == RC_FORMAT && e.line < 1) abort();
    return 0;
  }
  narrative_free(n);
  return 0;
}
