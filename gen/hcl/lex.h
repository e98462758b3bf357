// HCL text as tokens, for format.c. A token points into the text, and lives as long as it.
#ifndef HCL_LEX_H
#define HCL_LEX_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum kind {
	NONE, // before the first and after the last token
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
	LITERAL,  // the literal text of a template
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
	OPERATOR, // arithmetic, comparison, logic: a minus after one is a negation
	ARROW
};

struct token {
	const char *at;
	size_t len;
	size_t pad;  // spaces before it
	size_t mate; // of an opening token as it was read: index of the closing one
	enum kind kind;
};

// Arrays grow in a struct buf: its memory comes from realloc, so it is aligned for any type.
#define ITEMS(type, b) ((type *)(void *)(b).data)
#define COUNT(type, b) ((b).len / sizeof(type))

// Adds the tokens of text[0..len) to a struct buf of tokens, and after them one of kind NONE whose
// pad is the number of blanks at the end. A byte order mark is skipped. False: brackets or
// templates do not match, or a byte means nothing in HCL; what was added is then of no use.
bool hcl_lex(const char *text, size_t len, struct buf *tokens);

// 1 if the token opens a bracket or an expression in a template, -1 if it closes one, else 0. Quotes do not count.
int hcl_bracket_change(enum kind k);

// Whether it is a line break, or a comment that ends with one.
bool hcl_ends_line(const struct token *t);
// Whether it has that kind and that text.
bool hcl_token_is(const struct token *t, enum kind k, const char *text);

#endif
