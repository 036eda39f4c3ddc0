#!/usr/bin/env bash
# Unpacks Debian 12's programs and all they need into a folder: `make-root.sh FOLDER`. Takes some ten seconds; does nothing
# when the folder is complete. Needs Debian's apt with its lists (`apt-get update`) and, for devices, root.
set -euo pipefail
root=${1:?where to}
packages=(
  dash bash coreutils busybox sed grep gawk mawk perl python3 lua5.4 sqlite3 bc dc ed m4 make tar gzip bzip2
  xz-utils zstd zip unzip jq git tcc gcc libc6-dev binutils nasm diffutils findutils file patch
  procps mount sysvinit-utils ncurses-base
)
# The list is kept in the folder: with another one it is made anew.
[ "$(cat "$root/.complete" 2>/dev/null)" = "${packages[*]}" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/archives/partial"
touch "$work/status"
apt-get install -y -qq --no-install-recommends --download-only -o Dir::State::status="$work/status" \
  -o Dir::Cache::archives="$work/archives" -o APT::Sandbox::User=root "${packages[@]}" >/dev/null
rm -rf "$root"
mkdir -p "$root"/{usr/{bin,sbin,lib,lib64},work}
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
for archive in "$work"/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$archive" | tar -x --keep-directory-symlink -C "$root"
done
# What packages would leave to their installation scripts.
ln -s gawk "$root/usr/bin/awk"
printf 'root:x:0:0:root:/root:/bin/bash\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
printf '127.0.0.1\tlocalhost\n' >"$root/etc/hosts"
echo debian >"$root/etc/hostname"
rm -rf "$root"/usr/share/{doc,man,locale,info}/[!d]*
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/zero" c 1 5
mknod -m 666 "$root/dev/full" c 1 7
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mknod -m 666 "$root/dev/tty" c 5 0
ln -s /proc/self/fd "$root/dev/fd"
chroot "$root" /usr/bin/python3 -m compileall -q /usr/lib/python3.11 >/dev/null || true
echo "${packages[*]}" >"$root/.complete"
