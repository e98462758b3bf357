// A path is walked component by component with openat and O_NOFOLLOW, so that what a directory is
// replaced with meanwhile is not followed either. Consecutive paths are mostly in the same directory,
// which is kept open.

#include "stack/dir.h"

#include "base/arena.h"
#include "base/ctx.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct dir {
	struct ctx *c;
	const char *path;
	int fd;             // -1 if the directory cannot be opened, for the reason why_closed
	int why_closed;
	const char *parent; // the directory of parent_fd
	int parent_fd;      // the last one that was walked to, or -1
	const char *blocker; // see dir_blocker
	int lock;           // of dir_lock, or -1
	bool has_spec;
	struct stat spec;
};

// ---- names

bool
dir_is_canonical(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	if (strlen(path) >= PATH_MAX)
		return false;
	for (;;) {
		size_t n = strspn(path, letters);
		if (n == 0 || n > NAME_MAX || path[n - 1] == '.')
			return false;
		if (!path[n])
			return true;
		if (path[n] != '/')
			return false;
		path += n + 1;
	}
}

static bool
ends_with(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && strncasecmp(s + n - m, end, m) == 0;
}

// Whether a component of a path makes it one of other programs' or the user's.
static bool
is_foreign(const char *name, size_t n)
{
	static const char *const names[] = {".git", ".gitignore", ".gitmodules", ".terraform", ".terraform.lock.hcl", ".terraformrc"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && strncasecmp(names[i], name, n) == 0)
			return true;
	for (size_t i = 0; i < n; i++)
		if (strncasecmp(name + i, ".tfstate", strlen(".tfstate")) == 0)
			return true;
	return ends_with(name, n, ".tfvars") || ends_with(name, n, ".tfvars.json");
}

bool
dir_is_reserved(const char *path)
{
	for (; *path; path += strspn(path, "/")) {
		size_t n = strcspn(path, "/");
		if (is_foreign(path, n))
			return true;
		path += n;
	}
	return false;
}

bool
dir_is_same(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

// ---- walking

struct dir *
dir_open(struct ctx *c, const char *path, const char *spec)
{
	struct dir *d = arena_alloc(c->arena, sizeof *d);

	*d = (struct dir){.c = c, .path = path, .parent_fd = -1, .lock = -1};
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d->why_closed = errno;
	d->has_spec = spec && stat(spec, &d->spec) == 0;
	return d;
}

static void
forget_parent(struct dir *d)
{
	if (d->parent_fd >= 0)
		close(d->parent_fd);
	d->parent_fd = -1;
}

void
dir_close(struct dir *d)
{
	if (!d)
		return;
	forget_parent(d);
	if (d->lock >= 0)
		close(d->lock);
	if (d->fd >= 0)
		close(d->fd);
	d->fd = d->lock = -1;
}

const char *
dir_name(const struct dir *d, const char *path)
{
	return arena_printf(d->c->arena, "%s/%s", d->path, path);
}

// Makes the stack's own directory, with those above it.
static bool
make_top(struct dir *d)
{
	char *path = arena_strdup(d->c->arena, d->path);

	for (char *s = strchr(path + 1, '/'); s; s = strchr(s + 1, '/')) {
		*s = '\0';
		if (mkdir(path, 0777) < 0 && errno != EEXIST)
			return false;
		*s = '/';
	}
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return false;
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->fd >= 0;
}

// Opens one directory of a path. -1 with errno set.
static int
step_into(int fd, const char *name, bool make)
{
	enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
	int next = openat(fd, name, FLAGS);

	if (next >= 0 || errno != ENOENT || !make)
		return next;
	if (mkdirat(fd, name, 0777) < 0 && errno != EEXIST)
		return -1;
	return openat(fd, name, FLAGS);
}

// Walks to the directory of a path. Returns its descriptor, which the dir owns, or -1 with errno set;
// *ret_name is the path's last component.
static int
walk(struct dir *d, const char *path, bool make, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	*ret_name = slash ? slash + 1 : path;
	if (d->fd < 0) {
		errno = d->why_closed;
		if (!make || !make_top(d))
			return -1;
	}
	if (!slash)
		return d->fd;
	if (d->parent_fd >= 0 && strlen(d->parent) == n && memcmp(d->parent, path, n) == 0)
		return d->parent_fd;
	forget_parent(d);
	char *rest = arena_strndup(d->c->arena, path, n), *at = rest;
	int fd = d->fd;
	for (char *name; fd >= 0 && (name = strsep(&rest, "/"));) {
		int next = step_into(fd, name, make), saved = errno;
		d->blocker = arena_strndup(d->c->arena, path, (size_t)(name - at) + strlen(name));
		if (fd != d->fd)
			close(fd);
		errno = saved;
		fd = next;
	}
	d->parent = arena_strndup(d->c->arena, path, n);
	d->parent_fd = fd;
	return fd;
}

// ---- reading

static enum dir_found
why_not(void)
{
	switch (errno) {
	case ENOENT:
		return DIR_NOTHING;
	case ELOOP:
	case ENOTDIR:
	case ENXIO: // a socket
		return DIR_IN_THE_WAY;
	default:
		return DIR_FAILED;
	}
}

static enum dir_found
open_file(struct dir *d, const char *path, int *ret_fd, size_t *ret_size)
{
	const char *name;
	struct stat st;
	int parent = walk(d, path, false, &name);
	// A pipe does not wait for its writer, and a terminal does not become ours.
	int fd = parent < 0 ? -1 : openat(parent, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (parent >= 0)
		d->blocker = path;
	if (fd < 0)
		return why_not();
	enum dir_found found = fstat(fd, &st) < 0 ? DIR_FAILED : S_ISREG(st.st_mode) ? DIR_FILE : DIR_IN_THE_WAY;
	if (found != DIR_FILE)
		close(fd);
	*ret_fd = fd;
	*ret_size = (size_t)st.st_size;
	return found;
}

// Reads up to n bytes, fewer only at the end of the file. Negative with errno set.
static ssize_t
read_all(int fd, char *data, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = read(fd, data + done, n - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

enum dir_found
dir_read(struct dir *d, const char *path, size_t limit, const char **ret_text, size_t *ret_len)
{
	size_t size;
	int fd;
	enum dir_found found = open_file(d, path, &fd, &size);

	if (found != DIR_FILE)
		return found;
	if (size > limit) {
		close(fd);
		return DIR_LARGE;
	}
	char *text = arena_alloc(d->c->arena, size + 1);
	ssize_t len = read_all(fd, text, size);
	close(fd);
	if (len < 0)
		return DIR_FAILED;
	*ret_text = text;
	*ret_len = (size_t)len;
	return DIR_FILE;
}

enum dir_found
dir_compare(struct dir *d, const char *path, const char *data, size_t len, bool *ret_same, char ret_hash[HASH_HEX + 1])
{
	char chunk[16384];
	size_t size;
	int fd;
	enum dir_found found = open_file(d, path, &fd, &size);

	*ret_same = false;
	if (found != DIR_FILE)
		return found;
	bool same = size == len;
	for (size_t done = 0; same && done < len; done += sizeof chunk) {
		size_t n = len - done < sizeof chunk ? len - done : sizeof chunk;
		same = read_all(fd, chunk, n) == (ssize_t)n && memcmp(chunk, data + done, n) == 0;
	}
	*ret_same = same;
	if (!same && (lseek(fd, 0, SEEK_SET) < 0 || !hash_descriptor(fd, ret_hash)))
		found = DIR_FAILED;
	close(fd);
	return found;
}

const char *
dir_blocker(const struct dir *d)
{
	return d->blocker;
}

// Whether a path is there; if so, *ret_st is about it, not about what a link names.
static bool
look(struct dir *d, const char *path, struct stat *ret_st)
{
	const char *name;
	int parent = walk(d, path, false, &name);

	return parent >= 0 && fstatat(parent, name, ret_st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool
is_one_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool
dir_is_spec(struct dir *d, const char *path)
{
	struct stat st;

	return d->has_spec && look(d, path, &st) && is_one_file(&st, &d->spec);
}

bool
dir_exists(struct dir *d, const char *path)
{
	struct stat st;

	return look(d, path, &st);
}

// ---- changing

bool
dir_write(struct dir *d, const char *path, const char *data, size_t len)
{
	enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC };
	const char *name;
	int parent = walk(d, path, true, &name);
	int fd = parent < 0 ? -1 : openat(parent, name, FLAGS, 0666);

	if (fd < 0 && parent >= 0 && errno == EEXIST && unlinkat(parent, name, 0) == 0)
		fd = openat(parent, name, FLAGS, 0666);
	bool good = fd >= 0;
	for (size_t done = 0; good && done < len;) {
		ssize_t n = write(fd, data + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		good = n >= 0;
		done += good ? (size_t)n : 0;
	}
	int saved = errno;
	if (fd >= 0 && close(fd) < 0 && good) {
		saved = errno;
		good = false;
	}
	errno = saved;
	return good;
}

bool
dir_rename(struct dir *d, const char *from, const char *to)
{
	const char *old, *now, *slash = strrchr(to, '/');
	int parent = walk(d, from, false, &old);

	// tfgen renames within a directory only.
	now = slash ? slash + 1 : to;
	return parent >= 0 && renameat(parent, old, parent, now) == 0;
}

bool
dir_delete(struct dir *d, const char *path)
{
	const char *name;
	int parent = walk(d, path, false, &name);

	return (parent >= 0 && unlinkat(parent, name, 0) == 0) || errno == ENOENT;
}

void
dir_drop_empty(struct dir *d, const char *path)
{
	char *inner = arena_strdup(d->c->arena, path);

	for (char *s = strrchr(inner, '/'); s; s = strrchr(inner, '/')) {
		const char *name;
		*s = '\0';
		int parent = walk(d, inner, false, &name);
		if (parent < 0 || unlinkat(parent, name, AT_REMOVEDIR) < 0)
			break;
	}
	forget_parent(d); // it may be one of those
}

bool
dir_lock(struct dir *d, const char *name)
{
	struct stat locked, there;

	// Another run may remove the directory before it is locked; such a lock protects nothing.
	for (int tries = 0; tries < 100; tries++) {
		if (d->fd < 0 && !make_top(d))
			return false;
		d->lock = step_into(d->fd, name, true);
		if (d->lock < 0 && errno == ENOENT)
			continue;
		if (d->lock < 0 || flock(d->lock, LOCK_EX | LOCK_NB) < 0)
			return false;
		if (fstat(d->lock, &locked) == 0 && look(d, name, &there) && is_one_file(&locked, &there))
			return true;
		close(d->lock);
		d->lock = -1;
	}
	errno = ESTALE;
	return false;
}
