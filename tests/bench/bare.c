// The speed of the database for a program that does nothing else: the service's own statements in a
// loop, on as many connections as the service has, each in its own thread. Prints statements and
// seconds as one JSON object.
//
// usage: MYSQL_PWD=PASSWORD bare PORT USER SCHEMA THREADS SECONDS select|insert

#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 64, COLUMNS = 8, ROOM = 400, ROWS = 1000 };

static const char *const statements[] = {
	"SELECT `id`, `name`, `surname`, `phone`, `email`, `created_at`, `updated_at`, `version` FROM `members` WHERE `id` = ?",
	"INSERT INTO `members` (`name`, `surname`, `phone`, `email`, `created_at`, `updated_at`) VALUES (?, ?, ?, ?, ?, ?)",
};

static unsigned port;
static const char *user, *schema;
static double until;
static int writes;

struct worker {
	pthread_t thread;
	unsigned number;
	unsigned long count;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bare: %s: %s\n", what, why);
	exit(1);
}

static void
bind_text(MYSQL_BIND *b, const char *text, unsigned long *len)
{
	*len = strlen(text);
	*b = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING, .buffer = (void *)text, .buffer_length = *len, .length = len};
}

static void
run_select(MYSQL_STMT *s, struct worker *w)
{
	static _Thread_local char rooms[COLUMNS][ROOM];
	MYSQL_BIND in = {0}, out[COLUMNS] = {0};
	long long id = 1;

	in = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &id};
	for (int i = 0; i < COLUMNS; i++)
		out[i] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING, .buffer = rooms[i], .buffer_length = ROOM};
	mysql_stmt_bind_param(s, &in);
	mysql_stmt_bind_result(s, out);
	for (unsigned random = w->number + 1; now() < until; w->count++) {
		random = random * 1664525 + 1013904223;
		id = 1 + random / 65536 % ROWS;
		if (mysql_stmt_execute(s) || mysql_stmt_fetch(s) != 0)
			die("select", mysql_stmt_error(s));
		mysql_stmt_free_result(s);
	}
}

static void
run_insert(MYSQL_STMT *s, struct worker *w)
{
	static const char stamp[] = "2026-11-22 12:00:00.123";
	MYSQL_BIND in[6];
	unsigned long lens[6];
	char phone[32];
	// other than those of earlier runs, up to 100,000 statements a second
	unsigned long long first = (unsigned long long)(now() * 1e5);

	for (; now() < until; w->count++) {
		snprintf(phone, sizeof phone, "%u%012llu", w->number % 10 + 1, first + w->count);
		bind_text(&in[0], "Load", &lens[0]);
		bind_text(&in[1], "Generator", &lens[1]);
		bind_text(&in[2], phone, &lens[2]);
		in[3] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_NULL};
		bind_text(&in[4], stamp, &lens[4]);
		bind_text(&in[5], stamp, &lens[5]);
		mysql_stmt_bind_param(s, in);
		if (mysql_stmt_execute(s))
			die("insert", mysql_stmt_error(s));
	}
}

static void *
run(void *arg)
{
	struct worker *w = arg;
	const char *sql = statements[writes];

	mysql_thread_init();
	MYSQL *m = mysql_init(NULL);
	mysql_options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(m, "127.0.0.1", user, getenv("MYSQL_PWD"), schema, port, NULL, 0))
		die("connect", mysql_error(m));
	if (mysql_query(m, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"))
		die("session", mysql_error(m));
	MYSQL_STMT *s = mysql_stmt_init(m);
	if (mysql_stmt_prepare(s, sql, strlen(sql)))
		die("prepare", mysql_stmt_error(s));
	(writes ? run_insert : run_select)(s, w);
	mysql_stmt_close(s);
	mysql_close(m);
	mysql_thread_end();
	return NULL;
}

int
main(int argc, char **argv)
{
	struct worker workers[THREADS_MAX] = {0};
	unsigned long count = 0;

	if (argc != 7 || atoi(argv[4]) < 1 || atoi(argv[4]) > THREADS_MAX)
		die("usage", "bare PORT USER SCHEMA THREADS SECONDS select|insert");
	port = (unsigned)atoi(argv[1]);
	user = argv[2];
	schema = argv[3];
	unsigned threads = (unsigned)atoi(argv[4]);
	writes = strcmp(argv[6], "insert") == 0;
	mysql_library_init(0, NULL, NULL);
	double begun = now();
	until = begun + atof(argv[5]);
	for (unsigned i = 0; i < threads; i++) {
		workers[i].number = i;
		pthread_create(&workers[i].thread, NULL, run, &workers[i]);
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		count += workers[i].count;
	}
	printf("{\"count\": %lu, \"seconds\": %.3f}\n", count, now() - begun);
	return 0;
}
