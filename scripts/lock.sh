#!/usr/bin/env bash
# Write requirements/{rasa,train,desk,bench}.txt anew from pyproject.toml.
#
#   scripts/lock.sh             keep the versions that still fit
#   scripts/lock.sh --upgrade   take the newest that fit
#
# rasa.txt and bench.txt are for Python 3.10 on Linux and macOS, the others for every supported
# Python.
# What environments must agree on is in requirements/constraints.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(scripts/find_python.sh 3.11 3.12 3.13 3.10)" -m venv "$work/uv"
"$work/uv/bin/pip" install --quiet --disable-pip-version-check uv

compile() {
    local lock=$1 extra=$2 environments=$3 tools=$4 constraints=$5
    shift 5
    mkdir -p "$work/$extra"
    cp "requirements/$lock" "$work/$extra/lock.txt" 2>/dev/null || true
    { cat pyproject.toml; printf '\n[tool.uv]\nenvironments = [%s]\n' "$environments"; } \
        >"$work/$extra/pyproject.toml"
    (
        cd "$work/$extra"
        "$work/uv/bin/uv" pip compile pyproject.toml --quiet --universal \
            --extra "$extra" $tools --python "$work/uv/bin/python" --python-version 3.10 \
            --constraints "$constraints" \
            --no-header --no-annotate --no-emit-index-url --output-file lock.txt "$@" >/dev/null
    )
}

shared=$PWD/requirements/constraints.txt
# Rasa pins a setuptools that is too old for the torch that models are trained with.
sed '/^torch==/d' "$shared" >"$work/without_torch.txt"
supported="python_version < '3.11' and sys_platform"
# What OpenVINO and PyTorch have wheels for.
intel="platform_machine == 'x86_64' and sys_platform == 'linux'"
arm="platform_machine == 'aarch64' and sys_platform == 'linux'"
mac="platform_machine == 'arm64' and sys_platform == 'darwin'"
python="python_version < '3.11' and"
machines="\"$python $intel\", \"$python $arm\", \"$python $mac\""
beside_rasa="\"$supported == 'linux'\", \"$supported == 'darwin'\""

# The markers that are true wherever Rasa is installed say nothing; greenlet and hf-xet have wheels
# for every machine and would list them all.
without_markers() {
    sed -E \
        -e "s/python_full_version < '3\.11' and //" \
        -e "s/ (and|;) \(sys_platform == 'darwin' or sys_platform == 'linux'\)$//" \
        -e "s/ (and|;) \(\($mac\) or \($arm\) or \($intel\)\)$//" \
        -e "s/^((greenlet|hf-xet)==[^ ]+) .*/\1/"
}

# PyTorch for NVIDIA cards pins its CUDA packages itself, and a CPU build has none: left to torch.
without_cuda() { sed -E '/^(nvidia-|cuda-|triton==)/d'; }

compile rasa.txt rasa "$beside_rasa" "--extra dev" "$shared" "$@"
without_markers <"$work/rasa/lock.txt" >requirements/rasa.txt

compile bench.txt bench "$machines" "" "$work/without_torch.txt" "$@"
without_markers <"$work/bench/lock.txt" | without_cuda >requirements/bench.txt

compile train.txt train "" "--extra dev" "$shared" "$@"
without_cuda <"$work/train/lock.txt" >requirements/train.txt

compile desk.txt desk "" "--extra dev --extra browser --extra deploy" "$shared" "$@"
cp "$work/desk/lock.txt" requirements/desk.txt

grep -c '==' requirements/{rasa,train,desk,bench}.txt
