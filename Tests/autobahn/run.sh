#!/bin/sh
# Runs Autobahn's server cases 1-7, 9 and 10 (framing, control frames, reserved bits, opcodes,
# fragmentation, UTF-8, closing, limits; 301 cases) against the echo server of `net-probe`, which
# speaks WebSocket with the code of the tick stream. Needs python3 with venv, and PyPI for the
# package `kosoku`, which holds the cases.
#
#   Tests/autobahn/run.sh [REPORT_DIR]
#
# PYTHON chooses the interpreter (default python3), KOSOKU a `kosoku` that is installed already.
# Exits 0 when all 301 passed.
set -eu

kosoku_version=0.1.0
expected=301
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
server=

finish() {
    status=$?
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || :
        wait "$server" 2>/dev/null || :
    fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

report=${1:-$work/report}

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

"$probe" ws-echo-server --port 0 >"$work/listening" &
server=$!
address=
tries=0
while [ -z "$address" ]; do
    address=$(sed -n 's/^LISTENING //p' "$work/listening")
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ]; then
        echo "the echo server does not listen" >&2
        exit 1
    fi
    [ -n "$address" ] || sleep 0.1
done

"$kosoku" --outdir "$report" \
    -i '1.*' -i '2.*' -i '3.*' -i '4.*' -i '5.*' -i '6.*' -i '7.*' -i '9.*' -i '10.*' "$address"

"${PYTHON:-python3}" - "$report/index.json" "$expected" <<'PYTHON'
import json
import sys

accepted = {"OK", "NON-STRICT", "INFORMATIONAL"}
path, expected = sys.argv[1], int(sys.argv[2])
(cases,) = json.load(open(path)).values()
failed = [
    case
    for case, result in cases.items()
    if result["behavior"] not in accepted or result["behaviorClose"] not in accepted
]
informational = sum(result["behavior"] == "INFORMATIONAL" for result in cases.values())
lenient = sum(result["behavior"] == "NON-STRICT" for result in cases.values())
print(
    f"{len(cases) - len(failed)}/{expected} passed"
    f" ({informational} informational, {lenient} not strictly)"
)
for case in failed:
    print("failed:", case, cases[case])
sys.exit(bool(failed) or len(cases) != expected)
PYTHON
