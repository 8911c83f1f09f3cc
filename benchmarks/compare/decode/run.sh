#!/bin/sh
# The same random-weight models side by side in `llmeff bench decode` and in llama.cpp, in turn.
#
#   [NAME=VALUE…] benchmarks/compare/decode/run.sh
#
#   ROUNDS=5            rounds of each pair                MODELS="llama-15m llama-110m llama-0.5b"
#   THREADS=N           the physical cores by default      FORMATS="fp32 bf16 int8 int4"
#   RESULTS=FOLDER      in place of the machine's folder   LLMEFF=FILE       in place of building the command
#   CACHE=FOLDER        programs and models, some 5 GB     LLAMA_CPP=FOLDER  a build of llama.cpp, in place of Debian's package
#   LLMEFF_OPTIONS=…    more options of `bench decode`     LLAMA_OPTIONS=…   of llama-bench and llama-batched-bench
#   MIRROR=URL          Debian's mirror, by default apt's
#
# See README.md beside this file.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
[ $# -eq 0 ] || { sed -n '2,13p' "$0" >&2; exit 2; }
rounds=${ROUNDS:-5}
models=${MODELS:-llama-15m llama-110m llama-0.5b}
formats=${FORMATS:-fp32 bf16 int8 int4}
threads=${THREADS:-$(lscpu -p=CORE,SOCKET | grep -v '^#' | sort -u | wc -l)}
context=256
passes=2,2,2,4,4,4,8,8,8,16,16,16,32,32,32,64,64,64 # rows; each thrice, for a median
mkdir -p "${CACHE:=$root/artifacts/compare-decode}"
cache=$(cd "$CACHE" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

fail() { # words
  echo "$*" >&2
  exit 1
}

# apt with folders of its own and no package installed, so that it names all that a package needs; nothing is installed.
apt_apart() { # arguments of apt-get
  apt-get -q -o Dir::State="$debian/apt" -o Dir::State::status="$debian/apt/status" -o Dir::Cache="$debian/apt" \
    -o Dir::Etc::SourceList="$debian/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null -o APT::Default-Release= \
    -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User="$(id -un)" \
    -o Debug::NoLocking=1 -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
    "$@" </dev/null >&2
}

# Debian's package from the unstable suite with the libraries it needs, C's too, because this machine's may be older.
# apt checks the index's signature and each package's SHA256.
fetch() {
  debian=$cache/debian
  tree=$debian/root
  if [ ! -e "$debian/version" ]; then
    architecture=$(dpkg --print-architecture)
    mirror=${MIRROR:-$(apt-get --print-uris -o Debug::NoLocking=1 update | sed -n "s|^'\(.*/debian\)/dists/[^/]*/InRelease'.*|\1|p" | head -n 1)}
    [ -n "$mirror" ] || fail "apt names no mirror of Debian: set MIRROR"
    rm -rf "$debian"
    mkdir -p "$debian/apt/lists/partial" "$debian/apt/archives/partial" "$tree"
    : > "$debian/apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" > "$debian/apt/sources.list"
    apt_apart update -o APT::Update::Error-Mode=any
    apt_apart install -y --no-install-recommends --download-only llama.cpp-tools llama.cpp-tools-extra
    for package in "$debian"/apt/archives/*.deb; do
      dpkg-deb -x "$package" "$tree"
    done

    # ggml looks for its kernels where Debian installs them and beside the program, which is the loader here.
    folder=$(dirname "$(find "$tree" -name 'ld-linux*.so.*' -type f | head -n 1)")
    for library in "$folder"/ggml/backends*/libggml-cpu*.so; do
      ln -sf "${library#"$folder"/}" "$folder/${library##*/}"
    done
    rm -rf "$debian/apt/lists"
    dpkg-deb -f "$debian"/apt/archives/llama.cpp-tools_*.deb Version > "$debian/version"
  fi
  loader=$(find "$tree" -name 'ld-linux*.so.*' -type f | head -n 1)
  folder=$(dirname "$loader")
  version="Debian's package $(cat "$debian/version")"
}

theirs() { # program, arguments; standard error goes to a file, which is shown if the program fails
  program=$1
  shift
  if [ -n "${LLAMA_CPP:-}" ]; then
    "$LLAMA_CPP/$program" "$@" 2> "$work/error"
  else
    "$loader" --library-path "$folder:$folder/llama" "$tree/usr/bin/$program" "$@" 2> "$work/error"
  fi || { grep -v 'failed to enumerate' "$work/error" | tail -n 20 >&2; fail "$program $* failed"; }
}

type_of() { # format
  case $1 in
    fp32) echo F32 ;;
    bf16) echo BF16 ;;
    int8) echo Q8_0 ;;
    int4) echo Q4_0 ;;
    *) fail "format '$1' has no twin: use fp32, bf16, int8 or int4" ;;
  esac
}

model_file() { # model, type; makes the file if it is not there
  file=$cache/models/$1-$2.gguf
  [ ! -e "$file" ] || return 0
  echo "$1 $2" >&2
  mkdir -p "$cache/models"
  if [ "$2" = F32 ]; then
    "$gguf" write "$1" "$file.part"
  else
    theirs llama-quantize "$cache/models/$1-F32.gguf" "$file.part" "$2" "$threads" > /dev/null
  fi
  mv "$file.part" "$file"
}

pair() { # model, format, round
  said=$work/raw/$1/$2
  mkdir -p "$said"
  # Costs of passes that the command keeps for later stay out of the user's own folder.
  # shellcheck disable=SC2086 # options are words
  XDG_CACHE_HOME=$work "$llmeff" bench decode -m "random:$1" --weights "$2" --threads "$threads" --context $context --k 1,2,4,8,16,32,64 --json \
    ${LLMEFF_OPTIONS:-} > "$said/$3.llmeff" 2> "$work/error" || { cat "$work/error" >&2; fail "llmeff bench decode failed"; }
  for test in "-p 0 -n 64 -d $context" "-p $context -n 0"; do
    # shellcheck disable=SC2086
    theirs llama-bench -m "$file" -t "$threads" $test -o jsonl ${LLAMA_OPTIONS:-} >> "$said/$3.bench"
  done
  # shellcheck disable=SC2086
  theirs llama-batched-bench -m "$file" -t "$threads" -c 1024 -npp $context -ntg 4 -npl $passes -pps -kvu \
    --output-format jsonl ${LLAMA_OPTIONS:-} > "$said/$3.batched"
}

for format in $formats; do
  type_of "$format" > /dev/null
done
version="the build that LLAMA_CPP named"
[ -n "${LLAMA_CPP:-}" ] || fetch
theirs llama-bench --list-devices > /dev/null
kernels=$(sed -n 's|.*loaded CPU backend from .*/\(lib.*\)\.so.*|\1|p' "$work/error" | head -n 1)
dotnet build "$here/GgufModels" -c Release -v q --nologo >&2
gguf=$root/artifacts/bin/GgufModels/release/LlmEfficiency.GgufModels
if [ -n "${LLMEFF:-}" ]; then
  llmeff=$LLMEFF
  commit=$("$llmeff" --version | cut -c 1-13)
else
  dotnet build "$root/src/Cli" -c Release -v q --nologo >&2
  llmeff=$root/artifacts/bin/Cli/release/llmeff
  commit=$(git -C "$root" describe --always --dirty)
fi
if [ -z "${RESULTS:-}" ]; then
  dotnet build "$root/benchmarks" -c Release -v q --nologo >&2
  RESULTS=$("$root/artifacts/bin/Benchmarks/release/Benchmarks" results-folder)
fi

for model in $models; do
  model_file "$model" F32
  for format in $formats; do
    type=$(type_of "$format")
    model_file "$model" "$type"
    mkdir -p "$work/raw/$model/$format"
    "$gguf" describe "$file" > "$work/raw/$model/$format/stored"
    round=1
    while [ "$round" -le "$rounds" ]; do
      pair "$model" "$format" "$round"
      echo "$model $format/$type: round $round of $rounds" >&2
      round=$((round + 1))
    done
  done
done

python3 "$here/ratios.py" "$work/raw" "$RESULTS" "$threads threads; llmeff $commit" "$version${kernels:+, $kernels}"
