// Three panels above one axis of time. A column is a minute, or several of a long load: then the
// highest load and the lowest capacity of them.

#include "read/chart.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"
#include "base/text.h"
#include "read/simulate_verdict.h"

enum {
	WIDTH = 720,
	LEFT = 76,   // of the panels
	PANEL = 616, // their width, and as many columns at most
	LOAD_TOP = 92, LOAD_HEIGHT = 170,
	GROUP_TOP = 300, GROUP_HEIGHT = 80,
	BANDS_TOP = 406, BAND = 36, // a name, and the bar below it
	BAR = 12,
};

// Plain colors, since not everything that draws SVG knows variables.
static const char style[] =
	"<style>\n"
	"text { font: 15px system-ui, sans-serif; fill: #1f2328 }\n"
	"@media (max-width: 500px) { text { font-size: 19px } }\n"
	".head { font-weight: 600; font-size: 20px } .end { text-anchor: end } .mid { text-anchor: middle }\n"
	"rect { shape-rendering: crispEdges } .line { stroke: #d1d9e0 }\n"
	".paper { fill: #ffffff } .bar { fill: #d1d9e0 } .ring { fill: #bc4c00 }\n"
	".room { fill: #b6d7b9 } .new { fill: #e3d29c } .lack { fill: #cf222e }\n"
	".load { fill: none; stroke: #0550ae; stroke-width: 2.5 }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"text { fill: #e6edf3 } .line { stroke: #30363d } .paper { fill: #0d1117 } .bar { fill: #30363d } .ring { fill: #f0883e }\n"
	".room { fill: #23502c } .new { fill: #6b5714 } .lack { fill: #f85149 } .load { stroke: #79c0ff }\n"
	"}\n"
	"</style>\n";

// The minutes of a column together.
struct column {
	long load, capacity, unserved; // requests a minute
	long serving, starting;
	bool rings[N_ALARMS];
};

struct chart {
	struct ctx *c;
	const struct simulation *s;
	struct column *columns;
	size_t n;
	size_t minutes; // of a column
	struct buf *out;
};

static void
gather(struct chart *k)
{
	const struct simulation *s = k->s;

	k->minutes = (s->load.minutes + PANEL - 1) / PANEL;
	k->n = (s->load.minutes + k->minutes - 1) / k->minutes;
	k->columns = arena_array(k->c->arena, k->n, sizeof *k->columns);
	for (size_t m = 0; m < s->load.minutes; m++) {
		const struct minute *one = &s->minutes[m];
		struct column *all = &k->columns[m / k->minutes];
		long capacity = one->serving * s->rules.per_minute;
		bool first = m % k->minutes == 0;
		all->load = one->requests > all->load ? one->requests : all->load;
		all->capacity = first || capacity < all->capacity ? capacity : all->capacity;
		all->serving = first || one->serving < all->serving ? one->serving : all->serving;
		all->starting = one->starting > all->starting ? one->starting : all->starting;
		all->unserved += one->unserved;
		for (size_t i = 0; i < s->rules.n_alarms; i++)
			all->rings[i] = all->rings[i] || one->states[i] == ALARM_ALARM;
	}
}

static double
x_of(const struct chart *k, size_t column)
{
	return LEFT + (double)PANEL * (double)column / (double)k->n;
}

// A panel from bottom up to height, that shows up to most; more is cut.
struct scale {
	double bottom, height, most;
};

static double
y_of(const struct scale *p, long value)
{
	double part = (double)value / p->most;

	return p->bottom - p->height * (part < 1 ? part : 1);
}

// The next of 1, 2, 5, 10, 20, 50 ...
static long
round_up(long value)
{
	long tens = 1;

	while (10 * tens < value)
		tens *= 10;
	return value <= tens ? tens : value <= 2 * tens ? 2 * tens : value <= 5 * tens ? 5 * tens : 10 * tens;
}

// A block for each run of columns with the same top and the same bottom.
static void
draw_block(struct chart *k, const char *class, size_t from, size_t to, double top, double bottom)
{
	if (bottom > top)
		buf_printf(k->out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", class, x_of(k, from), top,
			x_of(k, to) - x_of(k, from), bottom - top);
}

enum series {
	SERIES_CAPACITY,
	SERIES_LACK,
	SERIES_SERVING,
	SERIES_STARTING,
};

struct extent {
	long low, high;
};

// The bottom and the top of what a column has of a series.
static struct extent
extent_of(const struct column *one, enum series series)
{
	switch (series) {
	case SERIES_CAPACITY:
		return (struct extent){0, one->capacity};
	case SERIES_LACK:
		return (struct extent){one->capacity, one->unserved ? one->load : one->capacity};
	case SERIES_SERVING:
		return (struct extent){0, one->serving};
	case SERIES_STARTING:
		return (struct extent){one->serving, one->serving + one->starting};
	}
	return (struct extent){0, 0};
}

static void
draw_series(struct chart *k, const char *class, enum series series, const struct scale *p)
{
	for (size_t from = 0, to; from < k->n; from = to) {
		struct extent here = extent_of(&k->columns[from], series);
		for (to = from + 1; to < k->n; to++) {
			struct extent next = extent_of(&k->columns[to], series);
			if (next.low != here.low || next.high != here.high)
				break;
		}
		draw_block(k, class, from, to, y_of(p, here.high), y_of(p, here.low));
	}
}

static void
draw_load(struct chart *k, const struct scale *p)
{
	buf_puts(k->out, "<path class=\"load\" d=\"");
	for (size_t i = 0; i < k->n; i++) {
		double y = y_of(p, k->columns[i].load);
		buf_printf(k->out, "%s%.1f %.1fH%.1f", i ? "L" : "M", x_of(k, i), y, x_of(k, i + 1));
	}
	buf_puts(k->out, "\"/>\n");
}

// A line across the panel, and its value beside it.
static void
draw_tick(struct chart *k, const struct scale *p, long value, const char *text)
{
	double y = y_of(p, value);

	buf_printf(k->out, "<path class=\"line\" d=\"M%d %.1fH%d\"/><text class=\"end\" x=\"%d\" y=\"%.1f\">%s</text>\n", LEFT, y,
		LEFT + PANEL, LEFT - 8, y + 5, text);
}

static void
draw_loads(struct chart *k)
{
	long most = round_up(k->s->verdict.peak / 60 + 1); // requests a second
	struct scale p = {LOAD_TOP + LOAD_HEIGHT, LOAD_HEIGHT, (double)most * 60};

	buf_printf(k->out, "<text x=\"%d\" y=\"%d\">requests a second, before the capacity to serve them</text>\n", LEFT,
		LOAD_TOP - 10);
	draw_series(k, "room", SERIES_CAPACITY, &p);
	draw_series(k, "lack", SERIES_LACK, &p);
	draw_tick(k, &p, 0, "0");
	draw_tick(k, &p, most * 60, verdict_number(k->c, most));
	draw_load(k, &p);
}

static void
draw_group(struct chart *k)
{
	long most = k->s->verdict.most ? k->s->verdict.most : 1;
	struct scale p = {GROUP_TOP + GROUP_HEIGHT, GROUP_HEIGHT, (double)most};

	buf_printf(k->out, "<text x=\"%d\" y=\"%d\">instances that serve, and above them those that start</text>\n", LEFT, GROUP_TOP - 10);
	draw_series(k, "room", SERIES_SERVING, &p);
	draw_series(k, "new", SERIES_STARTING, &p);
	draw_tick(k, &p, 0, "0");
	draw_tick(k, &p, most, verdict_number(k->c, most));
}

static void
draw_alarm(struct chart *k, size_t alarm)
{
	double y = BANDS_TOP + (double)alarm * BAND;

	buf_printf(k->out, "<text x=\"%d\" y=\"%.1f\">alarm %s</text>\n", LEFT, y + 14, k->s->rules.alarms[alarm].name);
	draw_block(k, "bar", 0, k->n, y + 20, y + 20 + BAR);
	for (size_t from = 0, to; from < k->n; from = to) {
		for (to = from + 1; to < k->n && k->columns[to].rings[alarm] == k->columns[from].rings[alarm];)
			to++;
		if (k->columns[from].rings[alarm])
			draw_block(k, "ring", from, to, y + 20, y + 20 + BAR);
	}
}

// Four to eight times of the load, at a round number of minutes, hours or days.
static void
draw_times(struct chart *k, int y)
{
	static const size_t steps[] = {1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 5760};
	size_t i = 0, n = k->s->load.minutes;

	while (i + 1 < sizeof steps / sizeof *steps && n / steps[i] > 7)
		i++;
	for (size_t m = 0; m <= n; m += steps[i]) {
		double x = LEFT + (double)PANEL * (double)m / (double)n;
		const char *unit = steps[i] >= 1440 ? "d" : steps[i] >= 60 ? "h" : "m";
		size_t number = steps[i] >= 1440 ? m / 1440 : steps[i] >= 60 ? m / 60 : m;
		buf_printf(k->out, "<text class=\"mid\" x=\"%.1f\" y=\"%d\">%zu%s</text>\n", x, y, number, unit);
	}
}

static void
put_words(struct chart *k, const char *before, const char *words, const char *after)
{
	buf_puts(k->out, before);
	text_add_xml(k->out, words);
	buf_puts(k->out, after);
}

void
chart_draw(struct ctx *c, const struct simulation *s, struct buf *out)
{
	struct chart k = {.c = c, .s = s, .out = out};
	const struct verdict *v = &s->verdict;
	int bottom = BANDS_TOP + (int)s->rules.n_alarms * BAND + 22;

	gather(&k);
	buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"title desc\">\n", WIDTH,
		bottom + 14);
	put_words(&k, "<title id=\"title\">", v->text, "</title>\n");
	put_words(&k, "<desc id=\"desc\">Load: ", s->load.what, ".");
	buf_printf(out, " Most instances: %ld, first in minute %zu.", v->most, v->most_at);
	if (!v->held)
		buf_printf(out, " %zu minutes are short, at the longest %zu in a row, from minute %zu.", v->short_minutes, v->longest,
			v->longest_at);
	buf_printf(out, "</desc>\n%s<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", style, WIDTH, bottom + 14);
	put_words(&k, "<text class=\"head\" x=\"16\" y=\"32\">", v->text, "</text>\n");
	put_words(&k, "<text x=\"16\" y=\"58\">", v->held ? s->load.what : v->shortage, "</text>\n");
	draw_loads(&k);
	draw_group(&k);
	for (size_t i = 0; i < s->rules.n_alarms; i++)
		draw_alarm(&k, i);
	draw_times(&k, bottom);
	buf_puts(out, "</svg>\n");
}
