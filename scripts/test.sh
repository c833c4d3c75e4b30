#!/usr/bin/env bash
# Run every test, in the environment it needs, and close with a plain summary.
#
#   scripts/test.sh [PYTEST_ARGUMENT...]   for example: scripts/test.sh -k escalation
#
# tests/rasa and tests/e2e need Rasa (.venv); tests/training, tests/evaluation and the tests of the
# torch backend need .venv-train; tests/desk, tests/deploy and tests/cluster need .venv-desk, and a
# trained bot; all others run in the first two. Last come Rasa's own stories. The desk's tests mostly wait, for servers and
# browsers: they run beside the others, and what they print is shown when those are done.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export RASA_TELEMETRY_ENABLED=false

summary="" passed=0 failed=0
suite() {
    local name=$1 start=$SECONDS outcome
    shift
    printf '\n=== %s\n' "$name"
    if "$@"; then
        outcome=passed passed=$((passed + 1))
    else
        outcome=FAILED failed=$((failed + 1))
    fi
    summary+=$(printf '  %-7s %-36s %4ds' "$outcome" "$name" $((SECONDS - start)))$'\n'
}
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

desk_output=$(mktemp)
set -m # or the shell would have it ignore Ctrl-C, and its servers would stay
.venv-desk/bin/python -m pytest tests/desk tests/deploy tests/cluster "$@" >"$desk_output" 2>&1 &
desk_tests=$!
set +m
desk_suite() {
    wait "$desk_tests"
    local code=$?
    cat "$desk_output"
    return "$code"
}
trap 'rm -f "$desk_output"' EXIT
trap 'kill -INT "$desk_tests" 2>/dev/null; echo "stopped" >&2; exit 130' INT TERM

suite "Python tests beside Rasa" .venv/bin/python -m pytest tests \
    --ignore=tests/desk --ignore=tests/deploy --ignore=tests/cluster \
    --ignore=tests/training --ignore=tests/evaluation \
    --ignore-glob='*/test_torch*' "$@"
suite "Python tests beside PyTorch" .venv-train/bin/python -m pytest tests \
    --ignore=tests/desk --ignore=tests/deploy --ignore=tests/cluster \
    --ignore=tests/rasa --ignore=tests/e2e "$@"
suite "Python tests of the desk, the rest" desk_suite
suite "Rasa stories" rasa_stories

printf '\n=== Summary\n%s\nsuites: %d passed, %d failed\n' "$summary" "$passed" "$failed"
[ "$failed" -eq 0 ]
