#!/bin/sh
# Installs the Debian packages named as arguments that are missing. Silent when none is.
set -eu

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: swift is not on the PATH; QuesQuant needs Swift 6.3 (https://swift.org/install)" >&2
    exit 1
fi
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: not a Debian system; install the equivalents of: $*" >&2
    exit 0
fi

missing=""
for package in "$@"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "setup: missing:$missing; become root or install sudo, then: apt-get install$missing" >&2
        exit 1
    fi
    root="sudo"
fi
echo "setup: installing$missing ${root:+(with sudo)}"
export DEBIAN_FRONTEND=noninteractive
# The lists may be old or absent on a fresh machine.
$root apt-get update -qq
# shellcheck disable=SC2086
$root apt-get install -y -qq --no-install-recommends $missing >/dev/null
