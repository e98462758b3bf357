// The canonical layout of HCL: the same text with the spaces, the indentation and the alignment of `terraform fmt`.
//
// For text that Terraform accepts, the result is byte for byte that of `terraform fmt` (1.11), applied until nothing changes any
// more, except that only spaces change. `terraform fmt` also rewrites legacy syntax: "${x}" alone as an argument, bare block labels,
// quoted type constraints. The templates have none of that, and tests/terraform shows that it leaves every generated file as it is.
// One more case differs: after a literal in which a lone dollar or percent sign is followed by CR LF or by a combining mark,
// `terraform fmt` aligns a comment one column further right.
//
// Anything else (unbalanced brackets, an open string, a character HCL does not know) comes out unchanged if
// it cannot be read, and laid out as far as it makes sense if it can. Whatever the bytes: nothing outside
// text[0..len) is read, time and memory are linear in what goes in and what comes out (which deep nesting
// indents far), nothing recurses, and laying out the result once more changes nothing.
#ifndef HCL_H
#define HCL_H

#include <stddef.h>

struct buf;

// Adds the layout of text[0..len) to out, which need not be empty. The text may hold NUL bytes and need not
// end with one.
void hcl_format(const char *text, size_t len, struct buf *out);

#endif
