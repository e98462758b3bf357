#!/bin/sh
# Makes the service for one release and architecture, in a clean root of that release, with its own compiler.
#   binary.sh OS-VERSION-ARCHITECTURE SOURCES DIR     binary.sh debian-13-arm64 build/crudd.tar.gz build/binaries
# gives DIR/<first 12 digits of the sources' hash>/crudd-debian-13-arm64.tar.gz and its .sha256, and touches DIR/made. The roots are kept
# below build/roots. An archive that exists already is left alone: the same sources and root make the same bytes.
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
*) echo "binary.sh: no release '${target%-*}': debian-12, debian-13, ubuntu-24.04" >&2; exit 2 ;;
esac
case $arch in
amd64) triplet=x86_64-linux-gnu ;;
arm64) triplet=aarch64-linux-gnu ;;
*) echo "binary.sh: no architecture '$arch': amd64, arm64" >&2; exit 2 ;;
esac
here=$(dpkg --print-architecture)
if [ "$arch" = "$here" ]; then
	compiler=gcc libc=libc6-dev architectures=$here
else
	compiler=gcc-$(echo $triplet | tr _ -) libc=libc6-dev-$arch-cross architectures=$here,$arch
fi

# Unpacked, not configured: a compiler needs no more, and packages of another architecture could not be.
if [ ! -e "$root/made" ]; then
	command -v mmdebstrap >/dev/null || { echo "binary.sh: there is no mmdebstrap" >&2; exit 1; }
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
	# shellcheck disable=SC2016,SC2086 # the inner shell expands; no map is no argument
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
