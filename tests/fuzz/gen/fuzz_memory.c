// A spec of 64 KB that repeats something: reading, checking and reporting it must not take more than 64
// MB. Bytes of 1 divide the input into a head, an item and a tail; the item is repeated until the text
// has 64 KB, and each byte of 2 in it becomes its number. What grows with the square of a construct is
// so found by inputs of a few bytes.

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/diag.h"
#include "check/check.h"
#include "cli/lint.h"
#include "cli/problems.h"
#include "spec/doc.h"
#include "spec/spec_read.h"
#include "stack/plan.h"

#include <sanitizer/allocator_interface.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPEC_SIZE = 64 * 1024, MEMORY = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t in_use, allowed = SIZE_MAX;

static void
allocated(const volatile void *p, size_t size)
{
	(void)p;
	in_use += size;
	if (in_use <= allowed)
		return;
	allowed = SIZE_MAX;
	fprintf(stderr, "over %d MB in use\n", MEMORY >> 20);
	abort();
}

static void
released(const volatile void *p)
{
	size_t size = p ? __sanitizer_get_allocated_size(p) : 0;

	in_use -= size < in_use ? size : in_use;
}

// Adds a part; each byte of 2 becomes number.
static void
add_part(struct buf *out, const char *s, size_t n, size_t number)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == 2)
			buf_printf(out, "%zu", number);
		else
			buf_putc(out, s[i]);
	}
}

static void
make_spec(const char *s, size_t n, struct buf *out)
{
	const char *end = s + n, *item = memchr(s, 1, n), *tail = item ? memchr(item + 1, 1, (size_t)(end - item - 1)) : NULL;

	buf_puts(out, "name: gym\nregion: us-east-1\n");
	buf_add(out, s, (size_t)((item ? item : end) - s));
	if (!item)
		return;
	size_t n_item = (size_t)((tail ? tail : end) - item - 1), n_tail = tail ? (size_t)(end - tail - 1) : 0;
	for (size_t i = 0; n_item && out->len + n_item + n_tail < SPEC_SIZE; i++)
		add_part(out, item + 1, n_item, i);
	if (tail)
		buf_add(out, tail + 1, n_tail);
}

static void
check_all(struct ctx *c, const char *text, size_t len)
{
	struct plan_source source = {.file = "fuzz.yaml", .path = "fuzz.yaml"};
	struct node *root = doc_parse(c, source_of(c, "fuzz.yaml", text, len));
	struct buf printed = {0};

	if (!root)
		return;
	check_run(c, spec_build(c, root, NULL, NULL, 0));
	lint_environments(c, root, NULL, 0, &source);
	doc_print(root, &printed);
	buf_free(&printed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *null;

	if (!null) {
		null = fopen("/dev/null", "w");
		__sanitizer_install_malloc_and_free_hooks(allocated, released);
	}
	allowed = in_use + MEMORY;
	struct arena *arena = arena_new();
	struct ctx c = {.arena = arena, .diags = diags_new(arena, problems_all())};
	struct buf text = {0};
	make_spec((const char *)data, size, &text);
	check_all(&c, buf_str(&text), text.len);
	diags_finish(c.diags, true);
	diags_print_text(c.diags, false, null);
	diags_print_json(c.diags, null);
	diags_print_sarif(c.diags, null);
	buf_free(&text);
	arena_free(arena);
	allowed = SIZE_MAX;
	return 0;
}
