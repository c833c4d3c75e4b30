#!/usr/bin/env bash
# Run a long command quietly, but visibly alive.
#
#   scripts/progress.sh LABEL COMMAND [ARGUMENT...]
#
# The command's output goes to .logs/LABEL.log. On a terminal one line shows the elapsed time and
# what the command said last; elsewhere there is a line at the start and one at the end. When the
# command fails, the end of its log is shown and its exit code is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

label=$1
shift
log=".logs/$(printf '%s' "$label" | tr -cs 'A-Za-z0-9.' '-').log"
mkdir -p .logs
: >"$log"

if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ] && [ -z "${CI:-}" ]; then live=1; else live=""; fi

# A process group of its own, so that Ctrl-C can end the command with all its children.
set -m
"$@" >"$log" 2>&1 </dev/null &
child=$!
set +m
stop() {
    kill -TERM -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
    echo
    echo "$label: stopped" >&2
    exit 130
}
trap stop INT TERM HUP

# What the command said last, without colour codes and the heads of log lines.
tidy='s/\[[0-9;]*m//g; s/^[0-9-]+ [0-9:]+ [A-Z]+ +[a-z._]+ +- //; /^ *$/d'

start=$SECONDS
if [ -n "$live" ]; then
    while kill -0 "$child" 2>/dev/null; do
        columns=$(tput cols 2>/dev/null || echo 80)
        last=$(tail -c 2000 "$log" | tr '\r' '\n' | tr -d '\033' | sed -E "$tidy" | tail -n 1)
        line="$label ... $((SECONDS - start))s  $last"
        printf '\r\033[K%s' "${line:0:$((columns - 1))}"
        sleep 0.5
    done
    printf '\r\033[K'
else
    echo "$label ..."
fi

if wait "$child"; then
    echo "$label: done in $((SECONDS - start))s"
else
    code=$?
    {
        echo "$label: FAILED after $((SECONDS - start))s. The end of $log:"
        tr '\r' '\n' <"$log" | tail -n 25 | sed 's/^/    /'
    } >&2
    exit "$code"
fi
