// All files or none, in steps that a kill between any two of them leaves repairable:
//
//     1 lock .tfgen, so that no other tfgen compares or writes here until this one is done
//     2 compare everything with what is on disk; if one file is not tfgen's, nothing is written
//     3 write the new manifest as manifest.next: from here on, old and new contents both count as tfgen's
//     4 write every new text into a file of its own beside its target
//     5 rename the new files over the old ones, delete those that are no longer part of the stack
//     6 rename manifest.next to manifest
//
// A manifest.next that is there at the start was left by a killed run; its *.tfgen-new files are
// removed before step 3.

#include "stack/write.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "stack/manifest.h"
#include "stack/render.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_SUFFIX ".tfgen-new"

struct writer {
	struct ctx *c;
	const struct outputs *all;
	const struct write_options *options;
	struct write_result *result;
	struct manifest ours; // what an earlier run left, or was about to leave
	int lock;             // descriptor of .tfgen, or -1
	size_t cap_problems;
};

static void problem(struct writer *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
problem(struct writer *w, const char *fmt, ...)
{
	struct write_result *r = w->result;
	va_list ap;

	r->problems = arena_grow(w->c->arena, r->problems, r->n_problems, &w->cap_problems, sizeof *r->problems);
	va_start(ap, fmt);
	r->problems[r->n_problems++] = arena_vprintf(w->c->arena, fmt, ap);
	va_end(ap);
}

static char *
full_path(const struct writer *w, const char *path)
{
	return arena_printf(w->c->arena, "%s/%s", w->options->dir, path);
}

enum found {
	FOUND_NOTHING,
	FOUND_FILE,
	FOUND_OTHER, // a directory, a link, a device
	FOUND_ERROR, // see errno
};

// Reads a regular file; *ret_text is a copy in the arena, NUL-terminated.
static enum found
slurp(struct writer *w, const char *path, const char **ret_text, size_t *ret_len)
{
	struct stat st;
	char *full = full_path(w, path);

	if (lstat(full, &st) < 0)
		return errno == ENOENT ? FOUND_NOTHING : errno == ENOTDIR ? FOUND_OTHER : FOUND_ERROR;
	if (!S_ISREG(st.st_mode))
		return FOUND_OTHER;
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return FOUND_ERROR;
	size_t size = (size_t)st.st_size, len = 0;
	char *text = arena_alloc(w->c->arena, size + 1);
	ssize_t n = 1;
	while (len < size && (n = read(fd, text + len, size - len)) > 0)
		len += (size_t)n;
	close(fd);
	if (n < 0)
		return FOUND_ERROR;
	*ret_text = text;
	*ret_len = len;
	return FOUND_FILE;
}

// Whether a path is a regular file with that content. Keeps nothing in memory.
static bool
holds(struct writer *w, const char *path, const char *data, size_t len)
{
	char chunk[16384];
	struct stat st;
	int fd = open(full_path(w, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool same = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == len;
	ssize_t n = 0;

	for (size_t done = 0; same && done < len; done += same ? (size_t)n : 0) {
		n = read(fd, chunk, sizeof chunk);
		same = n > 0 && (size_t)n <= len - done && memcmp(chunk, data + done, (size_t)n) == 0;
	}
	if (fd >= 0)
		close(fd);
	return same;
}

static void
read_manifests(struct writer *w)
{
	static const char *const paths[] = {MANIFEST_FILE, MANIFEST_NEXT};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		const char *text;
		size_t len;
		enum found found = slurp(w, paths[i], &text, &len);
		if (found == FOUND_ERROR)
			problem(w, "%s: %s", full_path(w, paths[i]), strerror(errno));
		else if (found == FOUND_FILE && !manifest_parse(w->c, text, &w->ours) && !w->options->force)
			problem(w, "%s: damaged; --force ignores it", full_path(w, paths[i]));
	}
}

static void
note_change(struct writer *w, const char *path, enum change change, enum owner owner)
{
	w->result->changes[w->result->n_changes++] = (struct file_change){path, change, owner};
}

// The owner of a file with that content.
static enum owner
owner_of(const struct writer *w, const char *path, const char *text, size_t len)
{
	char hash[HASH_HEX + 1];

	hash_hex(text, len, hash);
	if (manifest_has(&w->ours, path, hash))
		return OWNER_TFGEN;
	return manifest_lists(&w->ours, path) ? OWNER_EDITED : OWNER_OTHER;
}

// Only --force overwrites or deletes a file that is not tfgen's; without it the reason is reported.
static bool
may_overwrite(struct writer *w, const char *path, const char *why)
{
	if (w->options->force)
		return true;
	problem(w, "%s: %s", full_path(w, path), why);
	w->result->owned_by_others = true;
	return false;
}

static void
compare_output(struct writer *w, const struct output *o)
{
	static const char *const why[] = {
		[OWNER_EDITED] = "was edited since tfgen generated it", [OWNER_OTHER] = "was not generated by tfgen"};
	const char *text;
	size_t len;
	enum change change = CHANGE_NONE;
	enum owner owner = OWNER_TFGEN;

	if (holds(w, o->path, o->data, o->len)) {
		note_change(w, o->path, CHANGE_NONE, owner);
		return;
	}
	switch (slurp(w, o->path, &text, &len)) {
	case FOUND_NOTHING:
		change = CHANGE_ADD;
		break;
	case FOUND_OTHER:
		problem(w, "%s: in the way: it is not a regular file, or its directory is not a directory", full_path(w, o->path));
		break;
	case FOUND_ERROR:
		problem(w, "%s: %s", full_path(w, o->path), strerror(errno));
		break;
	case FOUND_FILE:
		change = CHANGE_UPDATE;
		owner = owner_of(w, o->path, text, len);
		if (owner != OWNER_TFGEN)
			may_overwrite(w, o->path, why[owner]);
		break;
	}
	note_change(w, o->path, change, owner);
}

static bool
is_output(const struct outputs *all, const char *path)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].path, path) == 0)
			return true;
	return false;
}

static void
compare_leftover(struct writer *w, const char *path)
{
	const char *text;
	size_t len;

	for (size_t i = 0; i < w->result->n_changes; i++)
		if (strcmp(w->result->changes[i].path, path) == 0) // both manifests list it
			return;
	if (slurp(w, path, &text, &len) != FOUND_FILE)
		return; // gone, or replaced by something else
	enum owner owner = owner_of(w, path, text, len);
	if (owner == OWNER_TFGEN ||
		may_overwrite(w, path, "is no longer part of the stack, but was edited since tfgen generated it"))
		note_change(w, path, CHANGE_REMOVE, owner);
}

static void
compare(struct writer *w)
{
	read_manifests(w);
	w->result->changes = arena_array(w->c->arena, w->all->n + w->ours.n, sizeof *w->result->changes);
	for (size_t i = 0; i < w->all->n; i++)
		compare_output(w, &w->all->list[i]);
	for (size_t i = 0; i < w->ours.n; i++)
		if (!is_output(w->all, w->ours.list[i].path))
			compare_leftover(w, w->ours.list[i].path);
}

// ---- writing

// Makes the directories of a path.
static bool
make_directories(struct writer *w, char *full)
{
	for (char *s = strchr(full + 1, '/'); s; s = strchr(s + 1, '/')) {
		*s = '\0';
		int failed = mkdir(full, 0777) < 0 && errno != EEXIST;
		if (failed)
			problem(w, "%s: %s", full, strerror(errno));
		*s = '/';
		if (failed)
			return false;
	}
	return true;
}

static bool
write_file(struct writer *w, const char *full, const char *data, size_t len)
{
	unlink(full); // left by a killed run
	int fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool good = fd >= 0;

	for (size_t done = 0; good && done < len;) {
		ssize_t n = write(fd, data + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		good = n >= 0;
		done += good ? (size_t)n : 0;
	}
	if (fd >= 0 && close(fd) < 0)
		good = false;
	if (!good)
		problem(w, "%s: %s", full, strerror(errno));
	return good;
}

static bool
is_written(enum change change)
{
	return change == CHANGE_ADD || change == CHANGE_UPDATE;
}

static char *
new_path(const struct writer *w, const char *path)
{
	return arena_printf(w->c->arena, "%s/%s" NEW_SUFFIX, w->options->dir, path);
}

// Deletes the directories of a path as long as they are empty, from the innermost outwards; never
// the stack's own.
static void
drop_empty_directories(struct writer *w, const char *path)
{
	char *inner = arena_strdup(w->c->arena, path);

	for (char *s = strrchr(inner, '/'); s; s = strrchr(inner, '/')) {
		*s = '\0';
		if (rmdir(full_path(w, inner)) < 0)
			return;
	}
}

// Removes what a killed run wrote beside the targets. Both of its manifests have been read.
static void
sweep(struct writer *w)
{
	struct stat st;

	if (lstat(full_path(w, MANIFEST_NEXT), &st) < 0)
		return;
	for (size_t i = 0; i < w->ours.n; i++) {
		unlink(new_path(w, w->ours.list[i].path));
		drop_empty_directories(w, w->ours.list[i].path);
	}
}

static void
discard_new(struct writer *w)
{
	for (size_t i = 0; i < w->result->n_changes; i++) {
		const struct file_change *f = &w->result->changes[i];
		if (!is_written(f->change))
			continue;
		unlink(new_path(w, f->path));
		if (f->change == CHANGE_ADD)
			drop_empty_directories(w, f->path);
	}
	unlink(full_path(w, MANIFEST_NEXT));
}

static bool
write_new(struct writer *w)
{
	// The first changes are those of the outputs, in the same order.
	for (size_t i = 0; i < w->all->n; i++) {
		const struct output *o = &w->all->list[i];
		char *full = new_path(w, o->path);
		if (!is_written(w->result->changes[i].change))
			continue;
		if (!make_directories(w, full) || !write_file(w, full, o->data, o->len))
			return false;
	}
	return true;
}

static void
print_manifest(struct writer *w, struct buf *out)
{
	struct manifest next = {.list = arena_array(w->c->arena, w->all->n, sizeof *next.list)};

	for (size_t i = 0; i < w->all->n; i++) {
		struct manifest_entry *e = &next.list[next.n++];
		e->path = w->all->list[i].path;
		hash_hex(w->all->list[i].data, w->all->list[i].len, e->hash);
	}
	manifest_print(&next, w->options->spec_hash, w->options->spec_file, out);
}

static bool
put_in_place(struct writer *w)
{
	for (size_t i = 0; i < w->result->n_changes; i++) {
		const struct file_change *f = &w->result->changes[i];
		char *full = full_path(w, f->path);
		if (is_written(f->change) && rename(new_path(w, f->path), full) < 0) {
			problem(w, "%s: %s", full, strerror(errno));
			return false;
		}
		if (f->change != CHANGE_REMOVE)
			continue;
		if (unlink(full) < 0 && errno != ENOENT) {
			problem(w, "%s: %s", full, strerror(errno));
			return false;
		}
		drop_empty_directories(w, f->path);
	}
	return true;
}

static bool
is_up_to_date(struct writer *w, const struct buf *manifest)
{
	struct stat st;

	for (size_t i = 0; i < w->result->n_changes; i++)
		if (w->result->changes[i].change != CHANGE_NONE)
			return false;
	return holds(w, MANIFEST_FILE, manifest->data, manifest->len) && lstat(full_path(w, MANIFEST_NEXT), &st) < 0;
}

// Opens and locks .tfgen, after creating it if needed. Another run may remove the directory before
// it is locked; such a lock protects nothing, so the locked directory must still be the one at the
// path.
static bool
lock_directory(struct writer *w)
{
	char *path = full_path(w, MANIFEST_DIR);
	struct stat locked, there;

	for (int tries = 0; tries < 100; tries++) {
		if (!make_directories(w, full_path(w, MANIFEST_FILE)))
			return false;
		w->lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (w->lock < 0 && errno == ENOENT)
			continue;
		if (w->lock < 0 || flock(w->lock, LOCK_EX | LOCK_NB) < 0) {
			problem(w, "%s: %s", path,
				w->lock >= 0 && errno == EWOULDBLOCK ? "another tfgen is writing here" : strerror(errno));
			return false;
		}
		if (fstat(w->lock, &locked) == 0 && stat(path, &there) == 0 && locked.st_ino == there.st_ino &&
			locked.st_dev == there.st_dev)
			return true;
		close(w->lock);
		w->lock = -1;
	}
	problem(w, "%s: other runs of tfgen keep removing it", path);
	return false;
}

// Whether the directory still holds the spec that the caller has seen.
static bool
is_as_seen(struct writer *w)
{
	const char *text;
	size_t len;
	char hash[HASH_HEX + 1] = "";

	if (!w->options->seen_spec)
		return true;
	if (slurp(w, MANIFEST_SPEC, &text, &len) == FOUND_FILE)
		hash_hex(text, len, hash);
	return strcmp(hash, w->options->seen_spec) == 0;
}

// Steps 3 to 6.
static void
write_all(struct writer *w, const struct buf *manifest)
{
	char *next = full_path(w, MANIFEST_NEXT), *next_new = new_path(w, MANIFEST_NEXT);

	sweep(w);
	if (!write_file(w, next_new, manifest->data, manifest->len) || rename(next_new, next) < 0 || !write_new(w)) {
		if (!w->result->n_problems)
			problem(w, "%s: %s", next, strerror(errno));
		unlink(next_new);
		discard_new(w);
		return;
	}
	if (put_in_place(w) && rename(next, full_path(w, MANIFEST_FILE)) < 0)
		problem(w, "%s: %s", next, strerror(errno));
}

static struct writer
start(struct ctx *c, const struct outputs *all, const struct write_options *options)
{
	return (struct writer){
		.c = c,
		.all = all,
		.options = options,
		.lock = -1,
		.result = arena_alloc(c->arena, sizeof(struct write_result)),
	};
}

struct write_result *
write_compare(struct ctx *c, const struct outputs *all, const struct write_options *options)
{
	struct write_options forced = *options;
	forced.force = true; // a comparison may look at any file
	struct writer w = start(c, all, &forced);

	compare(&w);
	return w.result;
}

struct write_result *
write_stack(struct ctx *c, const struct outputs *all, const struct write_options *options)
{
	struct writer w = start(c, all, options);
	struct buf manifest = {0};

	bool locked = lock_directory(&w);
	if (locked && !is_as_seen(&w))
		problem(&w, "%s: another tfgen compiled here meanwhile; compile again", full_path(&w, MANIFEST_DIR));
	if (locked && !w.result->n_problems) {
		compare(&w);
		if (!w.result->n_problems) {
			print_manifest(&w, &manifest);
			if (!is_up_to_date(&w, &manifest))
				write_all(&w, &manifest);
		}
	}
	if (locked && w.result->n_problems)
		rmdir(full_path(&w, MANIFEST_DIR)); // succeeds only if this run made it, because only then it is empty
	if (w.lock >= 0)
		close(w.lock);
	buf_free(&manifest);
	return w.result;
}
