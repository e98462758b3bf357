// The columns of a text, for alignment: user-perceived characters (grapheme clusters of Unicode),
// not bytes or code points. A family emoji is one column, as for `terraform fmt`, and so is a line
// end.
#ifndef WIDTH_H
#define WIDTH_H

#include <stddef.h>

// Each byte that is not UTF-8 counts as one.
size_t width_columns(const char *s, size_t len);

#endif
