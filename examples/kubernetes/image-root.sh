#!/bin/sh
# Lay out the root file system of lavavisor's image: the program, the shared libraries that it needs,
# those that lavap may need, the system's certificates and an unprivileged user. No shell, no package.
# SPDX-License-Identifier: Apache-2.0
#
# usage: image-root.sh PROGRAM FOLDER      (the Containerfile calls it, and so does the project's test)
set -eu

program=$1
root=$2
umask 022

# A file (not the link that leads to it) to its own place below the root.
put() {
  install -D -m "$(stat -Lc %a "$1")" "$1" "$root$1"
}

install -D -m 0755 "$program" "$root/usr/bin/lavavisor"

needed=$(ldd "$program")
case $needed in
  *'not found'*)
    printf 'image-root: a library of %s is missing here:\n%s\n' "$program" "$needed" >&2
    exit 1 ;;
esac
printf '%s\n' "$needed" | awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\// {print $1}' \
  | while read -r library; do put "$library"; done

# lavap is built with cgo: it may ask for any part of the C library, of this one version.
libc=$(printf '%s\n' "$needed" | awk '$1 == "libc.so.6" {print $3}')
for part in libresolv.so.2 libpthread.so.0 libdl.so.2 librt.so.1 libm.so.6 libgcc_s.so.1; do
  [ -e "$root${libc%/*}/$part" ] || put "${libc%/*}/$part"
done

put /etc/ssl/certs/ca-certificates.crt
cat > "$root/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
PASSWD
cat > "$root/etc/group" <<'GROUP'
root:x:0:
nogroup:x:65534:
nonroot:x:65532:
GROUP
printf 'passwd: files\ngroup: files\nhosts: files dns\n' > "$root/etc/nsswitch.conf"

mkdir -p "$root/home/nonroot" "$root/proc" "$root/dev" "$root/sys" "$root/tmp"
chmod 1777 "$root/tmp"
