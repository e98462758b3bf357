// Splits bytes into tokens. Templates ("a ${b} c" and heredocs) are split too, because the text
// between ${ and } is HCL again. Which rules apply at a place follows from the innermost opening
// token that is not closed yet. Those tokens are on an explicit stack, so that no nesting is too
// deep.

#include "hcl/lex.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"

int
hcl_bracket_change(enum kind k)
{
	switch (k) {
	case OBRACE:
	case OBRACK:
	case OPAREN:
	case INTERP:
	case CONTROL:
		return 1;
	case CBRACE:
	case CBRACK:
	case CPAREN:
	case SEQ_END:
		return -1;
	default:
		return 0;
	}
}

struct lexer {
	const char *s;
	size_t len;
	size_t pos;
	size_t end; // where the last token ended
	struct buf *tokens;
	struct buf open; // indices of the opening tokens that are not closed yet
	bool line_start; // in a heredoc: at the start of a line
};

static char
peek(const struct lexer *x, size_t ahead)
{
	return x->len - x->pos > ahead ? x->s[x->pos + ahead] : '\0';
}

// Makes a token of everything from start to pos; the blanks before it become its pad.
static void
emit(struct lexer *x, enum kind k, size_t start)
{
	struct token t = {x->s + start, x->pos - start, start - x->end, 0, k};

	buf_add(x->tokens, (const char *)&t, sizeof t);
	x->end = x->pos;
}

static void
emit_open(struct lexer *x, enum kind k, size_t start)
{
	size_t index = COUNT(struct token, *x->tokens);

	emit(x, k, start);
	buf_add(&x->open, (const char *)&index, sizeof index);
}

static struct token *
innermost(const struct lexer *x)
{
	size_t n = COUNT(size_t, x->open);

	return n ? ITEMS(struct token, *x->tokens) + ITEMS(size_t, x->open)[n - 1] : NULL;
}

// False if the closing token does not fit the innermost opening one.
static bool
emit_close(struct lexer *x, enum kind k, enum kind opener, size_t start)
{
	struct token *o = innermost(x);

	if (!o || o->kind != opener)
		return false;
	o->mate = COUNT(struct token, *x->tokens);
	x->open.len -= sizeof(size_t);
	emit(x, k, start);
	return true;
}

static void
emit_literal(struct lexer *x)
{
	if (x->pos > x->end)
		emit(x, LITERAL, x->end);
}

// ${ and %{ begin an expression; $${ and %%{ are literal.
static bool
at_template(const struct lexer *x)
{
	char c = peek(x, 0);

	return (c == '$' || c == '%') && peek(x, 1) == '{' && !(x->pos > 0 && x->s[x->pos - 1] == c);
}

static void
lex_template(struct lexer *x)
{
	size_t start = x->pos;
	enum kind k = peek(x, 0) == '$' ? INTERP : CONTROL;

	x->pos += peek(x, 2) == '~' ? 3 : 2;
	emit_open(x, k, start);
}

// Inside quotes: reads up to and including the next ${, %{ or the closing quote.
static bool
lex_quoted(struct lexer *x)
{
	for (; x->pos < x->len; x->pos++) {
		char c = x->s[x->pos];

		if (c == '"') {
			emit_literal(x);
			x->pos++;
			return emit_close(x, CQUOTE, OQUOTE, x->pos - 1);
		}
		if ((c == '$' || c == '%') && at_template(x)) {
			emit_literal(x);
			lex_template(x);
			return true;
		}
		if (c == '\\' && ++x->pos < x->len)
			c = x->s[x->pos];
		if (c == '\n' || c == '\r')
			return false;
	}
	return false;
}

// Whether the line from here to eol is the marker that closes the heredoc. It may be indented.
static bool
at_marker(const struct lexer *x, const char *eol)
{
	const struct token *o = innermost(x);
	const char *m = o->at + 2, *at = x->s + x->pos;
	size_t len = o->len - 2;

	if (*m == '-')
		m++, len--;
	while (len && isspace((unsigned char)m[len - 1]))
		len--;
	while (at < eol && isspace((unsigned char)*at))
		at++;
	while (eol > at && isspace((unsigned char)eol[-1]))
		eol--;
	return (size_t)(eol - at) == len && memcmp(at, m, len) == 0;
}

// Inside a heredoc: reads up to and including the next ${, %{ or the line of the marker.
static bool
lex_heredoc(struct lexer *x)
{
	while (x->pos < x->len) {
		if (x->line_start) {
			const char *eol = memchr(x->s + x->pos, '\n', x->len - x->pos);

			if (!eol)
				return false;
			if (at_marker(x, eol)) {
				emit_literal(x);
				x->pos = (size_t)(eol - x->s);
				if (x->s[x->pos - 1] == '\r')
					x->pos--;
				return emit_close(x, CHEREDOC, OHEREDOC, x->end);
			}
			x->line_start = false;
		}
		if (at_template(x)) {
			emit_literal(x);
			lex_template(x);
			return true;
		}
		x->line_start = x->s[x->pos++] == '\n';
	}
	return false;
}

// A byte order mark is skipped at the start of the text, and an error elsewhere.
static bool
at_mark(const struct lexer *x)
{
	return x->len - x->pos >= 3 && memcmp(x->s + x->pos, "\xef\xbb\xbf", 3) == 0;
}

static bool
is_word(char c, bool first)
{
	unsigned char u = (unsigned char)c, lower = u | 0x20;

	return (lower >= 'a' && lower <= 'z') || u == '_' || u >= 0x80 || (!first && ((u >= '0' && u <= '9') || u == '-'));
}

// Reads <<EOT or <<-EOT and the line end. False: it is just two less-than signs.
static bool
lex_heredoc_start(struct lexer *x)
{
	size_t start = x->pos, p = peek(x, 2) == '-' ? start + 3 : start + 2, marker = p;

	while (p < x->len && is_word(x->s[p], p == marker))
		p++;
	if (p == marker)
		return false;
	if (p < x->len && x->s[p] == '\r')
		p++;
	if (p >= x->len || x->s[p] != '\n')
		return false;
	x->pos = p + 1;
	x->line_start = true;
	emit_open(x, OHEREDOC, start);
	return true;
}

static bool
lex_comment(struct lexer *x)
{
	size_t start = x->pos;
	const char *at = x->s + start, *end;

	if (*at == '/' && at[1] == '*') {
		end = memmem(at + 2, x->len - start - 2, "*/", 2);
		if (!end)
			return false;
		end += 2;
	} else {
		end = memchr(at, '\n', x->len - start);
		end = end ? end + 1 : x->s + x->len;
	}
	x->pos = (size_t)(end - x->s);
	emit(x, COMMENT, start);
	return true;
}

static void
lex_number(struct lexer *x)
{
	size_t start = x->pos;

	while (isdigit((unsigned char)peek(x, 0)))
		x->pos++;
	if (peek(x, 0) == '.' && isdigit((unsigned char)peek(x, 1)))
		for (x->pos++; isdigit((unsigned char)peek(x, 0));)
			x->pos++;
	if (tolower((unsigned char)peek(x, 0)) == 'e') {
		size_t sign = peek(x, 1) == '+' || peek(x, 1) == '-';

		if (isdigit((unsigned char)peek(x, 1 + sign)))
			for (x->pos += 1 + sign; isdigit((unsigned char)peek(x, 0));)
				x->pos++;
	}
	emit(x, NUMBER, start);
}

// Fixed tokens, frequent ones first; of two with the same start, the longer comes first.
static const struct {
	char text[4];
	enum kind kind;
	enum kind opener; // of a closing token
} signs[] = {
	// clang-format off
	{"\n", NEWLINE, NONE},	 {"=>", ARROW, NONE},	 {"==", OPERATOR, NONE},  {"=", EQUAL, NONE},
	{"\"", OQUOTE, NONE},	 {"...", ELLIPSIS, NONE}, {".", DOT, NONE},	  {",", COMMA, NONE},
	{"{", OBRACE, NONE},	 {"}", CBRACE, OBRACE},	 {"[", OBRACK, NONE},	  {"]", CBRACK, OBRACK},
	{"(", OPAREN, NONE},	 {")", CPAREN, OPAREN},	 {"\r\n", NEWLINE, NONE}, {"::", COLONS, NONE},
	{":", COLON, NONE},	 {"!=", OPERATOR, NONE}, {"!", BANG, NONE},	  {"<=", OPERATOR, NONE},
	{">=", OPERATOR, NONE},	 {"&&", OPERATOR, NONE}, {"||", OPERATOR, NONE},  {"?", QUESTION, NONE},
	{"-", MINUS, NONE},	 {"+", OPERATOR, NONE},	 {"*", OPERATOR, NONE},	  {"/", OPERATOR, NONE},
	{"%", OPERATOR, NONE},	 {"<", OPERATOR, NONE},	 {">", OPERATOR, NONE},
	// clang-format on
};

static bool
lex_sign(struct lexer *x)
{
	size_t start = x->pos;

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (signs[i].text[0] != x->s[start])
			continue;
		size_t n = signs[i].text[1] ? strlen(signs[i].text) : 1;

		if (n > 1 && (x->len - start < n || memcmp(x->s + start, signs[i].text, n) != 0))
			continue;
		x->pos += n;
		if (signs[i].opener != NONE)
			return emit_close(x, signs[i].kind, signs[i].opener, start);
		if (hcl_bracket_change(signs[i].kind) || signs[i].kind == OQUOTE)
			emit_open(x, signs[i].kind, start);
		else
			emit(x, signs[i].kind, start);
		return true;
	}
	return false;
}

// Reads one token outside templates. False: HCL has no such token.
static bool
lex_plain(struct lexer *x, const struct token *in)
{
	char c = x->s[x->pos], next = peek(x, 1);
	bool in_template = in && (in->kind == INTERP || in->kind == CONTROL);
	size_t start = x->pos;

	if (c == ' ' || c == '\t') {
		size_t p = start + 1;

		while (p < x->len && (x->s[p] == ' ' || x->s[p] == '\t'))
			p++;
		x->pos = p;
		return true;
	}
	if (c == '#' || (c == '/' && (next == '/' || next == '*')))
		return lex_comment(x);
	if (in_template && (c == '}' || (c == '~' && next == '}'))) {
		x->pos += c == '}' ? 1 : 2;
		x->line_start = false;
		return emit_close(x, SEQ_END, in->kind, start);
	}
	if (c == '<' && next == '<' && lex_heredoc_start(x))
		return true;
	if (isdigit((unsigned char)c)) {
		lex_number(x);
		return true;
	}
	if (at_mark(x))
		return false;
	if (is_word(c, true)) {
		size_t p = start + 1;

		while (p < x->len && is_word(x->s[p], false))
			p++;
		x->pos = p;
		emit(x, IDENT, start);
		return true;
	}
	return lex_sign(x);
}

bool
hcl_lex(const char *text, size_t len, struct buf *tokens)
{
	struct lexer x = {.s = text, .len = len, .tokens = tokens};
	bool ok = true;

	if (at_mark(&x))
		x.pos = x.end = 3;
	while (ok && x.pos < len) {
		const struct token *in = innermost(&x);

		if (in && in->kind == OQUOTE)
			ok = lex_quoted(&x);
		else if (in && in->kind == OHEREDOC)
			ok = lex_heredoc(&x);
		else
			ok = lex_plain(&x, in);
	}
	ok = ok && x.open.len == 0;
	if (ok)
		emit(&x, NONE, x.pos);
	buf_free(&x.open);
	return ok;
}

bool
hcl_ends_line(const struct token *t)
{
	return t->kind == NEWLINE || (t->kind == COMMENT && t->at[t->len - 1] == '\n');
}

bool
hcl_token_is(const struct token *t, enum kind k, const char *text)
{
	return t->kind == k && t->len == strlen(text) && memcmp(t->at, text, t->len) == 0;
}
