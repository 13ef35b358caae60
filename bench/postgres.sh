#!/usr/bin/env bash
# A PostgreSQL server for one benchmark, on a socket of its own: "start" prints the connection string, "stop" removes it and its data.
# Settings as one would give it this machine: memory for its cache and its index builds, no waiting for the disk at loading.
set -euo pipefail
root="${TMPDIR:-/tmp}/tributary-bench-postgres"
bin="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)"
[ -n "$bin" ] || { command -v pg_ctl >/dev/null && bin="$(dirname "$(command -v pg_ctl)")"; } || { echo "No PostgreSQL server is installed." >&2; exit 1; }

# It refuses to run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
owner="$(if [ "$(id -u)" = 0 ]; then echo postgres; else id -un; fi)"

case "${1:-}" in
start)
    [ ! -e "$root" ] || { echo "$root is there already: stop it first." >&2; exit 1; }
    mkdir "$root"
    [ "$(id -u)" != 0 ] || chown postgres "$root"
    cd "$root"
    as_owner "$bin/initdb" -D "$root/data" -U bench --auth=trust --encoding=UTF8 --locale=C >/dev/null
    as_owner tee -a "$root/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$root'
shared_buffers = 4GB
effective_cache_size = 12GB
work_mem = 64MB
maintenance_work_mem = 1GB
max_wal_size = 8GB
wal_compression = lz4
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0
checkpoint_timeout = 30min
CONF
    as_owner "$bin/pg_ctl" -D "$root/data" -l "$root/log" -w start >/dev/null
    echo "Host=$root;Username=bench;Database=postgres"
    ;;
stop)
    cd "$root"
    as_owner "$bin/pg_ctl" -D "$root/data" -m immediate -w stop >/dev/null || true
    rm -rf "$root"
    ;;
*)
    echo "postgres.sh start | stop (runs as $owner)" >&2
    exit 1
    ;;
esac
