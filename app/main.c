// crudd: read the settings, listen, wait to be told to stop, finish what is in flight, stop. Exit status: 0
// fine, 1 cannot listen, 2 wrong usage or settings.

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth.h"
#include "config.h"
#include "http.h"
#include "log.h"
#include "notify.h"
#include "route.h"
#include "version.h"

enum { EXIT_FINE, EXIT_LISTEN, EXIT_USAGE };

static void
print_help(void)
{
	printf("usage: crudd [--config FILE] [--check-config]\n"
	       "       crudd --help | --version\n\n"
	       "Serves HTTP until it gets SIGTERM. --check-config says what is wrong with the settings and "
	       "serves nothing.\n"
	       "FILE is a JSON object of settings; the variable CRUDD_<NAME> overrides each. The "
	       "settings:\n\n");
	config_print(stdout);
}

// Where to listen: for others only if callers need a token or somebody said that none is wanted. NULL, and
// one line to standard error, if the settings contradict themselves.
static const char *
choose_address(const struct settings *s)
{
	bool guarded = *s->token_file || s->open;

	if (!*s->bind_address)
		return guarded ? "0.0.0.0" : "127.0.0.1";
	if (!http_is_address(s->bind_address))
		fprintf(stderr, "crudd: bind_address: expected an IPv4 or IPv6 address, got '%s'\n",
			s->bind_address);
	else if (!guarded && !http_is_loopback(s->bind_address))
		fprintf(stderr,
			"crudd: bind_address: others can reach %s, but there is neither a token_file nor "
			"open\n",
			s->bind_address);
	else
		return s->bind_address;
	return NULL;
}

static void
sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static void
wait_for_stop(const sigset_t *signals)
{
	long every = notify_watchdog_ms();
	struct timespec patience = {every / 1000, every % 1000 * 1000000};

	for (;;) {
		int s = every ? sigtimedwait(signals, NULL, &patience) : sigwaitinfo(signals, NULL);

		if (s == SIGTERM || s == SIGINT)
			return;
		if (s < 0 && errno == EAGAIN)
			notify_send("WATCHDOG=1");
	}
}

// The balancer has stopped sending by now; connections it keeps open are idle and are simply closed.
static void
drain(struct http *http, long seconds)
{
	http_drain(http);
	for (long left = seconds * 100; left > 0 && http_in_flight(http) > 0; left--)
		sleep_ms(10);
}

static int
serve(const struct settings *s, const char *address, const char *token)
{
	struct service service = {.token = token, .title = s->title};
	struct http_options o = {address, (unsigned)s->port, (unsigned)s->keep_alive,
		(unsigned)s->max_connections, s->log_requests};
	sigset_t signals;

	// blocked before the thread is made, so that the signal comes to us and never interrupts it
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	struct http *http = http_start(&service, &o, stderr);
	if (!http)
		return EXIT_LISTEN;
	if (!token && !http_is_loopback(address))
		log_event("warning", "open", "no token is configured: everybody who can connect may call");
	log_event("info", "listening", address);
	if (!notify_send("READY=1"))
		log_event("warning", "notify", "systemd could not be told");
	wait_for_stop(&signals);
	notify_send("STOPPING=1");
	log_event("info", "stopping", "finishing requests in flight");
	drain(http, s->drain_seconds);
	http_stop(http);
	log_event("info", "stopped", "all connections closed");
	return EXIT_FINE;
}

static int
run(const char *config, bool check)
{
	struct settings s;
	bool ok = config_read(config, environ, stderr, &s);
	const char *address = ok ? choose_address(&s) : NULL;
	char *token = NULL;
	int status = EXIT_USAGE;

	if (ok && *s.token_file) {
		token = auth_read_token(s.token_file, stderr);
		ok = token != NULL;
	}
	if (ok && address)
		status = check ? EXIT_FINE : serve(&s, address, token);
	if (token)
		explicit_bzero(token, strlen(token));
	free(token);
	return status;
}

int
main(int argc, char **argv)
{
	const char *config = NULL;
	bool check = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			print_help();
			return EXIT_FINE;
		}
		if (strcmp(argv[i], "--version") == 0) {
			printf("crudd %s\n", CRUDD_VERSION);
			return EXIT_FINE;
		}
		if (strcmp(argv[i], "--check-config") == 0) {
			check = true;
		} else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			config = argv[++i];
		} else {
			fprintf(stderr, "crudd: unexpected '%s'; see crudd --help\n", argv[i]);
			return EXIT_USAGE;
		}
	}
	return run(config, check);
}
