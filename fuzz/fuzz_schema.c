/* fuzz_schema.c: the list of a workspace's files and fields against any text: an error with a line, or entities whose references and keys hold. */
#include "rooms/book/schema.h"
#include "temporary.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ws_schema *s;
  struct err e = {0};
  if (size > 65536) return 0;
  if (ws_schema_load(temporary("schema", data, size), &s, &e) < 0) {
    if (e.code == RC_FORMAT && e.line < 1) abort();
    return 0;
  }
  for (int i = 0; i < ws_schema_count(s); i++) {
    const struct ws_entity *t = ws_schema_entity(s, i);
    if (ws_schema_find(s, t->name) < 0) abort();
    for (int k = 0; k < t->nfields; k++) {
      if (t->fields[k].ref >= ws_schema_count(s) || ws_entity_field(t, t->fields[k].name) < 0) abort();
      if (t->fields[k].type == TYPE_CHOICE && !t->fields[k].choices) abort();
    }
  }
  ws_schema_free(s);
  return 0;
}
