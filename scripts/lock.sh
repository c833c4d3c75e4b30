#!/usr/bin/env bash
# Write requirements/{rasa,train,desk}.txt anew from pyproject.toml.
#
#   scripts/lock.sh             keep the versions that still fit
#   scripts/lock.sh --upgrade   take the newest that fit
#
# rasa.txt is for Python 3.10 on Linux and macOS, the others for every supported Python.
# What environments must agree on is in requirements/constraints.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(scripts/find_python.sh 3.11 3.12 3.13 3.10)" -m venv "$work/uv"
"$work/uv/bin/pip" install --quiet --disable-pip-version-check uv

compile() {
    local lock=$1 extra=$2 environments=$3 tools=$4
    shift 4
    mkdir -p "$work/$extra"
    cp "requirements/$lock" "$work/$extra/lock.txt" 2>/dev/null || true
    { cat pyproject.toml; printf '\n[tool.uv]\nenvironments = [%s]\n' "$environments"; } \
        >"$work/$extra/pyproject.toml"
    (
        cd "$work/$extra"
        "$work/uv/bin/uv" pip compile pyproject.toml --quiet --universal \
            --extra "$extra" $tools --python "$work/uv/bin/python" --python-version 3.10 \
            --constraints "$OLDPWD/requirements/constraints.txt" \
            --no-header --no-annotate --no-emit-index-url --output-file lock.txt "$@" >/dev/null
    )
}

# The markers that are true wherever Rasa is installed say nothing; greenlet and hf-xet have wheels
# for every machine and would list them all.
supported="python_version < '3.11' and sys_platform"
compile rasa.txt rasa "\"$supported == 'linux'\", \"$supported == 'darwin'\"" "--extra dev" "$@"
sed -E \
    -e "s/python_full_version < '3\.11' and //" \
    -e "s/ (and|;) \(sys_platform == 'darwin' or sys_platform == 'linux'\)$//" \
    -e "s/^((greenlet|hf-xet)==[^ ]+) .*/\1/" \
    "$work/rasa/lock.txt" >requirements/rasa.txt

# PyTorch for NVIDIA cards pins its CUDA packages itself, and a CPU build has none: left to torch.
compile train.txt train "" "--extra dev" "$@"
sed -E '/^(nvidia-|cuda-|triton==)/d' "$work/train/lock.txt" >requirements/train.txt

compile desk.txt desk "" "--extra dev --extra browser" "$@"
cp "$work/desk/lock.txt" requirements/desk.txt

grep -c '==' requirements/rasa.txt requirements/train.txt requirements/desk.txt
