// A load from a file, or from the figures of the command line. The figures go through the readers
// of the spec's values, so that a wrong one is reported as a wrong value of a spec is.

#include "read/load.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/text.h"
#include "spec/doc.h"
#include "spec/fields.h"
#include "spec/spec.h"
#include "spec/spec_value.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct problem load_problems[] = {
	{ "invalid-load", SEV_ERROR,
	  .reason = "The load of a simulation is not one: its columns are not named, a row is not a minute and a rate, or minutes are "
		    "missing, repeated or too many.",
	  .fix = "Write a first line 'minute,requests_per_second' and then a row for each minute from 0 on, such as '0,12.5'. A load "
		 "has 44,640 minutes at most, which is a month." },
	{0},
};

static const char columns[] = "minute,requests_per_second";

// Digits, and up to three decimals after a point, as thousandths: "12.5" is 12500. False for
// anything else, and for more than nine digits before the point.
static bool
parse_thousandths(const char *text, size_t len, long *ret_value)
{
	char digits[13] = "";
	size_t whole = strspn(text, "0123456789"), decimals = 0;

	if (whole < len && text[whole] == '.')
		decimals = strspn(text + whole + 1, "0123456789");
	if (whole < 1 || whole > 9 || decimals > 3 || whole + decimals + (whole < len) != len || (whole < len && !decimals))
		return false;
	memcpy(digits, text, whole);
	memcpy(digits + whole, "000", 4);
	if (decimals)
		memcpy(digits + whole, text + whole + 1, decimals);
	*ret_value = strtol(digits, NULL, 10);
	return true;
}

// ---- files

struct rows {
	struct ctx *c;
	const struct source *src;
	long *requests;
	size_t n, cap;
	long minute; // the one that must come next
	bool named;  // the columns
	bool full;   // LOAD_MINUTES is reached
};

static struct span
span_of(const struct rows *r, const char *text, size_t len)
{
	return (struct span){r->src, (size_t)(text - r->src->text), len};
}

static void
read_header(struct rows *r, const char *line, size_t len)
{
	r->named = true;
	if (len == strlen(columns) && memcmp(line, columns, len) == 0)
		return;
	struct diag *d = diag(r->c, span_of(r, line, len), "invalid-load", "'%.*s' is not the line '%s'", (int)len, line, columns);
	diag_hint(r->c, d, "name the columns in the first line");
}

// Whether the cell is the minute that must come next. A wrong one is reported, and the next row is
// compared with it.
static bool
read_minute(struct rows *r, const char *cell, size_t len)
{
	long got, expected = r->minute;

	if (len > 9 || !len || strspn(cell, "0123456789") < len) {
		diag(r->c, span_of(r, cell, len ? len : 1), "invalid-load", "the minute '%.*s' is not a whole number", (int)len, cell);
		r->minute++;
		return false;
	}
	got = strtol(cell, NULL, 10);
	r->minute = got + 1;
	if (got == expected)
		return true;
	struct span at = span_of(r, cell, len);
	if (got < expected)
		diag(r->c, at, "invalid-load", "minute %ld follows minute %ld, expected %ld", got, expected - 1, expected);
	else if (expected == 0)
		diag(r->c, at, "invalid-load", "the first minute is %ld, expected 0", got);
	else
		diag(r->c, at, "invalid-load", "minute %ld follows minute %ld: every minute needs a row", got, expected - 1);
	return false;
}

static void
read_row(struct rows *r, const char *line, size_t len)
{
	const char *comma = memchr(line, ',', len);
	size_t first = comma ? (size_t)(comma - line) : len;
	long rate;

	if (!comma || memchr(comma + 1, ',', len - first - 1)) {
		diag(r->c, span_of(r, line, len), "invalid-load", "'%.*s' is not a minute and a rate", (int)len, line);
		r->minute++;
		return;
	}
	bool good = read_minute(r, line, first);
	const char *cell = comma + 1;
	size_t n = len - first - 1;
	if (!parse_thousandths(cell, n, &rate) || rate > LOAD_PER_SECOND * 1000L)
		diag(r->c, n ? span_of(r, cell, n) : span_of(r, line, len), "invalid-load",
			"the rate '%.*s' is not a number from 0 to %d with at most three decimals", (int)n, cell, LOAD_PER_SECOND);
	else if (good && r->n == LOAD_MINUTES) {
		diag(r->c, span_of(r, line, len), "invalid-load", "more than %d minutes", LOAD_MINUTES);
		r->full = true;
	} else if (good) {
		r->requests = arena_grow(r->c->arena, r->requests, r->n, &r->cap, sizeof *r->requests);
		r->requests[r->n++] = (rate * 60 + 500) / 1000;
	}
}

bool
load_read(struct ctx *c, const struct source *src, struct load *ret_load)
{
	struct rows r = {.c = c, .src = src};
	size_t before = c->diags->errors, start = strncmp(src->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	for (size_t next; start < src->len && !r.full && !diags_full(c->diags); start = next) {
		const char *line = src->text + start, *end = memchr(line, '\n', src->len - start);
		size_t len = end ? (size_t)(end - line) : src->len - start;
		next = start + len + 1;
		len -= len && line[len - 1] == '\r';
		if (!len || *line == '#')
			continue;
		if (r.named)
			read_row(&r, line, len);
		else
			read_header(&r, line, len);
	}
	if (c->diags->errors == before && !r.n)
		diag(c, (struct span){src, 0, 0}, "invalid-load", "no minute of load");
	if (c->diags->errors > before)
		return false;
	*ret_load = (struct load){.what = text_for_comment(c->arena, src->name, ""), .requests = r.requests, .minutes = r.n};
	return true;
}

// ---- figures of the command line

struct figures {
	struct num peak;
	struct num users;
	struct num lasting; // seconds
	struct num think;   // seconds
	struct text cpu;
	struct text start;
};

static const struct field figure_fields[] = {
	{ FIELD_INT(struct figures, peak), .min = 1, .max = LOAD_PER_SECOND },
	{ FIELD_INT(struct figures, users), .min = 1, .max = LOAD_PER_SECOND },
	{ KEYED("for", num, F_DURATION, struct figures, lasting), .min = 60, .max = (LOAD_MINUTES - 2 * LOAD_RAMP) * 60L, .step = 60 },
	{ FIELD_DURATION(struct figures, think), .min = 1, .max = 3600 },
	{ KEYED("cpu-ms-per-request", text, F_TEXT, struct figures, cpu), .pattern = "^[0-9]+(\\.[0-9]{1,3})?$",
	  .shape = "milliseconds such as 1 or 0.25" },
	{ FIELD_TEXT(struct figures, start), .pattern = "^20[0-9]{2}-[01][0-9]-[0-3][0-9]T([01][0-9]|2[0-3]):[0-5][0-9]$",
	  .shape = "a time in UTC such as 2026-07-06T08:00" },
	{0},
};

// Reads a part of an option's text into the member of that name. False after reporting.
static bool
read_figure(struct ctx *c, struct figures *out, const char *key, struct span at)
{
	size_t offset = 0, before = c->diags->errors;
	const struct field *f = field_find(figure_fields, key, &offset);
	struct reader reader = {.c = c};
	const char *text = arena_strndup(c->arena, at.src->text + at.off, at.len);

	value_read(&reader, f, doc_scalar(c, at, text), (char *)out + offset);
	return c->diags->errors == before;
}

static struct span
whole_option(struct ctx *c, const char *name, const char *text)
{
	return (struct span){source_of(c, name, text, strlen(text)), 0, strlen(text)};
}

// A load that rises from 0 in LOAD_RAMP minutes, stays, and falls. thousandths: of requests a
// second.
static struct load
shape(struct ctx *c, long thousandths, long seconds, const char *what)
{
	size_t flat = (size_t)seconds / 60, n = flat + 2L * LOAD_RAMP;
	long *requests = arena_array(c->arena, n, sizeof *requests);

	for (size_t i = 0; i < n; i++) {
		size_t from_end = i < n - 1 - i ? i : n - 1 - i;
		long part = from_end < LOAD_RAMP ? (long)from_end + 1 : LOAD_RAMP + 1;
		requests[i] = (thousandths * 60 * part / (LOAD_RAMP + 1) + 500) / 1000;
	}
	return (struct load){.what = what, .requests = requests, .minutes = n};
}

bool
load_peak(struct ctx *c, const char *peak, const char *lasting, struct load *ret_load)
{
	struct figures f = {0};
	bool good = read_figure(c, &f, "peak", whole_option(c, "--peak", peak));

	good = read_figure(c, &f, "for", whole_option(c, "--for", lasting)) && good;
	if (!good)
		return false;
	const char *what = arena_printf(c->arena, "%ld requests a second for %ldm, after %dm of rise and before %dm of fall",
		f.peak.value, f.lasting.value / 60, LOAD_RAMP, LOAD_RAMP);
	*ret_load = shape(c, f.peak.value * 1000, f.lasting.value, what);
	return true;
}

bool
load_users(struct ctx *c, const char *users, const char *think, const char *lasting, struct load *ret_load)
{
	struct figures f = {0};
	bool good = read_figure(c, &f, "users", whole_option(c, "--users", users));
	struct span range = whole_option(c, "--think", think), first = range, second = range;
	size_t dash = strcspn(think, "-");

	good = read_figure(c, &f, "for", whole_option(c, "--for", lasting)) && good;
	if (dash < range.len) {
		first.len = dash;
		second = (struct span){range.src, dash + 1, range.len - dash - 1};
	}
	good = read_figure(c, &f, "think", first) && good;
	long shortest = f.think.value;
	good = read_figure(c, &f, "think", second) && good;
	if (good && shortest > f.think.value) {
		diag(c, range, "invalid-load", "'%s' begins with the longer time", think);
		good = false;
	}
	if (!good)
		return false;
	long thousandths = f.users.value * 2000 / (shortest + f.think.value);
	const char *what = arena_printf(c->arena, "%ld users who think %s for %ldm, after %dm of arrival and before %dm of leaving",
		f.users.value, think, f.lasting.value / 60, LOAD_RAMP, LOAD_RAMP);
	*ret_load = shape(c, thousandths, f.lasting.value, what);
	return true;
}

bool
load_start(struct ctx *c, const char *text, long *ret_minute)
{
	struct figures f = {0};
	struct span at = whole_option(c, "--start", text);
	struct tm time = {0};

	if (!read_figure(c, &f, "start", at))
		return false;
	strptime(text, "%Y-%m-%dT%H:%M", &time);
	int day = time.tm_mday, month = time.tm_mon;
	time_t seconds = timegm(&time);
	if (day != time.tm_mday || month != time.tm_mon || !day) {
		diag(c, at, "out-of-range", "there is no day '%s'", arena_strndup(c->arena, text, strlen("2026-07-06")));
		return false;
	}
	*ret_minute = (long)(seconds / 60);
	return true;
}

bool
load_cpu(struct ctx *c, const char *text, long *ret_microseconds)
{
	struct figures f = {0};
	struct span at = whole_option(c, "--cpu-ms-per-request", text);
	long value;

	if (!read_figure(c, &f, "cpu-ms-per-request", at))
		return false;
	if (!parse_thousandths(text, at.len, &value) || value < 1 || value > LOAD_CPU) {
		diag(c, at, "out-of-range", "'cpu-ms-per-request' is %s, expected 0.001 to %d", text, LOAD_CPU / 1000);
		return false;
	}
	*ret_microseconds = value;
	return true;
}
