#!/usr/bin/env bash
# Replays recorded Vicuna-7B answers to Spec-Bench with every drafter that needs no corpus.
# usage: run.sh QUESTIONS ANSWERS TOKENIZER
#   QUESTIONS  Spec-Bench's question.jsonl
#   ANSWERS    greedy answers of Vicuna-7B-v1.3 in FastChat's form
#   TOKENIZER  a folder with Llama 2's tokenizer
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
: "${3:?usage: run.sh QUESTIONS ANSWERS TOKENIZER}"
questions=$(realpath "$1") answers=$(realpath "$2") tokenizer=$(realpath "$3")
cd "$here/../.."
dotnet build src/Cli -c Release -v q --nologo
mkdir -p "$here/results"
for rows in 24 40; do
    artifacts/bin/Cli/release/llmeff sam replay --questions "$questions" --traces "$answers" --tokenizer "$tokenizer" \
        --drafter pld,sam,sam-alpha,suffix,suffix-tree,backoff,auto --draft-rows "$rows" --json >"$here/results/replay-$rows.json"
done
