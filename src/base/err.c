/* err.c: the text channel of return codes, and the language of messages.
 * The language is set once by main() before any thread starts; a thread that answers somebody may have one of its own. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static enum lang current_lang = LANG_ZH;
static _Thread_local int thread_lang = -1;

void lang_set(enum lang l) {
  current_lang = l;
}

void lang_set_thread(int l) {
  thread_lang = l;
}

enum lang lang_get(void) {
  return thread_lang >= 0 ? (enum lang)thread_lang : current_lang;
}

const char *tr(const char *zh, const char *en) {
  return lang_get() == LANG_EN ? en : zh;
}

void err_clear(struct err *e) {
  if (e) memset(e, 0, sizeof *e);
}

/* vsnprintf may cut inside a character; what is cut must stay valid UTF-8. */
static void trim_partial_character(char *text, size_t size) {
  size_t n = strnlen(text, size);
  if (n + 1 < size) return;
  size_t start = n;
  while (start > 0 && n - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) start--;
  if (start > 0 && (unsigned char)text[start - 1] >= 0xC0) text[start - 1] = '\0';
}

static void PRINTF_LIKE(3, 0) set_text(struct err *e, enum rc code, const char *fmt, va_list ap) {
  e->code = code;
  vsnprintf(e->text, sizeof e->text, fmt, ap);
  trim_partial_character(e->text, sizeof e->text);
}

int err_set(struct err *e, enum rc code, const char *fmt, ...) {
  if (!e) return code;
  va_list ap;
  va_start(ap, fmt);
  set_text(e, code, fmt, ap);
  va_end(ap);
  return code;
}

int err_at(struct err *e, enum rc code, const char *file, int line, int column, const char *fmt, ...) {
  if (!e) return code;
  va_list ap;
  va_start(ap, fmt);
  set_text(e, code, fmt, ap);
  va_end(ap);
  snprintf(e->file, sizeof e->file, "%s", file ? file : "");
  e->line = line;
  e->column = column;
  return code;
}

const char *err_system(int number) {
  switch (number) {
  case ENOENT: return tr("没有这个文件或文件夹", "no such file or folder");
  case EACCES:
  case EPERM: return tr("没有权限", "no permission");
  case ENOTDIR: return tr("路径里有一段是文件，不是文件夹", "a part of the path is a file and no folder");
  case EISDIR: return tr("这是文件夹，不是文件", "is a folder, not a file");
  case ENOSPC: return tr("磁盘已满", "the disk is full");
  case EROFS: return tr("这个磁盘只能读", "the disk can only be read");
  case EIO: return tr("磁盘读写出错", "the disk failed");
  default: return strerror(number);
  }
}
