/* ui_form.c: forms. Each field has its label, its help and its error tied to it. */
#include "html/ui.h"

#include <string.h>

void ui_hidden(struct buf *out, const char *name, const char *value) {
  buf_puts(out, "<input type=\"hidden\" name=\"");
  html_str(out, name);
  buf_puts(out, "\" value=\"");
  html_str(out, value);
  buf_puts(out, "\">");
}

void ui_form(struct buf *out, const char *action, const char *csrf, bool files) {
  buf_puts(out, "<form class=\"form\" method=\"post\" action=\"");
  html_url(out, sv_from(action));
  buf_puts(out, files ? "\" enctype=\"multipart/form-data\">\n" : "\">\n");
  if (csrf && *csrf) ui_hidden(out, "csrf", csrf);
}

void ui_form_end(struct buf *out) {
  buf_puts(out, "</form>\n");
}

static void described(struct buf *out, const struct ui_field *f) {
  bool error = f->error && *f->error, help = f->help && *f->help;
  if (error) buf_puts(out, " aria-invalid=\"true\"");
  if (!error && !help) return;
  buf_puts(out, " aria-describedby=\"");
  if (help) {
    buf_puts(out, "h-");
    html_str(out, f->name);
  }
  if (error) {
    buf_puts(out, help ? " e-" : "e-");
    html_str(out, f->name);
  }
  buf_puts(out, "\"");
}

static void common(struct buf *out, const struct ui_field *f) {
  buf_puts(out, " id=\"f-");
  html_str(out, f->name);
  buf_puts(out, "\" name=\"");
  html_str(out, f->name);
  buf_putc(out, '"');
  if (f->required) buf_puts(out, " required");
  if (f->max > 0 && f->kind != UI_CHOICE && f->kind != UI_CHECK && f->kind != UI_FILE && f->kind != UI_INT_FIELD)
    buf_printf(out, " maxlength=\"%d\"", f->max);
  if (f->autocomplete) {
    buf_puts(out, " autocomplete=\"");
    html_str(out, f->autocomplete);
    buf_putc(out, '"');
  }
  described(out, f);
}

static void value_of(struct buf *out, const struct ui_field *f) {
  buf_puts(out, " value=\"");
  html_str(out, f->value ? f->value : "");
  buf_putc(out, '"');
}

static void choices(struct buf *out, const struct ui_field *f) {
  buf_puts(out, "<select");
  common(out, f);
  buf_puts(out, f->many ? " multiple>" : ">");
  for (int i = 0; f->choices && f->choices[i] && f->choices[i + 1]; i += 2) {
    buf_puts(out, "<option value=\"");
    html_str(out, f->choices[i]);
    buf_puts(out, f->value && strcmp(f->value, f->choices[i]) == 0 ? "\" selected>" : "\">");
    html_str(out, f->choices[i + 1]);
    buf_puts(out, "</option>");
  }
  buf_puts(out, "</select>");
}

static void input(struct buf *out, const struct ui_field *f, const char *type) {
  buf_printf(out, "<input type=\"%s\"", type);
  common(out, f);
  if (f->kind == UI_CODE) buf_puts(out, " inputmode=\"numeric\" pattern=\"[0-9]{6}\"");
  if (f->kind != UI_PASSWORD) value_of(out, f);
  buf_puts(out, ">");
}

static void control(struct buf *out, const struct ui_field *f) {
  switch (f->kind) {
  case UI_LINE:
  case UI_CODE: input(out, f, "text"); break;
  case UI_PASSWORD: input(out, f, "password"); break;
  case UI_DATE_FIELD: input(out, f, "date"); break;
  case UI_INT_FIELD: input(out, f, "number"); break;
  case UI_CHOICE: choices(out, f); break;
  case UI_AREA:
    buf_puts(out, "<textarea rows=\"4\"");
    common(out, f);
    buf_puts(out, ">\n"); /* a first line's end is dropped by browsers: this one, not the value's */
    html_str(out, f->value ? f->value : "");
    buf_puts(out, "</textarea>");
    break;
  case UI_FILE:
    buf_puts(out, "<input type=\"file\" data-drop");
    common(out, f);
    if (f->many) buf_puts(out, " multiple");
    if (f->accept) {
      buf_puts(out, " accept=\"");
      html_str(out, f->accept);
      buf_putc(out, '"');
    }
    buf_puts(out, ">");
    break;
  case UI_CHECK:
    buf_puts(out, "<input type=\"checkbox\"");
    common(out, f);
    buf_puts(out, " value=\"");
    html_str(out, f->value ? f->value : "1");
    buf_puts(out, f->checked ? "\" checked>" : "\">");
    break;
  }
}

static void label(struct buf *out, const struct ui_field *f) {
  buf_puts(out, "<label for=\"f-");
  html_str(out, f->name);
  buf_puts(out, "\">");
  html_str(out, f->label);
  if (f->required) {
    buf_puts(out, " <span class=\"required\">");
    html_str(out, tr("必填", "required"));
    buf_puts(out, "</span>");
  }
  buf_puts(out, "</label>");
}

static void remark(struct buf *out, const struct ui_field *f, char letter, const char *text) {
  if (!text || !*text) return;
  buf_printf(out, "<p class=\"%s\" id=\"%c-", letter == 'e' ? "wrong" : "help", letter);
  html_str(out, f->name);
  buf_puts(out, "\">");
  html_str(out, text);
  buf_puts(out, "</p>");
}

void ui_field(struct buf *out, const struct ui_field *f) {
  buf_puts(out, f->kind == UI_CHECK ? "<div class=\"field check\">" : "<div class=\"field\">");
  if (f->kind == UI_CHECK) {
    control(out, f);
    label(out, f);
  } else {
    label(out, f);
    control(out, f);
  }
  remark(out, f, 'h', f->help);
  remark(out, f, 'e', f->error);
  buf_puts(out, "</div>\n");
}

void ui_button(struct buf *out, const char *text, const char *kind, const char *name, const char *value) {
  buf_puts(out, "<button class=\"");
  html_str(out, kind);
  buf_putc(out, '"');
  if (strcmp(kind, "danger") == 0) buf_puts(out, " data-confirm");
  if (name) {
    buf_puts(out, " name=\"");
    html_str(out, name);
    buf_puts(out, "\" value=\"");
    html_str(out, value ? value : "1");
    buf_putc(out, '"');
  }
  buf_puts(out, ">");
  html_str(out, text);
  buf_puts(out, "</button>\n");
}
