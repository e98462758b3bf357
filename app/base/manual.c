// Both texts list the settings from their table, so that none is forgotten.

#include "base/manual.h"

#include "base/config.h"
#include "base/version.h"

void
manual_print_help(FILE *out)
{
	fputs("usage: crudd [--config FILE] [--open]   serve HTTP until SIGTERM\n"
	      "       crudd [--config FILE] --check-config\n"
	      "                                        report every problem of the settings and exit\n"
	      "       crudd [--config FILE] migrate    update the tables and exit\n"
	      "       crudd [--config FILE] create-user ADMIN_SECRET_FILE\n"
	      "                                        create the user of db_secret_file with the\n"
	      "                                        privileges that the service needs\n"
	      "       crudd help man | --help | --version\n"
	      "\n"
	      "FILE is a JSON object of settings. The environment variable CRUDD_<NAME> overrides a\n"
	      "setting. --open turns on the setting 'open'. SIGHUP reloads the file of tokens.\n"
	      "Exit status: 0 success, 1 cannot listen or migrate, 2 wrong usage or settings.\n"
	      "\n"
	      "Settings:\n"
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
	      "Serves an HTTP API over the tables of one database schema, an admin page at \\fI/\\fR, and the description of the API at\n"
	      "\\fI/docs\\fR and \\fI/openapi.json\\fR. It creates and updates the tables when it first reaches the database. Without\n"
	      "a database, it still serves \\fI/healthz\\fR and its pages; every other request gets status 503.\n"
	      ".PP\n"
	      "A separate port on 127.0.0.1 serves \\fI/readyz\\fR, \\fI/livez\\fR and \\fI/metrics\\fR (Prometheus).\n"
	      ".SH OPTIONS\n"
	      ".TP\n\\fB\\-\\-config\\fR \\fIFILE\\fR\na JSON object of settings\n"
	      ".TP\n\\fB\\-\\-open\\fR\nthe setting \\fBopen\\fR: accept unauthenticated requests from any host\n"
	      ".TP\n\\fB\\-\\-check\\-config\\fR\nreport every problem of the settings and exit\n"
	      ".TP\n\\fBmigrate\\fR\nupdate the tables and exit; safe while instances run\n"
	      ".TP\n\\fBcreate\\-user\\fR \\fIADMIN_SECRET_FILE\\fR\nlog in as the administrator of this secret and create the user of \\fBdb_secret_file\\fR "
	      "with the privileges that the service needs; if the user exists, set its password and privileges\n"
	      ".SH SETTINGS\n"
	      "A setting is a member of the JSON object in the file. The environment variable \\fBCRUDD_\\fINAME\\fR overrides it.\n",
		out);
	config_print_roff(out);
	fputs(".SH TOKENS\n"
	      "The file of tokens holds one of two things: a single token on one line, which may write; or one line for each token,\n"
	      "with a name, \\fBread\\fR or \\fBwrite\\fR, and the SHA\\-256 of the token. To add a token:\n"
	      ".PP\n.nf\n"
	      "token=$(openssl rand \\-hex 20)\n"
	      "printf 'front\\-desk write %s\\en' \"$(printf %s \"$token\" | sha256sum | cut \\-d' ' \\-f1)\" >>tokens\n"
	      ".fi\n"
	      ".SH SIGNALS\n"
	      ".TP\nSIGTERM, SIGINT\nfinish the requests in flight, then exit\n"
	      ".TP\nSIGHUP\nreload the file of tokens\n"
	      ".SH EXIT STATUS\n0 success, 1 cannot listen or migrate, 2 wrong usage or settings\n",
		out);
}
