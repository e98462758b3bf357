// The words by which the log names a request. None of them is the client's own.
#ifndef LABEL_H
#define LABEL_H

#include <stdint.h>

enum { ID_SIZE = 48 };

// Makes the ids of one process differ from each other and from those of earlier processes. Starts
// with label_start.
struct label {
	uint64_t boot, count;
};

void label_start(struct label *l);
// The load balancer's trace id if it has the right form (1-8hex-24hex), so that its log and this
// one can be joined; else a new id. trace: the header X-Amzn-Trace-Id; NULL: none.
void label_id(struct label *l, const char *trace, char ret_id[ID_SIZE]);
// A well-known method, or OTHER.
const char *label_method(const char *method);

#endif
