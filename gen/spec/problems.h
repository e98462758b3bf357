// The problems that the reading of a spec can report.
#ifndef SPEC_PROBLEMS_H
#define SPEC_PROBLEMS_H

#include "base/catalogue.h"

extern const struct problem spec_problems[]; // ends with a NULL id

#endif
