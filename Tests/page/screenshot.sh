#!/bin/sh
# Takes a picture of a page soon after it has loaded: screenshot.sh URL OUT.png WIDTH HEIGHT
# THEME=light|dark (default light). Chromium makes no window narrower than 500.
set -eu
if [ $# -ne 4 ]; then
    sed -n '2,3s/^# //p' "$0" >&2
    exit 2
fi
url=$1 out=$2 width=$3 height=$4
case ${THEME:-light} in dark) scheme=0 ;; *) scheme=1 ;; esac
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
# No sandbox: containers rarely allow one, and the page is our own. The budget lets a page that
# paints by timer paint once; it is virtual time, so charts show only what the stream sent at once.
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
    --blink-settings=preferredColorScheme=$scheme --window-size="$width,$height" \
    --virtual-time-budget=1000 --screenshot="$out" "$url" 2>/dev/null
