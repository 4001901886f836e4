#!/bin/sh
# What the tests need from the operating system. Root on Debian: fetched; anyone else: told.
set -eu

missing=""
need() { # a package, and what shows that it is there
    eval "$2" >/dev/null 2>&1 || missing="$missing $1"
}
need chromium "command -v chromium"
need fonts-noto-cjk "ls /usr/share/fonts/opentype/noto/NotoSansCJK*"
need postgresql "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb"
need redis-server "command -v redis-server"
need clamav-daemon "command -v clamd || test -x /usr/sbin/clamd"
need gettext "command -v xgettext"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need, and this machine lacks:$missing" >&2
    echo "On Debian: sudo apt install$missing" >&2
    exit 1
fi
echo "Fetching$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null
