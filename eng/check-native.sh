#!/usr/bin/env bash
# Proves that libtorch and TorchSharp's library load in each way that docs/decisions/0001-native-loading.md names.
# Prints one line for each, and fails if one fails. Needs about 1.5 GB in the temporary folder.
set -u
cd "$(dirname "$0")/.." || exit 1

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME="$scratch/cache"
unset LLMEFF_LIBTORCH
failed=0

# check NAME COMMAND...: the command must succeed.
check() {
  local name=$1
  shift
  if "$@" >"$scratch/log" 2>&1; then
    echo "ok      $name"
  else
    echo "FAILED  $name"
    sed 's/^/        /' "$scratch/log" | tail -n 20
    failed=1
  fi
}

# refuses TEXT COMMAND...: the command must fail and say TEXT.
refuses() {
  local text=$1
  shift
  ! "$@" >"$scratch/said" 2>&1 && grep -qF -- "$text" "$scratch/said" || { cat "$scratch/said"; return 1; }
}

# holds TEXT COMMAND...: the command must succeed and say TEXT.
holds() {
  local text=$1
  shift
  "$@" >"$scratch/said" 2>&1 && grep -qF -- "$text" "$scratch/said" || { cat "$scratch/said"; return 1; }
}

from_elsewhere() { (cd / && "$@"); }
build() { dotnet build -c Release -v q --nologo "$@"; }
publish() { dotnet publish benchmarks -c Release -v q --nologo "$@"; }

default=artifacts/bin/Benchmarks/release
none=artifacts/torch-none/bin/Benchmarks/release
library=runtimes/linux-x64/native/libLibTorchSharp.so

check "build" build benchmarks
packages=$(dotnet msbuild benchmarks -getProperty:NuGetPackageRoot)
torch=${packages}libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native
packaged=${packages}torchsharp/0.107.0/$library
check "the built program runs" dotnet $default/Benchmarks.dll first-op
stamp=$(stat -c %Y.%i artifacts/native/libLibTorchSharp.so)
build benchmarks >/dev/null
check "a second build writes no library" test "$stamp" = "$(stat -c %Y.%i artifacts/native/libLibTorchSharp.so)"

cat >"$scratch/gate.proj" <<PROJECT
<Project>
  <Import Project="$PWD/eng/TorchBackend.targets" />
  <Target Name="Gate">
    <LlmEfficiency.Core.Devices.PatchLibTorchSharp Input="$scratch/changed.so" Output="$scratch/out.so" />
  </Target>
</Project>
PROJECT
{ cat "$packaged"; printf 'x'; } >"$scratch/changed.so"
check "the build refuses a changed library" refuses "has SHA-256" dotnet msbuild "$scratch/gate.proj" -t:Gate -v:m --nologo

check "tests" dotnet test --project tests/Core.Tests --filter-namespace LlmEfficiency.Core.Tests.Devices
check "publish, framework-dependent" publish -o "$scratch/fd"
check "runs from another folder" from_elsewhere dotnet "$scratch/fd/Benchmarks.dll" first-op
rm -rf "$scratch/fd"
check "publish, self-contained" publish -r linux-x64 --self-contained -o "$scratch/sc"
check "runs from another folder" from_elsewhere "$scratch/sc/Benchmarks" first-op
rm -rf "$scratch/sc"
check "BenchmarkDotNet, out of process" dotnet $default/Benchmarks.dll --filter '*HostTransferBenchmark*' --job dry

check "build without libtorch" build benchmarks -p:TorchBackend=none
check "without a folder it says what to set" refuses "carries no libtorch" dotnet $none/Benchmarks.dll first-op
export LLMEFF_LIBTORCH=$torch
check "LLMEFF_LIBTORCH" holds "\"folder\": \"$torch\"" dotnet $none/Benchmarks.dll report
check "a build with libtorch refuses LLMEFF_LIBTORCH" refuses "can hold only one" dotnet $default/Benchmarks.dll first-op

# The run-time half: an output that holds the packaged library.
cp -rL $none "$scratch/host"
cp "$packaged" "$scratch/host/$library"
check "a host with the packaged library" holds '"problem": null' dotnet "$scratch/host/Benchmarks.dll" report
if grep -q '"is_patched": true' "$scratch/said"; then
  kept=$(find "$XDG_CACHE_HOME/llmeff" -name libLibTorchSharp.so)
  check "its copy is kept for its user alone" test "$(stat -c %a "$(dirname "$kept")")" = 700
  printf 'x' >>"$kept"
  check "a tampered copy is replaced" dotnet "$scratch/host/Benchmarks.dll" first-op
  check "and is whole again" test "$(stat -c %s "$kept")" = "$(stat -c %s "$packaged")"
  check "without a writable cache" env XDG_CACHE_HOME=/proc dotnet "$scratch/host/Benchmarks.dll" first-op
  cp "$scratch/changed.so" "$scratch/host/$library"
  check "a changed library is refused at run time" refuses "has SHA-256" dotnet "$scratch/host/Benchmarks.dll" first-op
  check "TorchSharp alone reports the same reason" refuses "LlmEfficiencyException: " dotnet "$scratch/host/Benchmarks.dll" bare-op
  check "and copies no packages" test ! -e "$scratch/host/cpu" -a ! -e "$scratch/host/cuda-12.8"
fi

mkdir "$scratch/damaged"
cp "$torch"/libc10.so "$torch"/libgomp* "$torch"/libtorch.so "$scratch/damaged"
head -c 1000000 "$torch/libtorch_cpu.so" >"$scratch/damaged/libtorch_cpu.so"
export LLMEFF_LIBTORCH="$scratch/damaged"
check "a damaged libtorch is named" refuses "libtorch_cpu.so does not load" dotnet $none/Benchmarks.dll report
check "and TorchSharp alone reports it" refuses "LlmEfficiencyException: " dotnet $none/Benchmarks.dll bare-op
check "and copies no packages" test ! -e $none/cpu -a ! -e $none/cuda-12.8
unset LLMEFF_LIBTORCH

check "cuda-12.8 evaluates" holds '"libtorch-cuda-12.8-linux-x64"' \
  dotnet msbuild benchmarks -getItem:PackageReference -p:TorchBackend=cuda-12.8
check "its lock file is its own" holds 'torch-cuda-12.8/locks' \
  dotnet msbuild benchmarks -getProperty:NuGetLockFilePath -p:TorchBackend=cuda-12.8
check "no lock file changed" git diff --exit-code --stat -- '*packages.lock.json'
exit $failed
