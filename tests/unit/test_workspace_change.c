/* test_workspace_change.c: several files changed as one: a writer killed at any moment, a reader beside it, changes cut by hand at each step,
 * journals that would move files elsewhere. */
#include "rooms/book/workspace_change.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { FILES = 4 };
static const char *const names[FILES] = {"a.csv", "b.csv", "texts/c.md", "texts/projects/d.md"};
static char folder[64];

static char *path_of(const char *name) {
  static char path[400];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void put_text(const char *name, const char *text) {
  FILE *f = fopen(path_of(name), "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

/* The number that a file holds, -1 when it is not there. */
static long generation(const char *name) {
  char text[64] = "";
  FILE *f = fopen(path_of(name), "r");
  if (!f) return -1;
  char *got = fgets(text, sizeof text, f);
  fclose(f);
  return got ? strtol(text, NULL, 10) : -2;
}

/* One change: all files to this number, padded so that the writing takes a while. */
static int change_to(long n, struct err *e) {
  struct workspace_change *c;
  static char text[40000];
  int rc = workspace_change_begin(folder, &c, e);
  if (rc < 0) return rc;
  memset(text, ' ', sizeof text);
  text[snprintf(text, 32, "%ld\n", n)] = ' ';
  for (int i = 0; i < FILES; i++) {
    rc = workspace_change_put(c, names[i], (struct sv){text, sizeof text}, e);
    if (rc < 0) return workspace_change_discard(c), rc;
  }
  return workspace_change_commit(c, e);
}

static int setup(void **state) {
  struct err e = {0};
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/heng-change-XXXXXX");
  return mkdtemp(folder) && change_to(1, &e) == RC_OK ? 0 : -1;
}

static int teardown(void **state) {
  char command[128];
  (void)state;
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

/* Opened as the loader opens it: all files of one number, nothing left over. */
static long whole(void) {
  struct err e = {0};
  int hold;
  if (workspace_hold(folder, &hold, &e) < 0) fail_msg("%s", e.text);
  long first = generation(names[0]);
  for (int i = 1; i < FILES; i++)
    if (generation(names[i]) != first) fail_msg("%s is of %ld, %s of %ld", names[0], first, names[i], generation(names[i]));
  workspace_release(hold);
  return first;
}

static void writer(long from) {
  struct err e = {0};
  for (long n = from;; n++)
    if (change_to(n, &e) < 0) _exit(1);
}

static void pause_for(long us) {
  struct timespec t = {0, us * 1000};
  nanosleep(&t, NULL);
}

/* kill -9 at many moments: old or new, never between; and never back behind a change that held. */
static void killed(void **state) {
  (void)state;
  long last = 1;
  for (int round = 0; round < 150 || (last <= 20 && round < 2000); round++) { /* a busy machine gets little done between two kills */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) writer(last + 1);
    pause_for(300 + (long)round * 977 % 9000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    long now = whole();
    assert_true(now >= last);
    last = now;
    assert_int_not_equal(access(path_of(".heng-next"), F_OK), 0);
  }
  assert_true(last > 20);
}

/* Who reads while another writes sees one state, and the writer is not kept from its work. */
static void read_beside(void **state) {
  (void)state;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) writer(1000);
  long seen = 0, before = 0;
  for (int i = 0; i < 300; i++) {
    long now = whole();
    seen += now != before, before = now;
    pause_for(500);
  }
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  assert_true(seen > 3);
}

static void cut_by_hand(void **state) {
  (void)state;
  struct err e = {0};
  long now = whole();
  assert_int_equal(mkdir(path_of(".heng-next"), 0777), 0); /* new files, no journal: thrown away */
  put_text(".heng-next/1", "77\n");
  assert_int_equal(whole(), now);
  assert_int_not_equal(access(path_of(".heng-next"), F_OK), 0);
  assert_int_equal(mkdir(path_of(".heng-next"), 0777), 0); /* a journal, two of four moved: finished */
  for (int i = 0; i < FILES; i++) put_text(i < 2 ? names[i] : i == 2 ? ".heng-next/3" : ".heng-next/4", "78\n");
  put_text(".heng-next/journal", "heng change 1\n1 a.csv\n2 b.csv\n3 texts/c.md\n4 texts/projects/d.md\nend\n");
  assert_int_equal(whole(), 78);
  assert_int_equal(change_to(79, &e), RC_OK);
  assert_int_equal(whole(), 79);
}

/* A journal is no leave to write elsewhere; a damaged one stops everybody, for what it left is not known. */
static void bad_journals(void **state) {
  static const char *const journals[] = {"heng change 1\n1 ../stolen\nend\n",
                                         "heng change 1\n1 /tmp/stolen\nend\n",
                                         "heng change 1\n1 texts/../../x\nend\n",
                                         "heng change 1\n1 .heng-next/x\nend\n",
                                         "heng change 1\n../1 a.csv\nend\n",
                                         "heng change 1\n1 a.csv\n",
                                         "something else\n",
                                         ""};
  (void)state;
  int hold;
  for (size_t i = 0; i < sizeof journals / sizeof *journals; i++) {
    struct err e = {0};
    mkdir(path_of(".heng-next"), 0777);
    put_text(".heng-next/1", "5\n");
    put_text(".heng-next/journal", journals[i]);
    bool read = workspace_hold(folder, &hold, &e) == RC_OK;
    if (read) fail_msg("journal %zu was followed", i);
    assert_int_not_equal(e.text[0], 0);
    assert_int_equal(access(path_of(".heng-next/1"), F_OK), 0);
  }
  unlink(path_of(".heng-next/journal"));
  assert_true(whole() > 0);
  /* A folder of texts that is a link to elsewhere. */
  char outside[96];
  snprintf(outside, sizeof outside, "%s/texts/link", folder);
  assert_int_equal(symlink("/tmp", outside), 0);
  struct workspace_change *c;
  struct err e = {0};
  assert_int_equal(workspace_change_begin(folder, &c, &e), RC_OK);
  assert_int_equal(workspace_change_put(c, "texts/link/x.md", SV("1"), &e), RC_OK);
  assert_int_not_equal(workspace_change_commit(c, &e), RC_OK);
  unlink(path_of(".heng-next/journal"));
  unlink(outside);
  assert_true(whole() > 0);
}

static void two_writers(void **state) {
  struct workspace_change *one, *two;
  struct err e = {0};
  (void)state;
  long now = whole();
  assert_int_equal(workspace_change_begin(folder, &one, &e), RC_OK);
  assert_int_equal(workspace_change_begin(folder, &two, &e), RC_IO);
  assert_int_equal(workspace_change_put(one, "../out.csv", SV("x"), &e), RC_USAGE);
  assert_int_equal(workspace_change_put(one, ".hidden", SV("x"), &e), RC_USAGE);
  assert_int_equal(workspace_change_put(one, "a.csv", SV("900\n"), &e), RC_OK);
  assert_int_equal(whole(), now); /* a reader is not kept waiting by a change in the making */
  assert_int_equal(workspace_change_count(one), 1);
  workspace_change_discard(one);
  assert_int_equal(whole(), now);
  assert_int_equal(workspace_change_begin(folder, &one, &e), RC_OK);
  for (int i = 0; i < FILES; i++) assert_int_equal(workspace_change_put(one, names[i], SV("901\n"), &e), RC_OK);
  assert_int_equal(workspace_change_commit(one, &e), RC_OK);
  assert_int_equal(workspace_change_begin(folder, &one, &e), RC_OK);
  assert_int_equal(workspace_change_put(one, "a.csv", SV("901\n"), &e), RC_OK); /* as it is: nothing to change */
  assert_int_equal(workspace_change_count(one), 0);
  assert_int_equal(workspace_change_commit(one, &e), RC_OK);
  assert_int_equal(whole(), 901);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed), cmocka_unit_test(read_beside), cmocka_unit_test(cut_by_hand),
                                     cmocka_unit_test(bad_journals), cmocka_unit_test(two_writers)};
  return cmocka_run_group_tests_name("workspace_change", tests, setup, teardown);
}
