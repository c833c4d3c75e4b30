#!/usr/bin/env bash
# Run every test, in the environment it needs, and close with a plain summary.
#
#   scripts/test.sh [PYTEST_ARGUMENT...]   for example: scripts/test.sh -k escalation
#
# tests/rasa and tests/e2e need Rasa (.venv); tests/training, tests/evaluation and the tests of the
# torch backend need .venv-train; tests/desk, tests/deploy and tests/cluster need .venv-desk, and a
# trained bot; all others run in the first two. Last come Rasa's own stories. The suites run beside
# each other: each needs about one core, and those of the desk and of Rasa often wait, for servers
# and browsers. The first is shown as it goes, what the others print when they are done.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export RASA_TELEMETRY_ENABLED=false
export OMP_NUM_THREADS=1 # more threads of one suite would only wait for those of another

summary="" passed=0 failed=0
# How a suite ended, and how many seconds it took.
note() {
    local name=$1 code=$2 seconds=$3 outcome
    if [ "$code" -eq 0 ]; then
        outcome=passed passed=$((passed + 1))
    else
        outcome=FAILED failed=$((failed + 1))
    fi
    summary+=$(printf '  %-7s %-36s %4ds' "$outcome" "$name" "$seconds")$'\n'
}
suite() {
    local name=$1 start=$SECONDS code
    shift
    printf '\n=== %s\n' "$name"
    "$@"
    code=$?
    note "$name" "$code" $((SECONDS - start))
}

outputs=$(mktemp -d)
# Begin a suite beside the others; `show` waits for it, and shows what it printed.
begin() {
    local name=$1
    shift
    set -m # or the shell would have it ignore Ctrl-C, and its servers would stay
    {
        start=$SECONDS
        "$@"
        code=$?
        echo $((SECONDS - start)) >"$outputs/$name.seconds"
        exit "$code"
    } >"$outputs/$name" 2>&1 &
    echo $! >"$outputs/$name.pid"
    set +m
}
show() {
    local name=$1 code
    wait "$(cat "$outputs/$name.pid")"
    code=$?
    printf '\n=== %s\n' "$name"
    cat "$outputs/$name"
    note "$name" "$code" "$(cat "$outputs/$name.seconds")"
}
stop() {
    for pid in "$outputs"/*.pid; do kill -INT -- "-$(cat "$pid")" 2>/dev/null; done
    echo "stopped" >&2
    exit 130
}
trap 'rm -rf "$outputs"' EXIT
trap stop INT TERM

# Plain `rasa test` succeeds even when a story fails; what failed is in a file.
rasa_stories() {
    local failures=results/failed_test_stories.yml
    rm -f "$failures"
    .venv/bin/python scripts/quiet_rasa.py test || return
    if grep -q 'story:' "$failures"; then
        cat "$failures"
        return 1
    fi
    [ -f "$failures" ]
}

begin "Python tests of the desk" .venv-desk/bin/python -m pytest tests/desk tests/deploy tests/cluster "$@"
begin "Python tests beside PyTorch" .venv-train/bin/python -m pytest tests \
    --ignore=tests/desk --ignore=tests/deploy --ignore=tests/cluster \
    --ignore=tests/rasa --ignore=tests/e2e "$@"
suite "Python tests beside Rasa" .venv/bin/python -m pytest tests \
    --ignore=tests/desk --ignore=tests/deploy --ignore=tests/cluster \
    --ignore=tests/training --ignore=tests/evaluation \
    --ignore-glob='*/test_torch*' "$@"
suite "Rasa stories" rasa_stories
show "Python tests beside PyTorch"
show "Python tests of the desk"

printf '\n=== Summary\n%s\nsuites: %d passed, %d failed\n' "$summary" "$passed" "$failed"
[ "$failed" -eq 0 ]
