#!/bin/sh
# Takes a picture of a page: Tests/page/screenshot.sh URL OUT.png WIDTH HEIGHT
# THEME=light|dark (default light), WAIT=seconds of page life before the picture (default 5).
set -eu
if [ $# -ne 4 ]; then
    sed -n '2,3s/^# //p' "$0" >&2
    exit 2
fi
url=$1 out=$2 width=$3 height=$4
case ${THEME:-light} in dark) scheme=0 ;; *) scheme=1 ;; esac
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
# No sandbox: containers rarely allow one, and the page is our own.
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
    --blink-settings=preferredColorScheme=$scheme --window-size="$width,$height" \
    --timeout=$((${WAIT:-5} * 1000)) --screenshot="$out" "$url" 2>/dev/null
