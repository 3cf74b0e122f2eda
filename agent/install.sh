#!/bin/sh
# Installs slurm-usage-history-exporter, the agent of SLURM Usage History, on a host that has Slurm's client commands.
#
# Usage: install.sh [--prefix DIR]
#
# It takes what lies beside this script: the compiled program slurm-usage-history-exporter, or else the bundle
# slurm-usage-history-exporter.js, which needs Deno 2 on this host. An existing configuration is kept.
#
#   --prefix DIR   where the program goes (default /usr/local)
#   DESTDIR=DIR    in the environment: put all files below DIR and make no user, for packages and tests
set -eu

NAME=slurm-usage-history-exporter
PREFIX=/usr/local
DESTDIR=${DESTDIR:-}

say() { printf '%s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --prefix) [ $# -ge 2 ] || die "--prefix needs a folder"; PREFIX=$2; shift 2 ;;
    --prefix=*) PREFIX=${1#--prefix=}; shift ;;
    -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"; exit 0 ;;
    *) die "unknown option $1 (see install.sh --help)" ;;
  esac
done
case $PREFIX in
  /*[!A-Za-z0-9/._+-]* | /) die "the prefix must be a plain path: $PREFIX" ;;
  /*) PREFIX=${PREFIX%/} ;;
  *) die "the prefix must begin with a slash: $PREFIX" ;;
esac

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
BIN=$PREFIX/bin
LIB=$PREFIX/lib/$NAME
CONFIG=/etc/$NAME
UNITS=/etc/systemd/system

[ -n "$DESTDIR" ] || [ "$(id -u)" -eq 0 ] || die "must be run as root (or with DESTDIR)"
for file in config.json.example README.md "systemd/$NAME.service" "systemd/$NAME.timer"; do
  [ -f "$HERE/$file" ] || die "$HERE/$file is missing: copy the whole folder"
done

# --- the program
mkdir -p "$DESTDIR$BIN"
if [ -f "$HERE/$NAME" ]; then
  install -m 755 "$HERE/$NAME" "$DESTDIR$BIN/$NAME"
elif [ -f "$HERE/$NAME.js" ]; then
  DENO=$(command -v deno) || die "$NAME.js needs Deno 2: install it from https://deno.com, or use the compiled program"
  # The service runs as another user, who may not look into the home folder of this one.
  case $(readlink -f "$DENO") in
    /root/* | /home/*) say "Warning: $DENO lies in a home folder, where the service cannot start it; move it to /usr/local/bin" ;;
  esac
  install -d -m 755 "$DESTDIR$LIB"
  install -m 644 "$HERE/$NAME.js" "$DESTDIR$LIB/$NAME.js"
  cat >"$DESTDIR$BIN/$NAME" <<WRAPPER
#!/bin/sh
# Runs the agent with what it needs: the network, its configuration, its environment and Slurm's client commands.
exec "$DENO" run --quiet --no-prompt --no-config --no-lock --no-remote --no-npm \\
  --allow-net --allow-read --allow-env --allow-run=sacct,scontrol,sacctmgr \\
  "$LIB/$NAME.js" "\$@"
WRAPPER
  chmod 755 "$DESTDIR$BIN/$NAME"
else
  die "neither $NAME nor $NAME.js lies beside install.sh: build one with 'deno task agent:compile' or 'deno task agent:bundle'"
fi

# --- its user, without rights, home or shell
if [ -z "$DESTDIR" ] && ! id -u "$NAME" >/dev/null 2>&1; then
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$NAME"
  say "Made the user $NAME"
fi

# --- the configuration, which holds the key
install -d -m 755 "$DESTDIR$CONFIG"
if [ -e "$DESTDIR$CONFIG/config.json" ]; then
  say "Kept $CONFIG/config.json"
else
  install -m 640 "$HERE/config.json.example" "$DESTDIR$CONFIG/config.json"
fi
chmod 640 "$DESTDIR$CONFIG/config.json"
[ -n "$DESTDIR" ] || chown "root:$NAME" "$CONFIG/config.json"

# --- the timer
install -d -m 755 "$DESTDIR$UNITS" "$DESTDIR/usr/share/doc/$NAME"
sed "s|@BINDIR@|$BIN|" "$HERE/systemd/$NAME.service" >"$DESTDIR$UNITS/$NAME.service"
install -m 644 "$HERE/systemd/$NAME.timer" "$DESTDIR$UNITS/$NAME.timer"
chmod 644 "$DESTDIR$UNITS/$NAME.service"
install -m 644 "$HERE/README.md" "$DESTDIR/usr/share/doc/$NAME/README.md"
if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi

command -v sacct >/dev/null 2>&1 || say "Warning: there is no sacct on PATH; the agent needs Slurm's client commands"
cat <<NEXT
Installed $BIN/$NAME

Next steps:
  1. Set api_url and api_key in          $CONFIG/config.json
  2. See what would be sent:             $NAME --dry-run --verbose
  3. Send it:                            $NAME
  4. Send it every night from now on:    systemctl enable --now $NAME.timer
  To fill in the past:                   $NAME --start-date 2025-01-01 --end-date 2025-12-31
NEXT
