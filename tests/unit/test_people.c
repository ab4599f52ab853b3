/* test_people.c: passwords, one-time codes, what is sealed, roles that nobody holds together, back-off, and the chain of the audit log. Both engines.
 */
#include "rooms/admin/internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char folder[] = "/tmp/heng-people-XXXXXX";
static int fresh;
static struct people *people;

static struct db *open_fresh(void) {
  char address[256];
  struct db *d;
  struct err e = {0};
  const char *pg = getenv("HENG_TEST_PG");
  const struct db_room *const rooms[] = {&admin_db};
  if (pg)
    snprintf(address, sizeof address, "%s", pg);
  else
    snprintf(address, sizeof address, "sqlite:%s/%d.db", folder, ++fresh);
  assert_int_equal(db_open(address, &d, &e), RC_OK);
  if (pg) assert_int_equal(db_exec(d, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &e), RC_OK);
  assert_true(db_migrate(d, rooms, 1, false, NULL, NULL, &e) > 0);
  return d;
}

static void test_rules(void **state) {
  (void)state;
  struct err e = {0};
  static const char *const good[] = {"Linjiang-2026-x", "correct Horse 9 battery", "金融局的密码Aa1金融局的"};
  static const char *const bad[] = {"Short-1a", "alllowercaseletters", "ALLCAPS1234567", "zhang.san-2026X", "Password-1234", "Xx-12345678-yy", ""};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    if (password_rules(sv_from(good[i]), SV("zhang.san"), &e) != RC_OK) fail_msg("%s: %s", good[i], e.text);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (password_rules(sv_from(bad[i]), SV("zhang.san"), &e) != RC_USAGE) fail_msg("%s was taken", bad[i]);
  char long_one[200];
  memset(long_one, 'a', sizeof long_one);
  memcpy(long_one, "A1-", 3);
  assert_int_equal(password_rules((struct sv){long_one, sizeof long_one}, SV("x"), &e), RC_USAGE);
  char made[20], hash[PASSWORD_HASH];
  for (int i = 0; i < 50; i++) {
    password_make(made);
    assert_int_equal(password_rules(sv_from(made), SV("zhang.san"), &e), RC_OK);
  }
  assert_int_equal(password_hash(sv_from(made), hash, &e), RC_OK);
  assert_true(strncmp(hash, "$argon2id$", 10) == 0);
  assert_true(password_matches(sv_from(made), hash));
  assert_false(password_matches(SV("other"), hash));
  assert_false(password_matches(sv_from(made), "rubbish"));
}

/* RFC 6238, appendix B, for SHA-1: the last six of its eight digits. */
static void test_codes(void **state) {
  (void)state;
  static const struct {
    int64_t seconds;
    const char *code;
  } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                 {1234567890, "005924"}, {2000000000, "279037"}, {INT64_C(20000000000), "353130"}};
  const char *secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
    assert_int_equal(totp_step(secret, sv_from(vectors[i].code), vectors[i].seconds * 1000), vectors[i].seconds / 30);
  assert_int_equal(totp_step(secret, SV("287082"), (59 + 30) * 1000), 1); /* the one before is taken still */
  assert_int_equal(totp_step(secret, SV("287082"), (59 + 60) * 1000), -1);
  assert_int_equal(totp_step(secret, SV("28708"), 59000), -1);
  assert_int_equal(totp_step(secret, SV("000000"), 59000), -1);
  char base32[40];
  struct err e = {0};
  assert_int_equal(totp_make(base32, &e), RC_OK);
  assert_int_equal(strlen(base32), 32);
}

static void test_secrets(void **state) {
  (void)state;
  struct err e = {0};
  char sealed[256], opened[64], again[256];
  assert_int_equal(secret_seal(people, SV("GEZDGNBV"), sealed, sizeof sealed, &e), RC_OK);
  assert_null(strstr(sealed, "GEZDGNBV"));
  assert_int_equal(secret_open(people, sealed, opened, sizeof opened, &e), RC_OK);
  assert_string_equal(opened, "GEZDGNBV");
  assert_int_equal(secret_seal(people, SV("GEZDGNBV"), again, sizeof again, &e), RC_OK);
  assert_string_not_equal(sealed, again);
  sealed[20] = sealed[20] == '0' ? '1' : '0';
  assert_int_equal(secret_open(people, sealed, opened, sizeof opened, &e), RC_FORMAT);
  assert_int_equal(secret_open(people, "", opened, sizeof opened, &e), RC_FORMAT);
  char a[HASH_HEX], b[HASH_HEX];
  secret_hash("x", SV("yz"), a);
  secret_hash("xy", SV("z"), b);
  assert_string_not_equal(a, b);
}

static void test_roles(void **state) {
  (void)state;
  struct db *d = open_fresh();
  struct err e = {0};
  struct buf told;
  int64_t user = 0, org = 0;
  buf_init(&told, 65536);
  assert_int_equal(people_sample(d, &told, &e), RC_OK);
  assert_int_equal(people_sample(d, &told, &e), RC_USAGE); /* never into a database in use */
  buf_release(&told);
  assert_int_equal(DB_ONE(d, user_by_login, &user, &e, db_int(1), db_str("entry")), 1);
  assert_int_equal(DB_ONE(d, org_by_code, &org, &e, db_int(1), db_str("bureau")), 1);
  assert_int_equal(role_give(d, 1, user, "review", org, 0, &e), RC_CONFLICT); /* enter is not review */
  assert_int_equal(role_give(d, 1, user, "approve", org, 0, &e), RC_CONFLICT);
  assert_int_equal(role_give(d, 1, user, "nosuch", org, 0, &e), RC_NOTFOUND);
  assert_int_equal(role_give(d, 1, user, "reader", org, 0, &e), RC_OK);
  assert_int_equal(role_give(d, 1, user, "system", org, 0, &e), RC_OK);
  assert_int_equal(role_give(d, 1, user, "auditor", org, 0, &e), RC_CONFLICT);                              /* the three administrators are three */
  assert_int_equal(password_set(d, 1, user, SV("entry"), SV(PEOPLE_SAMPLE_PASSWORD), false, &e), RC_USAGE); /* one of the last five */
  assert_int_equal(password_set(d, 1, user, SV("entry"), SV("Another-Good-77"), false, &e), RC_OK);
  assert_int_equal(password_set(d, 1, 12345, SV("x"), SV("Another-Good-77"), false, &e), RC_NOTFOUND);
  db_close(d);
}

static void test_attempts(void **state) {
  (void)state;
  struct db *d = open_fresh();
  struct err e = {0};
  int64_t wait;
  for (int i = 0; i < 5; i++) {
    assert_int_equal(attempt_allowed(d, 1, "li", "10.0.0.1", &wait, &e), RC_OK);
    assert_int_equal(wait, 0);
    assert_int_equal(attempt_failed(d, 1, "li", "10.0.0.1", &e), RC_OK);
  }
  assert_int_equal(attempt_allowed(d, 1, "li", "10.0.0.2", &wait, &e), RC_OK);
  assert_true(wait > 50000 && wait <= 60000);
  assert_int_equal(attempt_allowed(d, 1, "wang", "10.0.0.1", &wait, &e), RC_OK);
  assert_int_equal(wait, 0);
  assert_int_equal(attempt_failed(d, 1, "li", "10.0.0.1", &e), RC_OK);
  assert_int_equal(attempt_allowed(d, 1, "li", "10.0.0.2", &wait, &e), RC_OK);
  assert_true(wait > 110000); /* and it doubles */
  assert_int_equal(attempt_well(d, 1, "li", &e), RC_OK);
  assert_int_equal(attempt_allowed(d, 1, "li", "10.0.0.2", &wait, &e), RC_OK);
  assert_int_equal(wait, 0);
  for (int i = 0; i < 50; i++) {
    char login[24];
    snprintf(login, sizeof login, "guess%d", i);
    assert_int_equal(attempt_failed(d, 1, login, "10.9.9.9", &e), RC_OK);
  }
  assert_int_equal(attempt_allowed(d, 1, "somebody", "10.9.9.9", &wait, &e), RC_OK);
  assert_true(wait > 0); /* one address through many logins */
  db_close(d);
}

static int64_t verify(struct db *d, int64_t *entries) {
  struct err e = {0};
  int64_t broken = -1;
  assert_int_equal(people_log_verify(d, 1, entries, &broken, &e), RC_OK);
  return broken;
}

static void test_log(void **state) {
  (void)state;
  static const char *const harm[] = {"UPDATE heng_log SET after = 'x' WHERE number = 4",  "UPDATE heng_log SET who = 'other' WHERE number = 4",
                                     "UPDATE heng_log SET at = at + 1 WHERE number = 4",  "DELETE FROM heng_log WHERE number = 4",
                                     "UPDATE heng_log SET number = 400 WHERE number = 4", "UPDATE heng_log SET tenant = 2 WHERE number = 4"};
  for (size_t i = 0; i <= sizeof harm / sizeof *harm; i++) {
    struct db *d = open_fresh();
    struct err e = {0};
    int64_t entries;
    assert_int_equal(verify(d, &entries), 0);
    assert_int_equal(entries, 0);
    for (int k = 0; k < 9; k++)
      assert_int_equal(
          people_log_system(d, 1, "test", &(struct audit_entry){.action = "a.b", .object = "金融", .before = SV("1"), .after = SV("2\n\"")}, &e),
          RC_OK);
    assert_int_equal(verify(d, &entries), 0);
    assert_int_equal(entries, 9);
    if (i < sizeof harm / sizeof *harm) {
      assert_int_equal(db_exec(d, harm[i], &e), RC_OK);
      assert_int_equal(verify(d, &entries), 4);
    } else { /* cut off at the end */
      assert_int_equal(db_exec(d, "DELETE FROM heng_log WHERE number > 7", &e), RC_OK);
      assert_int_equal(verify(d, &entries), 8);
      assert_int_equal(db_exec(d, "UPDATE heng_log_head SET number = 7", &e), RC_OK);
      assert_int_equal(verify(d, &entries), 8); /* the head's hash is another's */
    }
    db_close(d);
  }
}

static int begin(void **state) {
  struct err e = {0};
  (void)state;
  setenv("HENG_DATA", HENG_SOURCE, 1);
  const struct people_config config = {.secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"};
  return mkdtemp(folder) && people_start(&config, &people, &e) == RC_OK ? 0 : -1;
}

static int end(void **state) {
  char command[64];
  (void)state;
  people_stop(people);
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rules), cmocka_unit_test(test_codes),    cmocka_unit_test(test_secrets),
                                     cmocka_unit_test(test_roles), cmocka_unit_test(test_attempts), cmocka_unit_test(test_log)};
  return cmocka_run_group_tests(tests, begin, end);
}
