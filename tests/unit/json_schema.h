/* json_schema.h: a checker for the part of JSON Schema that docs/schema uses: type, enum, const, required, properties, additionalProperties: false,
 * items, minItems, maxItems, minimum, maximum, oneOf, $ref into $defs. A keyword it does not know fails, so that a schema cannot outgrow it unseen.
 */
#ifndef HENG_TESTS_JSON_SCHEMA_H
#define HENG_TESTS_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct schema {
  const json_t *root;
  char why[512]; /* the first fault and where it is */
};

static inline bool schema_check(struct schema *s, const json_t *rule, const json_t *value, const char *at);

static inline bool schema_fault(struct schema *s, const char *at, const char *what, const char *word) {
  if (!s->why[0]) snprintf(s->why, sizeof s->why, "%.200s: %.100s %.100s", at, what, word);
  return false;
}

static inline bool schema_type_named(const char *name, const json_t *value) {
  if (strcmp(name, "object") == 0) return json_is_object(value);
  if (strcmp(name, "array") == 0) return json_is_array(value);
  if (strcmp(name, "string") == 0) return json_is_string(value);
  if (strcmp(name, "integer") == 0) return json_is_integer(value);
  if (strcmp(name, "number") == 0) return json_is_number(value);
  return strcmp(name, "null") == 0 && json_is_null(value);
}

static inline bool schema_type(const json_t *type, const json_t *value) {
  if (json_is_string(type)) return schema_type_named(json_string_value(type), value);
  for (size_t i = 0; i < json_array_size(type); i++)
    if (schema_type_named(json_string_value(json_array_get(type, i)), value)) return true;
  return false;
}

static inline bool schema_members(struct schema *s, const json_t *rule, const json_t *value, const char *at) {
  const json_t *properties = json_object_get(rule, "properties"), *required = json_object_get(rule, "required");
  for (size_t i = 0; i < json_array_size(required); i++) {
    const char *name = json_string_value(json_array_get(required, i));
    if (!json_object_get(value, name)) return schema_fault(s, at, "lacks", name);
  }
  const char *name;
  json_t *member;
  json_object_foreach((json_t *)(uintptr_t)value, name, member) {
    const json_t *one = json_object_get(properties, name);
    char place[256];
    snprintf(place, sizeof place, "%.180s.%.60s", at, name);
    if (!one && json_is_false(json_object_get(rule, "additionalProperties"))) return schema_fault(s, at, "may not have", name);
    if (one && !schema_check(s, one, member, place)) return false;
  }
  return true;
}

static inline bool schema_items(struct schema *s, const json_t *rule, const json_t *value, const char *at) {
  const json_t *items = json_object_get(rule, "items"), *least = json_object_get(rule, "minItems"), *most = json_object_get(rule, "maxItems");
  size_t n = json_array_size(value);
  if (least && n < (size_t)json_integer_value(least)) return schema_fault(s, at, "has too few", "items");
  if (most && n > (size_t)json_integer_value(most)) return schema_fault(s, at, "has too many", "items");
  for (size_t i = 0; items && i < n; i++) {
    char place[256];
    snprintf(place, sizeof place, "%.200s[%zu]", at, i);
    if (!schema_check(s, items, json_array_get(value, i), place)) return false;
  }
  return true;
}

static inline bool schema_one_of(struct schema *s, const json_t *choices, const json_t *value, const char *at) {
  int fit = 0;
  for (size_t i = 0; i < json_array_size(choices); i++) {
    struct schema quiet = {.root = s->root};
    fit += schema_check(&quiet, json_array_get(choices, i), value, at);
  }
  return fit == 1 || schema_fault(s, at, "does not fit one of", "oneOf");
}

static inline bool schema_bounds(const json_t *rule, const json_t *value) {
  const json_t *low = json_object_get(rule, "minimum"), *high = json_object_get(rule, "maximum");
  return !json_is_number(value) ||
         ((!low || json_number_value(value) >= json_number_value(low)) && (!high || json_number_value(value) <= json_number_value(high)));
}

static inline bool schema_known(const json_t *rule, const char **unknown) {
  static const char *const known[] = {
      "$schema", "title",    "$defs",    "type",    "enum",    "const", "required", "properties", "additionalProperties",
      "items",   "minItems", "maxItems", "minimum", "maximum", "oneOf", "$ref"};
  json_t *ignored;
  json_object_foreach((json_t *)(uintptr_t)rule, *unknown, ignored) {
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) found |= strcmp(*unknown, known[i]) == 0;
    if (!found) return false;
  }
  return true;
}

static inline bool schema_check(struct schema *s, const json_t *rule, const json_t *value, const char *at) {
  const char *word, *reference = json_string_value(json_object_get(rule, "$ref"));
  if (!schema_known(rule, &word)) return schema_fault(s, at, "has a rule that this checker does not know:", word);
  if (reference) {
    const json_t *target = json_object_get(json_object_get(s->root, "$defs"), strrchr(reference, '/') + 1);
    return target ? schema_check(s, target, value, at) : schema_fault(s, at, "refers to nothing:", reference);
  }
  const json_t *type = json_object_get(rule, "type"), *values = json_object_get(rule, "enum"), *one = json_object_get(rule, "const");
  if (type && !schema_type(type, value)) return schema_fault(s, at, "is not of type", json_is_string(type) ? json_string_value(type) : "listed");
  bool listed = !values;
  for (size_t i = 0; i < json_array_size(values); i++) listed |= json_equal(json_array_get(values, i), value);
  if (!listed) return schema_fault(s, at, "is none of the values", json_is_string(value) ? json_string_value(value) : "");
  if (one && !json_equal(one, value)) return schema_fault(s, at, "is not the value", "");
  if (!schema_bounds(rule, value)) return schema_fault(s, at, "is out of bounds", "");
  const json_t *choices = json_object_get(rule, "oneOf");
  if (choices && !schema_one_of(s, choices, value, at)) return false;
  return json_is_object(value) ? schema_members(s, rule, value, at) : json_is_array(value) ? schema_items(s, rule, value, at) : true;
}

#endif
