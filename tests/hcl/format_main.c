// Lays out what comes on standard input, to standard output: what differential.py compares with
// terraform. With file names, each is laid out in its own place.

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "hcl/format.h"

static bool
format_file(FILE *in, const char *path)
{
	struct buf text = {0}, out = {0};
	char chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
		buf_add(&text, chunk, n);
	hcl_format(buf_str(&text), text.len, &out);
	FILE *to = path ? fopen(path, "wb") : stdout;
	bool ok = to && !ferror(in) && fwrite(buf_str(&out), 1, out.len, to) == out.len && fflush(to) == 0;

	if (path && to)
		ok = fclose(to) == 0 && ok;
	buf_free(&text);
	buf_free(&out);
	return ok;
}

int
main(int argc, char **argv)
{
	bool ok = argc > 1 || format_file(stdin, NULL);

	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");
		bool done = in && format_file(in, argv[i]);

		if (!done)
			perror(argv[i]);
		if (in)
			fclose(in);
		ok = ok && done;
	}
	return ok ? 0 : 1;
}
