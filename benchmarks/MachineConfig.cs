using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using LlmEfficiency.Core.Diagnostics;

namespace LlmEfficiency.Benchmarks;

/// <summary>How benchmarks are built, run and kept: one folder per machine, <c>benchmarks/results/&lt;machine&gt;/</c>.</summary>
internal static partial class MachineConfig
{
    /// <summary>Gets where the results of this machine are kept.</summary>
    public static string ResultFolder { get; } = Path.Join(Here(), "results", MachineName());

    /// <summary>Returns where the chart of a benchmark on this machine is kept, for the documentation.</summary>
    public static string ChartOf(string benchmark) => Path.GetFullPath(Path.Join(Here(), "..", "docs", "charts", $"{benchmark}-{MachineName()}.svg"));

    /// <summary>Creates the settings; <c>--job short</c> or <c>--job dry</c> on the command line shortens a run.</summary>
    public static IConfig Create() => DefaultConfig.Instance
        .WithArtifactsPath(Path.GetFullPath(Path.Join(Here(), "..", "artifacts", "benchmarks")))
        .WithOption(ConfigOptions.JoinSummary, false)
        .WithBuildTimeout(TimeSpan.FromMinutes(15)) // the default of two is too short where a cold build meets other work
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumn(new RateColumn())
        .AddJob(Job.Default
            .WithArguments([new MsBuildArgument("/p:CreateSymbolicLinksForCopyLocalIfPossible=true")])
            .AsMutator());

    /// <summary>Copies the tables of a run into the folder of this machine; a dry run measures nothing and is not kept.</summary>
    public static void Keep(IEnumerable<Summary> summaries)
    {
        foreach (var summary in summaries.Where(s => s.Reports.Any(r => r.Success && r.BenchmarkCase.Job.Id != "Dry")))
        {
            Directory.CreateDirectory(ResultFolder);
            // Other runs' tables, dry ones too, may lie beside this one's.
            var benchmark = summary.BenchmarksCases[0].Descriptor.Type.FullName;
            foreach (var path in Directory.GetFiles(summary.ResultsDirectoryPath, $"{benchmark}-report*"))
            {
                var name = Path.GetFileName(path);
                if (name.EndsWith("-report-github.md", StringComparison.Ordinal) || name.EndsWith("-report.csv", StringComparison.Ordinal))
                {
                    var kept = name.Replace("LlmEfficiency.Benchmarks.", string.Empty, StringComparison.Ordinal);
                    File.Copy(path, Path.Join(ResultFolder, kept), overwrite: true);
                }
            }
        }
    }

    // "AMD EPYC" on 2 cores → amd-epyc-2-cores
    private static string MachineName() =>
        NotInNames().Replace($"{HostFacts.ProcessorName().ToLowerInvariant()} {Environment.ProcessorCount} cores", "-").Trim('-');

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotInNames();
}
