// The command line: which command, which options, which files. The tables of commands and options
// are also what help, the manual page and the shells' completion are made from.
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum format {
	FORMAT_DEFAULT, // none was given; options_parse replaces it by the first of the command's formats
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_SARIF,
	FORMAT_SVG,
	FORMAT_MERMAID,
	FORMAT_DOT,
};

enum color {
	COLOR_AUTO, // if standard error is a terminal and NO_COLOR is not set
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct options {
	const struct command *command;
	const char **args; // after the command, NULL-terminated
	size_t n_args;
	const char *output; // directory, "." unless given
	const char *env;
	const char **sets; // NULL-terminated
	size_t n_sets;
	const char *dump; // stage, or NULL
	const char *preset, *ci; // of 'init', which takes one of them; NULL: not given
	const char *load; // a file; of the load options, those that are not given are NULL
	const char *peak, *users, *think, *lasting;
	const char *cpu_ms;
	const char *start;
	long hours;               // of the period that is priced
	long requests_per_second; // -1: not given
	long data_out_gb;         // -1: not given
	bool compare;
	enum format format;
	enum color color;
	bool check;
	bool force;
	bool allow_replace;
	bool quiet;
	bool verbose;
	struct buf mistake; // for PARSED_WRONG: lines to print
};

// What the argument of a command is, for completion.
enum argument {
	ARGUMENT_NONE,
	ARGUMENT_SPEC,    // a YAML file
	ARGUMENT_WORDS,   // one of the command's words
	ARGUMENT_COMMAND, // the name of a command
	ARGUMENT_TOPIC,   // a key of the spec or the id of a problem
};

struct command {
	const char *name;  // "" for the one without a word of its own, which compiles
	const char *usage; // its arguments
	size_t min_args, max_args;
	int (*run)(const struct options *o); // the exit status
	const char *doc;     // one line
	const char *details; // more, for help
	const char *example;
	enum argument argument;
	const char *words; // ARGUMENT_WORDS: separated by spaces
	const char *formats; // what --format may be, separated by spaces, the default first; NULL: it does not apply
};

struct option_row {
	char letter; // 0 when there is none
	const char *name;
	const char *arg;      // NULL for a switch
	const char *words;    // what arg may be, separated by spaces; NULL: anything
	const char *commands; // where it applies, separated by spaces, "compile" for the nameless one; NULL: everywhere
	const char *doc;
};

extern const struct option_row option_rows[]; // ends with a NULL name

enum parsed {
	PARSED_RUN,     // o->command is to be run
	PARSED_HELP,    // help is asked for: of o->command, or of all if that is NULL
	PARSED_VERSION, // the version is asked for
	PARSED_NOTHING, // no arguments at all
	PARSED_WRONG,   // o->mistake says what is wrong
};

// Parses argv, which must outlive o. commands ends with a NULL name; its first row is the nameless
// one. Whatever the result, options_free gives back what o holds.
enum parsed options_parse(const struct command *commands, int argc, char **argv, struct options *o);
void options_free(struct options *o);
// The command of that name, or NULL.
const struct command *command_find(const struct command *commands, const char *name);
// What names a command in a message: its name, or "SPEC" for the nameless one.
const char *command_title(const struct command *k);
// Whether an option applies to a command.
bool option_applies(const struct option_row *row, const struct command *k);

#endif
