/* test_charset.c: bytes to UTF-8, whatever the file says of itself. */
#include "office_make.h"

#include "document/internal.h"

static void decode(const char *bytes, size_t n, const char *hint, const char *want, const char *encoding) {
  struct arena a;
  struct sv out;
  const char *found = NULL;
  struct err e = {0};
  arena_init(&a, 1 << 20);
  assert_int_equal(text_to_utf8(&a, (const unsigned char *)bytes, n, hint, &out, &found, &e), RC_OK);
  assert_sv(out, want);
  assert_string_equal(found, encoding);
  arena_release(&a);
}
#define DECODE(literal, hint, want, encoding) decode(literal, sizeof(literal) - 1, hint, want, encoding)

static void test_encodings(void **state) {
  (void)state;
  DECODE("预算", "gb2312", "预算", "UTF-8");
  DECODE("\xEF\xBB\xBF预算", NULL, "预算", "UTF-8");
  DECODE("\xD4\xA4\xCB\xE3", "utf-8", "预算", "GB18030");
  DECODE("\xD4\xA4\xCB\xE3", "iso-8859-1", "预算", "GB18030");
  DECODE("\xB9\x77\xBA\xE2", "big5", "預算", "BIG5-HKSCS");
  DECODE("\xFF\xFE\x84\x98\x97\x7B", NULL, "预算", "UTF-16LE");
  DECODE("\xFE\xFF\x98\x84\x7B\x97", NULL, "预算", "UTF-16BE");
  DECODE("<\0h\0t\0m\0l\0>\0", NULL, "<html>", "UTF-16LE");
  DECODE("\x81\x39\xF4\x34", NULL, "㐷", "GB18030");
  DECODE("", NULL, "", "UTF-8");
}

static void test_damage(void **state) {
  (void)state;
  DECODE("\xD4\xA4\xFF\xCB\xE3", NULL, "预\xEF\xBF\xBD算", "GB18030");
  DECODE("\xD4\xA4\xCB", NULL, "预\xEF\xBF\xBD", "GB18030"); /* cut in a character */
  DECODE("预算预算预算预算预算预算预算预算预算预算预算\xFF", NULL, "预算预算预算预算预算预算预算预算预算预算预算\xEF\xBF\xBD", "UTF-8");
  DECODE("a\0b", NULL, "a b", "UTF-8");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_encodings), cmocka_unit_test(test_damage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
