#!/bin/sh
# The site's own tooling, as its runbooks call it: real servers of two centres, `main` and `dr`, in one folder.
set -eu
PATH=$PATH:/usr/sbin:/sbin
site=$(cd "$(dirname "$0")" && pwd)
# PG (folder of programs), AP (program), and the ports MAIN DR LINK LB AP_main_1 AP_main_2 AP_dr_1 AP_dr_2 WEB_main WEB_dr
. "$site/ports"

as_server() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}
other() { if [ "$1" = main ]; then echo dr; else echo main; fi; }
port() { if [ "$1" = main ]; then echo "$MAIN"; else echo "$DR"; fi; }
named() { eval "echo \"\$$1\""; }
sql() { "$PG/psql" -h 127.0.0.1 -p "$(port "$1")" -U relight -d postgres -v ON_ERROR_STOP=1 -qAtc "$2"; }

configure() {
    cat <<CONF >>"$site/$1/postgresql.auto.conf"
listen_addresses = '127.0.0.1'
port = $(port "$1")
unix_socket_directories = ''
wal_log_hints = on
wal_keep_size = 256MB
max_connections = 60
shared_buffers = 16MB
CONF
}

# Whom a centre follows while it is a standby.
follow() {
    as_server sh -c 'cat >>"$1" && touch "$2"' sh "$site/$1/postgresql.auto.conf" "$site/$1/standby.signal" <<CONF
primary_conninfo = 'host=127.0.0.1 port=$2 user=relight application_name=$1'
CONF
}

start_db() {
    if [ -e "$site/$1.fenced" ]; then
        echo "$1 is fenced" >&2
        exit 3
    fi
    (cd "$site" && as_server "$PG/pg_ctl" --pgdata "$site/$1" --log "$site/$1/server.log" --wait start >/dev/null) || {
        tail -n 5 "$site/$1/server.log" >&2
        exit 1
    }
}
stop_db() { (cd "$site" && as_server "$PG/pg_ctl" --pgdata "$site/$1" --mode "$2" --wait stop >/dev/null); }

web_conf() {
    cat <<CONF
pid $site/$1.pid;
error_log $site/$1.log;
$([ "$(id -u)" = 0 ] && echo 'user root;')
worker_processes 1;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path $site/$1.body;
    proxy_temp_path $site/$1.proxy;
    fastcgi_temp_path $site/$1.fastcgi;
    uwsgi_temp_path $site/$1.uwsgi;
    scgi_temp_path $site/$1.scgi;
    proxy_connect_timeout 1s;
    proxy_next_upstream off;
    include $site/$1.pool;
}
CONF
}
pool() { # NAME LISTEN SERVER…
    name=$1 listen=$2
    shift 2
    echo "upstream pool {"
    for server in "$@"; do echo "  server 127.0.0.1:$server max_fails=0;"; done
    echo "} server { listen 127.0.0.1:$listen; location / { proxy_pass http://pool; } }"
}
nginx_of() {
    name=$1
    shift
    nginx -p "$site" -c "$site/$name.conf" "$@" 2>>"$site/$name.log"
}
start_web() {
    web_conf "$1" >"$site/$1.conf"
    nginx_of "$1"
}

case $1 in
    make) # two databases, the second one following the first one
        (cd "$site" && as_server "$PG/initdb" --no-sync --auth=trust --encoding=UTF8 --locale=C --username relight --pgdata "$site/main" >/dev/null)
        as_server sh -c 'cat >>"$1"' sh "$site/main/pg_hba.conf" <<CONF
host replication relight 127.0.0.1/32 trust
CONF
        configure main
        start_db main
        sql main "create table ticket (n bigint primary key, at timestamptz not null default clock_timestamp())"
        sql main "create table heartbeat (beat timestamptz not null)"
        (cd "$site" && as_server "$PG/pg_basebackup" --no-sync --checkpoint fast --wal-method stream -h 127.0.0.1 -p "$MAIN" -U relight --pgdata "$site/dr")
        configure dr
        follow dr "$LINK"
        start_db dr
        ;;
    sql) sql "$2" "$3" ;;
    start-db) start_db "$2" ;;
    stop-db) stop_db "$2" fast ;;
    fence) # stopped by all means, and not to be started by accident
        touch "$site/$2.fenced"
        stop_db "$2" immediate || true
        ! "$PG/pg_isready" --quiet -h 127.0.0.1 -p "$(port "$2")"
        ;;
    unfence) rm -f "$site/$2.fenced" ;;
    rewind) # makes a former primary the standby of the other centre
        # Until the checkpoint after its promotion, the leader's control file still tells the timeline of before.
        sql "$(other "$2")" checkpoint
        (cd "$site" && as_server "$PG/pg_rewind" --no-sync --target-pgdata "$site/$2" \
            --source-server "host=127.0.0.1 port=$(port "$(other "$2")") user=relight dbname=postgres")
        configure "$2"
        follow "$2" "$(port "$(other "$2")")"
        start_db "$2"
        ;;
    in-step) # the other centre has replayed all that this one has written
        [ "$(sql "$2" 'select pg_current_wal_lsn()')" = "$(sql "$(other "$2")" 'select pg_last_wal_replay_lsn()')" ]
        ;;
    compare) # both hold the same rows
        rows="select count(*), coalesce(sum(n), 0), md5(coalesce(string_agg(n::text, ',' order by n), '')) from ticket"
        one=$(sql main "$rows") two=$(sql dr "$rows")
        echo "main $one, dr $two"
        [ "$one" = "$two" ]
        ;;
    start-ap) # CENTRE NUMBER
        url="postgres://relight@127.0.0.1:$(port "$2")/postgres?sslmode=disable"
        setsid "$AP" "$(named "AP_$2_$3")" "$url" </dev/null >>"$site/ap-$2-$3.log" 2>&1 &
        echo $! >"$site/ap-$2-$3.pid"
        ;;
    stop-ap) kill "$(cat "$site/ap-$2-$3.pid")" ;;
    start-web)
        pool "web-$2" "$(named "WEB_$2")" "$(named "AP_$2_1")" "$(named "AP_$2_2")" >"$site/web-$2.pool"
        start_web "web-$2"
        ;;
    stop-web) nginx_of "web-$2" -s stop ;;
    start-lb)
        pool lb "$LB" "$WEB_main" >"$site/lb.pool"
        start_web lb
        ;;
    switch) # the balancer, to a centre or to nobody
        case $2 in
            closed) echo "server { listen 127.0.0.1:$LB; location / { return 503; } }" ;;
            *) pool lb "$LB" "$(named "WEB_$2")" ;;
        esac >"$site/lb.pool.new"
        mv "$site/lb.pool.new" "$site/lb.pool"
        balancer=$(cat "$site/lb.pid")
        before=$(cat "/proc/$balancer/task/$balancer/children")
        nginx_of lb -s reload
        # Until the workers of before are gone, some requests still go the old way.
        for worker in $before; do while kill -0 "$worker" 2>/dev/null; do sleep 0.05; done; done
        ;;
    dark) # the centre is gone at once: nobody says goodbye
        leader=$(head -n 1 "$site/$2/postmaster.pid") web=$(cat "$site/web-$2.pid")
        # Nobody is born while they are counted: a backend that outlived its leader would wait for ever for a lock of the dead.
        kill -STOP "$leader" "$web"
        all="$leader $web $(cat "/proc/$leader/task/$leader/children" "/proc/$web/task/$web/children" "$site/ap-$2-1.pid" "$site/ap-$2-2.pid")"
        # Some of them end by themselves meanwhile.
        # shellcheck disable=SC2086
        kill -KILL $all 2>/dev/null || true
        ;;
    gone) # everything, when the test is over
        for pid in "$site"/*.pid; do kill "$(cat "$pid")" 2>/dev/null || true; done
        for node in main dr; do
            if leader=$(head -n 1 "$site/$node/postmaster.pid" 2>/dev/null); then kill -QUIT "$leader" 2>/dev/null || true; fi
        done
        ;;
    *)
        echo "unknown: $1" >&2
        exit 2
        ;;
esac
