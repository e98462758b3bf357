// The canonical layout of HCL: the same text with the spaces, the indentation and the alignment of
// `terraform fmt`.
//
// For text that Terraform accepts, the result is byte for byte that of `terraform fmt` (1.11),
// applied until nothing changes any more, except that only spaces change. `terraform fmt` also
// rewrites legacy syntax: "${x}" alone as an argument, bare block labels, quoted type constraints.
// The templates have none of that, and tests/terraform shows that it leaves every generated file as
// it is. One more case differs: after a literal in which a lone dollar or percent sign is followed
// by CR LF or by a combining mark, `terraform fmt` aligns a comment one column further right.
//
// Anything else (unbalanced brackets, an open string, a character that HCL does not have) stays
// unchanged if it cannot be read, and is laid out as far as possible if it can. For any bytes:
// nothing outside text[0..len) is read, time and memory are linear in the input and the output
// (deep nesting makes long indents), nothing recurses, and formatting the result again changes
// nothing.
#ifndef HCL_H
#define HCL_H

#include <stddef.h>

struct buf;

// Adds the layout of text[0..len) to out, which need not be empty. The text may contain NUL bytes
// and need not end with one.
void hcl_format(const char *text, size_t len, struct buf *out);

// The same for a text that was made from another, before, which is laid out already: blocks that before
// has, in the same order, are copied. A block ends with a brace at the start of a line, and only
// blocks have one there.
void hcl_format_changed(const char *before, size_t before_len, const char *text, size_t len, struct buf *out);

#endif
