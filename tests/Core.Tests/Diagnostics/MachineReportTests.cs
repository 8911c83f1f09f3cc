using System.Text.Json;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Diagnostics;
using Xunit;

namespace LlmEfficiency.Core.Tests.Diagnostics;

public sealed class MachineReportTests
{
    [Fact]
    public void A_machine_that_runs_these_tests_is_healthy()
    {
        var report = MachineReport.Collect();
        Assert.True(report.IsHealthy, report.ToJson());
        Assert.Equal("2.10.0", report.Torch.LibTorchVersion);
        Assert.InRange(report.Host.PhysicalCores, 1, report.Host.LogicalCores);
        Assert.NotEqual(0, report.Host.MemoryBytes);
    }

    [Fact]
    public void The_json_names_are_in_snake_case_and_carry_the_values()
    {
        var report = MachineReport.Collect();
        using var json = JsonDocument.Parse(report.ToJson());
        var torch = json.RootElement.GetProperty("torch");
        Assert.Equal("2.10.0", torch.GetProperty("lib_torch_version").GetString());
        Assert.Equal(report.Host.Processor, json.RootElement.GetProperty("host").GetProperty("processor").GetString());
        Assert.Equal(report.IsHealthy, json.RootElement.GetProperty("is_healthy").GetBoolean());
    }

    [Fact]
    public void A_patched_library_asks_for_no_more_than_the_system_has()
    {
        var torch = MachineReport.Collect().Torch;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.True(torch.GlibcxxFound >= new Version(3, 4, 29), "the newest version of libstdc++ was not read");
        Assert.True(torch.GlibcxxNeeded <= torch.GlibcxxFound || torch.IsPatched);
    }

    [Fact]
    public void Without_a_gpu_the_report_says_why()
    {
        var cuda = MachineReport.Collect().Cuda;
        Assert.Equal(cuda.IsAvailable, cuda.Problem is null);
        Assert.SkipWhen(cuda.IsAvailable || cuda.HasDriver, "needs a machine without NVIDIA's driver");
        Assert.Contains("no NVIDIA driver", cuda.Problem, StringComparison.Ordinal);
        Assert.Empty(cuda.Devices);
    }

    [Theory]
    [InlineData("libx.so does not load: version `GLIBCXX_3.4.32' not found", "GCC 13")]
    [InlineData("libx.so does not load: libx.so: undefined symbol: _ZN3c10", "another libtorch")]
    [InlineData("libx.so does not load: libcudart.so.12: cannot open shared object file", "install the library")]
    [InlineData("libx.so does not load: libx.so: file too short", "damaged")]
    public void Each_kind_of_failed_load_gets_its_remedy(string problem, string remedy)
    {
        var report = MachineReport.Collect();
        var findings = Judgement.Of(report.Host, report.Torch with { Problem = problem }, report.Cuda, report.Environment);
        var error = Assert.Single(findings, finding => finding.Severity == Severity.Error);
        Assert.Contains(problem, error.What, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_container_gets_advice_about_spinning_threads()
    {
        var report = MachineReport.Collect();
        var host = report.Host with { PhysicalCores = 8, Container = new ContainerLimits(1.5, null) };
        var passive = new Dictionary<string, string> { ["OMP_WAIT_POLICY"] = "PASSIVE" };
        Assert.Contains(
            Judgement.Of(host, report.Torch, report.Cuda, new Dictionary<string, string>()),
            finding => finding.Remedy.Contains("OMP_WAIT_POLICY", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Judgement.Of(host, report.Torch, report.Cuda, passive),
            finding => finding.Remedy.Contains("OMP_WAIT_POLICY", StringComparison.Ordinal));
    }
}
