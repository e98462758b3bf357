// What takes Unicode's tables: its normal form C, to which Terraform converts every string that it
// reads, and letters without their case.
#ifndef UNICODE_H
#define UNICODE_H

#include <stdbool.h>

// Whether a text of valid UTF-8 is in normal form C, so that Terraform leaves it as it is.
bool unicode_is_composed(const char *text);
// Whether two texts of valid UTF-8 differ at most in the case of their letters.
bool unicode_is_same_caseless(const char *a, const char *b);

#endif
