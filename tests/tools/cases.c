/* cases.c: runs case files: cases [-j N] [-v] PROGRAM PATH…  Every *.case under the paths is one test: a command, its input files, and what must
 * come of it. tests/cases/README.md describes the form. Each case runs in a folder of its own, which is removed afterwards. Prints a line for
 * each failure with what differs, then "cases: N passed, N failed, N skipped". Exit code 0 when none failed, 1 otherwise, 2 for wrong usage. */
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  SECONDS_MOST = 60,    /* for one command, with room for builds that check memory */
  CASE_BYTES = 1 << 20, /* of a case file */
  OUTPUT_BYTES = 32 << 20,
  CASES_MOST = 100000,
  SECTIONS_MOST = 200,
  WORKERS_MOST = 64,
  SHOWN_LINES = 12 /* of an output, below a failure */
};

enum { CASE_PASSED = 0, CASE_FAILED = 1, CASE_SKIPPED = 77 };

enum role { ROLE_COMMAND, ROLE_EXIT, ROLE_NEEDS, ROLE_INPUT, ROLE_STDOUT, ROLE_STDERR, ROLE_FILE }; /* from stdout on: outputs to judge */
enum wish { WISH_NONE, WISH_CONTAINS, WISH_LACKS, WISH_IS };

/* One part of a case file, from its "--- " line to the next. */
struct section {
  enum role role;
  enum wish wish;
  char name[128]; /* of an input or output file */
  struct sv body;
  int line;
};

struct test {
  const char *path;
  VEC(struct section) sections;
  struct section command, code; /* the two that every case has */
  char folder[256];             /* holds work/ (where the command runs), stdout, stderr */
  int failures;
};

/* ---- reading a case ---- */

static int complain(const struct test *t, int line, const char *what, struct sv word) {
  printf("FAIL %s:%d: %s%s%.*s\n", t->path, line, what, word.n ? ": " : "", SV_ARG(word));
  return -1;
}

static enum wish wish_named(struct sv s) {
  return sv_is(s, "contains") ? WISH_CONTAINS : sv_is(s, "lacks") ? WISH_LACKS : sv_is(s, "is") ? WISH_IS : WISH_NONE;
}

/* A plain name inside the case's own folder. */
static bool name_is_safe(struct sv s) {
  return s.n > 0 && s.n < sizeof((struct section *)0)->name && s.p[0] != '/' && !sv_contains(s, "..");
}

/* "command", "exit", "needs", "stdout WISH", "stderr WISH", "input NAME", "file NAME WISH". */
static bool header_parse(struct sv rest, struct section *s) {
  static const char *const words[] = {"command", "exit", "needs", "input", "stdout", "stderr", "file"};
  static const enum role roles[] = {ROLE_COMMAND, ROLE_EXIT, ROLE_NEEDS, ROLE_INPUT, ROLE_STDOUT, ROLE_STDERR, ROLE_FILE};
  struct sv first = sv_cut(&rest, ' '), name = {NULL, 0};
  size_t i = 0;
  while (i < sizeof words / sizeof *words && !sv_is(first, words[i])) i++;
  if (i == sizeof words / sizeof *words) return false;
  s->role = roles[i];
  if (s->role == ROLE_INPUT || s->role == ROLE_FILE) {
    name = sv_cut(&rest, ' ');
    if (!name_is_safe(name)) return false;
    memcpy(s->name, name.p, name.n);
  }
  if (s->role < ROLE_STDOUT) return rest.n == 0;
  s->wish = wish_named(rest);
  return s->wish != WISH_NONE;
}

/* Appends a line of the case file to a section: a line that must begin with "--- " is written "\\--- ". In place: what is written stands before
 * what is still to be read. */
static void body_add(struct section *s, char *body, struct sv line, bool ended) {
  size_t skip = sv_starts(line, "\\--- ") ? 1 : 0;
  memmove(body + s->body.n, line.p + skip, line.n - skip);
  s->body.n += line.n - skip;
  if (ended) body[s->body.n++] = '\n';
  s->body.p = body;
}

/* Splits the text at its "--- " lines. What stands before the first is for the reader. */
static int test_parse(struct test *t, char *data, size_t size) {
  struct sv text = {data, size};
  char *body = data;
  int line = 0;
  while (text.p && text.n > 0) {
    struct sv one = sv_cut(&text, '\n');
    line++;
    if (!sv_starts(one, "--- ")) {
      if (t->sections.n) body_add(&t->sections.v[t->sections.n - 1], body, one, text.p != NULL);
      continue;
    }
    struct section s = {.line = line, .body = {"", 0}};
    if (!header_parse(sv_trim((struct sv){one.p + 4, one.n - 4}), &s)) return complain(t, line, "not a section (see tests/cases/README.md)", one);
    if (VEC_PUSH(&t->sections, s, SECTIONS_MOST) < 0) return complain(t, line, "too many sections", one);
    body = text.p ? data + (text.p - data) : data + size;
  }
  return 0;
}

/* The one section of a role that every case has. */
static bool section_only(const struct test *t, enum role role, struct section *out) {
  int n = 0;
  for (size_t i = 0; i < t->sections.n; i++)
    if (t->sections.v[i].role == role) *out = t->sections.v[i], n++;
  return n == 1 && sv_trim(out->body).n > 0;
}

/* A case that checks nothing but the exit code is still a test; one without command or exit code is a mistake. */
static int test_validate(struct test *t) {
  if (!section_only(t, ROLE_COMMAND, &t->command)) return complain(t, 1, "wants exactly one section \"--- command\"", SV(""));
  if (!section_only(t, ROLE_EXIT, &t->code)) return complain(t, 1, "wants exactly one section \"--- exit\"", SV(""));
  for (size_t i = 0; i < t->sections.n; i++) {
    const struct section *s = &t->sections.v[i];
    if ((s->wish == WISH_CONTAINS || s->wish == WISH_LACKS) && sv_trim(s->body).n == 0)
      return complain(t, s->line, "names nothing to look for", SV(""));
  }
  return 0;
}

/* ---- running it ---- */

static char *path_in(const struct test *t, char out[512], const char *folder, const char *name) {
  int n = snprintf(out, 512, "%s/%s%s", t->folder, folder, name);
  if (n < 0 || n >= 512) out[0] = '\0';
  return out;
}

/* The parents of `path` below the case's folder. */
static int folders_make(char *path, size_t from) {
  for (char *p = path + from; (p = strchr(p, '/')) != NULL; p++) {
    *p = '\0';
    int rc = mkdir(path, 0777);
    *p = '/';
    if (rc != 0 && errno != EEXIST) return -1;
  }
  return 0;
}

static int input_write(const struct test *t, const struct section *s) {
  char path[512];
  if (folders_make(path_in(t, path, "work/", s->name), strlen(t->folder) + 1) != 0) return complain(t, s->line, "cannot make its folder", SV(""));
  FILE *f = fopen(path, "wb");
  if (!f) return complain(t, s->line, "cannot write", sv_from(path));
  bool bad = fwrite(s->body.p, 1, s->body.n, f) != s->body.n;
  return fclose(f) != 0 || bad ? complain(t, s->line, "cannot write", sv_from(path)) : 0;
}

static int redirect(const char *path, int to) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return fd < 0 || dup2(fd, to) < 0 ? -1 : 0;
}

/* In the child: never returns. */
_Noreturn static void command_become(const struct test *t, const char *script) {
  char work[512], out[512], errors[512];
  setpgid(0, 0);
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || dup2(nothing, 0) < 0 || redirect(path_in(t, out, "", "stdout"), 1) != 0 || redirect(path_in(t, errors, "", "stderr"), 2) != 0 ||
      chdir(path_in(t, work, "work", "")) != 0)
    _exit(126);
  execl("/bin/sh", "sh", "-c", script, (char *)NULL);
  _exit(127);
}

static volatile sig_atomic_t late_group; /* the process group that the alarm ends */

static void too_late(int number) {
  (void)number;
  if (late_group > 0) kill(-(pid_t)late_group, SIGKILL);
}

/* Exit code of the command, 128 + signal, or -1 when it took too long. */
static int command_run(const struct test *t, const char *script) {
  int status = 0;
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) command_become(t, script);
  if (pid < 0) return -1;
  late_group = (sig_atomic_t)pid;
  struct sigaction action = {.sa_handler = too_late, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  alarm(SECONDS_MOST);
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  bool late = alarm(0) == 0;
  kill(-pid, SIGKILL); /* whatever it left behind */
  if (late) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- judging what came ---- */

static void show(const char *what, struct sv text) {
  if (text.n == 0) {
    printf("  %s: nothing\n", what);
    return;
  }
  int n = 0;
  for (; text.p && text.n > 0 && n < SHOWN_LINES; n++) {
    struct sv one = sv_cut(&text, '\n');
    printf("  %s: %.*s\n", what, SV_ARG(one));
  }
  if (text.p && text.n > 0) printf("  %s: (%zu more bytes)\n", what, text.n);
}

static void show_difference(const struct test *t, const struct section *s, const char *got) {
  char path[512];
  FILE *f = fopen(path_in(t, path, "", "expected"), "wb");
  if (!f) return;
  fwrite(s->body.p, 1, s->body.n, f);
  if (fclose(f) != 0) return;
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    execlp("diff", "diff", "-u", "--label", "expected", "--label", "got", path, got, (char *)NULL);
    _exit(127);
  }
  int status;
  if (pid > 0) waitpid(pid, &status, 0);
}

static void fail(struct test *t, const struct section *s, const char *what, const char *which, struct sv piece) {
  t->failures++;
  printf("FAIL %s:%d: %s %s%s%.*s\n", t->path, s->line, which, what, piece.n ? ": " : "", SV_ARG(piece));
}

static bool found(struct sv text, struct sv piece) {
  return piece.n == 0 || (text.n >= piece.n && memmem(text.p, text.n, piece.p, piece.n) != NULL);
}

static void judge_text(struct test *t, const struct section *s, const char *which, struct sv got, const char *path) {
  if (s->wish == WISH_IS) {
    if (sv_equal(got, s->body)) return;
    fail(t, s, "is not as expected", which, SV(""));
    show_difference(t, s, path);
    return;
  }
  int before = t->failures;
  for (struct sv rest = s->body; rest.p && rest.n > 0;) {
    struct sv piece = sv_trim(sv_cut(&rest, '\n'));
    if (piece.n == 0 || found(got, piece) == (s->wish == WISH_CONTAINS)) continue;
    fail(t, s, s->wish == WISH_CONTAINS ? "does not contain" : "must not contain", which, piece);
  }
  if (t->failures > before) show(which, got);
}

/* stdout, stderr or a file that the command wrote. */
static void judge_section(struct test *t, const struct section *s) {
  char path[512];
  unsigned char *data = NULL;
  size_t size = 0;
  struct err e;
  const char *which = s->role == ROLE_FILE ? s->name : s->role == ROLE_STDOUT ? "stdout" : "stderr";
  path_in(t, path, s->role == ROLE_FILE ? "work/" : "", which);
  if (file_read(path, OUTPUT_BYTES, &data, &size, &e) < 0)
    fail(t, s, "cannot be read", which, sv_from(e.text));
  else
    judge_text(t, s, which, (struct sv){(const char *)data, size}, path);
  free(data);
}

/* What a sanitizer says is a failure whatever the case expects. */
static void judge_sanitizer(struct test *t, struct sv errors) {
  static const char *const words[] = {"AddressSanitizer", "LeakSanitizer", "runtime error:"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (sv_contains(errors, words[i])) {
      fail(t, &t->command, "has a report of a sanitizer", "stderr", SV(""));
      show("stderr", errors);
      return;
    }
}

static void judge_exit(struct test *t, int code, struct sv errors) {
  const struct section *s = &t->code;
  char got[64];
  if (code < 0) {
    snprintf(got, sizeof got, "stopped after %d s", SECONDS_MOST);
    fail(t, s, got, "command", SV(""));
    return;
  }
  for (struct sv rest = sv_trim(s->body); rest.p;) {
    struct sv word = sv_trim(sv_cut(&rest, ' '));
    snprintf(got, sizeof got, "%d", code);
    if (sv_is(word, got)) return;
  }
  snprintf(got, sizeof got, "is %d, expected", code);
  fail(t, s, got, "exit code", sv_trim(s->body));
  show("stderr", errors);
}

static void test_judge(struct test *t, int code) {
  char path[512];
  unsigned char *data = NULL;
  size_t size = 0;
  struct err e;
  if (file_read(path_in(t, path, "", "stderr"), OUTPUT_BYTES, &data, &size, &e) < 0) size = 0;
  struct sv errors = {(const char *)data, size};
  judge_exit(t, code, errors);
  judge_sanitizer(t, errors);
  for (size_t i = 0; i < t->sections.n; i++)
    if (t->sections.v[i].wish != WISH_NONE) judge_section(t, &t->sections.v[i]);
  free(data);
}

/* ---- one case ---- */

static bool program_exists(struct sv name) {
  char path[4096];
  for (struct sv rest = sv_from(getenv("PATH")); rest.p;) {
    struct sv folder = sv_cut(&rest, ':');
    if (folder.n + name.n + 2 > sizeof path) continue;
    memcpy(path, folder.p, folder.n);
    path[folder.n] = '/';
    memcpy(path + folder.n + 1, name.p, name.n);
    path[folder.n + 1 + name.n] = '\0';
    if (access(path, X_OK) == 0) return true;
  }
  return false;
}

static bool needs_missing(const struct test *t) {
  for (size_t i = 0; i < t->sections.n; i++) {
    if (t->sections.v[i].role != ROLE_NEEDS) continue;
    for (struct sv rest = t->sections.v[i].body; rest.p && rest.n > 0;) {
      struct sv name = sv_trim(sv_cut(&rest, '\n'));
      if (name.n == 0 || program_exists(name)) continue;
      printf("SKIP %s: needs %.*s\n", t->path, SV_ARG(name));
      return true;
    }
  }
  return false;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place) {
  (void)st, (void)type, (void)place;
  return remove(path);
}

static int test_in_folder(struct test *t) {
  char path[512];
  if (mkdir(path_in(t, path, "work", ""), 0777) != 0) return complain(t, 1, "cannot make a folder", sv_from(path));
  for (size_t i = 0; i < t->sections.n; i++)
    if (t->sections.v[i].role == ROLE_INPUT && input_write(t, &t->sections.v[i]) != 0) return -1;
  char *script = strndup(t->command.body.p, t->command.body.n);
  if (!script) return complain(t, t->command.line, "out of memory", SV(""));
  test_judge(t, command_run(t, script));
  free(script);
  return t->failures ? -1 : 0;
}

static int test_run(const char *path) {
  struct test t = {.path = path};
  unsigned char *data = NULL;
  size_t size = 0;
  struct err e;
  int result = CASE_FAILED;
  const char *temporary = getenv("TMPDIR");
  snprintf(t.folder, sizeof t.folder, "%s/heng-case-XXXXXX", temporary && *temporary ? temporary : "/tmp");
  if (file_read(path, CASE_BYTES, &data, &size, &e) < 0)
    complain(&t, 0, "cannot be read", sv_from(e.text));
  else if (test_parse(&t, (char *)data, size) == 0 && test_validate(&t) == 0) {
    if (needs_missing(&t))
      result = CASE_SKIPPED;
    else if (!mkdtemp(t.folder))
      complain(&t, 0, "cannot make a folder", sv_from(t.folder));
    else {
      result = test_in_folder(&t) == 0 ? CASE_PASSED : CASE_FAILED;
      nftw(t.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
  }
  free(t.sections.v);
  free(data);
  return result;
}

/* ---- all of them ---- */

struct job {
  char *path;
  pid_t pid;
  int result; /* -1: not done */
  FILE *report;
};

static VEC(struct job) jobs;

static int collect(const char *path, const struct stat *st, int type, struct FTW *place) {
  (void)st, (void)place;
  if (type != FTW_F || !sv_ends(sv_from(path), ".case")) return 0;
  struct job job = {.path = strdup(path), .result = -1};
  return !job.path || VEC_PUSH(&jobs, job, CASES_MOST) < 0 ? -1 : 0;
}

static int by_path(const void *a, const void *b) {
  return strcmp(((const struct job *)a)->path, ((const struct job *)b)->path);
}

static int job_start(struct job *job) {
  job->report = tmpfile();
  fflush(stdout);
  job->pid = job->report ? fork() : -1;
  if (job->pid == 0) {
    dup2(fileno(job->report), 1);
    int result = test_run(job->path);
    fflush(stdout);
    _exit(result);
  }
  return job->pid < 0 ? -1 : 0;
}

static int job_wait(void) {
  int status;
  pid_t pid = wait(&status);
  for (size_t i = 0; i < jobs.n; i++)
    if (pid > 0 && jobs.v[i].pid == pid && jobs.v[i].result < 0) return jobs.v[i].result = WIFEXITED(status) ? WEXITSTATUS(status) : CASE_FAILED, 0;
  return pid < 0 && errno != EINTR ? -1 : 0;
}

static int jobs_run(int workers) {
  size_t started = 0;
  int running = 0;
  while (started < jobs.n || running > 0) {
    if (started < jobs.n && running < workers) {
      if (job_start(&jobs.v[started++]) != 0) return -1;
      running++;
      continue;
    }
    if (job_wait() != 0) return -1;
    running--;
  }
  return 0;
}

static void report_copy(FILE *f) {
  char piece[4096];
  size_t n;
  rewind(f);
  while ((n = fread(piece, 1, sizeof piece, f)) > 0) fwrite(piece, 1, n, stdout);
  fclose(f);
}

static int jobs_report(bool verbose) {
  int count[3] = {0};
  for (size_t i = 0; i < jobs.n; i++) {
    struct job *job = &jobs.v[i];
    int k = job->result == CASE_PASSED ? 0 : job->result == CASE_SKIPPED ? 2 : 1;
    count[k]++;
    if (verbose && k == 0) printf("ok   %s\n", job->path);
    if (k == 1 && job->result != CASE_FAILED) printf("FAIL %s: the runner itself failed\n", job->path);
    if (job->report) report_copy(job->report);
    free(job->path);
  }
  printf("cases: %d passed, %d failed, %d skipped\n", count[0], count[1], count[2]);
  free(jobs.v);
  return count[1] == 0 && count[0] + count[2] > 0 ? 0 : 1;
}

/* Commands say "heng": the program's folder comes first on PATH. What could change an output from machine to machine is set or unset. */
static int environment_set(const char *program) {
  char path[PATH_MAX], all[PATH_MAX + 4096];
  const char *old = getenv("PATH"), *asan = getenv("ASAN_OPTIONS");
  if (!realpath(program, path) || access(path, X_OK) != 0) return -1;
  char *slash = strrchr(path, '/');
  *slash = '\0';
  snprintf(all, sizeof all, "%s:%s", path, old ? old : "/usr/bin:/bin");
  if (setenv("PATH", all, 1) != 0 || setenv("HENG_SOURCE", HENG_SOURCE, 1) != 0 || setenv("LC_ALL", "C.UTF-8", 1) != 0 || setenv("TZ", "UTC", 1) != 0)
    return -1;
  unsetenv("HENG_LANG");
  unsetenv("HENG_DATA");
  unsetenv("NO_COLOR");
  return asan ? 0 : setenv("ASAN_OPTIONS", "detect_stack_use_after_return=1:exitcode=99", 1);
}

int main(int argc, char **argv) {
  int workers = 2, option;
  bool verbose = false;
  while ((option = getopt(argc, argv, "j:v")) != -1) {
    if (option == 'v')
      verbose = true;
    else if (option != 'j' || (workers = (int)strtol(optarg, NULL, 10)) < 1)
      workers = 0, optind = argc;
  }
  if (argc - optind < 2 || workers < 1) {
    fprintf(stderr, "usage: cases [-j N] [-v] PROGRAM PATH…\n");
    return 2;
  }
  if (environment_set(argv[optind]) != 0) {
    fprintf(stderr, "cases: %s is not a program\n", argv[optind]);
    return 2;
  }
  for (int i = optind + 1; i < argc; i++)
    if (nftw(argv[i], collect, 16, FTW_PHYS) != 0) {
      fprintf(stderr, "cases: %s cannot be read\n", argv[i]);
      return 2;
    }
  if (jobs.n) qsort(jobs.v, jobs.n, sizeof *jobs.v, by_path);
  int rc = jobs_run(workers > WORKERS_MOST ? WORKERS_MOST : workers);
  if (rc != 0) perror("cases");
  return jobs_report(verbose) || rc != 0 ? 1 : 0;
}
