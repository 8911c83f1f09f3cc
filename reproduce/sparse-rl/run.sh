#!/usr/bin/env bash
# Trains policies on permutation walks with each objective, seed, compressor and budget, and puts them side by side.
#   run.sh --quick           dense, naive, Sparse-RL, one seed, 30 iterations: some minutes
#   run.sh [SEED...]         all, by default with seeds 1 to 5; stopped at any moment, it goes on where it was
# RUNS is the folder of the runs (default: runs beside this script), LLMEFF the command (default: a Release build).
# Two runs go on side by side, each on one thread: for models this small that is faster than one on two.
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

train() { # train NAME KEY=VALUE...
    local name=$1
    shift
    if [ -d "$runs/$name/model" ]; then
        return
    elif [ -f "$runs/$name/run.json" ]; then
        "$LLMEFF" rl train --resume "$runs/$name" --threads 1
    else
        "$LLMEFF" rl train --config "$root/recipes/rl-walk.json" --out "$runs/$name" --threads 1 "$@"
    fi > "$runs/$name.log" 2>&1
}

queue=()
add() { # add METHOD PRESET COMPRESSOR BUDGET SEED [KEY=VALUE...]
    local name=$1-$3-$4-$5
    queue+=("$name preset=$2 rollout.cache.policy=$3 rollout.cache.budget=$4 training.seed=$5 ${*:6}")
}

if [ "${1:-}" = --quick ]; then
    short="training.iterations=30 evaluation.prompts=256"
    add dense naive dense 48 1 "$short"
    add naive naive r-kv 48 1 "$short"
    add sparse-rl paper r-kv 48 1 "$short"
else
    for seed in "${@:-1 2 3 4 5}"; do
        for s in $seed; do
            add dense naive dense 48 "$s"
            for method in naive paper official-code reject-only reweight-only bypass; do
                add "$method" "$method" r-kv 48 "$s"
            done
        done
    done
    for seed in "${@:-1 2 3 4 5}"; do
        for s in $seed; do
            for method in naive paper; do
                add "$method" "$method" snapkv 48 "$s"
                add "$method" "$method" r-kv 56 "$s"
                add "$method" "$method" snapkv 56 "$s"
            done
        done
    done
fi

export -f train
export LLMEFF root runs
printf '%s\n' "${queue[@]}" | xargs -P 2 -I LINE bash -c 'train LINE'
finished=()
for line in "${queue[@]}"; do
    finished+=("$runs/${line%% *}")
done
"$LLMEFF" rl summary "${finished[@]}" | tee "$runs/summary.csv"
