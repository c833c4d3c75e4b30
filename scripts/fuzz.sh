#!/usr/bin/env bash
# Give each target of fuzz/ bytes for so many seconds; ends with a summary, and with 1 if one failed.
#
#   scripts/fuzz.sh SECONDS [TARGET...]
#
# atheris is installed beside the environments and not into them: nothing else needs it.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=2 TOKENIZERS_PARALLELISM=false
duration=$1
shift
wanted=" $* " summary="" failed=0

for kind in rasa desk; do
    python=.venv/bin/python
    [ "$kind" = rasa ] || python=.venv-desk/bin/python
    atheris=build/fuzz/atheris-$kind
    if [ ! -d "$atheris/atheris" ]; then
        "$python" -m pip install --quiet --disable-pip-version-check --no-deps \
            --target "$atheris" -r fuzz/requirements.txt || exit
    fi
    for target in $("$python" -c "import fuzz; print(*fuzz.TARGETS['$kind'])"); do
        [ "$wanted" = "  " ] || [[ $wanted == *" $target "* ]] || continue
        log=build/fuzz/$target.log
        printf '=== %s\n' "$target"
        if PYTHONPATH=".:$atheris" "$python" -W ignore -m fuzz.run "$target" \
            "-max_total_time=$duration" -print_final_stats=1 >"$log" 2>&1; then
            outcome=passed
        else
            outcome=FAILED failed=1
            tail -40 "$log"
        fi
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        found=$(grep -c . < <(ls "build/fuzz/corpus/$target"))
        cover=$(sed -n 's/.*cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
        summary+=$(printf '  %-7s %-18s %9s runs  %5s edges  %5s inputs kept' \
            "$outcome" "$target" "${runs:-?}" "${cover:-?}" "$found")$'\n'
    done
done
printf '\n=== Summary of %s s each\n%s' "$duration" "$summary"
exit "$failed"
