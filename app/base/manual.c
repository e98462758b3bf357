// Both texts list the settings from their table, so that none can be forgotten.

#include "base/manual.h"

#include "base/config.h"
#include "base/version.h"

void
manual_print_help(FILE *out)
{
	fputs("usage: crudd [--config FILE] [--open]   serve HTTP until SIGTERM\n"
	      "       crudd [--config FILE] --check-config\n"
	      "                                        say what is wrong with the settings, serve nothing\n"
	      "       crudd [--config FILE] migrate    bring the tables up to date and stop\n"
	      "       crudd [--config FILE] create-user ADMIN_SECRET_FILE\n"
	      "                                        make the user of db_secret_file, with just the rights it needs\n"
	      "       crudd help man | --help | --version\n"
	      "\n"
	      "FILE is a JSON object of settings; the variable CRUDD_<NAME> overrides each. --open is the\n"
	      "setting of this name. SIGHUP reads the file of tokens again. Exit status: 0 fine, 1 cannot\n"
	      "listen or migrate, 2 wrong usage or settings. The settings:\n"
	      "\n",
		out);
	config_print(out);
}

void
manual_print_page(FILE *out)
{
	fprintf(out, ".TH CRUDD 8 \"\" \"crudd %s\"\n", CRUDD_VERSION);
	fputs(".SH NAME\ncrudd \\- CRUD web API over MySQL and MariaDB\n"
	      ".SH SYNOPSIS\n.B crudd\n[\\fB\\-\\-config\\fR \\fIFILE\\fR] [\\fB\\-\\-open\\fR]\n.br\n"
	      ".B crudd\n[\\fB\\-\\-config\\fR \\fIFILE\\fR] \\fB\\-\\-check\\-config\\fR\n.br\n"
	      ".B crudd\n[\\fB\\-\\-config\\fR \\fIFILE\\fR] \\fBmigrate\\fR\n.br\n"
	      ".B crudd\n[\\fB\\-\\-config\\fR \\fIFILE\\fR] \\fBcreate\\-user\\fR \\fIADMIN_SECRET_FILE\\fR\n.br\n"
	      ".B crudd\n\\fBhelp man\\fR | \\fB\\-\\-help\\fR | \\fB\\-\\-version\\fR\n"
	      ".SH DESCRIPTION\n"
	      "Serves an HTTP API, an admin page at \\fI/\\fR and its description at \\fI/docs\\fR and \\fI/openapi.json\\fR, over the tables of one\n"
	      "schema, which it makes and brings up to date by itself when it first reaches the database. Without a database it\n"
	      "answers \\fI/healthz\\fR and its pages, and 503 to everything else.\n"
	      ".PP\n"
	      "On a port of its own, on 127.0.0.1, it answers \\fI/readyz\\fR, \\fI/livez\\fR and \\fI/metrics\\fR (Prometheus).\n"
	      ".SH OPTIONS\n"
	      ".TP\n\\fB\\-\\-config\\fR \\fIFILE\\fR\na JSON object of settings\n"
	      ".TP\n\\fB\\-\\-open\\fR\nthe setting \\fBopen\\fR: let everybody call who can connect\n"
	      ".TP\n\\fB\\-\\-check\\-config\\fR\nsay what is wrong with the settings, all of it, and serve nothing\n"
	      ".TP\n\\fBmigrate\\fR\nbring the tables up to date and stop; safe while instances run\n"
	      ".TP\n\\fBcreate\\-user\\fR \\fIADMIN_SECRET_FILE\\fR\nas the administrator whose secret is in this file, make the user of \\fBdb_secret_file\\fR, "
	      "or give the one that is there this password and just the rights that the service needs\n"
	      ".SH SETTINGS\n"
	      "Each stands in the file, or in the environment as \\fBCRUDD_\\fINAME\\fR, which overrides it.\n",
		out);
	config_print_roff(out);
	fputs(".SH TOKENS\n"
	      "The file of tokens holds either one token, in a line, which may write; or a line for each token: a name, \\fBread\\fR or\n"
	      "\\fBwrite\\fR, and the token's SHA\\-256. This makes one:\n"
	      ".PP\n.nf\n"
	      "token=$(openssl rand \\-hex 20)\n"
	      "printf 'front\\-desk write %s\\en' \"$(printf %s \"$token\" | sha256sum | cut \\-d' ' \\-f1)\" >>tokens\n"
	      ".fi\n"
	      ".SH SIGNALS\n"
	      ".TP\nSIGTERM, SIGINT\nfinish what is in flight, then stop\n"
	      ".TP\nSIGHUP\nread the file of tokens again\n"
	      ".SH EXIT STATUS\n0 fine, 1 cannot listen or migrate, 2 wrong usage or settings\n",
		out);
}
