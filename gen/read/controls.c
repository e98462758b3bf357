// Looks each control up in the text that was rendered, so that what is reported stands there. A
// control that is not met has its reason beside the resource, as a comment that checkov reads too:
//
//     #checkov:skip=CKV_AWS_91:the reason
//
// or in its row, when the spec decides on it or checkov does not know it.

#include "read/controls.h"

#include "base/arena.h"
#include "base/ctx.h"
#include "base/pattern.h"
#include "base/text.h"
#include "stack/hcl_value.h"
#include "stack/plan.h"
#include "stack/render.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char skip_mark[] = "#checkov:skip=";

// A line of a file, without its indent.
struct line {
	const char *text;
	size_t number;
};

// The lines of a block at the outer level of a file, the first one included.
struct block {
	struct line *lines;
	size_t n;
};

static const struct output *
file_of(const struct outputs *outputs, const char *path)
{
	for (size_t i = 0; i < outputs->n; i++)
		if (strcmp(outputs->list[i].path, path) == 0)
			return &outputs->list[i];
	return NULL;
}

// Moves to the next line of a file; a zeroed one moves to the first. False at the end.
static bool
next_line(struct ctx *c, const struct output *file, const char **at, struct line *line)
{
	const char *s = *at ? *at : file->data, *end = file->data + file->len;

	if (s >= end)
		return false;
	const char *stop = memchr(s, '\n', (size_t)(end - s));
	stop = stop ? stop : end;
	*at = stop + 1;
	line->text = arena_strndup(c->arena, s, (size_t)(stop - s));
	line->number++;
	return true;
}

// The block that begins with this line; n is 0 if the file has none.
static struct block
block_of(struct ctx *c, const struct output *file, const char *begin)
{
	struct block b = {0};
	struct line line = {0};
	const char *at = NULL;
	size_t cap = 0, n = strlen(begin);
	bool inside = false;

	while (next_line(c, file, &at, &line)) {
		inside = inside || (strncmp(line.text, begin, n) == 0 && strcmp(line.text + n, " {") == 0);
		if (inside && line.text[0] == '}')
			break;
		if (!inside)
			continue;
		line.text += strspn(line.text, " ");
		b.lines = arena_grow(c->arena, b.lines, b.n, &cap, sizeof *b.lines);
		b.lines[b.n++] = line;
	}
	return b;
}

static const struct line *
find_line(const struct block *b, const char *pattern)
{
	for (size_t i = 0; pattern && i < b->n; i++)
		if (pattern_matches(pattern, b->lines[i].text))
			return &b->lines[i];
	return NULL;
}

// Whether a line skips one of these checks. *ret_reason is then the rest of the line.
static bool
skips(const char *line, const char *checks, const char **ret_reason)
{
	size_t n = sizeof skip_mark - 1, m;

	if (strncmp(line, skip_mark, n) != 0)
		return false;
	for (const char *id = checks; *id; id += m + strspn(id + m, " ")) {
		m = strcspn(id, " ");
		if (strncmp(line + n, id, m) == 0 && line[n + m] == ':') {
			*ret_reason = line + n + m + 1;
			return true;
		}
	}
	return false;
}

static struct control_result *
add(struct ctx *c, struct control_results *results, size_t *cap, struct control_result r)
{
	results->list = arena_grow(c->arena, results->list, results->n, cap, sizeof *results->list);
	results->list[results->n] = r;
	return &results->list[results->n++];
}

// Decides on one control whose block is there.
static void
decide(const struct plan *plan, const struct block *b, struct control_result *r)
{
	const struct control *k = &r->control;
	const struct line *there = find_line(b, k->text), *wrong = find_line(b, k->never);
	bool wanted = !k->field || hcl_truth(plan_value(plan, k->field));

	r->line = there ? there->number : b->lines[0].number;
	r->met = there && wanted && !wrong;
	for (size_t i = 0; i < b->n && !r->met && !r->reason; i++)
		if (skips(b->lines[i].text, k->checkov, &r->reason))
			r->line = b->lines[i].number;
	if (!r->met && !r->reason)
		r->reason = k->why;
}

static bool
is_known(const struct control_results *results, const char *file, size_t line)
{
	for (size_t i = 0; i < results->n; i++)
		if (results->list[i].line == line && strcmp(results->list[i].control.file, file) == 0)
			return true;
	return false;
}

// The skips of a file that belong to no control of the table.
static void
add_skips(struct ctx *c, const struct output *file, struct control_results *results, size_t *cap)
{
	struct line line = {0};
	const char *at = NULL, *reason;

	while (next_line(c, file, &at, &line)) {
		const char *s = line.text + strspn(line.text, " "), *id = strchr(s, '=');
		const char *name = id ? arena_strndup(c->arena, id + 1, strcspn(id + 1, ":")) : "";
		if (!skips(s, name, &reason))
			continue;
		struct control k = {.id = "", .cis = "", .checkov = name, .title = "", .file = file->path};
		if (!is_known(results, file->path, line.number))
			add(c, results, cap, (struct control_result){.control = k, .line = line.number, .reason = reason});
	}
}

struct control_results
controls_find(struct ctx *c, const struct plan *plan, const struct outputs *outputs)
{
	struct control_results results = {0};
	size_t cap = 0;

	for (const struct control *k = controls; k->id; k++) {
		const struct output *file = file_of(outputs, k->file);
		struct block b = file ? block_of(c, file, k->block) : (struct block){0};
		if (!b.n)
			continue;
		struct control_result *r = add(c, &results, &cap, (struct control_result){.control = *k});
		decide(plan, &b, r);
		results.met += r->met;
	}
	for (size_t i = 0; i < outputs->n; i++)
		if (pattern_matches("\\.tf$", outputs->list[i].path))
			add_skips(c, &outputs->list[i], &results, &cap);
	return results;
}

void
controls_print_text(const struct control_results *results, FILE *out)
{
	for (size_t i = 0; i < results->n; i++) {
		const struct control_result *r = &results->list[i];
		const struct control *k = &r->control;
		text_print(out, "%s %s:%zu:", r->met ? "met    " : "not met", k->file, r->line);
		text_print(out, "%s%s%s%s", *k->id ? " " : "", k->id, *k->cis ? " CIS " : "", k->cis);
		text_print(out, "%s%s\n", *k->checkov ? " " : "", k->checkov);
		if (*k->title)
			text_print(out, "        %s\n", k->title);
		if (r->reason)
			text_print(out, "        reason: %s\n", r->reason);
	}
	text_print(out, "%zu met, %zu not met, each with its reason\n", results->met, results->n - results->met);
}

static json_t *
json_words(const char *words)
{
	json_t *list = json_array();
	size_t n;

	for (const char *s = words; *s; s += n + strspn(s + n, " ")) {
		n = strcspn(s, " ");
		json_array_append_new(list, json_stringn(s, n));
	}
	return list;
}

void
controls_print_json(const struct control_results *results, FILE *out)
{
	json_t *list = json_array();

	for (size_t i = 0; i < results->n; i++) {
		const struct control_result *r = &results->list[i];
		const struct control *k = &r->control;
		json_array_append_new(list, json_pack("{s:s?, s:s?, s:o, s:s?, s:b, s:s, s:I, s:s?}", "id", *k->id ? k->id : NULL, "cis",
			*k->cis ? k->cis : NULL, "checkov", json_words(k->checkov), "title", *k->title ? k->title : NULL, "met", r->met,
			"file", k->file, "line", (json_int_t)r->line, "reason", r->reason));
	}
	json_t *all = json_pack("{s:o}", "controls", list);
	json_dumpf(all, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	fputc('\n', out);
	json_decref(all);
}
