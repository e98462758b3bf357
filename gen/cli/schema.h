// `tfgen schema`: the spec language as JSON Schema (2020-12), for editors.
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdio.h>

void schema_print(FILE *out);

#endif
