// Makes text from users and files safe to show: a terminal would obey control characters and reorder
// bidirectional text, and a shell would interpret it.
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

struct arena;
struct buf;

// Length of the character at s (n > 0 bytes remain) if a terminal must not get it, else 0: control
// characters (C0 with tab and line feed, DEL, C1), line and paragraph separators, marks that reorder
// bidirectional text, U+FFFE and U+FFFF, and bytes that are not UTF-8.
size_t text_hidden(const char *s, size_t n);
// Adds text with each of these characters as one '?', and a tab as one space.
void text_add_visible(struct buf *out, const char *s, size_t n);
// Adds the character at s, of n bytes and one of these, as an escape that HCL, JSON and YAML know.
void text_add_escaped(struct buf *out, const char *s, size_t n);

// Adds text as XML shows it, in an element or an attribute in double quotes. These characters, most of
// which XML forbids, become '?' here too.
void text_add_xml(struct buf *out, const char *s);

// printf for messages. An argument of %s or %c is shown without hidden characters, and cut to
// TEXT_MESSAGE bytes with "..." after them. Of precisions, %.*s alone is known to %s.
void text_printf(struct buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_print(FILE *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// The same with another limit, and with hidden characters as they are.
void text_cut(struct buf *out, size_t limit, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));
enum { TEXT_MESSAGE = 1000 };

// A word for a shell, in the arena: in quotes if it needs them. Bytes that cannot be typed are
// written as $'\xff', which bash and zsh read.
const char *text_shell_word(struct arena *a, const char *word);
// The same for a file's name among the arguments of a command: what precedes it ends the options if
// the name looks like one.
const char *text_shell_argument(struct arena *a, const char *name);
// A copy that is safe in a comment of any language: hidden characters, and the given ones, are '_'.
const char *text_for_comment(struct arena *a, const char *text, const char *characters);

#endif
