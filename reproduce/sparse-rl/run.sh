#!/usr/bin/env bash
# Trains policies on permutation walks with each objective, seed, compressor and budget, and puts them side by side.
#   run.sh --quick                   dense, naive, Sparse-RL, one seed: some minutes
#   run.sh [SEED...]                 the objectives, by default with seeds 1 to 5
#   run.sh --compressors [SEED...]   other budgets and compressors: naive and Sparse-RL
# Stopped at any moment, the same command goes on where it was; give each of them its own folder RUNS (default: runs beside this script).
# LLMEFF is the command (default: a Release build), JOBS how many runs go on side by side (default 2), each on one thread: for models this
# small that is faster than one on two.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
runs=${RUNS:-$here/runs}
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE
if [ -z "${LLMEFF:-}" ]; then
    dotnet build "$root/src/Cli" -c Release -v q -nologo
    LLMEFF=$root/artifacts/bin/Cli/release/llmeff
fi
mkdir -p "$runs"

cache() { # cache POLICY BUDGET: settings of a compressed cache, as recipe rl-walk has them
    echo "{\"policy\":\"$1\",\"budget\":$2,\"interval\":4,\"options\":{\"r_kv\":{\"window\":4},\"snap_kv\":{\"window\":4}}}"
}

# The caches that finished policies answer with.
caches=[$(cache r-kv 40),$(cache r-kv 48),$(cache r-kv 56),$(cache snapkv 48),$(cache snapkv 56),$(cache snapkv 64)]

train() { # train NAME KEY=VALUE...
    local run=$runs/$1
    shift
    if [ ! -d "$run/model" ]; then
        if [ -f "$run/run.json" ]; then
            "$LLMEFF" rl train --resume "$run" --threads 1
        else
            "$LLMEFF" rl train --config "$root/recipes/rl-walk.json" --out "$run" --threads 1 "$@"
        fi > "$run.log" 2>&1
    fi
    if [ ! -f "$run.csv" ]; then
        "$LLMEFF" rl eval --run "$run" --threads 1 --csv evaluation.samples=1 "evaluation.caches=$caches" > "$run.part"
        mv "$run.part" "$run.csv"
    fi
}

queue=()
add() { # add METHOD PRESET COMPRESSOR BUDGET SEED [KEY=VALUE...]
    local measured
    measured=$([ "$3" = dense ] && cache r-kv "$4" || cache "$3" "$4")
    queue+=("$1-$3-$4-$5 preset=$2 rollout.cache.policy=$3 rollout.cache.budget=$4 training.seed=$5 evaluation.caches=[$measured] ${*:6}")
}

part=${1:-}
case $part in --*) shift ;; esac
seeds=("$@")
[ $# -gt 0 ] || seeds=(1 2 3 4 5)
case $part in
    --quick)
        short="evaluation.every=20 evaluation.prompts=256"
        caches=[$(cache r-kv 48)]
        add dense naive dense 48 1 "$short"
        add naive naive r-kv 48 1 "$short"
        add sparse-rl paper r-kv 48 1 "$short"
        ;;
    --compressors)
        for seed in "${seeds[@]}"; do
            for place in "r-kv 56" "snapkv 56" "snapkv 48"; do
                # shellcheck disable=SC2086
                add naive naive $place "$seed"
                # shellcheck disable=SC2086
                add sparse-rl paper $place "$seed"
            done
        done
        ;;
    *)
        for seed in "${seeds[@]}"; do
            add dense naive dense 48 "$seed"
            add naive naive r-kv 48 "$seed"
            add sparse-rl paper r-kv 48 "$seed"
            add official official-code r-kv 48 "$seed"
        done
        for seed in "${seeds[@]}"; do
            for method in reject-only reweight-only bypass; do
                add "$method" "$method" r-kv 48 "$seed"
            done
        done
        ;;
esac

export -f train
export LLMEFF root runs caches
printf '%s\n' "${queue[@]}" | xargs -d '\n' -P "${JOBS:-2}" -I LINE bash -c 'set -euo pipefail; read -ra words <<< "$1"; train "${words[@]}"' _ LINE
finished=()
tables=()
for line in "${queue[@]}"; do
    finished+=("$runs/${line%% *}")
    tables+=("$runs/${line%% *}.csv")
done
"$LLMEFF" rl summary "${finished[@]}" > "$runs/summary.csv"
awk 'FNR > 1 || NR == 1' "${tables[@]}" > "$runs/robustness.csv"
"$LLMEFF" rl summary --means "${finished[@]}" | tee "$runs/means.csv"
