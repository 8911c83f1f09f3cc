#!/usr/bin/env bash
# Trains bases, prunes them, trains on, and fits the law to the losses; stopped at any moment, it goes on where it was.
#   run.sh --quick     three sizes, one seed: 8 to 18 minutes on two cores
#   run.sh             five sizes, three seeds at one of them: some hours
# With LLMEFF_TEST_DATA set to a folder that holds text/ (wikitext2, tinystories, shakespeare.txt, gutenberg) the texts are real, else
# made up. WORK is the folder of the sweeps (default: work beside this script), WORKERS how many runs go on side by side (default: 2, one
# thread each), LLMEFF the command (default: a Release build).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
work=$here/work
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE
if [ -z "${LLMEFF:-}" ]; then
    dotnet build "$root/src/Cli" -c Release -v q -nologo
    LLMEFF=$root/artifacts/bin/Cli/release/llmeff
fi
mkdir -p "$work" "$here/results"

name=full
[ "${1:-}" = --quick ] && name=quick
if [ -n "${LLMEFF_TEST_DATA:-}" ] && [ -d "$LLMEFF_TEST_DATA/text" ]; then
    ln -sfn "$(cd "$LLMEFF_TEST_DATA/text" && pwd)" "$work/text"
    name=$name-text
fi

if [ ! -e "$work/tokenizer/tokenizer.json" ]; then # a token for each byte, and those that conversations and ends of texts need
    "$LLMEFF" tasks show stories --count 100 >"$work/stories.txt"
    "$LLMEFF" tokenizer train "$work/stories.txt" --vocab-size 259 --pre-tokenizer qwen2 \
        --special '<|im_start|>' --special '<|im_end|>' --special '<|endoftext|>' \
        --stop-token '<|im_end|>' --stop-token '<|endoftext|>' \
        --chat-template "$root/reproduce/embedded-model/chatml.jinja" --out "$work/tokenizer"
fi

sweep=${WORK:-$work}/$name
"$LLMEFF" p2 sweep --config "$here/settings/$name.json" --out "$sweep" --workers "${WORKERS:-2}"
cp "$sweep/sweep.csv" "$here/results/$name.csv"

# The law of each way of pruning, beside other laws, and how it predicts what was kept back. The fit names its table by the path given.
sweep=$(cd "$sweep" && pwd)
LLMEFF=$(realpath "$(command -v "$LLMEFF")")
cd "$here"
"$LLMEFF" p2 fit "results/$name.csv" --n n0 --d d --rho rho --l0 l0 --run run --method method \
    --compare p2-odds,p2-no-n0,p2-no-rho,p2-no-d,p2-no-l0,chinchilla-kept --hold-out all --out "$sweep/fit.json" --json >"results/$name.fit.json"
# The same by pruner: patterns of zeros are one group then, with a rate each.
"$LLMEFF" p2 fit "results/$name.csv" --n n0 --d d --rho rho --l0 l0 --run run --method pruner --hold-out all --json >"results/$name.pruner.fit.json"
# And the law of our own whose exponent of rho changes with the size.
"$LLMEFF" p2 fit "results/$name.csv" --law p2-rho-n0 --n n0 --d d --rho rho --l0 l0 --run run --method method \
    --hold-out all --json >"results/$name.rho-n0.fit.json"
"$LLMEFF" p2 report "$sweep/fit.json" --data "results/$name.csv" --out "$sweep/report.html"

# What the table alone says of the claims T1 to T3, of drift and noise, and of the methods beside each other.
"$LLMEFF" p2 claims "results/$name.csv" --json >"results/$name.claims.json"
"$LLMEFF" p2 claims "results/$name.csv"
