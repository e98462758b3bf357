#!/bin/sh
# Installs what is missing on Debian or Ubuntu.
#   deps.sh build    to build
#   deps.sh run      also to run the service with a database of its own
#   deps.sh binaries also to build the service for other machines
#   deps.sh check    also for the tests, with their Python packages below build/venv and build/checkov
#   deps.sh vm       also for a virtual machine
#   deps.sh ci       also for the sanitizers, clang-tidy and the fuzzers
set -eu

packages="gcc make libc6-dev libyaml-dev libjansson-dev libpcre2-dev libunistring-dev nettle-dev libmd-dev libmicrohttpd-dev libmariadb-dev"
run="mariadb-server-core mariadb-client-core python3"
binaries="mmdebstrap util-linux"
check="libcmocka-dev pkg-config python3 python3-venv curl strace time zsh man-db groff-base shellcheck jq mount openssl iproute2
	qemu-user-static unicode-data librsvg2-bin graphviz"
vm="qemu-system-x86 e2fsprogs"
ci="clang clang-tidy llvm"
case $1 in
build) ;;
run) packages="$packages $run" ;;
binaries) packages="$packages $binaries" ;;
check) packages="$packages $run $binaries $check" ;;
vm) packages="$packages $run $binaries $check $vm" ;;
ci) packages="$packages $run $binaries $check $ci" ;;
*) echo "usage: deps.sh build|run|binaries|check|vm|ci" >&2; exit 2 ;;
esac

missing=
for p in $packages; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
# Node.js may come from elsewhere; Debian's npm does not fit that one.
if [ "$1" = check ] || [ "$1" = ci ]; then
	command -v node >/dev/null && command -v npm >/dev/null || missing="$missing nodejs npm"
	# Ubuntu has it as a snap only; the browser tests report that
	command -v chromium >/dev/null || ! apt-cache show chromium >/dev/null 2>&1 || missing="$missing chromium"
fi
# clang's runtime contains the sanitizers and the fuzzer; the name of its package ends with clang's version.
if [ "$1" = ci ] && ! echo 'int main(void) { return 0; }' | clang -fsanitize=address -x c -o /dev/null - 2>/dev/null; then
	missing="$missing libclang-rt-dev"
fi
if [ -n "$missing" ]; then
	command -v apt-get >/dev/null || {
		echo "this is not Debian or Ubuntu; install what these packages contain:$missing" >&2
		exit 1
	}
	sudo=
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || {
			echo "packages are missing, and there is no sudo; run this as root, then 'make' again as yourself:" >&2
			echo "  apt-get update && apt-get install -y --no-remove$missing" >&2
			exit 1
		}
		sudo=sudo
	fi
	echo "installing:$missing"
	$sudo apt-get update -qq
	# nothing may be removed for it: another database server, for example, stays
	install="$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-remove"
	case $missing in
	*libclang-rt-dev*)
		$install clang >/dev/null
		version=$(clang -dumpversion | cut -d. -f1)
		missing=$(echo "$missing" | sed "s/libclang-rt-dev/libclang-rt-$version-dev/")
		;;
	esac
	# shellcheck disable=SC2086 # several packages
	$install $missing >/dev/null
fi

case $1 in build | run | binaries) exit 0 ;; esac
# python_packages NAME LIST: build/NAME with the packages of a list
python_packages() {
	want=$(cat "$2")
	[ "$(cat "build/$1/installed" 2>/dev/null)" = "$want" ] && return
	mkdir -p build
	rm -rf "build/$1"
	python3 -m venv "build/$1"
	"build/$1/bin/pip" install -q --disable-pip-version-check -r "$2"
	printf '%s' "$want" >"build/$1/installed"
}
python_packages venv tests/tools/requirements.txt
python_packages checkov tests/tools/checkov.txt
python3 tests/tools/get_terraform.py
