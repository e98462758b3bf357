// How many columns a text takes where things are aligned: user-perceived characters (grapheme clusters of
// Unicode), not bytes and not code points. A family emoji is one column, as it is for `terraform fmt`, and so
// is a line end.
#ifndef WIDTH_H
#define WIDTH_H

#include <stddef.h>

// Bytes that are not UTF-8 count one each.
size_t width_columns(const char *s, size_t len);

#endif
