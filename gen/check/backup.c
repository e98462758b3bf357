// What can be wrong about the backups in AWS Backup.

#include "check/check.h"

#include "base/diag.h"
#include "facts/windows.h"
#include "spec/spec.h"

#include <string.h>

static void
rule_copy_elsewhere(struct ctx *c, const struct spec *s)
{
	const struct text *copy = &s->backup.copy_to;

	if (!copy->value || strcmp(copy->value, s->region.value) != 0)
		return;
	struct diag *d = diag(c, copy->from.at, "copy-in-same-region", "'%s' is the region of the database", copy->value);
	diag_also(c, d, s->region.from.at, "the region is given here");
}

static void
rule_hour(struct ctx *c, const struct spec *s)
{
	if (!s->backup.from.given || window_free_hour(s) >= 0)
		return;
	struct window daily = window_backup(s), weekly = window_maintenance(s);
	const struct text *longer = daily.length > weekly.length ? &s->database.backup_window : &s->database.maintenance_window;

	diag(c, longer->from.at, "no-hour-for-backups", "the windows '%s' and '%s' leave AWS Backup no hour to start in",
		s->database.backup_window.value, s->database.maintenance_window.value);
}

static void
rule_monthly(struct ctx *c, const struct spec *s)
{
	const struct spec_backup *b = &s->backup;
	long days = b->monthly_months.value * BACKUP_MONTH_DAYS;

	if (!b->from.given || !days || days > b->daily_days.value)
		return;
	const struct num *wrong = b->monthly_months.from.given ? &b->monthly_months : &b->daily_days;
	struct diag *d = diag(c, wrong->from.at, "monthly-within-daily",
		"monthly backups would be kept for %ld days, and daily ones are kept for %ld", days, b->daily_days.value);
	diag_hint(c, d, "write 'monthly_months: 0', or %ld or more", b->daily_days.value / BACKUP_MONTH_DAYS + 1);
}

static void
rule_compliance(struct ctx *c, const struct spec *s)
{
	if (s->backup.from.given && strcmp(s->backup.lock.value, "compliance") == 0)
		diag(c, s->backup.lock.from.at, "compliance-lock",
			"from the third day on, the lock cannot be removed, and no backup can be deleted before its time");
}

const struct check backup_checks[] = {
	{ { "copy-in-same-region", SEV_ERROR,
	    .reason = "A copy in the database's own region is lost together with that region.",
	    .rule = "'backup.copy_to' is a region other than 'region'.",
	    .fix = "Name another region, or leave 'copy_to' out.",
	    .wrong = "region: us-east-1\nbackup: {copy_to: us-east-1}", .right = "region: us-east-1\nbackup: {copy_to: us-west-2}" },
	  rule_copy_elsewhere, ".region .backup.copy_to" },
	{ { "no-hour-for-backups", SEV_ERROR,
	    .reason = "RDS's windows take up so much of the day that AWS Backup could not start: its jobs would fail.",
	    .rule = "A database service starts no backup in its maintenance window, its backup window, or the hour before each, and a job of AWS "
		    "Backup has an hour to start in (AWS Backup Developer Guide, Backup plan options and configuration).",
	    .fix = "Shorten the longer of the two windows.",
	    .wrong = "backup: {}\ndatabase: {backup_window: \"04:00-05:00\", maintenance_window: \"sun:06:00-mon:03:00\"}",
	    .right = "backup: {}\ndatabase: {backup_window: \"04:00-05:00\", maintenance_window: \"sun:06:00-sun:07:00\"}" },
	  rule_hour, ".database.backup_window .database.maintenance_window short-window windows-overlap" },
	{ { "monthly-within-daily", SEV_WARNING,
	    .reason = "No monthly backup would be taken: on the first day of a month, the daily one is kept at least as long.",
	    .rule = "Where rules overlap, AWS Backup takes one backup, by the rule that keeps it longer (AWS Backup Developer Guide, Backup plan "
		    "options and configuration). A month counts as 31 days.",
	    .fix = "Keep monthly backups longer than the daily ones, or set 'monthly_months' to 0.",
	    .wrong = "backup: {daily_days: 35, monthly_months: 1}", .right = "backup: {daily_days: 35, monthly_months: 12}" },
	  rule_monthly, ".backup.daily_days .backup.monthly_months" },
	{ { "compliance-lock", SEV_WARNING,
	    .reason = "Three days after the lock is set, neither you nor AWS can remove it or delete a backup before its time. Until the last "
		      "backup has expired, its storage costs money, and 'terraform destroy' fails at the vault.",
	    .rule = "In compliance mode, a vault's lock is immutable from its lock date on (AWS Backup Developer Guide, AWS Backup Vault Lock).",
	    .fix = "Try 'governance' first: users with the permission can still remove that lock.",
	    .wrong = "backup: {lock: compliance}", .right = "backup: {lock: governance}" },
	  rule_compliance, ".backup.lock" },
	{ .problem = {0} },
};
