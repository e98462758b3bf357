// The database's two windows, in UTC, and the hour that they leave for AWS Backup. The spec's texts
// have the shape that fields_database.c demands.
#ifndef WINDOWS_H
#define WINDOWS_H

struct spec;

// A month of 'backup.monthly_months' in days: none has more.
enum { BACKUP_MONTH_DAYS = 31 };

enum { DAY_MINUTES = 24 * 60, WEEK_MINUTES = 7 * DAY_MINUTES };

// In minutes; a window may cross midnight or the end of the week.
struct window {
	int start, length;
};

// Each day, from the start of the day.
struct window window_backup(const struct spec *s);
// Once a week, from the start of Monday.
struct window window_maintenance(const struct spec *s);

// The full hour, 0 to 23, at which AWS Backup's rules begin, or -1 if the windows leave none: the
// first one after RDS's own backup in which a job may start at any minute. RDS starts no backup in
// a window, nor in the hour before it.
int window_free_hour(const struct spec *s);

#endif
