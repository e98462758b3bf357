// Any bytes go through the formatter: it must not crash, and formatting its result must change
// nothing. The text is in an allocation of its exact size, so that the sanitizer sees a read after
// its end.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "hcl/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = {0}, twice = {0};
	char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	hcl_format(text, size, &once);
	hcl_format(buf_str(&once), once.len, &twice);
	if (once.len != twice.len || memcmp(buf_str(&once), buf_str(&twice), once.len) != 0) {
		fprintf(stderr, "not settled:\n%s\n---\n%s\n", buf_str(&once), buf_str(&twice));
		abort();
	}
	free(text);
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
