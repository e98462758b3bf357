// Where canonical text has other tokens, not just other spaces: "${x}" alone, old type constraints, bare block labels. What hcl.h
// says of these is done here, from one array of tokens into another.

#include "hcl/hcl_rewrite.h"

#include "base/buf.h"
#include "hcl/lex.h"

#include <stdbool.h>
#include <string.h>

static void
add_token(struct buf *tokens, struct token t)
{
	buf_add(tokens, (const char *)&t, sizeof t);
}

static void
copy(struct buf *out, const struct token *in, size_t from, size_t to)
{
	if (to > from)
		buf_add(out, (const char *)(in + from), (to - from) * sizeof *in);
}

static void
add_sign(struct buf *out, enum kind k, const char *text)
{
	add_token(out, (struct token){.at = text, .len = strlen(text), .kind = k});
}

// The index behind the expression that begins at i: what does not stand in brackets ends with the line or the
// block.
static size_t
skip_expression(const struct token *in, size_t i)
{
	while (in[i].kind != NONE && in[i].kind != CBRACE && !hcl_ends_line(in + i))
		i = in[i].mate ? in[i].mate + 1 : i + 1;
	return i;
}

// type = list, and the quoted "list" of old
static void
rewrite_type(const struct token *in, size_t lo, size_t hi, struct buf *out)
{
	bool bare = hi - lo == 1 && in[lo].kind == IDENT;
	bool quoted = hi - lo == 3 && in[lo].kind == OQUOTE && in[lo + 1].kind == LITERAL;
	const struct token *word = in + lo + (quoted ? 1 : 0);
	enum kind k = word->kind;

	if ((bare && (hcl_token_is(word, k, "list") || hcl_token_is(word, k, "map") || hcl_token_is(word, k, "set"))) ||
		(quoted && (hcl_token_is(word, k, "list") || hcl_token_is(word, k, "map")))) {
		add_token(out, (struct token){.at = word->at, .len = word->len, .kind = IDENT});
		add_sign(out, OPAREN, "(");
		add_sign(out, IDENT, bare ? "any" : "string");
		add_sign(out, CPAREN, ")");
	} else if (quoted && hcl_token_is(word, k, "string")) {
		add_sign(out, IDENT, "string");
	} else {
		copy(out, in, lo, hi);
	}
}

// Is in[lo..hi) the whole of a quoted template that is one ${...}?
static bool
is_wrapped(const struct token *in, size_t lo, size_t hi)
{
	if (hi - lo < 5 || in[lo].kind != OQUOTE || in[lo].mate != hi - 1 || in[lo + 1].kind != INTERP ||
		in[lo + 1].mate != hi - 2)
		return false;
	// fmt takes a heredoc's own ${ for a second one of ours and then leaves everything as it is
	for (size_t i = lo + 2; i < hi - 2; i++) {
		if (in[i].kind == OQUOTE)
			i = in[i].mate;
		else if (in[i].kind == INTERP || in[i].kind == CONTROL)
			return false;
	}
	return true;
}

// Would in[lo..hi) end too early if it stood outside the brackets of a template?
static bool
breaks_off(const struct token *in, size_t lo, size_t hi)
{
	bool ended = false;

	for (size_t i = lo; i < hi; i++) {
		if (hcl_ends_line(in + i))
			ended = true;
		else if (ended && in[i].kind != COMMENT)
			return true;
		if (in[i].mate)
			i = in[i].mate;
	}
	return false;
}

static bool
has_newline(const struct token *in, size_t lo, size_t hi)
{
	while (lo < hi && in[lo].kind != NEWLINE)
		lo++;
	return lo < hi;
}

// "${x}" becomes x, as often as it takes; in parentheses if x has several lines.
static void
rewrite_value(const struct token *in, size_t lo, size_t hi, struct buf *out)
{
	bool parens = false;

	for (bool outermost = true; !parens && is_wrapped(in, lo, hi); outermost = false) {
		lo += 2;
		hi -= 2;
		while (lo < hi && in[lo].kind == NEWLINE)
			lo++;
		while (lo < hi && in[hi - 1].kind == NEWLINE)
			hi--;
		parens = lo < hi && breaks_off(in, lo, hi);
		// what holds no line end holds none further in either, so that one look is enough
		if (lo < hi && outermost && has_newline(in, lo, hi))
			parens = parens || !(in[lo].kind == OPAREN && in[hi - 1].kind == CPAREN);
	}
	if (parens)
		add_sign(out, OPAREN, "(");
	copy(out, in, lo, hi);
	if (parens)
		add_sign(out, CPAREN, ")");
}

// name = expression, from the name at i. Comments around the expression do not belong to it. Returns the
// index behind it.
static size_t
rewrite_attribute(const struct token *in, size_t i, size_t equal, bool is_type, struct buf *out)
{
	size_t end = skip_expression(in, equal + 1), lo = equal + 1, hi = end;

	while (lo < hi && in[lo].kind == COMMENT)
		lo++;
	while (hi > lo && in[hi - 1].kind == COMMENT)
		hi--;
	copy(out, in, i, lo);
	if (is_type)
		rewrite_type(in, lo, hi, out);
	else
		rewrite_value(in, lo, hi, out);
	copy(out, in, hi, end);
	return end;
}

// type label "label" {  from the type at i. Returns the index behind the brace, or 0 if this is no block.
static size_t
rewrite_header(const struct token *in, size_t i, struct buf *out)
{
	size_t k = i + 1, labels = i + 1;

	for (; in[k].kind != OBRACE; k++) {
		if (in[k].kind == OQUOTE) {
			if (in[k].mate > k + 2)
				return 0;
			k = in[k].mate;
		} else if (in[k].kind == COMMENT && !hcl_ends_line(in + k)) {
			continue;
		} else if (in[k].kind != IDENT) {
			return 0;
		}
		labels = k + 1;
	}
	copy(out, in, i, i + 1);
	for (size_t l = i + 1; l < labels; l++) {
		if (in[l].kind == COMMENT)
			continue; // fmt has no place for one between labels
		if (in[l].kind == IDENT) {
			add_sign(out, OQUOTE, "\"");
			add_token(out, (struct token){.at = in[l].at, .len = in[l].len, .kind = LITERAL});
			add_sign(out, CQUOTE, "\"");
		} else {
			copy(out, in, l, l + 1);
		}
	}
	copy(out, in, labels, k + 1);
	return k + 1;
}

// False: not a sequence of attributes and blocks.
bool
hcl_rewrite(const struct token *in, struct buf *out)
{
	size_t depth = 0;
	bool variable = false; // in a variable block at the top

	for (size_t i = 0; in[i].kind != NONE;) {
		if (in[i].kind == NEWLINE || in[i].kind == COMMENT) {
			copy(out, in, i, i + 1);
			i++;
		} else if (in[i].kind == CBRACE && depth > 0) {
			copy(out, in, i, i + 1);
			depth--;
			i++;
		} else if (in[i].kind == IDENT) {
			size_t next = i + 1;

			while (in[next].kind == COMMENT)
				next++;
			if (in[next].kind == EQUAL) {
				i = rewrite_attribute(in, i, next,
					depth == 1 && variable && hcl_token_is(in + i, IDENT, "type"), out);
				continue;
			}
			if (depth++ == 0)
				variable = hcl_token_is(in + i, IDENT, "variable");
			i = rewrite_header(in, i, out);
			if (!i)
				return false;
		} else {
			return false;
		}
	}
	return true;
}
