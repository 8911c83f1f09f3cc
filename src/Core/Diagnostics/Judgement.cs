using System.Globalization;
using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Core.Diagnostics;

/// <summary>Draws findings from facts.</summary>
internal static class Judgement
{
    private const string TestedLibTorch = "2.10.0";

    /// <summary>Lists what the user should know.</summary>
    public static IEnumerable<Finding> Of(
        HostFacts host, TorchFacts torch, CudaFacts cuda, IReadOnlyDictionary<string, string> environment) =>
        OfTorch(torch).Concat(OfCuda(cuda)).Concat(OfThreads(host, torch, environment)).Concat(OfHost(host));

    private static IEnumerable<Finding> OfTorch(TorchFacts torch)
    {
        if (torch.Problem is not null)
        {
            yield return new Finding(Severity.Error, $"libtorch cannot be used: {torch.Problem}", Remedy(torch));
        }
        else if (torch.LibTorchVersion != TestedLibTorch)
        {
            yield return new Finding(
                Severity.Warning,
                $"libtorch is {torch.LibTorchVersion}; TorchSharp {torch.TorchSharpVersion} was built for {TestedLibTorch}",
                $"let {NativeLibraries.FolderVariable} name a libtorch {TestedLibTorch}");
        }

        if (torch.IsPatched)
        {
            yield return new Finding(
                Severity.Note,
                $"TorchSharp's library was built for libstdc++ {CppRuntime.NeededByPackage}, this system has {torch.GlibcxxFound}: "
                    + "a patched copy is used",
                string.Empty);
        }
    }

    private static string Remedy(TorchFacts torch)
    {
        var problem = torch.Problem!;
        if (problem.Contains("GLIBCXX", StringComparison.Ordinal))
        {
            return "use a system with GCC 13's libstdc++ or newer (Debian 13, Ubuntu 24.04), or the TorchSharp version of this project";
        }

        if (problem.Contains("undefined symbol", StringComparison.Ordinal))
        {
            return $"this is another libtorch than TorchSharp was built for: use version {TestedLibTorch}";
        }

        return problem.Contains("cannot open shared object file", StringComparison.Ordinal)
            ? "install the library that is named, or keep libtorch's folder as it was delivered"
            : problem.Contains("does not load", StringComparison.Ordinal)
                ? "the file is damaged or for another system: restore it (dotnet restore --force, or a new copy of the folder)"
                : string.Empty; // the problem's own text says what to do
    }

    private static IEnumerable<Finding> OfCuda(CudaFacts cuda)
    {
        if (cuda.HasDriver && !cuda.IsAvailable)
        {
            yield return new Finding(Severity.Warning, $"the GPU is not used: {cuda.Problem}", string.Empty);
        }
    }

    private static IEnumerable<Finding> OfThreads(
        HostFacts host, TorchFacts torch, IReadOnlyDictionary<string, string> environment)
    {
        if (torch.Threads > host.PhysicalCores)
        {
            yield return new Finding(
                Severity.Warning,
                $"libtorch uses {torch.Threads} threads on {host.PhysicalCores} physical cores",
                "set OMP_NUM_THREADS to the number of physical cores");
        }

        if (host.Container.Cores < host.PhysicalCores && environment.GetValueOrDefault("OMP_WAIT_POLICY") != "PASSIVE")
        {
            var cores = host.Container.Cores.Value.ToString("0.##", CultureInfo.InvariantCulture);
            yield return new Finding(
                Severity.Warning,
                $"the container may use {cores} of {host.PhysicalCores} cores; threads that spin while they wait burn that share",
                "set OMP_WAIT_POLICY=PASSIVE and OMP_NUM_THREADS to the share");
        }
    }

    private static IEnumerable<Finding> OfHost(HostFacts host)
    {
        if (host.Architecture == "X64" && !host.Features.Contains("avx2", StringComparer.Ordinal))
        {
            yield return new Finding(
                Severity.Warning, "the processor has no AVX2: libtorch runs its slowest code", "use a newer one");
        }
    }
}
