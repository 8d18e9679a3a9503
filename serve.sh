#!/bin/sh
# Three peers, from a fresh checkout, with one command: a blog, an events calendar
# and a shop.  SX_DOMAIN=events ./serve.sh starts that one alone.
#
# What is given goes to the command: ./serve.sh --help
set -eu
cd "$(dirname "$0")"
.ci/environment requirements.lock
if [ -n "${SX_DOMAIN:-}" ]; then set -- serve --link "$@"; else set -- up "$@"; fi
exec .venv/bin/python -m peer "$@"
