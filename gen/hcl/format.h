// The canonical layout of HCL: the same text with the spaces, the indentation and the alignment `terraform
// fmt` gives it.
//
// For text that Terraform accepts, the result is byte for byte that of `terraform fmt` (1.11), applied until
// nothing changes any more. That includes what it rewrites beyond spaces: "${x}" alone as an argument becomes
// x, a bare block label is quoted, the type constraints of old ("list", list) are spelt out, a byte order
// mark goes. Three cases differ on purpose, all of them places where Terraform's own result is no longer the
// same configuration or not one at all: a block label that holds a dollar or a percent sign is kept (fmt
// drops it), one written with escapes or combining letters stays as it is written, and an unwrapped "${x}"
// whose inside has a line comment is put in parentheses where it would else break off. And one that is not
// worth its code: behind a literal in which a lone dollar or percent sign is followed by CR LF or by a
// combining mark, fmt aligns a comment one column further right.
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
