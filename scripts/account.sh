#!/usr/bin/env bash
# Make an account for the desk, the first one a supervisor's.
#
#   scripts/account.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."

name=${1:-}
if [ -z "$name" ]; then
    read -rp "Username (small letters, e.g. rina): " name
fi
desk=.venv-desk/bin/desk
role=agent
if ! $desk account list 2>/dev/null | grep -qw supervisor; then role=supervisor; fi
exec $desk account add "$name" --role "$role"
