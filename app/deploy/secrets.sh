#!/bin/bash
# Fetches the service's secrets and puts them where the service reads them. It runs as root, at boot
# and every few minutes; the service itself can reach neither the metadata nor the administrator's
# secret. The script sets a new password in the database before it hands it to the service.
#
# Every instance does so at a time of its own. The first one with a new password sets it, and MySQL
# accepts the previous one as well, so the others are not refused until they have it too. When that
# is long enough ago, create-user discards the previous password, and prints nothing any more. Until
# then, the file `two-passwords` makes each instance call it again, so that it does not matter which
# of them still run: a new instance calls it when it boots.
#
# /etc/crudd/stack contains region, database_secret, admin_secret and, if clients need a token,
# token_secret: one name=value per line.
set -euo pipefail
umask 077
export LC_ALL=C

etc=/etc/crudd
crudd=/usr/local/bin/crudd
metadata=http://169.254.169.254/latest
region='' database_secret='' admin_secret='' token_secret='' changed='' failed=''
# shellcheck disable=SC1091 # the boot script creates it
. "$etc/stack"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() {
	curl -fsS --connect-timeout 5 --max-time 30 "$@"
}

# Reads a JSON object on standard input and prints one member without quotes.
member() {
	python3 -c 'import json, sys; sys.stdout.write(str(json.load(sys.stdin)[sys.argv[1]]))' "$1"
}

# Writes the role's credentials to a configuration file of curl: every user can read a command line.
credentials() {
	local token role
	token=$(fetch -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/api/token")
	printf 'header = "X-aws-ec2-metadata-token: %s"\n' "$token" >"$work/metadata"
	role=$(fetch --config "$work/metadata" "$metadata/meta-data/iam/security-credentials/")
	fetch --config "$work/metadata" -o "$work/role" "$metadata/meta-data/iam/security-credentials/$role"
	printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "$(member AccessKeyId <"$work/role")" \
		"$(member SecretAccessKey <"$work/role")" "$(member Token <"$work/role")" >"$work/aws"
}

# secret ARN FILE: fetches a secret into a file.
secret() {
	fetch --config "$work/aws" --aws-sigv4 "aws:amz:$region:secretsmanager" -H 'Content-Type: application/x-amz-json-1.1' \
		-H 'X-Amz-Target: secretsmanager.GetSecretValue' -d "{\"SecretId\": \"$1\"}" -o "$work/answer" \
		"https://secretsmanager.$region.amazonaws.com/"
	member SecretString <"$work/answer" >"$work/$2"
}

is_new() {
	! cmp -s "$work/$1" "$etc/$1"
}

# A token that the service refuses would end it at its next start.
is_valid_token() {
	CRUDD_TOKEN_FILE="$work/token" "$crudd" --config "$etc/config.json" --check-config
}

# Installs a file that root and the service can read. They never see half of it.
place() {
	install -m 0640 -o root -g crudd "$work/$1" "$etc/$1.new"
	mv "$etc/$1.new" "$etc/$1"
	changed="$changed $1"
}

credentials
secret "$database_secret" database.json
if is_new database.json || [[ -e $etc/two-passwords ]]; then
	secret "$admin_secret" admin.json
	export CRUDD_TOKEN_FILE='' CRUDD_DB_SECRET_FILE="$work/database.json" CRUDD_OPEN=true
	"$crudd" --config "$etc/config.json" create-user "$work/admin.json" | tee "$work/two-passwords"
	if [[ -s $work/two-passwords ]]; then
		touch "$etc/two-passwords"
	else
		rm -f "$etc/two-passwords"
	fi
fi
if is_new database.json; then
	"$crudd" --config "$etc/config.json" migrate
	place database.json
fi
if [[ -n $token_secret ]]; then
	secret "$token_secret" token
	if is_new token; then
		if is_valid_token; then
			place token
		else
			failed='the new token is not valid; the previous one, if any, stays in place'
		fi
	fi
fi
[[ -z $changed ]] || echo "changed:$changed"
# The service reads the password again when the database refuses the one it has, and the tokens on SIGHUP.
if [[ -n $changed ]] && systemctl --quiet is-active crudd; then
	systemctl kill --signal=HUP crudd
fi
if [[ -n $failed ]]; then
	echo "$failed" >&2
	exit 1
fi
