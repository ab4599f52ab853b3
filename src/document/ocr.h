/* ocr.h: scanned pages through two programs that may be there: pdftoppm for the picture, tesseract for the letters. docs/ocr.md.
 * Lines are found and erased first: with them in the picture hardly a number is read right. */
#ifndef HENG_DOCUMENT_OCR_H
#define HENG_DOCUMENT_OCR_H

#include "document/internal.h"

struct ocr;
/* `data` must stay until ocr_free(). RC_UNSUPPORTED, saying what to install, where a program or a language is missing. */
int ocr_new(struct ocr **out, struct build *b, const unsigned char *data, size_t size, struct err *e) MUST_CHECK;
/* What stands on a page, as glyphs and rulings, in place of what `l` holds. 1 when the page could not be recognised, with why in *why. */
int ocr_page(struct ocr *o, int number, float width, float height, struct layout *l, const char **why, struct err *e) MUST_CHECK;
void ocr_free(struct ocr *o);

#endif
