#!/usr/bin/env bash
# A throw-away PostgreSQL on a free port of loopback, for tests.
#   eval "$(scripts/postgres.sh start)"   starts one and sets RUSTCHAT_TEST_POSTGRES and RUSTCHAT_POSTGRES_DIR
#   scripts/postgres.sh stop [DIR]        stops it and removes its data
# `start --durable` keeps fsync on (for benchmarks); without it a crash of the machine may lose the data, which nobody minds.
set -euo pipefail

bin_dir() {
    local dir
    dir=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
    if [ -z "$dir" ] && command -v initdb >/dev/null; then dir=$(dirname "$(readlink -f "$(command -v initdb)")"); fi
    echo "$dir"
}

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 20000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
    done
    echo "no free port" >&2
    return 1
}

start() {
    local bin dir port sync=off
    [ "${1:-}" = "--durable" ] && sync=on
    bin=$(bin_dir)
    if [ -z "$bin" ]; then
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            echo "PostgreSQL's programs are missing: install PostgreSQL 13 or newer (Debian: apt-get install postgresql)," \
                "or name a running server in RUSTCHAT_TEST_POSTGRES" >&2
            return 1
        fi
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y postgresql; } >&2
        bin=$(bin_dir)
    fi
    dir=$(mktemp -d /tmp/rustchat-postgres.XXXXXX)
    if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
    port=$(free_port)
    as_owner "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir.log" 2>&1
    cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
fsync = $sync
synchronous_commit = $sync
full_page_writes = $sync
max_connections = 300
shared_buffers = 128MB
CONF
    as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start >>"$dir.log" 2>&1 || { cat "$dir.log" "$dir/log" >&2; exit 1; }
    rm -f "$dir.log"
    echo "export RUSTCHAT_TEST_POSTGRES=postgres://postgres@127.0.0.1:$port/postgres"
    echo "export RUSTCHAT_POSTGRES_DIR=$dir"
}

stop() {
    local dir=${1:-${RUSTCHAT_POSTGRES_DIR:-}}
    case "$dir" in
        /tmp/rustchat-postgres.*) ;;
        *) echo "which? give the directory that start printed" >&2; exit 2 ;;
    esac
    # The first line of the pid file names the server of this directory and no other.
    if [ -f "$dir/data/postmaster.pid" ]; then as_owner "$(bin_dir)/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null; fi
    rm -rf "$dir"
}

case "${1:-}" in
    start) shift; start "$@" ;;
    stop) shift; stop "$@" ;;
    *) sed -n '2,5s/^# \?//p' "$0"; exit 2 ;;
esac
