#!/bin/sh
# A browser for the tests that open the report, and what lays out its text as PDF. Debian and Ubuntu: installed if it may be.
set -eu
lacking=""
browser=no
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        browser=yes
    fi
done
if [ "$browser" = no ]; then
    lacking="chromium fonts-dejavu-core"
fi
for library in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do
    # The same name as for programs: what the linker finds, and where there is no ldconfig what Debian has.
    if ! ldconfig -p 2>/dev/null | grep -q "$library"; then
        lacking="$lacking libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        break
    fi
done
if ! command -v npm >/dev/null 2>&1; then
    lacking="$lacking nodejs npm"
fi
if [ -z "$lacking" ]; then
    exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    apt-get update --quiet --quiet
    # shellcheck disable=SC2086 # several packages
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends $lacking
    exit 0
fi
echo "the tests need $lacking: install them (as root: apt-get install $lacking), then run make test again" >&2
exit 1
