#!/bin/sh
# Training steps of the 15 M Llama: PyTorch eager from Debian, as shipped and with the OpenMP build of OpenBLAS, beside this
# project's trainer, in turn.
#
#   benchmarks/compare/training/run.sh [--rounds 5] [--steps 4] [--threads 2] [--results FOLDER]
#
# Installs python3-torch and libopenblas0-openmp with apt if they are not there (Debian, root). Nothing else in the project needs them.
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
    *) sed -n '2,7p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

for package in python3-torch libopenblas0-openmp; do
  if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
    apt-get update -q </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 "$package" </dev/null
  fi
done

# Each build of BLAS has a folder of its own; the loader's path picks one without changing the machine's default. python3-torch
# by itself brings the plain one, libblas3.
libraries=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
shipped=$libraries/blas:$libraries/lapack
openmp=$libraries/openblas-openmp
for file in "$libraries/blas/libblas.so.3" "$openmp/libblas.so.3"; do
  [ -e "$file" ] || { echo "$file is not there" >&2; exit 1; }
done

dotnet build "$root/benchmarks" -c Release -v q --nologo
program=$root/artifacts/bin/Benchmarks/release/Benchmarks
[ -n "$results" ] || results=$("$program" results-folder)
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT

eager() { # name, folders of BLAS
  LD_LIBRARY_PATH=$2 OMP_NUM_THREADS=$threads /usr/bin/python3 "$here/eager.py" --name "$1" --threads "$threads" --steps "$steps"
}

round=0
while [ "$round" -lt "$rounds" ]; do
  {
    eager pytorch-shipped "$shipped"
    eager pytorch-openblas "$openmp"
    "$program" training --size llama-15m --only trainer-fp32 --threads "$threads" --rounds "$steps" --json
    "$program" training --size llama-15m --only trainer-bf16 --threads "$threads" --rounds "$steps" --json
  } >> "$lines"
  round=$((round + 1))
  echo "round $round of $rounds" >&2
done

version=$(dpkg-query -W -f '${Version}' python3-torch)
note="$steps timed steps a round, $threads threads; python3-torch $version, OpenBLAS $(dpkg-query -W -f '${Version}' libopenblas0-openmp)."
/usr/bin/python3 "$here/ratios.py" "$lines" "$results" "$note"
