// crudd: read the settings, listen, connect, serve until SIGTERM, finish the requests in flight,
// exit. Exit status: 0 success, 1 cannot listen or migrate, 2 wrong usage or settings.

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/auth.h"
#include "api/idempotency.h"
#include "api/service.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/listen.h"
#include "base/log.h"
#include "base/manual.h"
#include "base/systemd.h"
#include "base/version.h"
#include "db/db.h"
#include "db/pool.h"
#include "db/secret.h"
#include "db/users.h"
#include "model/migrate.h"
#include "server/admin_port.h"
#include "server/http.h"
#include "server/metrics.h"

enum { EXIT_FINE, EXIT_LISTEN, EXIT_USAGE };
enum { DRAIN_TICK_MS = 10, SILENCE_MS = 200, SWEEP_MS = 500, RECYCLE_SECONDS = 1800 };
enum { ADMIN_CONNECTIONS = 32, ADMIN_SECONDS = 10 };
enum { TRIES = 30 }; // of a command, while another instance does the same

// ---- settings

// The address to listen on. Other hosts can reach it only if clients need a token, or if the
// operator set `open`. NULL, and one line to standard error, if the settings contradict each other.
static const char *
choose_address(const struct settings *s)
{
	bool guarded = *s->token_file || s->open;

	if (!*s->bind_address)
		return guarded ? "0.0.0.0" : "127.0.0.1";
	if (!listen_is_address(s->bind_address))
		fprintf(stderr, "crudd: bind_address: expected an IPv4 or IPv6 address, got '%s'\n", s->bind_address);
	else if (!guarded && !listen_is_loopback(s->bind_address))
		fprintf(stderr, "crudd: bind_address: other hosts can reach %s, which requires token_file or open\n", s->bind_address);
	else
		return s->bind_address;
	return NULL;
}

static bool
check_file(const char *name, const char *path)
{
	bool ok = !*path || access(path, R_OK) == 0;

	if (!ok)
		fprintf(stderr, "crudd: %s: %s: %s\n", name, path, strerror(errno));
	return ok;
}

static bool
check_database(const struct settings *s)
{
	bool ok = check_file("db_ca_file", s->db_ca_file);

	if (!*s->db_ca_file && !db_is_local(s->db_host)) {
		fprintf(stderr, "crudd: db_ca_file: required, because the database runs on another machine (%s)\n",
			s->db_host);
		ok = false;
	}
	return check_file("db_secret_file", s->db_secret_file) && ok;
}

static bool
check_ports(const struct settings *s)
{
	bool ok = s->port != s->admin_port;

	if (!ok)
		fprintf(stderr, "crudd: admin_port: %ld is the port of the service itself\n", s->admin_port);
	return ok;
}

static struct db_options
database_options(const struct settings *s)
{
	return (struct db_options){.host = s->db_host, .port = (unsigned)s->db_port, .name = s->db_name, .user = s->db_user,
		.secret_file = s->db_secret_file, .ca_file = s->db_ca_file, .timeout = (unsigned)s->db_timeout};
}

// ---- serving

static void
sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

// The problems go to the log: nothing else may wait for a reader of standard error.
static void
reload(struct auth *auth)
{
	char *text = NULL;
	size_t len = 0;
	FILE *problems = open_memstream(&text, &len);

	if (!auth)
		log_event("info", "reloaded", "no token_file is set");
	else if (problems && auth_reload(auth, problems))
		log_event("info", "reloaded", "the file of tokens was read again");
	else
		log_event("error", "reload", "the file of tokens has errors; the earlier tokens stay valid");
	if (problems)
		fclose(problems);
	if (text && len)
		log_event("error", "reload", text);
	free(text);
}

// Everything that runs, in the order of its start.
struct running {
	struct service service;
	struct metrics *metrics;
	struct pool *pool;
	struct http *http, *admin_http;
	struct admin admin;
};

// Sends watchdog messages to systemd while the HTTP thread answers. Nothing here waits for that
// thread.
struct watchdog {
	uint64_t interval, sent; // nanoseconds; 0: systemd expects no messages
	bool alive;		 // the HTTP thread has answered since the last message
	bool reported;		 // the failure is in the log
};

static void
feed_watchdog(struct watchdog *w, struct http *http)
{
	uint64_t now = clock_monotonic();

	if (!w->interval)
		return;
	w->alive = http_beat(http) || w->alive;
	if (now - w->sent < w->interval)
		return;
	if (w->alive) {
		systemd_notify("WATCHDOG=1");
		w->sent = now;
		w->alive = w->reported = false;
	} else if (!w->reported) {
		log_event("error", "watchdog", "the HTTP server failed its own health check");
		w->reported = true;
	}
}

static void
wait_for_stop(const sigset_t *signals, const struct running *r)
{
	long interval = systemd_watchdog_ms(), tick = interval && interval < 2L * SWEEP_MS ? (interval + 1) / 2 : SWEEP_MS;
	struct watchdog watchdog = {.interval = (uint64_t)interval * 1000000u, .sent = clock_monotonic()};

	for (;;) {
		struct timespec patience = {0, tick * 1000000};
		int s = sigtimedwait(signals, NULL, &patience);

		if (s == SIGTERM || s == SIGINT)
			return;
		if (s == SIGHUP)
			reload(r->service.auth);
		http_sweep(r->http);
		if (r->admin_http)
			http_sweep(r->admin_http);
		feed_watchdog(&watchdog, r->http);
	}
}

// Waits until the requests in flight are finished. The load balancer sends no new ones by now; its
// idle connections are closed. A request may still be on its way when none is in flight, so the
// wait ends only after a period of silence.
static void
drain(struct http *http, long seconds)
{
	long silence = 0;

	http_drain(http);
	for (long left = seconds * 1000; left > 0 && silence < SILENCE_MS; left -= DRAIN_TICK_MS) {
		silence = http_in_flight(http) ? 0 : silence + DRAIN_TICK_MS;
		sleep_ms(DRAIN_TICK_MS);
	}
}

// The pool calls it before the first job.
static enum db_status
prepare_database(struct db *db)
{
	unsigned applied = 0;
	enum db_status status = migrate_run(db, &applied);
	char detail[64];

	snprintf(detail, sizeof detail, "%u applied", applied);
	if (status == DB_OK)
		log_event("info", "migrated", detail);
	else if (status != DB_BUSY)
		log_event("error", "migration", db_error(db));
	return status;
}

static bool
start_pool(const struct settings *s, struct running *r)
{
	r->pool = pool_start(&(struct pool_options){.db = database_options(s), .workers = (size_t)s->db_connections,
		.length = (size_t)s->queue_length, .patience_ms = (unsigned)s->queue_ms, .recycle_seconds = RECYCLE_SECONDS,
		.prepare = prepare_database, .run = http_run, .done = http_done, .clean = idempotency_clean});
	if (!r->pool)
		fprintf(stderr, "crudd: cannot start the database workers\n");
	return r->pool != NULL;
}

static bool
start(const struct settings *s, const char *address, struct auth *auth, struct running *r)
{
	if (!service_init(&r->service, s->title, auth, (unsigned)s->requests_per_second) || !(r->metrics = metrics_new(&r->service.routes))) {
		fprintf(stderr, "crudd: out of memory\n");
		return false;
	}
	idempotency_init(s->idempotency_keys);
	r->http = http_start(&(struct http_options){.address = address, .port = (unsigned)s->port, .keep_alive = (unsigned)s->keep_alive,
				     .request_seconds = (unsigned)s->request_seconds, .max_connections = (unsigned)s->max_connections,
				     .heartbeat = systemd_watchdog_ms() > 0, .local = !auth && !s->open, .log_requests = s->log_requests,
				     .service = &r->service, .metrics = r->metrics},
		stderr);
	if (!r->http || !start_pool(s, r))
		return false;
	http_set_pool(r->http, r->pool);
	r->admin.http = r->http;
	r->admin.pool = r->pool;
	r->admin.metrics = r->metrics;
	unsigned seconds = s->request_seconds < ADMIN_SECONDS ? (unsigned)s->request_seconds : ADMIN_SECONDS;
	if (s->admin_port)
		r->admin_http = http_start(&(struct http_options){.address = "127.0.0.1", .port = (unsigned)s->admin_port,
						   .keep_alive = seconds, .request_seconds = seconds, .max_connections = ADMIN_CONNECTIONS,
						   .local = true, .answer = admin_answer, .context = &r->admin},
			stderr);
	return !s->admin_port || r->admin_http;
}

// In reverse order; a part that did not start is NULL. The pool stops before the server, because it
// resumes the suspended connections.
static void
stop(struct running *r)
{
	http_stop(r->admin_http);
	if (r->pool)
		pool_stop(r->pool);
	http_stop(r->http);
	pool_free(r->pool);
	metrics_free(r->metrics);
	service_end(&r->service);
}

static int
serve(const struct settings *s, const char *address, struct auth *auth)
{
	struct running r = {0};
	sigset_t signals;

	// blocked before any thread starts, so that only wait_for_stop receives them
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
#ifdef M_ARENA_MAX
	// glibc gives each thread memory of its own, which together costs a megabyte and saves no time
	mallopt(M_ARENA_MAX, 2);
#endif
	if (*s->log_file && !log_open(s->log_file, (size_t)s->log_file_mb << 20)) {
		fprintf(stderr, "crudd: log_file: %s: %s\n", s->log_file, strerror(errno));
		auth_free(auth);
		return EXIT_LISTEN;
	}
	log_start();
	if (!start(s, address, auth, &r)) {
		stop(&r);
		log_stop();
		return EXIT_LISTEN;
	}
	if (!auth && !listen_is_loopback(address))
		log_event("warning", "open", "no token is configured: requests from any host are accepted without authentication");
	log_event("info", "listening", address);
	if (!systemd_notify("READY=1"))
		log_event("warning", "notify", "cannot send to the socket in NOTIFY_SOCKET");
	wait_for_stop(&signals, &r);
	systemd_notify("STOPPING=1");
	log_event("info", "stopping", "finishing requests in flight");
	atomic_store(&r.admin.stopping, true);
	drain(r.http, s->drain_seconds);
	stop(&r);
	log_event("info", "stopped", "all connections closed");
	log_stop();
	return EXIT_FINE;
}

// ---- commands

static int
migrate(const struct settings *s)
{
	struct db_options options = database_options(s);
	struct db *db = db_new(&options);
	unsigned applied = 0;
	int tries = 0;
	enum db_status status = db ? db_connect(db) : DB_MEMORY;

	if (status == DB_OK)
		do
			status = migrate_run(db, &applied);
		while (status == DB_BUSY && ++tries < TRIES);
	if (status == DB_OK)
		printf("%u migrations applied\n", applied);
	else
		fprintf(stderr, "crudd: migrate: %s\n",
			!db ? "out of memory" : status == DB_BUSY ? "another instance is still migrating" : db_error(db));
	db_free(db);
	return status == DB_OK ? EXIT_FINE : EXIT_LISTEN;
}

// Logs in as the administrator whose secret is in this file. Prints nothing once the user has a
// single password: secrets.sh relies on that.
static int
create_user(const struct settings *s, const char *admin_secret)
{
	const struct db_options own = database_options(s);
	struct db_options as_admin = own;
	struct secret user;
	int64_t left = 0;
	int tries = 0;
	char why[300];

	if (!*s->db_secret_file || !secret_read(s->db_secret_file, s->db_user, &user, why, sizeof why)) {
		fprintf(stderr, "crudd: create-user: %s\n", *s->db_secret_file ? why : "db_secret_file is not set: it names the user to create");
		return EXIT_USAGE;
	}
	as_admin.secret_file = admin_secret;
	struct db *db = db_new(&as_admin);
	enum db_status status = db ? db_connect(db) : DB_MEMORY;
	if (status == DB_OK)
		do
			status = users_create(db, &own, &user, &left);
		while (status == DB_BUSY && ++tries < TRIES);
	if (status != DB_OK)
		fprintf(stderr, "crudd: create-user: %s\n",
			!db ? "out of memory" : status == DB_BUSY ? "another instance is still changing the user" : db_error(db));
	else if (left)
		printf("the previous password stays valid; after %" PRId64 " s, another create-user discards it\n", left);
	secret_clear(&user);
	db_free(db);
	return status == DB_OK ? EXIT_FINE : EXIT_LISTEN;
}

enum command { SERVE, CHECK, MIGRATE, CREATE_USER };

static int
run(const char *config, bool open, enum command command, const char *admin_secret)
{
	static struct settings s; // large: paths
	struct auth *auth = NULL;
	bool ok = config_read(config, environ, stderr, &s);

	s.open = s.open || open;
	const char *address = ok ? choose_address(&s) : NULL;
	ok = ok && check_ports(&s);
	ok = address && check_database(&s) && ok;
	if (ok && *s.token_file) {
		auth = auth_read(s.token_file, stderr);
		ok = auth != NULL;
	}
	if (!ok || command != SERVE)
		auth_free(auth);
	if (!ok)
		return EXIT_USAGE;
	if (command == CHECK)
		return EXIT_FINE;
	if (!db_library_init()) {
		fprintf(stderr, "crudd: out of memory\n");
		return EXIT_LISTEN;
	}
	switch (command) {
	case MIGRATE:
		return migrate(&s);
	case CREATE_USER:
		return create_user(&s, admin_secret);
	default:
		return serve(&s, address, auth);
	}
}

// A closed standard stream would give its number to a socket, which would then receive the log.
static void
open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int
main(int argc, char **argv)
{
	const char *config = NULL, *admin_secret = NULL;
	enum command command = SERVE;
	bool open = false;

	open_standard_streams();
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			manual_print_help(stdout);
			return EXIT_FINE;
		}
		if (strcmp(argv[i], "help") == 0 && i + 1 < argc && strcmp(argv[i + 1], "man") == 0) {
			manual_print_page(stdout);
			return EXIT_FINE;
		}
		if (strcmp(argv[i], "--version") == 0) {
			printf("crudd %s\n", CRUDD_VERSION);
			return EXIT_FINE;
		}
		if (strcmp(argv[i], "--check-config") == 0) {
			command = CHECK;
		} else if (strcmp(argv[i], "migrate") == 0) {
			command = MIGRATE;
		} else if (strcmp(argv[i], "create-user") == 0 && i + 1 < argc) {
			command = CREATE_USER;
			admin_secret = argv[++i];
		} else if (strcmp(argv[i], "--open") == 0) {
			open = true;
		} else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			config = argv[++i];
		} else {
			fprintf(stderr, "crudd: unexpected '%s'; see crudd --help\n", argv[i]);
			return EXIT_USAGE;
		}
	}
	return run(config, open, command, admin_secret);
}
