#!/bin/sh
# Runs the bundle of slurm-usage-history-exporter with the rights that the compiled program has, and no others: Slurm's
# client commands, the server of api_url, the folders of configuration and state, the system's certificates.
NAME=slurm-usage-history-exporter
config=/etc/$NAME/config.json
before=
for word; do
  [ "$before" != --config ] || config=$word
  case $word in --config=*) config=${word#--config=} ;; esac
  before=$word
done

# The text of a setting; nothing where the configuration cannot be read, which the agent then says itself, or where the
# text has a comma, which would make two of it, or an escape other than that of a slash.
setting() {
  { tr '\n\r\t' '   ' <"$config"; } 2>/dev/null |
    LC_ALL=C sed -nE 's/.*"'"$1"'" *: *"(([^"\\]|\\.)*)".*/\1/p' |
    LC_ALL=C sed 's|\\/|/|g; /[\\,]/d; s/^ *//; s/ *$//'
}

url=$(setting api_url | tr '[:upper:]' '[:lower:]')
server=$(printf '%s\n' "$url" |
  sed -nE 's#^https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]+)?:?(/.*)?$#\1\2#p')
case ${server##*]} in
  *:*) ;;
  *) case $url in http:*) server=$server:80 ;; *) server=$server:443 ;; esac ;;
esac
case $server in :*) net=--deny-net ;; *) net=--allow-net=$server ;; esac
state=$(setting state_folder)
state=${state:-/var/lib/$NAME}
ca=$(setting ca_file)

# Trust the certificates that this host trusts, too.
export DENO_TLS_CA_STORE="${DENO_TLS_CA_STORE:-system,mozilla}"
exec "@DENO@" run --quiet --no-config --no-lock --no-remote --no-npm --no-prompt \
  --v8-flags=--max-old-space-size=128,--max-semi-space-size=4 \
  --allow-run=sacct,sinfo,scontrol,sacctmgr \
  "$net" \
  --allow-read="/etc/$NAME,$config,$state${ca:+,$ca},/etc/ssl/certs,/etc/ssl/ca-bundle.pem,/etc/ssl/cert.pem,/etc/pki/ca-trust,/etc/pki/tls/certs,/usr/local/share/ca-certificates,/usr/share/ca-certificates,/usr/share/pki,/var/lib/ca-certificates,/etc/passwd" \
  --allow-write="$state" \
  --allow-env=PATH,HOME,USER,LOGNAME,LANG,LC_ALL,SLURM_CONF,SLURM_CONF_SERVER,SLURM_JWT,SLURM_SACK_SOCKET,SLURM_SACK_KEY,SLURM_SACK_JWKS,JOURNAL_STREAM,SSL_CERT_FILE,ALL_PROXY,HTTPS_PROXY,HTTP_PROXY,NO_PROXY,all_proxy,https_proxy,http_proxy,no_proxy \
  --allow-sys=uid,statfs \
  "@LIBDIR@/$NAME.js" "$@"
