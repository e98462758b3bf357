#!/bin/sh
# Installs what is missing on Debian or Ubuntu.
#   deps.sh build    what building takes
#   deps.sh run      what running the service with a database of its own takes too
#   deps.sh binaries what making the service for other machines takes too
#   deps.sh check    what the tests take too, and the tests' Python packages below build/venv
#   deps.sh vm       what a virtual machine takes too
#   deps.sh ci       what the sanitizers, clang-tidy and the fuzzers take too
set -eu

packages="gcc make libc6-dev libyaml-dev libjansson-dev libpcre2-dev libunistring-dev libmd-dev libmicrohttpd-dev libmariadb-dev"
run="mariadb-server-core mariadb-client-core python3"
binaries="mmdebstrap util-linux"
check="libcmocka-dev pkg-config python3 python3-venv curl strace time zsh man-db groff-base shellcheck mount openssl iproute2
	qemu-user-static unicode-data"
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
# Node.js may come from elsewhere; Debian's npm would not go with that.
if [ "$1" = check ] || [ "$1" = ci ]; then
	command -v node >/dev/null && command -v npm >/dev/null || missing="$missing nodejs npm"
	# Ubuntu has it as a snap only, which the browser's tests then say
	command -v chromium >/dev/null || ! apt-cache show chromium >/dev/null 2>&1 || missing="$missing chromium"
fi
# clang's own runtime holds the sanitizers and the fuzzer; its package bears clang's version.
if [ "$1" = ci ] && ! echo 'int main(void) { return 0; }' | clang -fsanitize=address -x c -o /dev/null - 2>/dev/null; then
	missing="$missing libclang-rt-dev"
fi
if [ -n "$missing" ]; then
	command -v apt-get >/dev/null || {
		echo "this is no Debian or Ubuntu; install what these packages hold:$missing" >&2
		exit 1
	}
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	echo "installing:$missing"
	$sudo apt-get update -qq
	# nothing may be removed for it: another database server stays
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
want=$(cat tests/tools/requirements.txt)
if [ "$(cat build/venv/installed 2>/dev/null)" != "$want" ]; then
	mkdir -p build
	rm -rf build/venv
	python3 -m venv build/venv
	build/venv/bin/pip install -q --disable-pip-version-check -r tests/tools/requirements.txt
	printf '%s' "$want" >build/venv/installed
fi
python3 tests/tools/get_terraform.py
