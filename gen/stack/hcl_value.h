// Values in HCL.
#ifndef HCL_VALUE_H
#define HCL_VALUE_H

#include <stdbool.h>

struct buf;
struct value;

// Adds s as a quoted string that Terraform reads back as exactly s: quotes, backslashes, control
// characters, ${ and %{ are escaped. (Terraform converts strings to Unicode's normal form C;
// decomposed-text refuses others.)
void hcl_quote(const char *s, struct buf *out);
// Adds a value by its type: a string, a number, true or false, a list, an object.
void hcl_value(struct value v, struct buf *out);
// Adds a value as plain text, lists separated by commas; for files that are not HCL.
void hcl_plain(struct value v, struct buf *out);
// Whether a condition holds for it: true, not zero, not empty, present.
bool hcl_truth(struct value v);

#endif
