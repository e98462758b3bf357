// Unicode's normal form C, to which Terraform converts every string that it reads.
#ifndef UNICODE_H
#define UNICODE_H

#include <stdbool.h>

// Whether a text of valid UTF-8 is in that form, so that Terraform leaves it as it is.
bool unicode_is_composed(const char *text);

#endif
