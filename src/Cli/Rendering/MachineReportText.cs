using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Diagnostics;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows a machine report to a person.</summary>
internal static class MachineReportText
{
    /// <summary>Writes facts, then findings.</summary>
    public static void Write(TextWriter output, MachineReport report)
    {
        var (host, torch, cuda) = (report.Host, report.Torch, report.Cuda);
        Line("system", $"{host.OperatingSystem}, {host.Architecture}");
        Line("runtime", host.Runtime);
        Line("processor", $"{host.Processor}, {host.PhysicalCores} cores ({host.LogicalCores} logical)");
        Line("features", string.Join(' ', host.Features));
        Line("memory", MemoryEstimate.Text(host.MemoryBytes));
        Line("torchsharp", $"{torch.TorchSharpVersion}{(torch.IsPatched ? ", freed from its need of a newer libstdc++" : string.Empty)}");
        Line("libtorch", torch.LibTorchVersion is null ? "not loaded" : $"{torch.LibTorchVersion}, {torch.Threads} threads, {torch.Folder}");
        Line("libstdc++", $"{torch.StandardLibrary ?? "not found"}, GLIBCXX_{torch.GlibcxxFound} (needed: {torch.GlibcxxNeeded})");
        Line("cuda", cuda.IsAvailable ? $"driver {cuda.DriverVersion}" : $"not available: {cuda.Problem}");
        foreach (var device in cuda.Devices)
        {
            Line($"cuda:{device.Index}", device.ToString());
        }

        foreach (var (name, value) in report.Environment)
        {
            Line(name, value);
        }

        output.WriteLine();
        foreach (var finding in report.Findings)
        {
            var remedy = finding.Remedy.Length > 0 ? $": {finding.Remedy}" : string.Empty;
            output.WriteLine($"{finding.Severity.ToString().ToLowerInvariant()}: {finding.What}{remedy}");
        }

        output.WriteLine(report.IsHealthy ? "ready: models can run" : "not ready: see the errors above");

        void Line(string name, string value) => output.WriteLine($"{name,-11} {value}");
    }
}
