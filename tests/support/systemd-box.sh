#!/bin/bash
# systemd-box.sh - a throw-away machine with a real systemd as PID 1, made of namespaces only.
# SPDX-License-Identifier: Apache-2.0
#
#   systemd-box.sh start            boot; returns when systemd says running/degraded (else exit 1)
#   systemd-box.sh exec CMD [ARG..] run CMD inside as root (stdin/stdout/exit code pass through)
#   systemd-box.sh stop             power-cut: SIGKILL PID 1 (all in the box dies), remove its state
#   systemd-box.sh restart          power-cut, keep the box's files, boot again ("reboot" test)
#   systemd-box.sh status           print "running PID" or "stopped"; exit 0 or 3
#
# What is inside: the host's root file system under a private writable overlay (host files change
# only below BOX_WORK and BOX_BIND), own /run /tmp /dev /proc, read-only /sys and /proc/sys, own PID,
# mount, UTS, IPC, cgroup (pure cgroup v2) and network namespace (only lo). No unit that the host
# enabled starts; generators and gettys are masked; dbus, journald and logind run as usual.
# It keeps tests apart from the host; it is no security boundary (root inside has root's capabilities).
# Environment (give the same to every call):
#   BOX_NAME  name of the box (default: box); several boxes may run side by side
#   BOX_DIR   state directory (default: systemd-box/$BOX_NAME in $TMPDIR or /tmp), holds upper/ console.log
#   BOX_WORK  host directory seen read-write as /box inside (default: $BOX_DIR/work; kept by stop)
#   BOX_BIND  more host directories, ':'-separated, read-write at the same path inside; not /tmp, /var,
#             /run and the like as a whole: systemd-tmpfiles empties /tmp at boot, the host's too then
#   BOX_NET   'host' keeps the host's network namespace (default: private)
# Needs: root, Linux with overlayfs and a mounted cgroup2, bash, systemd, POSIX tools, util-linux.
# Host mounts below / other than those bound here are seen as empty directories. /tmp and /run are
# lost at restart, as on a real machine. systemd ignores SIGTERM: only stop (SIGKILL) ends it. exec
# passes no environment: use "exec env A=b CMD". Where the host binds the memory, cpu and pids
# controllers to cgroup v1, MemoryMax= and the like have no effect inside and MemoryCurrent is unset.
# shellcheck disable=SC2015   # "A && B || die": die after A or B fails is what is meant
set -u
export LC_ALL=C
BOX_NAME=${BOX_NAME:-box}
BOX_DIR=${BOX_DIR:-${TMPDIR:-/tmp}/systemd-box/$BOX_NAME}
BOX_WORK=${BOX_WORK:-$BOX_DIR/work}
BOX_BIND=${BOX_BIND:-}
BOX_NET=${BOX_NET:-private}
BOX_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

die() { printf 'systemd-box: %s\n' "$*" >&2; exit 1; }
nap() { read -rt 0.1 _ <> <(:) || :; }              # 0.1 s without a non-POSIX sleep
starttime() {                                       # field 22 of /proc/PID/stat: tells PID reuse
  local s f; { IFS= read -r s < "/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra f <<< "${s##*) }"; [ "${f[0]}" != Z ] || return 1; printf '%s\n' "${f[19]}"
}
alive() {                                           # sets PID when the box runs
  local st; [ -r "$BOX_DIR/pid" ] || return 1
  read -r PID st < "$BOX_DIR/pid" || return 1
  [ "$(starttime "$PID")" = "$st" ]
}
cgroot() { findmnt -n -f -t cgroup2 -o TARGET || die 'no cgroup2 mount found'; }
enter() { nsenter -t "$PID" -p -m -u -i -n -C -r -w env -i container=lxc HOME=/root USER=root \
          LANG=C.UTF-8 TERM="${TERM:-dumb}" PATH="$BOX_PATH" "$@"; }

# --- runs in the new PID/mount/UTS/IPC/net namespaces, then once more in the new cgroup namespace
stage1() {
  local me _; read -r me _ < /proc/self/stat        # host's /proc is still here: the host-side PID
  printf '%s %s\n' "$me" "$(starttime "$me")" > "$BOX_DIR/pid"
  echo 0 > "$BOX_CG/cgroup.procs" || die 'cannot enter the cgroup'
  exec unshare --cgroup bash "$SELF" --stage2
}
prepare() {                                         # once per fresh upper layer; cwd = new root
  local g u; rm -rf etc/systemd/system/*.wants etc/systemd/system/*.requires
  mkdir -p etc/systemd/system etc/systemd/system-generators
  for g in usr/lib/systemd/system-generators/* etc/init.d/postgresql; do
    [ -e "$g" ] && ln -sf /dev/null "etc/systemd/system-generators/${g##*/}"
  done
  for u in getty.target console-getty.service getty@.service serial-getty@.service \
           container-getty@.service postgresql.service postgresql@.service \
           systemd-firstboot.service systemd-repart.service systemd-timesyncd.service \
           systemd-networkd.service systemd-resolved.service systemd-binfmt.service \
           systemd-remount-fs.service dev-hugepages.mount proc-sys-fs-binfmt_misc.automount \
           sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
           systemd-modules-load.service systemd-udevd.service systemd-pstore.service; do
    ln -sf /dev/null "etc/systemd/system/$u"
  done
  rm -f etc/machine-id etc/hostname etc/hosts etc/fstab; : > etc/machine-id; : > etc/fstab
  printf '%s\n' "$BOX_NAME" > etc/hostname
  printf '127.0.0.1 localhost %s\n::1 localhost\n' "$BOX_NAME" > etc/hosts
  rm -rf var/log/journal; mkdir -p box var/log/journal
}
stage2() {
  local up=$BOX_DIR/upper root=$BOX_DIR/root d f
  mount --make-rprivate / || die 'make-rprivate'
  mkdir -p "$up/u" "$up/w" "$root"
  if ! mount -t overlay overlay -o "lowerdir=/,upperdir=$up/u,workdir=$up/w" "$root" 2>/dev/null
  then                                              # e.g. host root is itself an overlay
    echo 'systemd-box: upper layer in memory (restart will lose files)'
    mount -t tmpfs tmpfs "$up" && mkdir "$up/u" "$up/w" &&
      mount -t overlay overlay -o "lowerdir=/,upperdir=$up/u,workdir=$up/w" "$root" || die overlay
  fi
  cd "$root" || die cd
  [ -e "$up/prepared" ] || { prepare && : > "$up/prepared"; }
  mount -t proc -o nosuid,nodev,noexec proc proc && mount --bind proc/sys proc/sys &&
    mount -o remount,ro,bind proc/sys || die proc
  [ ! -e proc/sysrq-trigger ] || mount --bind /dev/null proc/sysrq-trigger || die sysrq-trigger
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys && mount -t cgroup2 cgroup2 sys/fs/cgroup || die sys
  mount -t tmpfs -o mode=755 tmpfs dev && mkdir dev/pts dev/shm || die dev
  for d in null zero full random urandom tty fuse net/tun; do
    [ -c "/dev/$d" ] || continue
    case $d in */*) mkdir -p "dev/${d%/*}" ;; esac
    : > "dev/$d" && mount --bind "/dev/$d" "dev/$d" || die "dev/$d"
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts && ln -s pts/ptmx dev/ptmx || die pts
  ln -s /proc/self/fd dev/fd; ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
  mount -t tmpfs -o mode=1777 tmpfs dev/shm && mount -t tmpfs -o mode=755 tmpfs run &&
    mount -t tmpfs -o mode=1777 tmpfs tmp && mkdir -p run/lock || die tmpfs
  mount --bind "$BOX_WORK" box || die 'bind BOX_WORK'
  IFS=: read -ra f <<< "$BOX_BIND"
  for d in ${f[@]+"${f[@]}"}; do
    mkdir -p ".$d" && mount --bind "$d" ".$d" || die "bind $d"
  done
  pivot_root . . && umount -l . && cd / || die pivot_root
  exec env -i container=lxc PATH="$BOX_PATH" LANG=C.UTF-8 \
    /lib/systemd/systemd --system --unit=multi-user.target
}

check_binds() {            # a folder that a booting systemd empties or mounts over must not be the host's
  local d real; local -a list; IFS=: read -ra list <<< "$BOX_WORK:$BOX_BIND"
  for d in "${list[@]}"; do
    [ -n "$d" ] || continue
    case $d in /*) ;; *) die "bind $d: not an absolute path" ;; esac
    real=$(readlink -m -- "$d") || die "bind $d: cannot be resolved"
    case $real in
      /|/tmp|/var|/var/tmp|/run|/run/*|/var/run|/var/run/*|/dev|/dev/*|/proc|/proc/*|/sys|/sys/*|/etc|/usr|/lib|/root|/home)
        die "bind $d: the box's systemd-tmpfiles would clear or change the host's $real; bind a folder below it" ;;
    esac
  done
}
start() {
  local cg net=--net i state; check_binds; alive && die "already running (pid $PID)"
  [ "$(id -u)" = 0 ] || die 'must be root'
  [ "$BOX_NET" != host ] || net=
  cg=$(cgroot) || exit 1; BOX_CG=${cg%/}/systemd-box-$BOX_NAME
  mkdir -p "$BOX_DIR" "$BOX_WORK" "$BOX_CG" || die mkdir; rm -f "$BOX_DIR/pid"
  SELF=$BOX_DIR/self.sh; cp "${BASH_SOURCE[0]}" "$SELF" || die cp
  export SELF BOX_NAME BOX_DIR BOX_WORK BOX_BIND BOX_NET BOX_CG
  setsid unshare --pid --fork --mount --uts --ipc $net bash "$SELF" --stage1 \
    < /dev/null > "$BOX_DIR/console.log" 2>&1 &
  i=0; until alive && [ "$(enter true 2>&1)" = '' ] && state=$(enter systemctl is-system-running 2>/dev/null) ||
             [ "${state:-offline}" = degraded ]; do
    [ $((i += 1)) -le 600 ] || { tail -n 20 "$BOX_DIR/console.log" >&2; die "not up after 60 s: ${state:-?}"; }
    { [ $i -lt 30 ] || alive; } || { cat "$BOX_DIR/console.log" >&2; die 'PID 1 died'; }
    nap
  done
  printf '%s\n' "$state"
}
box_exec() {
  alive || die 'not running'; local cg d; cg=$(cgroot) || exit 1
  d=${cg%/}/systemd-box-$BOX_NAME/exec.slice        # our commands live in the box's cgroup too
  mkdir -p "$d" 2>/dev/null && { echo 0 > "$d/cgroup.procs"; } 2>/dev/null
  enter "$@"
}
halt() {
  local i=0 cg; cg=$(cgroot) || exit 1
  if alive; then
    kill -9 "$PID"
    while alive; do [ $((i += 1)) -le 100 ] || die "pid $PID does not die"; nap; done
  fi
  rm -f "$BOX_DIR/pid"; cg=${cg%/}/systemd-box-$BOX_NAME; i=0
  while [ -d "$cg" ] && [ $((i += 1)) -le 50 ]; do
    find "$cg" -depth -type d -exec rmdir {} \; 2>/dev/null; [ ! -d "$cg" ] || nap
  done
}
case ${1:-} in
  start) start ;;
  exec) shift; [ $# -gt 0 ] || die 'exec: what?'; box_exec "$@" ;;
  stop) halt; rm -rf "$BOX_DIR/upper" "$BOX_DIR/root" "$BOX_DIR/self.sh" ;;
  restart) halt; start ;;
  status) if alive; then echo "running $PID"; else echo stopped; exit 3; fi ;;
  --stage1) stage1 ;;
  --stage2) stage2 ;;
  *) sed -n '2,/^set -u/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
