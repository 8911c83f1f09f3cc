#!/usr/bin/env bash
# Runs the command as a user would and checks what it prints. Needs nothing but this repository.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build src/Cli -c Release -v q --nologo
llmeff="$PWD/artifacts/bin/Cli/release/llmeff"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

must() { # must NAME PATTERN COMMAND...: the output has the pattern and the exit code is 0
    local name=$1 pattern=$2
    shift 2
    local output
    output=$("$@" 2>&1) || { echo "smoke: $name: exit code $?"; echo "$output"; exit 1; }
    grep -qE -- "$pattern" <<<"$output" || { echo "smoke: $name: no '$pattern' in:"; echo "$output"; exit 1; }
    echo "smoke: $name: ok"
}
refuses() { # refuses NAME CODE PATTERN COMMAND...: the exit code and one line on the error stream
    local name=$1 code=$2 pattern=$3
    shift 3
    local output got=0
    output=$("$@" 2>&1 >/dev/null) || got=$?
    [[ $got -eq $code ]] && grep -qE -- "$pattern" <<<"$output" || { echo "smoke: $name: exit code $got: $output"; exit 1; }
    echo "smoke: $name: ok"
}

must "help" "generate" "$llmeff" --help
must "doctor" '"lib_torch_version"' "$llmeff" doctor --json
must "first command of the README" '"text"' \
    dotnet run --project src/Cli -c Release --no-build -- generate "Once upon a time" --max-tokens 8 --json
must "no libtorch where none is needed" '"text"' \
    env LLMEFF_LIBTORCH=/nowhere "$llmeff" generate "Once upon a time" --speculate auto --weights int8 -n 8 --json
must "recipe" "train-tiny.json" "$llmeff" recipes cp train-tiny "$folder"
must "train" '"step":4' "$llmeff" train --config "$folder/train-tiny.json" --out "$folder/run" --json training.steps=4 evaluation.every=0
must "resume" '"step":4' "$llmeff" train --resume "$folder/run" --json
must "report" "report.html" "$llmeff" report "$folder/run"
small=(training.prompts_per_iteration=2 rollout.n=4 evaluation.prompts=8)
must "bench decode" '"verifyCost":\[\{"rows":1,' "$llmeff" bench decode --weights int8 --k 1,4 --context 16 --seconds 0 --no-keep --json
must "compressed cache" "peak 24 tokens a sequence" \
    "$llmeff" generate "Once upon a time" --cache r-kv --budget 16 --interval 8 --weights int8 --greedy -n 48 --stats
refuses "engine" 1 "are of the simd engine" "$llmeff" generate "Once" --engine torch --weights int8
must "draft head" '"text"' "$llmeff" generate "Once upon a time" --speculate sam+eagle2 --greedy -n 16 --json
must "packed model" "packed" "$llmeff" model convert llmeff-tiny-0.3m "$folder/packed" --weights int4
must "packed model runs" '"text"' "$llmeff" generate "Once" --model "$folder/packed" -n 4 --json
must "recipe of reinforcement learning" "rl-walk.json" "$llmeff" recipes cp rl-walk "$folder"
must "rl train" '"iteration":3' "$llmeff" rl train --config "$folder/rl-walk.json" --out "$folder/rl" --json "${small[@]}" training.iterations=3
must "rl resume" '"iteration":4' "$llmeff" rl train --resume "$folder/rl" --json training.iterations=4
must "rl summary" "permutation-walk.*,r-kv,48," "$llmeff" rl summary "$folder/rl"
must "rl report" "report.html" "$llmeff" report "$folder/rl"
must "eval" '"arithmetic"' "$llmeff" eval accuracy --tasks arithmetic --limit 2 --json
must "init" "llama-15m" "$llmeff" model init llama-15m "$folder/model" --seed 7
must "info" '"parameters": *14' "$llmeff" model info "$folder/model" --json
must "verify" "no problem" "$llmeff" model verify "$folder/model"
must "convert" "bf16|BF16" "$llmeff" model convert "$folder/model" "$folder/half" --dtype bf16
must "generate" '"token_ids"' "$llmeff" generate "Once upon a time" --model "$folder/half" --greedy --max-tokens 8 --json
printf 'the cat sat on the mat. the cat ran. %.0s' {1..50} >"$folder/text.txt"
for method in "depth --layers 1" "width --rate 0.2" "sparse"; do # of the embedded model
    name=${method%% *}
    # shellcheck disable=SC2086 # words of a command
    must "prune $name" "of prunable" "$llmeff" prune $method llmeff-tiny --data "$folder/text.txt" --samples 4 --length 64 --out "$folder/$name"
    must "generate from pruned $name" '"token_ids"' "$llmeff" generate "Once upon a time" --model "$folder/$name" --greedy -n 8 --json
    must "verify pruned $name" "no problem" "$llmeff" model verify "$folder/$name" --against llmeff-tiny
done
columns=(--n n0 --d d --rho rho --l0 l0 --run run --method method)
must "p2 fit" "depth" "$llmeff" p2 fit reproduce/p2-law/results/quick-text.csv "${columns[@]}" --bootstrap 20 --out "$folder/fit.json"
must "p2 plan" '"tokens":' "$llmeff" p2 plan "$folder/fit.json" --group depth --n0 230000 --rho 0.25 --l0 1.5 --slope 1e-7 --json
must "train a tokenizer" "tokens in" "$llmeff" tokenizer train "$folder/text.txt" --out "$folder/tokenizer" --vocab-size 300
must "tokenize" '"ids"' "$llmeff" tokenize "the cat" --model "$folder/tokenizer" --json
printf '{"question_id":1,"category":"qa","turns":["the cat sat on the mat. the cat"]}\n' >"$folder/questions.jsonl"
must "sam bench" '"speedup"' "$llmeff" sam bench --questions "$folder/questions.jsonl" --drafter none,auto --max-tokens 16 --json
refuses "missing model" 2 "no-such-model" "$llmeff" generate "x" --model "$folder/no-such-model"
refuses "bad option" 1 "temperatur" "$llmeff" generate "x" --temperatur 1
refuses "bad value" 3 "Temperature" "$llmeff" generate "x" --temperature -1
