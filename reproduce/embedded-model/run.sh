#!/usr/bin/env bash
# Makes the embedded model from its texts and generators; started again, it goes on where it was.
# usage: run.sh FOLDER   (FOLDER holds decoded_test.txt, decoded_val.txt and tinystories_10k.txt of TinyStories)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
texts=$(cd "${1:?usage: run.sh FOLDER-WITH-TINYSTORIES}" && pwd)
cd "$here/../.."
dotnet build src/Cli -c Release -v q --nologo
llmeff="$PWD/artifacts/bin/Cli/release/llmeff"
work="$here/work"
mkdir -p "$work"
[ -e "$work/texts" ] || ln -s "$texts" "$work/texts"

if [ ! -e "$work/tokenizer/tokenizer.json" ]; then
    for task in stories arithmetic copy-edit chat; do
        "$llmeff" tasks show "$task" --count 8000 >"$work/$task.txt"
    done
    head -c 1500000 "$work/texts/tinystories_10k.txt" | sed 's/<|endoftext|>//g' >"$work/tinystories.txt"
    "$llmeff" tokenizer train "$work"/{stories,arithmetic,copy-edit,chat,tinystories}.txt --vocab-size 2048 --pre-tokenizer qwen2 \
        --special '<|im_start|>' --special '<|im_end|>' --special '<|endoftext|>' \
        --stop-token '<|im_end|>' --stop-token '<|endoftext|>' --chat-template "$here/chatml.jinja" --out "$work/tokenizer"
fi

if [ -e "$work/run/run.json" ]; then
    "$llmeff" train --resume "$work/run"
else
    "$llmeff" train --config "$here/llmeff-tiny.json" --out "$work/run"
fi
rm -rf "$work/llmeff-tiny"
"$llmeff" model convert "$work/run/model" "$work/llmeff-tiny" --dtype bf16
mkdir -p "$here/results"
"$llmeff" eval accuracy --model "$work/llmeff-tiny" --limit 200 --json | tee "$here/results/accuracy.jsonl"
