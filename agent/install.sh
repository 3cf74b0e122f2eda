#!/bin/sh
# Installs slurm-usage-history-exporter, the agent of SLURM Usage History, on a host that has Slurm's client commands.
#
# Usage: install.sh [--prefix DIR]
#        install.sh --uninstall [--purge] [--prefix DIR]
#
# It takes what lies beside this script: the compiled program slurm-usage-history-exporter, or else the bundle
# slurm-usage-history-exporter.js, which needs Deno 2 on this host. Run again, it updates: an existing configuration
# and what waits to be sent are kept, also those of the Python version.
#
#   --prefix DIR   where the program goes (default: where it is installed already, else /usr/local)
#   --uninstall    remove the program; configuration, state and user stay
#   --purge        with --uninstall: remove these, too
#   DESTDIR=DIR    in the environment: put all files below DIR and make no user, for packages and tests
set -eu
umask 022

NAME=slurm-usage-history-exporter
PREFIX=
DESTDIR=${DESTDIR:-}
UNINSTALL=
PURGE=

say() { printf '%s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --prefix) PREFIX=${2:-}; [ -n "$PREFIX" ] || die "--prefix needs a folder"; shift 2 ;;
    --prefix=*) PREFIX=${1#--prefix=}; [ -n "$PREFIX" ] || die "--prefix needs a folder"; shift ;;
    --uninstall) UNINSTALL=yes; shift ;;
    --purge) PURGE=yes; shift ;;
    -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"; exit 0 ;;
    *) die "unknown option $1 (see install.sh --help)" ;;
  esac
done
[ -z "$PURGE" ] || [ -n "$UNINSTALL" ] || die "--purge belongs to --uninstall"

UNITS=/etc/systemd/system
# Where this program was put before; nothing where the unit is not of this program, but of the Python version.
installed() {
  unit=$DESTDIR$UNITS/$NAME.service
  grep -q "^Documentation=man:$NAME(8)" "$unit" 2>/dev/null || return 0
  sed -n "s|^ExecStart=\(/.*\)/bin/$NAME\$|\1|p" "$unit"
}
PREFIX=${PREFIX:-$(installed)}
PREFIX=${PREFIX:-/usr/local}
case $PREFIX in
  /*[!A-Za-z0-9/._+-]* | /) die "the prefix must be a plain path: $PREFIX" ;;
  /*) PREFIX=${PREFIX%/} ;;
  *) die "the prefix must begin with a slash: $PREFIX" ;;
esac

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
BIN=$PREFIX/bin
LIB=$PREFIX/lib/$NAME
MAN=$PREFIX/share/man/man8
COMPLETION=$PREFIX/share/bash-completion/completions
DOC=/usr/share/doc/$NAME
CONFIG=/etc/$NAME
STATE=/var/lib/$NAME

[ -n "$DESTDIR" ] || [ "$(id -u)" -eq 0 ] || die "must be run as root (or with DESTDIR)"

# Whether this is the running system, and systemd runs it.
with_systemd() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

# Makes the folders that are missing; those that are there keep their modes, which are the site's.
folders() {
  for folder; do [ -d "$folder" ] || install -d -m 755 "$folder"; done
}

# A text as it is to stand between double quotes in a script, put there by sed.
quoted() { printf '%s\n' "$1" | sed 's/[\\"$`]/\\&/g; s/[\\&|]/\\&/g'; }

if [ -n "$UNINSTALL" ]; then
  [ -e "$DESTDIR$BIN/$NAME" ] || say "Note: there is no $BIN/$NAME; was it installed with another --prefix?"
  if with_systemd; then systemctl disable --now "$NAME.timer" "$NAME.service" 2>/dev/null || true; fi
  rm -f "$DESTDIR$BIN/$NAME" "$DESTDIR$MAN/$NAME.8" "$DESTDIR$COMPLETION/$NAME"
  rm -f "$DESTDIR$UNITS/$NAME.service" "$DESTDIR$UNITS/$NAME.timer"
  rm -rf "$DESTDIR$LIB" "$DESTDIR$DOC" "$DESTDIR/var/cache/$NAME"
  if with_systemd; then systemctl daemon-reload; fi
  if [ -n "$PURGE" ]; then
    rm -rf "$(readlink -m "$DESTDIR$STATE")" "$DESTDIR$STATE" "$DESTDIR$CONFIG" "$DESTDIR$UNITS/$NAME.service.d"
    if [ -z "$DESTDIR" ] && id -u "$NAME" >/dev/null 2>&1; then userdel "$NAME"; fi
    say "Removed $BIN/$NAME with its configuration and all that waited to be sent"
  else
    say "Removed $BIN/$NAME; kept $CONFIG and $STATE (see --purge)"
  fi
  exit 0
fi

for file in config.json.example README.md bundle_wrapper.sh "completion/$NAME.bash" "man/$NAME.8" \
  "systemd/$NAME.service" "systemd/$NAME.timer"; do
  [ -f "$HERE/$file" ] || die "$HERE/$file is missing: copy the whole folder"
done

# --- the program
folders "$DESTDIR$BIN" "$DESTDIR$MAN" "$DESTDIR$COMPLETION"
if [ -f "$HERE/$NAME" ]; then
  install -m 755 "$HERE/$NAME" "$DESTDIR$BIN/$NAME"
  rm -f "$DESTDIR$LIB/$NAME.js"
elif [ -f "$HERE/$NAME.js" ]; then
  DENO=$(command -v deno) || die "$NAME.js needs Deno 2: install it from https://deno.com, or use the compiled program"
  # The service runs as another user, who may not look into the home folder of this one.
  case $(readlink -f "$DENO") in
    /root/* | /home/*) say "Warning: $DENO lies in a home folder, where the service cannot start it; move it to /usr/local/bin" ;;
  esac
  folders "$DESTDIR$LIB"
  install -m 644 "$HERE/$NAME.js" "$DESTDIR$LIB/$NAME.js"
  sed "s|@DENO@|$(quoted "$DENO")|; s|@LIBDIR@|$LIB|" "$HERE/bundle_wrapper.sh" >"$DESTDIR$BIN/$NAME.new"
  chmod 755 "$DESTDIR$BIN/$NAME.new"
  mv -f "$DESTDIR$BIN/$NAME.new" "$DESTDIR$BIN/$NAME"
else
  die "neither $NAME nor $NAME.js lies beside install.sh: build one with 'deno task agent:compile' or 'deno task agent:bundle'"
fi
install -m 644 "$HERE/man/$NAME.8" "$DESTDIR$MAN/$NAME.8"
install -m 644 "$HERE/completion/$NAME.bash" "$DESTDIR$COMPLETION/$NAME"
for old in "$BIN/$NAME.py" "/opt/$NAME/$NAME.py"; do
  [ ! -e "$DESTDIR$old" ] || say "Note: $old is of the Python version and no longer used; remove it"
done

# --- its user, without rights, home or shell
if [ -z "$DESTDIR" ] && ! id -u "$NAME" >/dev/null 2>&1; then
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$NAME"
  say "Made the user $NAME"
fi

# --- the configuration, which holds the key, and what waits to be sent: for that user's eyes only
folders "$DESTDIR$CONFIG"
if [ -e "$DESTDIR$CONFIG/config.json" ]; then
  say "Kept $CONFIG/config.json"
else
  install -m 600 "$HERE/config.json.example" "$DESTDIR$CONFIG/config.json"
fi
chmod 600 "$DESTDIR$CONFIG/config.json"
[ -d "$DESTDIR$STATE" ] || install -d -m 700 "$DESTDIR$STATE"
chmod 700 "$DESTDIR$STATE"
if [ -z "$DESTDIR" ]; then
  chown "$NAME:$NAME" "$DESTDIR$CONFIG/config.json"
  # The folder may be a link to a larger disk. What links lie in it is not followed: they are not root's.
  chown -R "$NAME:$NAME" "$(readlink -f "$DESTDIR$STATE")"
fi

# --- the timer
folders "$DESTDIR$UNITS" "$DESTDIR$DOC"
sed "s|@BINDIR@|$BIN|" "$HERE/systemd/$NAME.service" >"$DESTDIR$UNITS/$NAME.service"
chmod 644 "$DESTDIR$UNITS/$NAME.service"
install -m 644 "$HERE/systemd/$NAME.timer" "$DESTDIR$UNITS/$NAME.timer"
install -m 644 "$HERE/README.md" "$HERE/config.json.example" "$DESTDIR$DOC/"
if with_systemd; then systemctl daemon-reload; fi

command -v sacct >/dev/null 2>&1 || say "Warning: there is no sacct on PATH; the agent needs Slurm's client commands"
cat <<NEXT
Installed $BIN/$NAME

Next steps:
  1. Set api_url and api_key in          $CONFIG/config.json
  2. See whether all is well:            $NAME doctor
  3. See what would be sent:             $NAME --dry-run --verbose
  4. Send it:                            $NAME
  5. Send it every night from now on:    systemctl enable --now $NAME.timer
  To fill in the past:                   $NAME backfill --start-date 2025-01-01
  All about it:                          man $NAME
NEXT
