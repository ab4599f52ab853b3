/* import_edited.h: heng book import FOLDER --edited book.docx. */
#ifndef HENG_BOOK_IMPORT_EDITED_H
#define HENG_BOOK_IMPORT_EDITED_H

#include "base/text.h"

struct edited_request {
  bool apply;
  const char *profile, *version; /* as the book was printed; NULL: the workspace's, the latest */
  const char *unit;              /* one unit's own book; NULL: the department's */
};
/* EXIT_FOUND: something in the document was not taken. */
int book_import_edited(const char *folder, const char *path, const struct edited_request *q, struct err *e) MUST_CHECK;

#endif
