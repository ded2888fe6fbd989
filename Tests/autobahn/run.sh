#!/bin/sh
# Runs Autobahn's cases 1-7, 9 and 10 (framing, control frames, reserved bits, opcodes,
# fragmentation, UTF-8, closing, limits; 301 cases) both ways: against the echo server of
# `net-probe`, which speaks WebSocket with the code of the tick stream, and against its echo
# client, which speaks it with the code of the venues' feeds. Needs python3 with venv, and PyPI for
# the package `kosoku`, which holds the cases.
#
#   Tests/autobahn/run.sh [REPORT_DIR]
#
# PYTHON chooses the interpreter (default python3), KOSOKU a `kosoku` that is installed already,
# SIDES one side only (`server` or `client`). Exits 0 when all 301 passed on each side.
set -eu

kosoku_version=0.1.0
expected=301
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
background=

# Ends the program in the background, if one is left.
stop() {
    if [ -n "$background" ]; then
        kill "$background" 2>/dev/null || :
        wait "$background" 2>/dev/null || :
        background=
    fi
}

finish() {
    status=$?
    stop
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

report=${1:-$work/report}
sides=${SIDES:-server client}
failed=0

if [ -n "${KOSOKU:-}" ]; then
    kosoku=$KOSOKU
else
    "${PYTHON:-python3}" -m venv "$work/venv"
    "$work/venv/bin/pip" --quiet --disable-pip-version-check install \
        "kosoku==$kosoku_version"
    kosoku=$work/venv/bin/kosoku
fi

swift build --package-path "$root" -c release --product net-probe
probe=$(swift build --package-path "$root" -c release --show-bin-path)/net-probe

# Waits until the program in the background has written where it listens, and prints that.
#   address_in FILE SED_EXPRESSION
address_in() {
    tries=0
    while :; do
        address=$(sed -n "$2" "$1")
        [ -z "$address" ] || break
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ]; then
            echo "nobody listens: $(cat "$1")" >&2
            exit 1
        fi
        sleep 0.1
    done
    echo "$address"
}

# Prints what passed, and fails unless all did.
#   judge SIDE INDEX_JSON
judge() {
    "${PYTHON:-python3}" - "$1" "$2" "$expected" <<'PYTHON'
import json
import sys

accepted = {"OK", "NON-STRICT", "INFORMATIONAL"}
side, path, expected = sys.argv[1], sys.argv[2], int(sys.argv[3])
(cases,) = json.load(open(path)).values()
failed = [
    case
    for case, result in cases.items()
    if result["behavior"] not in accepted or result["behaviorClose"] not in accepted
]
informational = sum(result["behavior"] == "INFORMATIONAL" for result in cases.values())
lenient = sum(result["behavior"] == "NON-STRICT" for result in cases.values())
print(
    f"{side}: {len(cases) - len(failed)}/{expected} passed"
    f" ({informational} informational, {lenient} not strictly)"
)
for case in failed:
    print("failed:", case, cases[case])
sys.exit(bool(failed) or len(cases) != expected)
PYTHON
}

set -- -i '1.*' -i '2.*' -i '3.*' -i '4.*' -i '5.*' -i '6.*' -i '7.*' -i '9.*' -i '10.*'

case $sides in *server*)
    "$probe" ws-echo-server --port 0 >"$work/server" &
    background=$!
    address=$(address_in "$work/server" 's/^LISTENING //p')
    # Its own exit code says less than the reports do.
    "$kosoku" --outdir "$report/server" "$@" "$address" || :
    stop
    judge server "$report/server/index.json" || failed=1
    ;;
esac

case $sides in *client*)
    "$kosoku" --mode fuzzingserver --outdir "$report/client" "$@" 127.0.0.1:0 \
        >"$work/client" 2>&1 &
    background=$!
    address=$(address_in "$work/client" 's/^.*listening on //p')
    "$probe" ws-echo --agent quesquant "$address"
    # It writes its reports once it was asked to, and ends.
    wait "$background" || :
    background=
    judge client "$report/client/index.json" || failed=1
    ;;
esac

exit "$failed"
