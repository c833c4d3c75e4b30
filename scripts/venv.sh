#!/usr/bin/env bash
# Build or update a virtual environment from a lock file, and install the project into it.
#
#   scripts/venv.sh DIRECTORY LOCK PYTHON_VERSION...
#
# Returns at once when the environment is up to date. One that was interrupted, moved or broken is
# built anew.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=$1 lock=$2
shift 2
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# What the environment depends on: its place, the lock, and the project's metadata.
wanted="$PWD $( { cat "$lock"; sed '/^\[tool\./,$d' pyproject.toml; } | cksum)"
installed="$venv/.installed" installing="$venv/.installing"

works() { "$venv/bin/python" -m pip --version >/dev/null 2>&1; }

if [ -f "$installed" ] && [ "$(cat "$installed")" = "$wanted" ] &&
    "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

if [ -d "$venv" ]; then
    place=$(cut -d' ' -f1 "$installed" 2>/dev/null || true)
    if [ -f "$installing" ] || [ "$place" != "$PWD" ] || ! works; then
        rm -rf "$venv"
    fi
fi
if [ ! -d "$venv" ]; then
    python=$(scripts/find_python.sh "$@")
    echo "Creating $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi

rm -f "$installed"
touch "$installing"
scripts/progress.sh "Installing $(grep -c '==' "$lock") packages into $venv" \
    "$venv/bin/python" -m pip install --progress-bar off -r "$lock"
scripts/progress.sh "Installing the project into $venv" \
    "$venv/bin/python" -m pip install --progress-bar off --no-deps -e .
# Plain `rasa test` looks for stories everywhere below the project, even in here: it would test the
# bot against the stories of Rasa's own template.
rm -rf "$venv"/lib/python*/site-packages/rasa/cli/initial_project/tests
"$venv/bin/python" -m pip check >/dev/null || { "$venv/bin/python" -m pip check >&2; exit 1; }
echo "$wanted" >"$installed"
rm -f "$installing"
