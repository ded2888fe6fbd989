#!/bin/sh
# Two loads against a release build, with ticks made for them (--tick-hz):
#
#   1. 1,000 clients at 100 ticks a second for 30 s;
#   2. 100 clients at 1,000 ticks a second for 30 s, 20 of which never read;
#
# and, to see that nothing breaks, ticks as fast as they can be sent to 1 and to 50 clients.
#
#   perf/load.sh [SECONDS]
#
# Prints a line for every claim, PASS or FAIL, and exits 1 when one fails. Needs `quesquant` and
# `net-probe` built (`make load` builds them).
set -eu

seconds=${1:-30}
# Growth from before the clients came, at the end of a load's clients and at its peak.
growth_max_kib=65536
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
binaries=${BINARIES:-$root/.build/release}
work=$(mktemp -d)
server=
probe=
failures=0

finish() {
    status=$?
    for process in $probe $server; do
        kill "$process" 2>/dev/null || :
        wait "$process" 2>/dev/null || :
    done
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# claim WORDS CONDITION...
claim() {
    words=$1
    shift
    if [ "$@" ]; then
        echo "PASS $words"
    else
        echo "FAIL $words"
        failures=$((failures + 1))
    fi
}

# serve HERTZ: starts a server; sets `server` and `address`.
serve() {
    "$binaries/quesquant" serve --bind 127.0.0.1 --port 0 --tick-hz "$1" \
        --data-dir "$work/data-$1" >"$work/listening" 2>"$work/log" &
    server=$!
    address=
    tries=0
    while [ -z "$address" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ] || ! kill -0 "$server" 2>/dev/null; then
            echo "FAIL the server does not start:"
            cat "$work/log"
            exit 1
        fi
        sleep 0.1
        address=$(sed -n 's/^LISTENING //p' "$work/listening")
    done
}

end_server() {
    code=0
    kill -TERM "$server" 2>/dev/null || :
    wait "$server" || code=$?
    server=
    claim "the server ends in order (exit code $code)" "$code" -eq 0
}

resident_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; }

# number NAME: the integer behind a key of the probe's answer.
number() { sed -n "s/.*\"$1\":\([0-9][0-9]*\).*/\1/p" "$work/answer"; }

# load NAME HERTZ CLIENTS STALLED SECONDS: sets `growth` and `peak`, in KiB.
load() {
    echo "== $1"
    serve "$2"
    before=$(resident_kib)
    "$binaries/net-probe" ws-clients --url "ws://$address/api/v1/ws/stream" \
        --count "$3" --stall "$4" --seconds "$5" >"$work/answer" 2>"$work/probe-log" &
    probe=$!
    peak=0
    while kill -0 "$probe" 2>/dev/null; do
        now=$(resident_kib)
        [ "$now" -le "$peak" ] || peak=$now
        sleep 0.5
    done
    code=0
    wait "$probe" || code=$?
    probe=
    cat "$work/answer" "$work/probe-log"
    claim "all clients connect and no reading one is closed" "$code" -eq 0
    # The sweep that gives memory back comes every second.
    sleep 3
    growth=$(($(resident_kib) - before))
    peak=$((peak - before))
    echo "memory: $before KiB before, at most $peak KiB more, $growth KiB more at the end"
}

# Whether memory stayed within bounds.
claim_memory() {
    claim "memory grows by less than 64 MiB at its peak" "$peak" -lt "$growth_max_kib"
    claim "memory is back within 8 MiB of the beginning" "$growth" -lt 8192
}

load "1,000 clients, 100 ticks a second" 100 1000 0 "$seconds"
claim "no client misses a tick (gaps $(number gaps))" "$(number gaps)" = 0
claim "memory grows by less than 64 MiB at its peak" "$peak" -lt "$growth_max_kib"
end_server

load "100 clients, 20 of them stalled, 1,000 ticks a second" 1000 100 20 "$seconds"
claim "no reading client misses a tick (gaps $(number gaps))" "$(number gaps)" = 0
dropped=$(number 'stalled":{"closed 1013')
if [ "$seconds" -gt 12 ]; then
    claim "the stalled ones are closed with 1013 (${dropped:-0} of 20)" "${dropped:-0}" = 20
fi
claim_memory
end_server

for clients in 1 50; do
    load "$clients clients, as fast as they can be sent" 0 "$clients" 0 10
    echo "messages a second, all clients: $(($(number 'total') / 10))"
    claim "memory grows by less than 64 MiB at its peak" "$peak" -lt "$growth_max_kib"
    end_server
done

if [ "$failures" -gt 0 ]; then
    echo "FAIL $failures claims"
    exit 1
fi
echo "PASS all"
