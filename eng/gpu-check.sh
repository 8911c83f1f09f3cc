#!/usr/bin/env bash
# Tries this project on a machine with an NVIDIA GPU and a Python that has PyTorch 2.10.
#
#   eng/gpu-check.sh publish [FOLDER]        where the .NET SDK is: writes a program that needs no .NET and carries no libtorch
#   eng/gpu-check.sh run [FOLDER] [MODEL]    where the GPU is: looks for missing symbols, then runs doctor and generate
#
# FOLDER is artifacts/gpu-check unless named; MODEL is a checkpoint folder, a GGUF file or nothing. PYTHON names another
# Python, LLMEFF_LIBTORCH another libtorch. The results lie in FOLDER/report.
set -euo pipefail
cd "$(dirname "$0")/.."

step=${1:-}
folder=${2:-artifacts/gpu-check}
model=${3:-}

publish() {
  dotnet publish src/Cli -c Release -r linux-x64 --self-contained -p:TorchBackend=none -o "$folder" --nologo
  du -sh "$folder"
}

# The folder of libtorch that Python's PyTorch uses.
find_torch() {
  "${PYTHON:-python3}" - <<'PYTHON_END'
import os, sys
try:
    import torch
except ImportError as problem:
    sys.exit(f"this Python has no PyTorch: {problem}")
print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, C++11 ABI {torch.compiled_with_cxx11_abi()}", file=sys.stderr)
print(os.path.join(os.path.dirname(torch.__file__), "lib"))
PYTHON_END
}

# Symbols that TorchSharp's library wants and this libtorch lacks; a missing GLIBCXX version alone is mended at run time.
missing_symbols() {
  local library
  library=$(find "$folder" -name libLibTorchSharp.so | head -n 1)
  if [ -z "$library" ]; then
    echo "no libLibTorchSharp.so in $folder: publish first" >&2
    return 1
  fi
  LD_LIBRARY_PATH="$LLMEFF_LIBTORCH${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" ldd -r "$library" >"$report/ldd.txt" 2>&1 || true
  if grep -E 'undefined symbol|not found' "$report/ldd.txt" | grep -v GLIBCXX; then
    echo "this libtorch does not fit TorchSharp; all lines are in $report/ldd.txt" >&2
    return 1
  fi
  echo "no missing symbols"
}

run() {
  report=$folder/report
  mkdir -p "$report"
  if [ -z "${LLMEFF_LIBTORCH:-}" ]; then
    LLMEFF_LIBTORCH=$(find_torch)
  fi
  export LLMEFF_LIBTORCH
  echo "libtorch: $LLMEFF_LIBTORCH"
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv | tee "$report/gpu.csv" || echo "nvidia-smi does not run"

  if ! ldconfig -p 2>/dev/null | grep -q libicuuc; then
    echo "no ICU here: .NET runs without it, text is not normalised (NFC)"
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
  fi

  local failed=0
  missing_symbols || failed=1
  "$folder/llmeff" doctor --json | tee "$report/doctor.json" || failed=1
  local arguments=(generate "Once upon a time" --device cuda:0 --greedy --max-tokens 64 --json)
  if [ -n "$model" ]; then
    arguments+=(--model "$model")
  fi
  "$folder/llmeff" "${arguments[@]}" | tee "$report/generate-cuda.json" || failed=1
  "$folder/llmeff" "${arguments[@]/cuda:0/cpu}" | tee "$report/generate-cpu.json" || failed=1
  exit "$failed"
}

case $step in
  publish) publish ;;
  run) run ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 1
    ;;
esac
