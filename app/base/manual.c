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
	      "                                        create or update the user of db_secret_file,\n"
	      "                                        with the privileges that the service needs\n"
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
	      "with the privileges that the service needs; if the user exists, bring its password and privileges up to date\n"
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
	      ".SH A NEW DATABASE PASSWORD\n"
	      "Instances read \\fBdb_secret_file\\fR for each new connection, so it can change while they run. No instance is refused\n"
	      "if each step is finished before the next begins. With MySQL 8.0.16 and later, which can keep two passwords for a user:\n"
	      ".IP 1. 4\non one instance, run \\fBcreate\\-user\\fR with a secret file that contains the new password; the previous one stays valid\n"
	      ".IP 2. 4\nreplace \\fBdb_secret_file\\fR on every instance\n"
	      ".IP 3. 4\nat least 20 minutes after step 1, run \\fBcreate\\-user\\fR again; it discards the previous password\n"
	      ".PP\nThe server keeps one previous password, so a rotation must end before the next one begins.\n"
	      ".PP\nMariaDB and MySQL 5.7 have one password for a user, and each rotation needs another user:\n"
	      ".IP 1. 4\non one instance, run \\fBcreate\\-user\\fR with a secret file whose \\fBusername\\fR is new\n"
	      ".IP 2. 4\nreplace \\fBdb_secret_file\\fR on every instance\n"
	      ".IP 3. 4\ndrop the previous user\n"
	      ".PP\nThe administrator needs the privilege \\fBCREATE USER\\fR, the granted privileges with \\fBGRANT OPTION\\fR and, with\n"
	      "MySQL 8.0.16 and later, \\fBSELECT\\fR on \\fImysql.user\\fR.\n"
	      ".SH SIGNALS\n"
	      ".TP\nSIGTERM, SIGINT\nfinish the requests in flight, then exit\n"
	      ".TP\nSIGHUP\nreload the file of tokens\n"
	      ".SH EXIT STATUS\n0 success, 1 cannot listen or migrate, 2 wrong usage or settings\n",
		out);
}
