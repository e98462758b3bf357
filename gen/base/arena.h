// Memory that lives as long as its arena. arena_free releases everything at once; the address
// sanitizer then reports any use of it. Running out of memory ends the process with one line.
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); // accepts NULL
// Releases everything at once, and keeps memory to use again.
void arena_reset(struct arena *a);
// Ends the process after a failed allocation: one line, and exit status 3.
_Noreturn void arena_exhausted(void);
// Zeroed memory, aligned for any type.
void *arena_alloc(struct arena *a, size_t size);
// n elements of the given size, zeroed; the product must not overflow.
void *arena_array(struct arena *a, size_t n, size_t size);
// Room for one more element in a list of n: the list itself, or a larger copy. *cap is the number of
// elements that it has room for, 0 at first.
void *arena_grow(struct arena *a, void *list, size_t n, size_t *cap, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_join(struct arena *a, const char *first, const char *second);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

#endif
