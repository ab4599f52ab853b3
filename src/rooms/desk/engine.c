/* engine.c: this program once more, as a child that can read what it needs, write its scratch folder, and do nothing else (document/confine.h). */
#include "base/option.h"
#include "document/child.h"
#include "rooms/desk/internal.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY = 1536, FILES = 256 }; /* megabytes of address space; of the largest file */

int engine_scratch(char out[PATH_SIZE], struct err *e) {
  _Static_assert((int)CHILD_PATH <= (int)PATH_SIZE, "room for a child's folder");
  return child_folder(out, "heng-desk", e);
}

void engine_clean(const char *scratch) {
  child_folder_remove(scratch);
}

static void tell(const struct child_end *end, int seconds, struct engine_end *out) {
  if (end->late)
    snprintf(out->why, sizeof out->why, tr("超过 %d 秒，已中止", "took more than %d seconds and was ended"), seconds);
  else if (end->signal)
    snprintf(out->why, sizeof out->why,
             tr("被系统中止（信号 %d：内存、时间或文件太大）", "was ended by the system (signal %d: memory, time or file size)"), end->signal);
  else
    snprintf(out->why, sizeof out->why, tr("没有做完（退出码 %d）", "did not finish (exit code %d)"), end->code);
}

static int run(const char *scratch, const char *program, const char *const *files, const char *const *words, int seconds, int good,
               struct engine_end *end, struct err *e) {
  const struct desk *now = desk_now();
  const char *readable[CHUNK + 2] = {now->data};
  char environment[2300];
  struct child_end how = {0};
  snprintf(environment, sizeof environment, "HENG_DATA=%s", now->data);
  for (int i = 0; i < CHUNK && files[i]; i++) readable[i + 1] = files[i];
  struct child c = {.program = program,
                    .folder = scratch,
                    .environment = environment,
                    .seconds = seconds,
                    .memory = (size_t)MEMORY << 20,
                    .file_bytes = (size_t)FILES << 20,
                    .readable = readable,
                    .end = &how};
#if defined __SANITIZE_ADDRESS__
  c.memory = SIZE_MAX >> 1; /* its shadow needs the whole address space */
#endif
  for (int i = 0; i < CHILD_WORDS && words[i]; i++) c.arguments[i] = words[i];
  int rc = child_run(&c, e);
  if (rc < 0) return rc;
  end->well = how.code >= 0 && how.code <= good;
  end->why[0] = 0;
  if (!end->well) tell(&how, seconds, end);
  return RC_OK;
}

/* heng's exit codes 0 and 1 say that the audit was done; 3 that some file could not be read, which its report tells. */
int engine_run(const char *scratch, const char *const *files, const char *const *words, int seconds, struct engine_end *end, struct err *e) {
  return run(scratch, desk_now()->program, files, words, seconds, EXIT_UNREADABLE, end, e);
}

int engine_tool(const char *scratch, const char *program, const char *const *files, const char *const *words, int seconds, struct engine_end *end,
                struct err *e) {
  return run(scratch, program, files, words, seconds, 0, end, e);
}
