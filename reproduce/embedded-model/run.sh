#!/usr/bin/env bash
# Makes the embedded model and its two smaller siblings from their texts and generators; started again, it goes on where it was.
# usage: run.sh FOLDER   (FOLDER holds decoded_test.txt, decoded_val.txt and tinystories_10k.txt of TinyStories)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
texts=$(cd "${1:?usage: run.sh FOLDER-WITH-TINYSTORIES}" && pwd)
cd "$here/../.."
dotnet build src/Cli -c Release -v q --nologo
llmeff="$PWD/artifacts/bin/Cli/release/llmeff"
work="$here/work"
mkdir -p "$work" "$here/results"
[ -e "$work/texts" ] || ln -s "$texts" "$work/texts"

train() { # train SETTINGS RUN: begins the run, goes on with it, or leaves it when its model is there
    if [ -e "$work/$2/model/config.json" ]; then
        echo "$2: done"
    elif [ -e "$work/$2/run.json" ]; then
        "$llmeff" train --resume "$work/$2"
    else
        "$llmeff" train --config "$here/$1.json" --out "$work/$2"
    fi
    [ ! -e "$work/$2/metrics.jsonl" ] || cp "$work/$2/metrics.jsonl" "$here/results/$1.metrics.jsonl"
}
finish() { # finish RUN NAME: rounds the model and measures it
    rm -rf "$work/models/$2"
    mkdir -p "$work/models"
    "$llmeff" model convert "$work/$1/model" "$work/models/$2" --dtype bf16
    "$llmeff" eval accuracy --model "$work/models/$2" --limit 200 --json | tee "$here/results/$2.accuracy.jsonl"
    "$llmeff" eval accuracy --model "$work/models/$2" --limit 500 --seed 1 --json >"$here/results/$2.accuracy-seed-1.jsonl"
}

if [ ! -e "$work/tokenizer/tokenizer.json" ]; then
    for task in stories arithmetic copy-edit chat; do
        "$llmeff" tasks show "$task" --count 8000 >"$work/$task.txt"
    done
    head -c 1500000 "$work/texts/tinystories_10k.txt" | sed 's/<|endoftext|>//g' >"$work/tinystories.txt"
    "$llmeff" tokenizer train "$work"/{stories,arithmetic,copy-edit,chat,tinystories}.txt --vocab-size 2048 --pre-tokenizer qwen2 \
        --special '<|im_start|>' --special '<|im_end|>' --special '<|endoftext|>' \
        --stop-token '<|im_end|>' --stop-token '<|endoftext|>' --chat-template "$here/chatml.jinja" --out "$work/tokenizer"
fi

train llmeff-tiny run
train llmeff-tiny-stage-2 stage-2
train llmeff-tiny-stage-3 stage-3
train llmeff-tiny-stage-4 stage-4
finish stage-4 llmeff-tiny
for size in 1m 0.3m; do
    train "llmeff-tiny-$size" "run-$size"
    finish "run-$size" "llmeff-tiny-$size"
done
