// Collects problems and prints them as text, JSON or SARIF.

#include "base/diag.h"

#include "base/arena.h"
#include "base/ctx.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct diags *
diags_new(struct arena *a, const struct problem *const *catalogue)
{
	struct diags *ds = arena_alloc(a, sizeof *ds);

	ds->arena = a;
	ds->catalogue = catalogue;
	return ds;
}

void
diags_environment(struct diags *ds, const char *name)
{
	ds->environment = name;
	ds->first = ds->n;
}

bool
diags_have(const struct diags *ds, const char *id, size_t n)
{
	for (size_t i = ds->first; i < ds->n; i++)
		if (strncmp(ds->list[i]->id, id, n) == 0 && !ds->list[i]->id[n])
			return true;
	return false;
}

// The tests report every problem of the catalogue, so an id that it lacks is a defect of tfgen.
static const struct problem *
must_find(const struct diags *ds, const char *id)
{
	const struct problem *p = catalogue_find(ds->catalogue, id);

	if (!p) {
		fprintf(stderr, "tfgen: no problem '%s' in the catalogue\n", id);
		abort();
	}
	return p;
}

struct diag *
diag(struct ctx *c, struct span span, const char *id, const char *fmt, ...)
{
	struct diags *ds = c->diags;
	struct diag *d = arena_alloc(c->arena, sizeof *d);
	va_list ap;

	va_start(ap, fmt);
	*d = (struct diag){
		.severity = must_find(ds, id)->severity,
		.environment = ds->environment,
		.span = span,
		.id = id,
		.text = arena_vprintf(c->arena, fmt, ap),
		.order = ds->n,
	};
	va_end(ap);
	ds->list = arena_grow(ds->arena, ds->list, ds->n, &ds->cap, sizeof *ds->list);
	ds->list[ds->n++] = d;
	ds->errors += d->severity == SEV_ERROR;
	ds->warnings += d->severity == SEV_WARNING;
	return d;
}

void
diag_hint(struct ctx *c, struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	d->hint = arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
}

void
diag_also(struct ctx *c, struct diag *d, struct span span, const char *fmt, ...)
{
	struct remark *r = arena_alloc(c->arena, sizeof *r);
	struct remark **end = &d->remark;
	va_list ap;

	va_start(ap, fmt);
	*r = (struct remark){.span = span, .text = arena_vprintf(c->arena, fmt, ap)};
	va_end(ap);
	while (*end)
		end = &(*end)->next;
	*end = r;
}

static int
by_place(const void *x, const void *y)
{
	const struct diag *a = *(struct diag *const *)x, *b = *(struct diag *const *)y;
	int by_name = a->span.src && b->span.src && a->span.src != b->span.src
		? strcmp(a->span.src->name, b->span.src->name)
		: (b->span.src == NULL) - (a->span.src == NULL);

	if (by_name)
		return by_name;
	if (a->span.off != b->span.off)
		return a->span.off < b->span.off ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool
is_same(const struct diag *a, const struct diag *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->text, b->text) == 0;
}

// The earlier report of the same problem at the same place, among the n that are kept.
static struct diag *
find_earlier(const struct diags *ds, size_t n, const struct diag *d)
{
	while (n-- > 0 && ds->list[n]->span.off == d->span.off)
		if (ds->list[n]->span.src == d->span.src && is_same(ds->list[n], d))
			return ds->list[n];
	return NULL;
}

// A note repeats what is said of the spec itself if an environment only has the section, and so the
// place of the note, a second time.
static bool
is_repeated_note(const struct diags *ds, const struct diag *d)
{
	for (size_t i = 0; d->severity == SEV_NOTE && d->environment && i < ds->n; i++)
		if (!ds->list[i]->environment && is_same(ds->list[i], d))
			return true;
	return false;
}

// Adds the environment of a report to those of an earlier one.
static void
add_environment(struct diag *earlier, struct diag *d)
{
	if (!d->environment) {
		earlier->environment = NULL;
		earlier->same = NULL;
	}
	if (!earlier->environment)
		return;
	while (strcmp(earlier->environment, d->environment) != 0) {
		if (!earlier->same) {
			earlier->same = d;
			return;
		}
		earlier = earlier->same;
	}
}

void
diags_finish(struct diags *ds)
{
	size_t kept = 0, all = ds->n;

	if (ds->n)
		qsort(ds->list, ds->n, sizeof *ds->list, by_place);
	for (size_t i = 0; i < all; i++) {
		struct diag *earlier = find_earlier(ds, kept, ds->list[i]);
		if (earlier)
			add_environment(earlier, ds->list[i]);
		else
			ds->list[kept++] = ds->list[i];
	}
	ds->n = kept;
	ds->errors = ds->warnings = kept = 0;
	for (size_t i = 0; i < ds->n; i++) {
		struct diag *d = ds->list[i];
		if (is_repeated_note(ds, d))
			continue;
		ds->errors += d->severity == SEV_ERROR;
		ds->warnings += d->severity == SEV_WARNING;
		ds->list[kept++] = d;
	}
	ds->dropped = kept > DIAGS_SHOWN ? kept - DIAGS_SHOWN : 0;
	ds->n = kept - ds->dropped;
}

// " (environments 'qa', 'staging')", or "" for the spec itself.
static const char *
environments(struct arena *a, const struct diag *d)
{
	enum { NAMED = 3 };
	const char *names = "";
	size_t n = 0;

	if (!d->environment)
		return "";
	for (const struct diag *one = d; one; one = one->same, n++)
		if (n < NAMED)
			names = arena_printf(a, "%s%s'%s'", names, n ? ", " : "", one->environment);
	if (n > NAMED)
		return arena_printf(a, " (environments %s and %zu more)", names, n - NAMED);
	return arena_printf(a, " (environment%s %s)", n > 1 ? "s" : "", names);
}

static bool
shown(const struct diag *d, struct diag_style style)
{
	return style.notes || d->severity != SEV_NOTE;
}

// A terminal would obey control characters; they are shown as '?'.
static void
put_safely(FILE *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char ch = (unsigned char)s[i];
		fputc(ch == '\t' ? ' ' : ch < 0x20 || ch == 0x7f ? '?' : ch, out);
	}
}

// The line with a caret under the span. A very long line is cut around the caret.
static void
print_excerpt(struct span span, struct diag_style style, FILE *out)
{
	enum { BEFORE = 80, AFTER = 100 };
	const char *text = span.src->text;
	struct place p = source_place(span.src, span.off);
	size_t from = p.line_start, to = p.line_end;

	while (span.off > from && span.off - from > BEFORE)
		from += utf8_length(text + from, to - from) ? utf8_length(text + from, to - from) : 1;
	if (to - from > BEFORE + AFTER) {
		to = from + BEFORE + AFTER;
		while (to > from && (text[to] & 0xc0) == 0x80)
			to--;
	}
	fprintf(out, "%5zu | ", p.line);
	put_safely(out, text + from, to - from);
	fputs("\n      | ", out);
	for (size_t i = from; i < span.off && i < to;) {
		size_t n = utf8_length(text + i, to - i);
		i += n ? n : 1;
		fputc(' ', out);
	}
	fputs(style.color ? "\033[1;32m^" : "^", out);
	size_t end = span.off + span.len < to ? span.off + span.len : to;
	for (size_t i = span.off, k = 0; i < end; k++) {
		size_t n = utf8_length(text + i, end - i);
		i += n ? n : 1;
		if (k)
			fputc('~', out);
	}
	fputs(style.color ? "\033[0m\n" : "\n", out);
}

static void
print_place(struct span span, struct diag_style style, FILE *out)
{
	if (style.color)
		fputs("\033[1m", out);
	if (span.src) {
		struct place p = source_place(span.src, span.off);
		put_safely(out, span.src->name, strlen(span.src->name));
		fprintf(out, ":%zu:%zu: ", p.line, p.column);
	} else {
		fputs("tfgen: ", out);
	}
	if (style.color)
		fputs("\033[0m", out);
}

static void
print_one(const struct diag *d, const char *where, struct diag_style style, FILE *out)
{
	static const char *const color[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};

	print_place(d->span, style, out);
	fprintf(out, "%s%s:%s ", style.color ? color[d->severity] : "", severity_word(d->severity),
		style.color ? "\033[0m" : "");
	put_safely(out, d->text, strlen(d->text));
	put_safely(out, where, strlen(where));
	fprintf(out, " [%s]\n", d->id);
	if (d->span.src)
		print_excerpt(d->span, style, out);
	for (const struct remark *r = d->remark; r; r = r->next) {
		print_place(r->span, style, out);
		fputs("note: ", out);
		put_safely(out, r->text, strlen(r->text));
		fputc('\n', out);
		if (r->span.src)
			print_excerpt(r->span, style, out);
	}
	if (d->hint) {
		fputs("  hint: ", out);
		put_safely(out, d->hint, strlen(d->hint));
		fputc('\n', out);
	}
}

void
diags_print_text(const struct diags *ds, struct diag_style style, FILE *out)
{
	for (size_t i = 0; i < ds->n; i++)
		if (shown(ds->list[i], style))
			print_one(ds->list[i], environments(ds->arena, ds->list[i]), style, out);
}

// JSON is UTF-8; the bytes of a spec may not be.
static json_t *
text_json(const char *s)
{
	json_t *j = json_string(s);

	return j ? j : json_string("(not UTF-8)");
}

static json_t *
place_json(struct span span)
{
	json_t *o = json_object();

	if (!span.src)
		return o;
	struct place from = source_place(span.src, span.off), to = source_place(span.src, span.off + span.len);
	json_object_set_new(o, "file", text_json(span.src->name));
	json_object_set_new(o, "line", json_integer((json_int_t)from.line));
	json_object_set_new(o, "column", json_integer((json_int_t)from.column));
	json_object_set_new(o, "end_line", json_integer((json_int_t)to.line));
	json_object_set_new(o, "end_column", json_integer((json_int_t)to.column));
	return o;
}

static json_t *
environments_json(const struct diag *d)
{
	json_t *names = json_array();

	for (const struct diag *one = d->environment ? d : NULL; one; one = one->same)
		json_array_append_new(names, text_json(one->environment));
	return names;
}

static void
dump(json_t *j, FILE *out)
{
	json_dumpf(j, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(j);
}

void
diags_print_json(const struct diags *ds, struct diag_style style, FILE *out)
{
	json_t *all = json_array();

	for (size_t i = 0; i < ds->n; i++) {
		const struct diag *d = ds->list[i];
		if (!shown(d, style))
			continue;
		json_t *o = place_json(d->span);
		json_object_set_new(o, "severity", json_string(severity_word(d->severity)));
		json_object_set_new(o, "id", json_string(d->id));
		json_object_set_new(o, "message", text_json(d->text));
		if (d->hint)
			json_object_set_new(o, "hint", text_json(d->hint));
		json_object_set_new(o, "environments", environments_json(d));
		json_t *related = json_array();
		for (const struct remark *r = d->remark; r; r = r->next) {
			json_t *also = place_json(r->span);
			json_object_set_new(also, "message", text_json(r->text));
			json_array_append_new(related, also);
		}
		json_object_set_new(o, "related", related);
		json_array_append_new(all, o);
	}
	dump(all, out);
}

static json_t *
sarif_location(struct span span, const char *message)
{
	json_t *location = json_object();

	if (span.src) {
		struct place from = source_place(span.src, span.off), to = source_place(span.src, span.off + span.len);
		json_object_set_new(location, "physicalLocation",
			json_pack("{s:{s:o}, s:{s:I, s:I, s:I, s:I}}", "artifactLocation", "uri",
				text_json(span.src->name), "region", "startLine", (json_int_t)from.line,
				"startColumn", (json_int_t)from.column, "endLine", (json_int_t)to.line,
				"endColumn", (json_int_t)to.column));
	}
	if (message)
		json_object_set_new(location, "message", json_pack("{s:o}", "text", text_json(message)));
	return location;
}

static json_t *
sarif_result(struct ctx *c, const struct diag *d)
{
	const char *text = arena_printf(c->arena, "%s%s%s%s", d->text, environments(c->arena, d), d->hint ? "; " : "",
		d->hint ? d->hint : "");
	json_t *related = json_array();

	for (const struct remark *r = d->remark; r; r = r->next)
		json_array_append_new(related, sarif_location(r->span, r->text));
	return json_pack("{s:s, s:s, s:{s:o}, s:[o], s:o}", "ruleId", d->id, "level", severity_word(d->severity),
		"message", "text", text_json(text), "locations", sarif_location(d->span, NULL), "relatedLocations",
		related);
}

void
diags_print_sarif(const struct diags *ds, struct diag_style style, FILE *out)
{
	struct ctx c = {.arena = ds->arena};
	json_t *results = json_array(), *rules = json_array();

	for (size_t i = 0; i < ds->n; i++)
		if (shown(ds->list[i], style))
			json_array_append_new(results, sarif_result(&c, ds->list[i]));
	for (const struct problem *const *p = ds->catalogue; *p; p++)
		json_array_append_new(rules, json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}}", "id", (*p)->id, "shortDescription",
			"text", (*p)->reason, "help", "text", (*p)->fix, "defaultConfiguration", "level",
			severity_word((*p)->severity)));
	dump(json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:o}}, s:s, s:o}]}", "$schema",
		"https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", "tool", "driver", "name",
		"tfgen", "version", TFGEN_VERSION, "rules", rules, "columnKind", "unicodeCodePoints", "results",
		results), out);
}
