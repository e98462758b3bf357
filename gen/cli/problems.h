// Every problem that tfgen can report.
#ifndef PROBLEMS_H
#define PROBLEMS_H

#include "base/catalogue.h"

// The whole catalogue, in the order of `tfgen explain`. It lives as long as the program.
const struct problem *const *problems_all(void);

#endif
