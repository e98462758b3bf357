// Prints problems as text, JSON or SARIF. JSON escapes every character outside ASCII, so that no
// format hands a terminal what it would obey.

#include "base/diag.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"

#include <jansson.h>
#include <string.h>

// " (environments 'qa', 'staging')", or "" for the spec itself.
static const char *
environments(struct arena *a, const struct diag *d)
{
	enum { NAMED = 3 };
	const char *names = "";
	size_t n = 0;

	if (!d->environments)
		return "";
	for (const struct diag_environment *e = d->environments; e; e = e->next, n++)
		if (n < NAMED)
			names = arena_printf(a, "%s%s'%.*s'", names, n ? ", " : "", DIAG_ARGUMENT, e->name);
	if (n > NAMED)
		return arena_printf(a, " (environments %s and %zu more)", names, n - NAMED);
	return arena_printf(a, " (environment%s %s)", n > 1 ? "s" : "", names);
}

// A part of a source, which may have NUL bytes.
static void
put(FILE *out, const char *s, size_t n)
{
	struct buf text = {0};

	text_add_visible(&text, s, n);
	fputs(buf_str(&text), out);
	buf_free(&text);
}

static void
put_times(FILE *out, char ch, size_t n)
{
	while (n-- > 0)
		fputc(ch, out);
}

// How many characters a part of a text has.
static size_t
characters(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; count++)
		i += utf8_step(s + i, n - i);
	return count;
}

// The line with a caret under the span. A very long line is cut around the caret.
static void
print_excerpt(struct span span, bool color, FILE *out)
{
	enum { BEFORE = 80, AFTER = 100 };
	static const char more[] = "...";
	const char *text = span.src->text;
	struct place p = source_place(span.src, span.off);
	size_t from = p.line_start, to = p.line_end;

	if (span.off - from > BEFORE)
		from = span.off - BEFORE;
	if (to - from > BEFORE + AFTER)
		to = from + BEFORE + AFTER;
	while (from < span.off && from > p.line_start && (text[from] & 0xc0) == 0x80)
		from++;
	while (to > from && to < p.line_end && (text[to] & 0xc0) == 0x80)
		to--;
	const char *left = from > p.line_start ? more : "", *right = to < p.line_end ? more : "";
	fprintf(out, "%5zu | %s", p.line, left);
	put(out, text + from, to - from);
	fprintf(out, "%s\n      | ", right);
	put_times(out, ' ', strlen(left) + characters(text + from, span.off < to ? span.off - from : to - from));
	fputs(color ? "\033[1;32m^" : "^", out);
	size_t end = span.off + span.len < to ? span.off + span.len : to;
	size_t wide = end > span.off ? characters(text + span.off, end - span.off) : 0;
	put_times(out, '~', wide ? wide - 1 : 0);
	fputs(color ? "\033[0m\n" : "\n", out);
}

static void
print_place(struct span span, bool color, FILE *out)
{
	if (color)
		fputs("\033[1m", out);
	if (span.src) {
		struct place p = source_place(span.src, span.off);
		text_print(out, "%s:%zu:%zu: ", span.src->name, p.line, p.column);
	} else {
		fputs("tfgen: ", out);
	}
	if (color)
		fputs("\033[0m", out);
}

static void
print_one(const struct diag *d, const char *where, bool color, FILE *out)
{
	static const char *const codes[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};

	print_place(d->span, color, out);
	fprintf(out, "%s%s:%s ", color ? codes[d->severity] : "", severity_word(d->severity),
		color ? "\033[0m" : "");
	text_print(out, "%s%s [%s]\n", d->text, where, d->id);
	if (d->span.src)
		print_excerpt(d->span, color, out);
	for (const struct remark *r = d->remark; r; r = r->next) {
		print_place(r->span, color, out);
		text_print(out, "note: %s\n", r->text);
		if (r->span.src)
			print_excerpt(r->span, color, out);
	}
	if (d->hint)
		text_print(out, "  hint: %s\n", d->hint);
}

void
diags_print_text(const struct diags *ds, bool color, FILE *out)
{
	for (size_t i = 0; i < ds->n; i++)
		print_one(ds->list[i], environments(ds->arena, ds->list[i]), color, out);
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

	for (const struct diag_environment *e = d->environments; e; e = e->next)
		json_array_append_new(names, text_json(e->name));
	return names;
}

static void
dump(json_t *j, FILE *out)
{
	json_dumpf(j, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', out);
	json_decref(j);
}

void
diags_print_json(const struct diags *ds, FILE *out)
{
	json_t *all = json_array();

	for (size_t i = 0; i < ds->n; i++) {
		const struct diag *d = ds->list[i];
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
diags_print_sarif(const struct diags *ds, FILE *out)
{
	struct ctx c = {.arena = ds->arena};
	json_t *results = json_array(), *rules = json_array();

	for (size_t i = 0; i < ds->n; i++)
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
