// Reads the table of fields and the catalogue of problems.

#include "cli/explain.h"

#include "base/buf.h"
#include "base/catalogue.h"
#include "base/suggest.h"
#include "read/diff.h"
#include "spec/fields.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 100 };

// A copy of the nearest path: candidates are built in a buffer that is used again.
struct search {
	struct suggestion near;
	char best[128];
};

static void
consider(struct search *s, const char *candidate)
{
	const char *before = s->near.best;

	suggest(&s->near, candidate);
	if (s->near.best != before && s->near.best != s->best) {
		snprintf(s->best, sizeof s->best, "%s", candidate);
		s->near.best = s->best;
	}
}

static void
search_fields(struct search *s, const struct field *table, const char *path)
{
	char here[128];

	for (const struct field *f = table; f->key; f++) {
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		consider(s, here);
		if (*path && strcmp(f->key, s->near.word) == 0) {
			snprintf(s->best, sizeof s->best, "%s", here);
			s->near.best = s->best;
			s->near.distance = 0;
		}
		if (f->sub)
			search_fields(s, f->sub, here);
	}
}

static void
list_fields(const struct field *table, const char *path, struct buf *out)
{
	char here[128];

	for (const struct field *f = table; f->key; f++) {
		snprintf(here, sizeof here, "%s%s%s", path, *path ? "." : "", f->key);
		buf_printf(out, "  %-42s %s\n", here, f->sub ? "" : f->required ? "required" : f->def ? f->def : "");
		if (f->sub)
			list_fields(f->sub, here, out);
	}
}

// "fix:      Lower 'min'...", wrapped under its label.
static void
add_labelled(const char *label, const char *text, struct buf *out)
{
	struct buf wrapped = {0};
	char first[16];

	if (!text)
		return;
	buf_wrap(&wrapped, "          ", text, WIDTH);
	snprintf(first, sizeof first, "%-10s", label);
	memcpy(wrapped.data, first, strlen(first));
	buf_puts(out, buf_str(&wrapped));
	buf_free(&wrapped);
}

static void
explain_field(const char *path, const struct field *f, struct buf *out)
{
	buf_printf(out, "%s: %s\n\n", path, field_type_name(f->type));
	buf_wrap(out, "", f->doc, WIDTH);
	buf_putc(out, '\n');
	if (f->sub)
		list_fields(f->sub, path, out);
	if (f->type == F_SECTION)
		return;
	if (f->required)
		buf_puts(out, "required\n");
	if (f->def)
		buf_printf(out, "default:  %s\n", f->def);
	if (f->words) {
		buf_puts(out, "one of:   ");
		for (const char *const *w = f->words; *w; w++)
			buf_printf(out, "%s%s", w == f->words ? "" : ", ", *w);
		buf_putc(out, '\n');
	} else if (f->type == F_INT || f->type == F_DURATION || f->type == F_ZONES) {
		const char *unit = f->type == F_DURATION ? "s" : "";
		buf_printf(out, "range:    %ld%s to %ld%s\n", f->min, unit, f->max, unit);
	}
	if (f->step)
		buf_printf(out, "step:     %lds\n", f->step);
	if (f->shape)
		buf_printf(out, "form:     %s\n", f->shape);
	if (f->example)
		buf_printf(out, "example:  %s: %s\n", f->key, f->example);
	if (f->src)
		buf_printf(out, "source:   %s\n", f->src);
	struct buf edit = {0};
	buf_printf(&edit, "%s%s%s", diff_word(f->edit), f->effect ? ": " : "", f->effect ? f->effect : "");
	if (f->edit)
		add_labelled("an edit:", buf_str(&edit), out);
	buf_free(&edit);
}

// Lines of a spec under a heading.
static void
add_lines(const char *heading, const char *lines, struct buf *out)
{
	if (!lines)
		return;
	buf_printf(out, "\n%s\n", heading);
	while (*lines) {
		size_t n = strcspn(lines, "\n");
		buf_printf(out, "    %.*s\n", (int)n, lines);
		lines += n + (lines[n] == '\n');
	}
}

static void
explain_problem(const struct problem *p, struct buf *out)
{
	buf_printf(out, "%s: %s\n\n", p->id, severity_word(p->severity));
	buf_wrap(out, "", p->reason, WIDTH);
	buf_putc(out, '\n');
	add_labelled("rule:", p->rule, out);
	add_labelled("fix:", p->fix, out);
	add_lines(p->severity == SEV_NOTE ? "noted:" : p->severity == SEV_WARNING ? "warned about:" : "refused:", p->wrong, out);
	add_lines(p->severity == SEV_NOTE ? "not noted:" : "fine:", p->right, out);
}

bool
explain(const struct problem *const *catalogue, const char *word, struct buf *out, const char **ret_near)
{
	static struct search s;
	const struct field *f = word ? field_find(spec_fields, word, NULL) : NULL;
	const struct problem *problem = word ? catalogue_find(catalogue, word) : NULL;

	if (f) {
		explain_field(word, f, out);
	} else if (problem) {
		explain_problem(problem, out);
	} else if (!word) {
		buf_puts(out, "keys of the spec, with their defaults:\n");
		list_fields(spec_fields, "", out);
		buf_puts(out, "\nproblems:\n");
		for (const struct problem *const *p = catalogue; *p; p++)
			buf_printf(out, "  %-32s %s\n", (*p)->id, severity_word((*p)->severity));
	} else {
		s = (struct search){.near = suggest_for(word)};
		search_fields(&s, spec_fields, "");
		for (const struct problem *const *p = catalogue; *p; p++)
			consider(&s, (*p)->id);
		*ret_near = s.near.best;
		return false;
	}
	return true;
}
