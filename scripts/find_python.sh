#!/usr/bin/env bash
# Print the path of a Python that really runs and can make virtual environments.
#
#   scripts/find_python.sh 3.10            exactly this version
#   scripts/find_python.sh 3.11 3.12 3.10  the first of these that is found
#
# Looked at, in this order: $PYTHON, PATH, pyenv, uv, the usual folders.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: $0 VERSION..." >&2; exit 2; }
without_venv=""

# pyenv puts shims on the PATH that fail for every version that is not selected, and Debian ships
# Pythons without ensurepip: only a run tells whether a candidate is any use.
usable() {
    local candidate=$1 version=$2
    command -v "$candidate" >/dev/null 2>&1 || return 1
    "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" \
        >/dev/null 2>&1 || return 1
    if ! "$candidate" -c 'import ensurepip, ssl, sqlite3, venv' >/dev/null 2>&1; then
        without_venv="$candidate (Python $version)"
        return 1
    fi
}

report() {
    "$1" -c 'import sys; print(sys.executable)'
    exit 0
}

candidates() {
    local version=$1 path
    printf '%s\n' "python$version" python3 python
    for path in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version"*/bin/python; do
        printf '%s\n' "$path"
    done
    if command -v uv >/dev/null 2>&1; then
        uv python find --no-project --managed-python "$version" 2>/dev/null || true
    fi
    printf '%s\n' "/opt/homebrew/bin/python$version" "/usr/local/bin/python$version" \
        "/usr/bin/python$version"
}

if [ -n "${PYTHON:-}" ]; then
    for version in "$@"; do
        if usable "$PYTHON" "$version"; then report "$PYTHON"; fi
    done
    echo "Note: PYTHON=$PYTHON is not a usable Python $*; looking elsewhere." >&2
fi

for version in "$@"; do
    while IFS= read -r candidate; do
        if usable "$candidate" "$version"; then report "$candidate"; fi
    done < <(candidates "$version")
done

{
    wanted="$*"
    echo "No usable Python ${wanted// / or } was found (on the PATH, in pyenv, in uv)."
    if [ -n "$without_venv" ]; then
        echo "$without_venv is there but lacks what virtual environments need."
        echo "On Debian or Ubuntu: sudo apt-get install python$1-venv"
    fi
    echo "Install one of these ways, then run the same command again:"
    if command -v uv >/dev/null 2>&1; then
        echo "  uv python install $1"
    else
        echo "  uv:      python3 -m pip install --user uv && uv python install $1"
    fi
    echo "  pyenv:   pyenv install $1"
    echo "  macOS:   brew install python@$1"
    echo "  Ubuntu:  sudo apt-get install python$1 python$1-venv   (where your release has it)"
    echo "Or name one yourself: make PYTHON=/path/to/python$1 ..."
} >&2
exit 1
