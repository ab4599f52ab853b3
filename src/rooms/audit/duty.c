/* duty.c: the duty to publish within twenty days of approval, judged from the dates of a roster. */
#include "rooms/audit/roster.h"

enum duty_phase duty_phase_of(enum book_kind k) {
  return k == BOOK_DEPARTMENT_FINAL || k == BOOK_UNIT_FINAL ? DUTY_FINAL : DUTY_BUDGET;
}

enum duty_state duty_judge(const struct duty *d, bool published, int today, int *due, int *late) {
  bool approved = d->approved != DAY_NONE, dated = d->published != DAY_NONE;
  *due = approved ? d->approved + DUTY_DAYS : DAY_NONE;
  *late = 0;
  if (approved && dated) {
    if (d->published < d->approved) return DUTY_EARLY;
    if (d->published > *due) *late = d->published - *due;
    return *late > 0 ? DUTY_LATE : DUTY_MET;
  }
  if (published || dated) return DUTY_UNDATED;
  if (!approved) return DUTY_UNKNOWN;
  if (today == DAY_NONE || today <= *due) return DUTY_UNPUBLISHED;
  *late = today - *due;
  return DUTY_OVERDUE;
}

const char *duty_state_name(enum duty_state s) {
  static const char *const names[] = {"in-time", "late", "not-published", "overdue", "undated", "before-approval", "unknown"};
  return names[s];
}

const char *duty_state_title(enum duty_state s) {
  switch (s) {
  case DUTY_MET: return tr("按时公开", "in time");
  case DUTY_LATE: return tr("超期公开", "late");
  case DUTY_UNPUBLISHED: return tr("未见公开", "not published");
  case DUTY_OVERDUE: return tr("逾期未公开", "overdue");
  case DUTY_UNDATED: return tr("有公开，日期不全", "published, dates missing");
  case DUTY_EARLY: return tr("日期矛盾", "dates contradict");
  case DUTY_UNKNOWN: break;
  }
  return tr("名册未填", "not told");
}

void duty_print(const struct duty *d, int due, int late, struct buf *out) {
  char day[DAY_TEXT];
  size_t start = out->n;
  if (d->approved != DAY_NONE) buf_printf(out, tr("%s 批复", "approved %s"), day_print(day, d->approved));
  if (due != DAY_NONE) buf_printf(out, tr("，最迟 %s 公开", ", to be published by %s"), day_print(day, due));
  if (d->published != DAY_NONE)
    buf_printf(out, tr("%s%s 公开", "%spublished %s"), out->n > start ? tr("，", ", ") : "", day_print(day, d->published));
  if (late > 0 && d->published != DAY_NONE) buf_printf(out, tr("，超期 %d 天", ", %d days late"), late);
  if (late > 0 && d->published == DAY_NONE) buf_printf(out, tr("，已逾期 %d 天", ", %d days overdue"), late);
}
