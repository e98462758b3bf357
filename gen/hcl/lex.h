// HCL text as tokens, for hcl.c. Their bytes are the text's own: a token lives as long as the text.
#ifndef HCL_LEX_H
#define HCL_LEX_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum kind {
	NONE, // stands before the first and after the last token
	IDENT,
	NUMBER,
	NEWLINE,
	COMMENT, // one that runs to the end of the line includes the line end
	OBRACE,
	CBRACE,
	OBRACK,
	CBRACK,
	OPAREN,
	CPAREN,
	OQUOTE,
	CQUOTE,
	OHEREDOC, // <<EOT and the line end
	CHEREDOC, // the line of the marker, without its line end
	LITERAL,  // what a template says word for word
	INTERP,	  // ${ or ${~
	CONTROL,  // %{ or %{~
	SEQ_END,  // } or ~} of either
	DOT,
	COMMA,
	COLON,
	COLONS,
	ELLIPSIS,
	EQUAL,
	QUESTION,
	BANG,
	MINUS,
	OPERATOR, // arithmetic, comparison, logic: what a minus behind can only negate
	ARROW
};

struct token {
	const char *at;
	size_t len;
	size_t pad;  // spaces before it
	size_t mate; // of an opening token as it was read: index of the closing one
	enum kind kind;
};

// Arrays grow in a struct buf, whose memory comes from realloc and so suits any type.
#define ITEMS(type, b) ((type *)(void *)(b).data)
#define COUNT(type, b) ((b).len / sizeof(type))

// Adds the tokens of text[0..len) to a struct buf of them and, behind the last, one of kind NONE whose pad is
// what trails the text. A byte order mark is skipped. False: brackets or templates that do not match, or
// bytes that mean nothing in HCL; what was added then is of no use.
bool hcl_lex(const char *text, size_t len, struct buf *tokens);

// 1 for what opens a bracket or an expression in a template, -1 for what closes one, else 0. Quotes are no
// brackets.
int hcl_bracket_change(enum kind k);

// A line break, or a comment that holds one at its end.
bool hcl_ends_line(const struct token *t);
// A token of that kind with just that text.
bool hcl_token_is(const struct token *t, enum kind k, const char *text);

#endif
