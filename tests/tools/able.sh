#!/bin/sh
# Says what a build lacks, before the compiler does.   able.sh CC
# Each header that the sources include stands beside the Debian package that brings it.
cc=${1:-cc}
if ! command -v "$cc" >/dev/null; then
	missing=" gcc libc6-dev"
else
	for pair in stdio.h:libc6-dev yaml.h:libyaml-dev jansson.h:libjansson-dev pcre2.h:libpcre2-dev uninorm.h:libunistring-dev \
		nettle/sha2.h:nettle-dev sha256.h:libmd-dev microhttpd.h:libmicrohttpd-dev mysql.h:libmariadb-dev; do
		printf '#define PCRE2_CODE_UNIT_WIDTH 8\n#include <sys/types.h>\n#include <%s>\n' "${pair%%:*}" |
			"$cc" -E -I/usr/include/mariadb - >/dev/null 2>&1 || missing="$missing ${pair#*:}"
	done
fi
[ -z "$missing" ] && exit 0
echo "the build lacks:$missing" >&2
echo "'make demo' installs these on Debian and Ubuntu; elsewhere install what these packages contain" >&2
exit 1
