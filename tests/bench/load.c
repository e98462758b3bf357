// Load for one HTTP server on this machine, from one thread: every connection sends a request, reads
// the answer, pauses, and repeats. Prints the results as JSON.
// usage: load [OPTION]... PORT [REQUEST]...
//
//   -c N        connections (1)
//   -n N        requests in all, or
//   -t SECONDS  how long to send requests (5)
//   -T MIN:MAX  pause after each answer in milliseconds (none)
//   -H HEADER   a line for every request
//   -w SECONDS  at the start that do not count (0)
//   -k          do not reopen a connection that the server closes
//
// REQUEST is '[WEIGHT ]METHOD PATH[ BODY]', default 'GET /healthz'. In its text and in headers {n}
// becomes a number of 15 digits never used before, {A-B} a random one from A to B.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUESTS_MAX = 64, HEADERS_MAX = 8, ANSWER_MAX = 512 * 1024, STATUSES = 600, PATIENCE = 30 };
enum state { ENDED, THINKING, SENDING, READING };

struct request {
	unsigned weight;
	const char *method, *path, *body;
};

struct connection {
	int fd;
	enum state state;
	double at; // when the request was sent or, thinking, when the next one is due
	char *out;
	size_t out_len, out_done;
	char *in;
	size_t in_len;
};

static struct {
	unsigned port, connections;
	long requests;
	double seconds, think_min, think_max, warm;
	bool keep_ended;
	struct request list[REQUESTS_MAX];
	size_t list_n;
	unsigned weights;
	const char *headers[HEADERS_MAX];
	size_t headers_n;
} o = {.connections = 1, .seconds = 5};

static struct {
	long asked, answered, errors, unfinished, refused, no_retry_after;
	long statuses[STATUSES];
	float *times; // milliseconds
	size_t times_n, times_room;
	double first, last;
} seen;

static unsigned long long chance = 1, serial;
static int poller;
static double begun, alive_at; // alive_at: the last answer

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
	exit(2);
}

static unsigned long long
draw(unsigned long long n)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return n ? (chance >> 33) % n : 0;
}

// ---- requests

// Writes text with its {n} and {A-B} replaced; {n} is the same for all of one request.
static void
expand(FILE *out, const char *text, unsigned long long n)
{
	long long from, to;

	for (int len = 0; *text; text++, len = 0) {
		if (strncmp(text, "{n}", 3) == 0) {
			fprintf(out, "%llu", n);
			text += 2;
		} else if (*text == '{' && sscanf(text, "{%lld-%lld}%n", &from, &to, &len) == 2 && len > 0 && to >= from) {
			fprintf(out, "%lld", from + (long long)draw((unsigned long long)(to - from + 1)));
			text += len - 1;
		} else {
			putc(*text, out);
		}
	}
}

static void
make_request(struct connection *c)
{
	unsigned at = (unsigned)draw(o.weights);
	const struct request *r = o.list;
	unsigned long long n = ++serial;
	char *body = NULL;
	size_t body_len = 0;

	while (at >= r->weight)
		at -= r++->weight;
	if (r->body) {
		FILE *f = open_memstream(&body, &body_len);

		expand(f, r->body, n);
		fclose(f);
	}
	free(c->out);
	c->out = NULL;
	FILE *f = open_memstream(&c->out, &c->out_len);
	fprintf(f, "%s ", r->method);
	expand(f, r->path, n);
	fprintf(f, " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
	for (size_t i = 0; i < o.headers_n; i++) {
		expand(f, o.headers[i], n);
		fputs("\r\n", f);
	}
	if (body)
		fprintf(f, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body_len);
	fputs("\r\n", f);
	if (body)
		fwrite(body, 1, body_len, f);
	fclose(f);
	free(body);
	c->out_done = 0;
}

// ---- connections

static void
watch(struct connection *c, int how, unsigned events)
{
	struct epoll_event e = {.events = events, .data.ptr = c};

	if (epoll_ctl(poller, how, c->fd, &e) < 0)
		die("epoll_ctl");
}

static bool
connect_to(struct connection *c)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)o.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		die("socket");
	if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) {
		close(c->fd);
		c->fd = -1;
		return false;
	}
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	watch(c, EPOLL_CTL_ADD, EPOLLIN);
	c->in_len = 0;
	return true;
}

static void
disconnect(struct connection *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static bool
wants_more(void)
{
	return o.requests ? seen.asked < o.requests : now() - begun < o.seconds;
}

static void
rest(struct connection *c, double at)
{
	double think = o.think_min + (o.think_max - o.think_min) * (double)draw(1000001) / 1e6;

	c->state = THINKING;
	c->at = at + think / 1000;
}

// The connection was lost, or never established.
static void
fail(struct connection *c, long *counter)
{
	(*counter)++;
	disconnect(c);
	if (o.keep_ended)
		c->state = ENDED;
	else
		rest(c, now() + 0.01);
}

static void
send_some(struct connection *c)
{
	while (c->out_done < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->out_done, c->out_len - c->out_done, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			c->state = SENDING;
			watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
			return;
		}
		if (n < 0) {
			fail(c, &seen.errors);
			return;
		}
		c->out_done += (size_t)n;
	}
	if (c->state == SENDING)
		watch(c, EPOLL_CTL_MOD, EPOLLIN);
	c->state = READING;
}

static void
ask(struct connection *c)
{
	if (c->fd < 0 && !connect_to(c)) {
		fail(c, &seen.refused);
		return;
	}
	seen.asked++;
	make_request(c);
	c->at = now();
	c->state = READING;
	c->in_len = 0;
	send_some(c);
}

// ---- answers

static void
keep_time(double from, double to)
{
	if (from - begun < o.warm)
		return;
	if (seen.times_n == seen.times_room) {
		seen.times_room = seen.times_room ? seen.times_room * 2 : 65536;
		seen.times = realloc(seen.times, seen.times_room * sizeof *seen.times);
		if (!seen.times)
			die("realloc");
	}
	if (!seen.times_n)
		seen.first = from;
	seen.times[seen.times_n++] = (float)((to - from) * 1000);
	seen.last = to;
}

static const char *
header(const char *head, const char *end, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = strstr(head, "\r\n"); line && line < end; line = strstr(line + 2, "\r\n"))
		if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':')
			return line + 3 + len + strspn(line + 3 + len, " ");
	return NULL;
}

static void
take_answer(struct connection *c, const char *head_end, int status)
{
	const char *connection = header(c->in, head_end, "Connection");
	double at = now();

	seen.answered++;
	alive_at = at;
	seen.statuses[status]++;
	if (status == 503 && !header(c->in, head_end, "Retry-After"))
		seen.no_retry_after++;
	keep_time(c->at, at);
	if (connection && strncasecmp(connection, "close", 5) == 0) {
		disconnect(c);
		if (o.keep_ended) {
			c->state = ENDED;
			return;
		}
	}
	rest(c, at);
}

// Whether a whole answer has arrived.
static void
look(struct connection *c)
{
	c->in[c->in_len] = '\0';
	const char *end = strstr(c->in, "\r\n\r\n");

	if (!end)
		return;
	int status = strncmp(c->in, "HTTP/1.1 ", 9) == 0 ? atoi(c->in + 9) : 0;
	const char *length = header(c->in, end, "Content-Length");
	size_t wanted = (size_t)(end + 4 - c->in) + (length ? strtoul(length, NULL, 10) : 0);

	if (status < 200 || status >= STATUSES || (!length && status != 204 && status != 304) || wanted >= ANSWER_MAX)
		fail(c, &seen.errors);
	else if (c->in_len >= wanted)
		take_answer(c, end, status);
}

static void
read_some(struct connection *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len, ANSWER_MAX - c->in_len, 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0 && c->state == THINKING) { // idle: the server may end that
		disconnect(c);
		if (o.keep_ended)
			c->state = ENDED;
		return;
	}
	if (n <= 0 || c->state == THINKING) {
		fail(c, &seen.errors);
		return;
	}
	c->in_len += (size_t)n;
	look(c);
}

// ---- all together

static int
compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static double
percentile(double part)
{
	return seen.times_n ? (double)seen.times[(size_t)(part * (double)(seen.times_n - 1))] : 0;
}

static void
report(void)
{
	const char *comma = "";
	double seconds = seen.last - seen.first;

	qsort(seen.times, seen.times_n, sizeof *seen.times, compare);
	printf("{\"requests\": %ld, \"answered\": %ld, \"errors\": %ld, \"refused\": %ld, \"unfinished\": %ld, "
	       "\"without_retry_after\": %ld, \"statuses\": {",
		seen.asked, seen.answered, seen.errors, seen.refused, seen.unfinished, seen.no_retry_after);
	for (int i = 0; i < STATUSES; i++)
		if (seen.statuses[i]) {
			printf("%s\"%d\": %ld", comma, i, seen.statuses[i]);
			comma = ", ";
		}
	printf("}, \"seconds\": %.3f, \"rps\": %.1f, \"p50\": %.3f, \"p90\": %.3f, \"p99\": %.3f, \"max\": %.3f}\n", seconds,
		seconds > 0 ? (double)seen.times_n / seconds : 0, percentile(0.5), percentile(0.9), percentile(0.99),
		percentile(1));
}

// Sends the requests that are due; finds the milliseconds until the next one, and whether any is left.
static int
wake(struct connection *list, bool *ret_left)
{
	double at = now(), next = at + 0.1;
	bool more = wants_more();

	*ret_left = false;
	for (struct connection *c = list; c < list + o.connections; c++) {
		if (c->state == THINKING && c->at <= at && more) {
			ask(c);
			more = wants_more();
		}
		if (c->state == THINKING && c->at < next && more)
			next = c->at;
		*ret_left = *ret_left || c->state == SENDING || c->state == READING || (c->state == THINKING && more);
	}
	return next > at ? (int)((next - at) * 1000) + 1 : 0;
}

static void
run(void)
{
	struct connection *list = calloc(o.connections, sizeof *list);
	struct epoll_event events[256];
	bool left;

	for (struct connection *c = list; c < list + o.connections; c++) {
		c->in = malloc(ANSWER_MAX + 1);
		if (!c->in || !connect_to(c))
			die("connect");
		rest(c, now()); // not all at once, if they think
	}
	begun = alive_at = now();
	for (;;) {
		int wait = wake(list, &left);

		if (!left || now() - alive_at > PATIENCE)
			break;
		int n = epoll_wait(poller, events, 256, wait);
		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;

			if (c->fd >= 0 && events[i].events & EPOLLOUT && c->state == SENDING)
				send_some(c);
			if (c->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
				read_some(c);
		}
	}
	for (struct connection *c = list; c < list + o.connections; c++)
		seen.unfinished += c->state == SENDING || c->state == READING;
}

static void
take_request(char *text)
{
	struct request r = {.weight = 1};
	char *end;

	if (*text >= '0' && *text <= '9') {
		r.weight = (unsigned)strtoul(text, &end, 10);
		text = end + 1;
	}
	r.method = text;
	char *path = strchr(text, ' '), *body = path ? strchr(path + 1, ' ') : NULL;
	if (!path || !r.weight || o.list_n == REQUESTS_MAX)
		die("expected '[WEIGHT ]METHOD PATH[ BODY]'");
	*path = '\0';
	r.path = path + 1;
	if (body) {
		*body = '\0';
		r.body = body + 1;
	}
	o.weights += r.weight;
	o.list[o.list_n++] = r;
}

int
main(int argc, char **argv)
{
	static char healthz[] = "GET /healthz";
	int option;

	while ((option = getopt(argc, argv, "c:n:t:T:H:w:k")) != -1) {
		if (option == 'c')
			o.connections = (unsigned)atoi(optarg);
		else if (option == 'n')
			o.requests = atol(optarg);
		else if (option == 't')
			o.seconds = atof(optarg);
		else if (option == 'T' && sscanf(optarg, "%lf:%lf", &o.think_min, &o.think_max) == 2)
			continue;
		else if (option == 'H' && o.headers_n < HEADERS_MAX)
			o.headers[o.headers_n++] = optarg;
		else if (option == 'w')
			o.warm = atof(optarg);
		else if (option == 'k')
			o.keep_ended = true;
		else
			die("unknown option; the usage is at the top of its source");
	}
	if (optind == argc || !o.connections)
		die("usage: load [OPTION]... PORT [REQUEST]...");
	o.port = (unsigned)atoi(argv[optind++]);
	while (optind < argc)
		take_request(argv[optind++]);
	if (!o.list_n)
		take_request(healthz);
	// the id sets it apart from other runs at this time, the clock from earlier ones (up to 100,000 requests/s)
	serial = (100 + (unsigned long long)getpid() % 900) * 1000000000000u + (unsigned long long)(now() * 1e5);
	poller = epoll_create1(EPOLL_CLOEXEC);
	run();
	report();
	return 0;
}
