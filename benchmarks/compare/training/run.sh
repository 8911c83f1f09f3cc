#!/bin/sh
# Training steps of the 15 M Llama: PyTorch eager from Debian with each build of BLAS that Debian has for it, beside this
# project's trainer, in turn.
#
#   benchmarks/compare/training/run.sh [--rounds 5] [--steps 4] [--threads 2] [--results FOLDER]
#
# Installs python3-torch and two builds of OpenBLAS with apt if they are not there (Debian, root); nothing else in the project
# needs them. libblas3, which python3-torch brings by itself, needs a minute a step: it is run in the first round only, one step.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
rounds=5
steps=4
threads=2
results=
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --steps) steps=$2 ;;
    --threads) threads=$2 ;;
    --results) results=$2 ;;
    *) sed -n '2,8p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

for package in python3-torch libopenblas0-pthread libopenblas0-openmp; do
  if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
    apt-get update -q </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 "$package" </dev/null
  fi
done

# Each build of BLAS has a folder of its own; the loader's path picks one without changing the machine's default.
libraries=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
for file in blas/libblas.so.3 openblas-pthread/libblas.so.3 openblas-openmp/libblas.so.3; do
  [ -e "$libraries/$file" ] || { echo "$libraries/$file is not there" >&2; exit 1; }
done

unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE # OpenBLAS chooses the kernels for this processor itself
dotnet build "$root/benchmarks" -c Release -v q --nologo >&2
program=$root/artifacts/bin/Benchmarks/release/Benchmarks
[ -n "$results" ] || results=$("$program" results-folder)
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT

eager() { # name, folders of BLAS, steps
  LD_LIBRARY_PATH=$2 OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads \
    /usr/bin/python3 "$here/eager.py" --name "$1" --threads "$threads" --steps "$3"
}

ours() { # contender
  "$program" training --size llama-15m --only "$1" --threads "$threads" --rounds "$steps" --json
}

round=0
while [ "$round" -lt "$rounds" ]; do
  {
    eager pytorch-openblas-pthread "$libraries/openblas-pthread" "$steps"
    eager pytorch-openblas-openmp "$libraries/openblas-openmp" "$steps"
    ours trainer-fp32
    ours trainer-bf16
    [ "$round" -gt 0 ] || eager pytorch-libblas "$libraries/blas:$libraries/lapack" 1
  } >> "$lines"
  round=$((round + 1))
  echo "round $round of $rounds" >&2
done

version=$(dpkg-query -W -f '${Version}' python3-torch)
note="$steps timed steps a round, $threads threads; python3-torch $version, OpenBLAS $(dpkg-query -W -f '${Version}' libopenblas0-openmp)."
/usr/bin/python3 "$here/ratios.py" "$lines" "$results" "$note"
