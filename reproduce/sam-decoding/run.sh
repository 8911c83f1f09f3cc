#!/usr/bin/env bash
# Measures drafters: live with the embedded model on tasks, with the paper's ablations beside, by replay of recorded answers, and with real passes
# along such answers.
#   run.sh --quick     10 questions of each task; one question of each of Spec-Bench's categories: some minutes
#   run.sh             40 questions of each task; all 480 questions: hours
# Stopped at any moment, the same command goes on where it was. Replay and passes need LLMEFF_TEST_DATA, a folder that holds Spec-Bench's
# questions, Vicuna-7B's recorded greedy answers and Llama 2's tokenizer (names below); without it they are left out. WORK is the folder of
# answers (default: work beside this script), LLMEFF the command (default: a Release build). Speeds need a machine that does nothing else.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
work=${WORK:-$here/work}
export OMP_WAIT_POLICY=PASSIVE
if [ -z "${LLMEFF:-}" ]; then
    dotnet build "$root/src/Cli" -c Release -v q -nologo
    LLMEFF=$root/artifacts/bin/Cli/release/llmeff
fi

name=full traced= questions=40 limit=() tokens=1024 models=(llama-110m:bf16 llama-110m:int8 llama-0.5b:bf16)
[ "${1:-}" = --quick ] && name=quick traced=quick- questions=10 limit=(--limit 1) tokens=64 models=(llama-110m:int8)
mkdir -p "$work" "$here/results"

# table FORMAT FILE: a benchmark's figures, with the format of the weights in place of where they came from.
table() {
    awk -F, -v OFS=, -v format="$1" 'NR > 1 { $2 = format; if ($4 == "overall") $4 = "all" }
        { print $1, $2, $3, $4, $5, $6, $7, $8 }' "$2"
}

live() { # live NAME DRAFTERS [OPTIONS...]: figures and use of sources, with the embedded model on held-out questions
    "$LLMEFF" sam bench --tasks copy-edit,stories,arithmetic --limit "$questions" --max-tokens 256 --greedy --drafter "$2" --out "$work/$name-$1" "${@:3}"
    table fp32 "$work/$name-$1/bench.csv" >"$here/results/$name-$1.csv"
    sed 's/checkpoint/fp32/; s/,overall,/,all,/' "$work/$name-$1/sources.csv" >"$here/results/$name-$1-sources.csv"
}

live live none,pld,sam,suffix,tr,sam+tr,eagle2,sam+eagle2,auto,auto+tr,auto+eagle2

# The paper's ablation of the length of a match from which automata draft; 5 is its choice. 1000 is never reached: Token Recycling's trees alone.
live thresholds none,sam+tr:threshold=1,sam+tr:threshold=3,sam+tr,sam+tr:threshold=8,sam+tr:threshold=1000

# Its ablations of the static corpus, the context and the bias between them (5 is its choice beside an auxiliary). The corpus: training examples.
if [ ! -f "$work/corpus.sam" ]; then
    for task in copy-edit stories arithmetic; do
        "$LLMEFF" tasks show "$task" --count 10000 --json
    done >"$work/corpus.jsonl"
    "$LLMEFF" sam index build "$work/corpus.jsonl" --tokenizer llmeff-tiny --out "$work/corpus.sam"
fi
live static none,sam,sam:context=0,sam+tr,sam+tr:context=0,sam+tr:bias=0,sam+tr:bias=2,sam+tr:bias=10,auto --index "$work/corpus.sam"

data=${LLMEFF_TEST_DATA:-}
asked=$data/specbench/question.jsonl
recorded=$data/specbench/traces/vicuna-7b-v1.3/A-vanilla-float16-temp-0.0.jsonl
tokenizer=$data/tokenizers/llama2
if [ ! -f "$asked" ] || [ ! -f "$recorded" ] || [ ! -d "$tokenizer" ]; then
    echo "run.sh: LLMEFF_TEST_DATA holds no Spec-Bench: replay and passes along recorded answers are left out" >&2
    exit 0
fi

for rows in 24 40; do
    "$LLMEFF" sam replay --questions "$asked" --traces "$recorded" --tokenizer "$tokenizer" \
        --drafter pld,sam,sam-alpha,suffix,suffix-tree,backoff,auto --draft-rows "$rows" --json >"$work/replay-$rows.json"
    cp "$work/replay-$rows.json" "$here/results"
done

# The paper's ablation of the draft's size; 40 is its choice.
"$LLMEFF" sam replay --questions "$asked" --traces "$recorded" --tokenizer "$tokenizer" \
    --drafter sam:rows=8,sam:rows=16,sam:rows=24,sam:rows=40,sam:rows=64 --draft-rows 64 --json >"$work/replay-sizes.json"
cp "$work/replay-sizes.json" "$here/results"

for model in "${models[@]}"; do
    "$LLMEFF" sam bench --model "random:${model%:*}" --weights "${model#*:}" --tokenizer "$tokenizer" --template vicuna --questions "$asked" \
        --trace "$recorded" "${limit[@]}" --max-tokens "$tokens" --greedy --drafter none,pld,sam,suffix,auto --out "$work/$name-trace-${model/:/-}"
done
for model in "${models[@]}"; do
    table "${model#*:}" "$work/$name-trace-${model/:/-}/bench.csv"
done | awk 'NR == 1 || !/^model,/' >"$here/results/${traced}trace_speed.csv"
