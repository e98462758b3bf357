// Only hashes of tokens are kept and compared, and each check compares all of them: its duration
// reveals nothing about the tokens.

#include "api/auth.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_MIN = 16, TOKEN_MAX = 512, FILE_MAX = 64 * 1024, TOKENS_MAX = 256 };

struct token {
	char name[CALLER_SIZE];
	bool write;
	uint8_t hash[SHA256_DIGEST_LENGTH];
};

struct tokens {
	size_t n;
	bool too_many;
	struct token list[TOKENS_MAX];
};

struct auth {
	char *path;
	pthread_rwlock_t lock;
	struct tokens *tokens;
};

static void
hash(const char *text, size_t len, uint8_t out[SHA256_DIGEST_LENGTH])
{
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)text, len);
	SHA256Final(out, &sha);
}

static bool
is_visible(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return true;
}

static bool
take_hash(const char *s, uint8_t out[SHA256_DIGEST_LENGTH])
{
	if (strlen(s) != (size_t)SHA256_DIGEST_LENGTH * 2)
		return false;
	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		const char pair[] = {s[2 * i], s[2 * i + 1], '\0'};

		if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]))
			return false;
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

// NAME ROLE SHA-256, a comment, or an empty line.
static bool
take_line(char *line, struct tokens *tokens)
{
	char *rest, *name = strtok_r(line, " \t\r", &rest), *role = strtok_r(NULL, " \t\r", &rest);
	const char *digest = strtok_r(NULL, " \t\r", &rest);

	if (!name || *name == '#')
		return true;
	if (!role || !digest || strtok_r(NULL, " \t\r", &rest))
		return false;
	if (tokens->n == TOKENS_MAX) {
		tokens->too_many = true;
		return true;
	}
	struct token *t = &tokens->list[tokens->n++];
	t->write = strcmp(role, "write") == 0;
	snprintf(t->name, sizeof t->name, "%s", name);
	return strlen(name) < CALLER_SIZE && is_visible(name, strlen(name)) && (t->write || strcmp(role, "read") == 0) &&
	       take_hash(digest, t->hash);
}

static bool
take_table(char *text, const char *path, struct tokens *tokens, FILE *problems)
{
	bool ok = true;
	int number = 1;

	for (char *line = text; line; number++) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		if (!take_line(line, tokens)) {
			fprintf(problems, "crudd: token_file: %s:%d: expected a name, read or write, and a SHA-256 in hexadecimal digits\n",
				path, number);
			ok = false;
		}
		line = end ? end + 1 : NULL;
	}
	if (ok && !tokens->n)
		fprintf(problems, "crudd: token_file: %s: no token in the file\n", path);
	if (tokens->too_many)
		fprintf(problems, "crudd: token_file: %s: more than %d tokens\n", path, TOKENS_MAX);
	return ok && tokens->n && !tokens->too_many;
}

static bool
take_text(char *text, size_t len, const char *path, struct tokens *tokens, FILE *problems)
{
	// a token contains neither blanks nor line ends, and may contain #
	if (strlen(text) == len && strpbrk(text, " \t"))
		return take_table(text, path, tokens, problems);
	len -= len && text[len - 1] == '\n';
	len -= len && text[len - 1] == '\r';
	if (len < TOKEN_MIN || len > TOKEN_MAX || !is_visible(text, len)) {
		fprintf(problems, "crudd: token_file: %s: expected %d to %d visible ASCII characters, or lines of name, role and SHA-256\n",
			path, TOKEN_MIN, TOKEN_MAX);
		return false;
	}
	tokens->n = 1;
	snprintf(tokens->list[0].name, CALLER_SIZE, "stack");
	tokens->list[0].write = true;
	hash(text, len, tokens->list[0].hash);
	return true;
}

static struct tokens *
read_tokens(const char *path, FILE *problems)
{
	struct tokens *tokens = calloc(1, sizeof *tokens);
	char *text = malloc(FILE_MAX + 1);
	FILE *in = fopen(path, "re");
	bool ok = false;

	if (!in)
		fprintf(problems, "crudd: token_file: %s: %s\n", path, strerror(errno));
	else if (!tokens || !text)
		fprintf(problems, "crudd: token_file: out of memory\n");
	if (in && tokens && text) {
		size_t len = fread(text, 1, FILE_MAX + 1, in);

		if (ferror(in)) {
			fprintf(problems, "crudd: token_file: %s: %s\n", path, strerror(errno));
		} else if (len > FILE_MAX) {
			fprintf(problems, "crudd: token_file: %s: larger than %d bytes\n", path, FILE_MAX);
		} else {
			text[len] = '\0';
			ok = take_text(text, len, path, tokens, problems);
		}
	}
	if (in)
		fclose(in);
	if (text)
		explicit_bzero(text, FILE_MAX + 1);
	free(text);
	if (ok)
		return tokens;
	free(tokens);
	return NULL;
}

struct auth *
auth_read(const char *path, FILE *problems)
{
	struct tokens *tokens = read_tokens(path, problems);
	struct auth *a = tokens ? calloc(1, sizeof *a) : NULL;

	if (a && (a->path = strdup(path)) && pthread_rwlock_init(&a->lock, NULL) == 0) {
		a->tokens = tokens;
		return a;
	}
	if (tokens)
		fprintf(problems, "crudd: token_file: out of memory\n");
	free(a);
	free(tokens);
	return NULL;
}

bool
auth_reload(struct auth *a, FILE *problems)
{
	struct tokens *tokens = read_tokens(a->path, problems), *old;

	if (!tokens)
		return false;
	pthread_rwlock_wrlock(&a->lock);
	old = a->tokens;
	a->tokens = tokens;
	pthread_rwlock_unlock(&a->lock);
	free(old);
	return true;
}

void
auth_free(struct auth *a)
{
	if (!a)
		return;
	pthread_rwlock_destroy(&a->lock);
	free(a->tokens);
	free(a->path);
	free(a);
}

static bool
is_same(const uint8_t *a, const uint8_t *b)
{
	volatile uint8_t different = 0; // volatile: the compiler must not stop at the first difference

	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++)
		different |= a[i] ^ b[i];
	return !different;
}

bool
auth_has_several(struct auth *a)
{
	pthread_rwlock_rdlock(&a->lock);
	bool several = a->tokens->n > 1;
	pthread_rwlock_unlock(&a->lock);
	return several;
}

enum auth_verdict
auth_check(struct auth *a, const char *header, bool write, char ret_name[CALLER_SIZE])
{
	static const char scheme[] = "Bearer ";
	uint8_t digest[SHA256_DIGEST_LENGTH];
	enum auth_verdict verdict = AUTH_UNKNOWN;

	if (!header || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
		return AUTH_UNKNOWN;
	header += sizeof scheme - 1;
	header += strspn(header, " ");
	hash(header, strlen(header), digest);
	pthread_rwlock_rdlock(&a->lock);
	for (size_t i = 0; i < a->tokens->n; i++) {
		const struct token *t = &a->tokens->list[i];

		if (!is_same(digest, t->hash))
			continue;
		verdict = write && !t->write ? AUTH_FORBIDDEN : AUTH_FINE;
		memcpy(ret_name, t->name, CALLER_SIZE);
	}
	pthread_rwlock_unlock(&a->lock);
	return verdict;
}
