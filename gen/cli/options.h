// The command line: which command, which options, which files. The two tables here are also what help, the man page and the
// shells' completion are made from.
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_SARIF,
};

enum color {
	COLOR_AUTO, // if standard error is a terminal and NO_COLOR is not set
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct options {
	const struct command *command;
	const char **args; // behind the command, NULL-terminated
	size_t n_args;
	const char *output; // folder, "." unless given
	const char *env;
	const char **sets; // NULL-terminated
	size_t n_sets;
	const char *dump; // stage, or NULL
	const char *preset;
	enum format format;
	enum color color;
	bool check;
	bool force;
	bool quiet;
	bool verbose;
};

struct command {
	const char *name;  // "" for the one without a word of its own, which compiles
	const char *usage; // behind the name
	size_t min_args, max_args;
	int (*run)(const struct options *o); // the exit status
	const char *doc;     // one line
	const char *details; // more, for help
	const char *example;
	const char *words; // of its argument, for completion, separated by spaces; NULL: a file
};

struct option_row {
	char letter; // 0 when there is none
	const char *name;
	const char *arg;      // NULL for a switch
	const char *words;    // what arg may be, separated by spaces; NULL: anything
	const char *commands; // where it has a meaning, separated by spaces ("" stands as "compile"); NULL: everywhere
	const char *doc;
};

extern const struct option_row option_rows[]; // ends with a NULL name
extern const struct command commands[];       // in main.c; the first one compiles, a NULL name ends it

// Parses argv, which must outlive o. False after printing what is wrong. A command stays NULL when only --help or --version was
// asked for and answered. Either way options_free gives back what o holds.
bool options_parse(int argc, char **argv, struct options *o);
void options_free(struct options *o);

#endif
