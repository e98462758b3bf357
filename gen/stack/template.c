// A template is a file with directives in its comments:
//
//     # tfgen:if network.nat == per_zone       keep the lines up to else or end if the condition holds: a path,
//     # tfgen:else                             `not path`, `path == word` or `path != word`
//     # tfgen:end
//     min_size = 2 # tfgen:= scaling.min       the expression becomes the value, printed as HCL
//     It runs in us-east-1. # tfgen:= "us-east-1" region, "gym" name      in other files: the text becomes the value
//
// In XML each stands in a comment: <!-- # tfgen:end -->.
//
// Names are looked up on every line, pruned or not, so that a misspelled one is found whatever the
// spec.

#include "stack/template.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/spec.h"
#include "stack/hcl_value.h"
#include "stack/plan.h"

#include <string.h>

enum { MAX_NESTING = 16 };

const struct problem template_problems[] = {
	{ "template-defect", SEV_ERROR,
	  .reason = "A template that tfgen carries has a mistake. This is a defect of tfgen, not of your spec.",
	  .fix = "Please report it, with the spec." },
	{0},
};

static const char directive[] = "# tfgen:";

// One level of if.
struct level {
	bool outer; // the level around it is kept
	bool holds; // the condition
	bool turned;
};

struct renderer {
	struct ctx *c;
	const struct plan *plan;
	const struct source *src;
	enum template_kind kind;
	struct buf *out;
	struct level levels[MAX_NESTING];
	size_t depth;
	bool keep;
	bool failed;
};

// A line of the template, without its line break.
struct line {
	const char *s;
	size_t n;
};

static void
fail(struct renderer *r, const char *at, size_t len, const char *what, const char *word)
{
	struct span span = {r->src, (size_t)(at - r->src->text), len};

	diag(r->c, span, "template-defect", "%s '%s'", what, word);
	r->failed = true;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_spaces(const char *s, const char *end)
{
	while (s < end && is_space(*s))
		s++;
	return s;
}

static const char *
word_end(const char *s, const char *end)
{
	while (s < end && !is_space(*s) && *s != ',')
		s++;
	return s;
}

static struct value
look_up(struct renderer *r, const char *s, const char *end)
{
	const char *path = arena_strndup(r->c->arena, s, (size_t)(end - s));
	struct value v = plan_value(r->plan, path);

	if (!v.field)
		fail(r, s, (size_t)(end - s), "unknown value", path);
	return v;
}

static bool
is_word(struct value v, const char *word)
{
	const struct text *text = v.member;

	return (v.field->type == F_TEXT || v.field->type == F_CHOICE) && text->value && strcmp(text->value, word) == 0;
}

// "path", "not path", "path == word", "path != word"
static bool
condition(struct renderer *r, const char *s, const char *end)
{
	bool negated = end - s > 4 && strncmp(s, "not ", 4) == 0;

	if (negated)
		s = skip_spaces(s + 4, end);
	const char *stop = word_end(s, end), *op = skip_spaces(stop, end), *op_end = word_end(op, end);
	const char *word = skip_spaces(op_end, end);
	struct value v = look_up(r, s, stop);
	if (op == end)
		return v.member && hcl_truth(v) != negated;
	bool equal = strncmp(op, "==", 2) == 0;
	const char *text = arena_strndup(r->c->arena, word, (size_t)(end - word));
	if (op_end - op != 2 || (!equal && strncmp(op, "!=", 2) != 0) || negated || word_end(word, end) != end || !*text)
		fail(r, op, (size_t)(op_end - op), "malformed condition after", arena_strndup(r->c->arena, s, (size_t)(stop - s)));
	// A condition on a word that the field cannot have would never hold.
	bool known = !v.field || !v.field->words;
	for (const char *const *w = known ? NULL : v.field->words; w && *w; w++)
		known = known || strcmp(*w, text) == 0;
	if (!known)
		fail(r, word, (size_t)(end - word), "the value is never", text);
	return v.member && is_word(v, text) == equal;
}

static void
open_if(struct renderer *r, const char *s, const char *end)
{
	bool holds = condition(r, s, end);

	if (r->depth == MAX_NESTING) {
		fail(r, s, 1, "nested too deeply:", "tfgen:if");
		return;
	}
	r->levels[r->depth++] = (struct level){.outer = r->keep, .holds = holds};
	r->keep = r->keep && holds;
}

// Carries out an if, else or end: the text from its '#' on.
static void
carry_out(struct renderer *r, const char *s, const char *end)
{
	while (end > s && is_space(end[-1]))
		end--;
	const char *word = s + sizeof directive - 1, *stop = word_end(word, end);
	size_t n = (size_t)(stop - word);
	struct level *top = r->depth ? &r->levels[r->depth - 1] : NULL;
	if (n == 2 && strncmp(word, "if", n) == 0) {
		open_if(r, skip_spaces(stop, end), end);
	} else if (top && !top->turned && n == 4 && strncmp(word, "else", n) == 0) {
		top->turned = true;
		r->keep = top->outer && !top->holds;
	} else if (top && n == 3 && strncmp(word, "end", n) == 0) {
		r->keep = top->outer;
		r->depth--;
	} else {
		fail(r, s, (size_t)(stop - s), "misplaced directive", arena_strndup(r->c->arena, s, (size_t)(stop - s)));
	}
}

// `key = expression # tfgen:= path`
static void
replace_expression(struct renderer *r, struct line line, const char *comment, const char *path)
{
	const char *end = line.s + line.n, *equals = memchr(line.s, '=', line.n), *stop = word_end(path, end);
	struct value v = look_up(r, path, stop);

	if (!equals || equals > comment || skip_spaces(stop, end) != end)
		fail(r, path, (size_t)(end - path), "expected 'key = expression' and one path before",
			arena_strndup(r->c->arena, path, (size_t)(end - path)));
	if (r->failed || !r->keep || !r->plan)
		return;
	buf_add(r->out, line.s, (size_t)(equals + 1 - line.s));
	buf_putc(r->out, ' ');
	hcl_value(v, r->out);
	// A brace at the start of a line ends a block of the file.
	if (r->out->len > 1 && strcmp(r->out->data + r->out->len - 2, "\n}") == 0) {
		r->out->len--;
		buf_puts(r->out, " }");
	}
	buf_putc(r->out, '\n');
}

static void
put_text(struct renderer *r, struct value v)
{
	struct buf plain = {0};

	hcl_plain(v, r->kind == TEMPLATE_XML ? &plain : r->out);
	text_add_xml(r->out, buf_str(&plain));
	buf_free(&plain);
}

// `text # tfgen:= "literal" path, "literal" path`; body is where the text ends.
static void
replace_texts(struct renderer *r, struct line line, const char *body, const char *items)
{
	const char *end = line.s + line.n, *done = line.s;
	bool put = r->keep && r->plan;

	for (const char *s = items; s < end && !r->failed; s = skip_spaces(s + (s < end && *s == ','), end)) {
		const char *close = *s == '"' ? memchr(s + 1, '"', (size_t)(end - s - 1)) : NULL;
		const char *path = close ? skip_spaces(close + 1, end) : s, *stop = word_end(path, end);
		size_t n = close ? (size_t)(close - s - 1) : 0;
		const char *found = n ? memmem(done, (size_t)(body - done), s + 1, n) : NULL;
		if (!found) {
			fail(r, s, (size_t)(end - s), "no such text before",
				arena_strndup(r->c->arena, s, (size_t)(end - s)));
			return;
		}
		struct value v = look_up(r, path, stop);
		if (put && !r->failed) {
			buf_add(r->out, done, (size_t)(found - done));
			put_text(r, v);
		}
		done = found + n;
		s = skip_spaces(stop, end);
	}
	if (put && !r->failed)
		buf_printf(r->out, "%.*s\n", (int)(body - done), done);
}

// Removes what ends the comment of a line of XML. False after reporting that nothing does.
static bool
trim_comment(struct renderer *r, struct line *line)
{
	static const char close[] = "-->";
	size_t n = line->n, m = sizeof close - 1;

	while (n && is_space(line->s[n - 1]))
		n--;
	if (n < m || strncmp(line->s + n - m, close, m) != 0) {
		fail(r, line->s, line->n, "expected '-->' at the end of", arena_strndup(r->c->arena, line->s, line->n));
		return false;
	}
	line->n = n - m;
	return true;
}

// Where the text before a directive ends: its comment begins at the '#', in XML at the '<!--' before it.
static const char *
body_end(struct renderer *r, struct line line, const char *comment)
{
	static const char open[] = "<!--";
	const char *s = comment;
	size_t n = sizeof open - 1;

	while (s > line.s && is_space(s[-1]))
		s--;
	if (r->kind == TEMPLATE_XML && ((size_t)(s - line.s) < n || strncmp(s - n, open, n) != 0))
		fail(r, line.s, line.n, "expected '<!--' before the directive of", arena_strndup(r->c->arena, line.s, line.n));
	else if (r->kind == TEMPLATE_XML)
		s -= n;
	while (s > line.s && is_space(s[-1]))
		s--;
	return s;
}

// A line that contains a directive, or at least its mark.
static void
render_line(struct renderer *r, struct line line)
{
	static const char mark[] = "# tfgen:= ";

	if (r->kind == TEMPLATE_XML && !trim_comment(r, &line))
		return;
	const char *any = memmem(line.s, line.n, directive, sizeof directive - 1);
	const char *value = memmem(line.s, line.n, mark, sizeof mark - 1);
	if (any && body_end(r, line, any) == line.s) {
		carry_out(r, any, line.s + line.n);
	} else if (r->failed) {
		return;
	} else if (value && r->kind == TEMPLATE_HCL) {
		replace_expression(r, line, value, value + sizeof mark - 1);
	} else if (value) {
		replace_texts(r, line, body_end(r, line, value), value + sizeof mark - 1);
	} else if (r->keep && r->plan) {
		buf_add(r->out, line.s, line.n);
		buf_putc(r->out, '\n');
	}
}

// Removes the blank lines that pruning left: several in a row become one, in Python two between
// definitions; and in HCL none follows an opening bracket or precedes a closing one.
static void
add_tidied(const struct buf *text, enum template_kind kind, struct buf *out)
{
	size_t pending = 0;
	char last = '\0'; // of the last line that was not blank

	for (const char *s = buf_str(text), *end = s + text->len; s < end;) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		const char *next = stop ? stop + 1 : end, *first = skip_spaces(s, next);
		if (first == stop) {
			pending++;
		} else {
			bool opens = last == '{' || last == '[' || last == '(', closes = *first == '}' || *first == ']' || *first == ')';
			bool tight = kind == TEMPLATE_HCL && (opens || closes);
			size_t most = last && !tight ? 1 + (kind == TEMPLATE_PYTHON && first == s) : 0;
			for (size_t i = 0; i < pending && i < most; i++)
				buf_putc(out, '\n');
			buf_add(out, s, (size_t)(next - s));
			if (!stop)
				buf_putc(out, '\n');
			pending = 0;
			last = stop && stop > s ? stop[-1] : last;
		}
		s = next;
	}
}

// The start of the next line with a directive, or the end.
static const char *
plain_until(const char *s, const char *end)
{
	const char *found = memmem(s, (size_t)(end - s), directive, sizeof directive - 1);

	while (found && found > s && found[-1] != '\n')
		found--;
	return found ? found : end;
}

enum template_kind
template_kind(const char *path)
{
	static const struct {
		const char *end;
		enum template_kind kind;
	} kinds[] = {
		{".tf", TEMPLATE_HCL},
		{".hcl", TEMPLATE_HCL},
		{".py", TEMPLATE_PYTHON},
		{".svg", TEMPLATE_XML},
	};
	const char *end = strrchr(path, '.');

	for (size_t i = 0; end && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(end, kinds[i].end) == 0)
			return kinds[i].kind;
	return TEMPLATE_TEXT;
}

bool
template_render(struct ctx *c, const struct plan *plan, const struct source *template, enum template_kind kind, struct buf *out)
{
	struct buf text = {0};
	struct renderer r = {.c = c, .plan = plan, .src = template, .kind = kind, .out = &text, .keep = true};

	// Pruning removes about as much as values add.
	if (plan) {
		buf_reserve(&text, template->len);
		buf_reserve(out, template->len);
	}

	for (const char *s = template->text, *end = s + template->len; s < end && !r.failed;) {
		const char *stop = plain_until(s, end);
		if (r.keep && plan)
			buf_add(&text, s, (size_t)(stop - s));
		s = stop;
		stop = memchr(s, '\n', (size_t)(end - s));
		stop = stop ? stop : end;
		if (s < end)
			render_line(&r, (struct line){s, (size_t)(stop - s)});
		s = stop + (stop < end);
	}
	if (r.depth && !r.failed)
		fail(&r, template->text + template->len, 0, "no end for", "tfgen:if");
	if (!r.failed)
		add_tidied(&text, kind, out);
	buf_free(&text);
	return !r.failed;
}
