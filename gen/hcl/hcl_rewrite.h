// The one pass of hcl.c that changes tokens.
#ifndef HCL_REWRITE_H
#define HCL_REWRITE_H

#include <stdbool.h>

struct buf;
struct token;

// Adds to out, a struct buf of tokens, what the tokens of in (as hcl_lex made them, NONE at their end) are in canonical text.
// False: in is no sequence of attributes and blocks; what was added then is of no use.
bool hcl_rewrite(const struct token *in, struct buf *out);

#endif
