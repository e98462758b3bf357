#!/bin/sh
# Builds the service for one release and architecture, in a clean root directory of that release, with
# the release's compiler.
#   usage:    binary.sh OS-VERSION-ARCHITECTURE SOURCES DIR
#   example:  binary.sh debian-13-arm64 build/crudd.tar.gz build/binaries
# It creates DIR/HASH/crudd-debian-13-arm64.tar.gz, where HASH is the first 12 digits of the sources'
# hash, and its .sha256, and touches DIR/made. It keeps the root directories in build/roots. It does not
# build an archive that exists already: the same sources and root give the same bytes.
set -eu

target=$1 sources=$2 out=$3
arch=${target##*-}
dir=$out/$(sha256sum "$sources" | cut -c 1-12)
archive=$dir/crudd-$target.tar.gz
root=build/roots/binary-$target
[ ! -e "$archive.sha256" ] || exit 0

case ${target%-*} in
debian-12) suite=bookworm ;;
debian-13) suite=trixie ;;
ubuntu-24.04) suite=noble ;;
*) echo "binary.sh: unknown release '${target%-*}'; expected debian-12, debian-13 or ubuntu-24.04" >&2; exit 2 ;;
esac
case $arch in
amd64) triplet=x86_64-linux-gnu ;;
arm64) triplet=aarch64-linux-gnu ;;
*) echo "binary.sh: unknown architecture '$arch'; expected amd64 or arm64" >&2; exit 2 ;;
esac
here=$(dpkg --print-architecture)
if [ "$arch" = "$here" ]; then
	compiler=gcc libc=libc6-dev architectures=$here
else
	compiler=gcc-$(echo $triplet | tr _ -) libc=libc6-dev-$arch-cross architectures=$here,$arch
fi

# The packages are unpacked but not configured: a compiler needs no more, and packages of another
# architecture cannot be configured here.
if [ ! -e "$root/made" ]; then
	command -v mmdebstrap >/dev/null || { echo "binary.sh: mmdebstrap is not installed" >&2; exit 1; }
	rm -rf "$root"
	mkdir -p "$root"
	include=coreutils,dash,$compiler,$libc,make,pkgconf
	for library in libmicrohttpd libmariadb libjansson libmd; do include=$include,$library-dev:$arch; done
	set -- --architectures="$architectures" --variant=extract --include="$include"
	[ $suite != noble ] || set -- "$@" --components=main,universe
	mmdebstrap -q "$@" $suite "$root.tar"
	tar -x --no-same-owner --exclude=./dev -C "$root" -f "$root.tar"
	rm "$root.tar"
	for link in bin sbin lib lib64; do [ -e "$root/$link" ] || ln -s "usr/$link" "$root/$link"; done
	mkdir -p "$root/dev" "$root/tmp"
	touch "$root/dev/null" "$root/made"
fi

[ "$(id -u)" = 0 ] || map=--map-root-user
in_root() {
	# shellcheck disable=SC2016,SC2086 # the inner shell expands; without a map there is no argument
	unshare ${map:-} --mount sh -c 'mount --bind /dev/null "$0/dev/null" && exec chroot "$0" env PATH=/usr/bin:/bin "$@"' "$root" "$@"
}
rm -rf "$root/tmp/crudd"
tar -xzf "$sources" -C "$root/tmp"
prefix=$triplet-
[ "$arch" != "$here" ] || prefix=
in_root env PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig \
	make -s -j "$(nproc)" -C /tmp/crudd CC="${prefix}gcc" LDFLAGS='-pie -Wl,-z,relro,-z,now -s'

mkdir -p "$dir"
(cd "$root/tmp" && tar --format=ustar --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf - \
	crudd/crudd crudd/deploy/secrets.sh crudd/deploy/*.service crudd/deploy/*.timer) | gzip -9n >"$archive.new"
mv "$archive.new" "$archive"
(cd "$dir" && sha256sum "crudd-$target.tar.gz" >"crudd-$target.tar.gz.sha256")
touch "$out/made"
