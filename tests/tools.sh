#!/bin/sh
# A browser for the tests that open the report. Debian and Ubuntu: installed if it may be.
set -eu
for browser in chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null 2>&1; then
        exit 0
    fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    apt-get update --quiet --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends chromium fonts-dejavu-core
    exit 0
fi
echo "the tests need chromium: install it (as root: apt-get install chromium), then run make test again" >&2
exit 1
