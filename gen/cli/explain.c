// A reader of the two tables.

#include "cli/explain.h"

#include "base/buf.h"
#include "check/check.h"
#include "spec/fields.h"
#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 100 };

// Nearness is found over whole paths, which must outlive the search.
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

static void
explain_field(const char *path, const struct field *f, struct buf *out)
{
	buf_printf(out, "%s: %s\n\n", path, field_type_name(f->type));
	buf_wrap(out, "", f->doc, WIDTH);
	buf_putc(out, '\n');
	if (f->sub) {
		list_fields(f->sub, path, out);
		return;
	}
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
}

bool
explain(const char *word, struct buf *out, const char **ret_near)
{
	static struct search s;
	const struct field *f = word ? field_find(spec_fields, word, NULL) : NULL;
	const struct check *k = word ? check_find(word) : NULL;

	if (f) {
		explain_field(word, f, out);
	} else if (k) {
		buf_printf(out, "%s: %s\n\n", k->id, severity_word(k->severity));
		buf_wrap(out, "", k->doc, WIDTH);
	} else if (!word) {
		buf_puts(out, "keys of the spec, with their defaults:\n");
		list_fields(spec_fields, "", out);
		buf_puts(out, "\nproblems:\n");
		for (k = checks; k->id; k++)
			buf_printf(out, "  %-32s %s\n", k->id, severity_word(k->severity));
	} else {
		s = (struct search){.near = suggest_for(word)};
		search_fields(&s, spec_fields, "");
		for (k = checks; k->id; k++)
			consider(&s, k->id);
		*ret_near = s.near.best;
		return false;
	}
	return true;
}
