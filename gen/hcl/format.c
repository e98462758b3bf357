// Text in, the same text in canonical layout out, in two passes over an array of tokens:
//
//	hcl_lex  bytes to tokens
//	layout   tokens to lines; then indentation, the space before each token, and columns that line up
//
// Layout looks at tokens only, never at the spaces of the input, so doing it twice changes nothing
// as long as the result is read back as the same tokens. For broken text that need not be so ("! ="
// closes up to "!="), so hcl_format repeats until nothing changes.

#include "hcl/format.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "hcl/lex.h"
#include "hcl/width.h"

/* ---- layout ---- */

// A line is three cells of tokens. The second and the third may be empty; they are aligned with
// those of the lines around.
struct line {
	size_t lead;
	size_t assign;	// from the equals sign, if the expression ends on this line
	size_t comment; // a comment after other tokens
	size_t end;
};

static struct line
make_line(const struct token *t, size_t from, size_t to)
{
	struct line l = {from, to, to, to};

	if (to - from > 1 && t[to - 1].kind == COMMENT)
		l.assign = l.comment = to - 1;
	for (size_t i = from + 1; i < l.comment; i++) {
		if (t[i].kind != EQUAL)
			continue;
		int net = 0;

		for (size_t k = i; k < l.comment; k++)
			net += hcl_bracket_change(t[k].kind);
		if (net == 0)
			l.assign = i;
		break;
	}
	return l;
}

static void
make_lines(const struct token *t, size_t n, struct buf *lines)
{
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		if (!hcl_ends_line(t + i) && i + 1 < n)
			continue;
		struct line l = make_line(t, from, i + 1);

		buf_add(lines, (const char *)&l, sizeof l);
		from = i + 1;
	}
}

// The number of brackets that stay open after this line; those after the start of a heredoc do not
// count.
static long
net_brackets(const struct token *t, size_t from, size_t to)
{
	long net = 0;

	for (size_t i = from; i < to && t[i].kind != OHEREDOC; i++)
		net += hcl_bracket_change(t[i].kind);
	return net;
}

// A line that opens brackets indents the following lines by one step, however many it opens;
// closing that many ends the step.
static void
indent(struct token *t, const struct line *lines, size_t n)
{
	struct buf steps = {0}; // the number of brackets of each step

	for (size_t i = 0; i < n; i++) {
		struct token *first = t + lines[i].lead;

		if (first->kind == NEWLINE) {
			first->pad = 0;
			continue;
		}
		long net = net_brackets(t, lines[i].lead, lines[i].assign) +
			   net_brackets(t, lines[i].assign, lines[i].comment);

		while (net < 0 && steps.len) {
			long *top = ITEMS(long, steps) + COUNT(long, steps) - 1;

			if (-net < *top) {
				*top += net;
				net = 0;
			} else {
				net += *top;
				steps.len -= sizeof(long);
			}
		}
		first->pad = 2 * COUNT(long, steps);
		if (net > 0)
			buf_add(&steps, (const char *)&net, sizeof net);
	}
	buf_free(&steps);
}

// A minus is a negation unless the token before it looks like the end of an operand.
static bool
is_subtraction(enum kind before)
{
	switch (before) {
	case NONE:
	case OPAREN:
	case OBRACE:
	case OBRACK:
	case EQUAL:
	case COLON:
	case COMMA:
	case QUESTION:
	case OPERATOR:
	case MINUS:
	case BANG:
		return false;
	default:
		return true;
	}
}

static bool
in_template(enum kind left, enum kind right)
{
	return left == LITERAL || left == OQUOTE || left == OHEREDOC || right == LITERAL || right == CQUOTE ||
	       right == CHEREDOC;
}

// Whether there is a space between left and right. before is the token before left in its cell.
static bool
space_between(const struct token *before, const struct token *left, const struct token *right)
{
	enum kind l = left->kind, r = right->kind;

	if (r == NEWLINE || (l == IDENT && (r == OPAREN || r == COLONS)) || (l == COLONS && r == IDENT) ||
		l == DOT || r == DOT || r == COMMA || r == ELLIPSIS)
		return false;
	if (l == COMMA)
		return true;
	if (in_template(l, r))
		return false;
	if (hcl_token_is(left, IDENT, "in") && before->kind == IDENT)
		return true; // for x in [1]: not an index into a variable named in
	if (r == OBRACK && (l == IDENT || l == NUMBER || hcl_bracket_change(l) < 0))
		return false;
	if (l == BANG)
		return false;
	if (l == MINUS)
		return is_subtraction(before->kind);
	if (l == OBRACE || r == CBRACE)
		return !(l == OBRACE && r == CBRACE);
	if (((l == INTERP || l == CONTROL) && r == OBRACE) || (l == CBRACE && r == SEQ_END))
		return true;
	if (l == SEQ_END && (r == INTERP || r == CONTROL))
		return false;
	return hcl_bracket_change(l) <= 0 && hcl_bracket_change(r) >= 0;
}

static void
space_cell(struct token *t, size_t from, size_t to)
{
	static const struct token none = {.at = "", .kind = NONE};

	for (size_t i = from; i + 1 < to; i++)
		t[i + 1].pad = space_between(i > from ? t + i - 1 : &none, t + i, t + i + 1);
}

static size_t
columns(const struct token *t, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += t[i].pad + width_columns(t[i].at, t[i].len);
	return n;
}

// Adjacent lines that have the cell (assign or comment) begin it in the same column, one space
// after the longest line.
static void
align(struct token *t, const struct line *lines, size_t n, bool assign)
{
	for (size_t i = 0, end; i < n; i = end + 1) {
		size_t longest = 0;

		for (end = i; end < n; end++) {
			const struct line *l = lines + end;
			size_t cell = assign ? l->assign : l->comment, after = assign ? l->comment : l->end;

			if (cell == after)
				break;
			t[cell].pad = columns(t, l->lead, cell);
			if (t[cell].pad > longest)
				longest = t[cell].pad;
		}
		for (size_t k = i; k < end; k++) {
			struct token *first = t + (assign ? lines[k].assign : lines[k].comment);

			first->pad = longest - first->pad + 1;
		}
	}
}

static void
layout(struct token *t, size_t n)
{
	struct buf made = {0};

	make_lines(t, n, &made);
	const struct line *lines = ITEMS(struct line, made);
	size_t count = COUNT(struct line, made);
	indent(t, lines, count);
	for (size_t i = 0; i < count; i++) {
		space_cell(t, lines[i].lead, lines[i].assign);
		space_cell(t, lines[i].assign, lines[i].comment);
	}
	align(t, lines, count, true);
	align(t, lines, count, false);
	buf_free(&made);
}

static bool
is_sign(enum kind k)
{
	switch (k) {
	case NUMBER:
	case DOT:
	case COLON:
	case COLONS:
	case ELLIPSIS:
	case EQUAL:
	case QUESTION:
	case BANG:
	case MINUS:
	case OPERATOR:
	case ARROW:
		return true;
	default:
		return false;
	}
}

// Whether two tokens that lose the space between them could be read back as another token: signs
// and numbers may, words and brackets cannot.
static bool
may_merge(enum kind left, enum kind right)
{
	return is_sign(left) && is_sign(right);
}

static void
add_spaces(struct buf *out, size_t n)
{
	static const char blank[] = "                                                                ";

	for (; n >= sizeof blank; n -= sizeof blank - 1)
		buf_add(out, blank, sizeof blank - 1);
	buf_add(out, blank, n);
}

// One round. False, and nothing added, if the text cannot be read. *ret_settled: another round
// would change nothing.
static bool
format_once(const char *text, size_t len, struct buf *out, bool *ret_settled)
{
	enum { BYTES_A_TOKEN = 3 }; // at least, mostly; for the room that the first tokens get
	struct buf read = {0};
	buf_reserve(&read, (len / BYTES_A_TOKEN + 2) * sizeof(struct token));
	buf_reserve(out, len + len / 8);
	bool ok = hcl_lex(text, len, &read);

	if (ok) {
		struct token *t = ITEMS(struct token, read);
		size_t n = COUNT(struct token, read) - 1; // the last token, of kind NONE, holds the blanks at the end

		layout(t, n);
		*ret_settled = true;
		for (size_t i = 0; i < n; i++) {
			add_spaces(out, t[i].pad);
			buf_add(out, t[i].at, t[i].len);
			if (i > 0 && !t[i].pad && may_merge(t[i - 1].kind, t[i].kind))
				*ret_settled = false; // perhaps read differently next time
		}
		add_spaces(out, t[n].pad); // terraform fmt keeps blanks after the last line, as spaces
	}
	buf_free(&read);
	return ok;
}

void
hcl_format(const char *text, size_t len, struct buf *out)
{
	// "${...}" in comments in "${...}" needs a round for each level; text that needs more stays
	// unchanged.
	enum { ROUNDS = 5 };
	struct buf rounds[ROUNDS] = {0};
	bool ok = true, settled = false;
	int n = 0;

	while (ok && !settled && n < ROUNDS) {
		const struct buf *last = n ? rounds + n - 1 : NULL;

		ok = format_once(last ? buf_str(last) : text, last ? last->len : len, rounds + n, &settled);
		if (ok && last && last->len == rounds[n].len)
			settled = settled || memcmp(buf_str(last), buf_str(rounds + n), last->len) == 0;
		n++;
	}
	if (ok && settled)
		buf_add(out, buf_str(rounds + n - 1), rounds[n - 1].len);
	else
		buf_add(out, text, len);
	for (n = 0; n < ROUNDS; n++)
		buf_free(rounds + n);
}

// The end of the block at the top of a file that begins at s: after the line that closes it.
static const char *
block_end(const char *s, const char *end)
{
	const char *close = memmem(s, (size_t)(end - s), "\n}\n", 3);

	return close ? close + 3 : end;
}

void
hcl_format_changed(const char *before, size_t before_len, const char *text, size_t len, struct buf *out)
{
	const char *before_end = before + before_len, *end = text + len, *changed = text;

	for (const char *stop; text < end; text = stop) {
		stop = block_end(text, end);
		const char *same = memmem(before, (size_t)(before_end - before), text, (size_t)(stop - text));
		if (!same)
			continue;
		if (changed < text)
			hcl_format(changed, (size_t)(text - changed), out);
		buf_add(out, text, (size_t)(stop - text));
		before = same + (stop - text);
		changed = stop;
	}
	if (changed < end)
		hcl_format(changed, (size_t)(end - changed), out);
}
