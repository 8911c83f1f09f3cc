using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Measures a policy with the full cache and with compressed ones.</summary>
internal static class RlEvalCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var policy = new RlPolicyOptions();
        var csv = new Option<bool>("--csv") { Description = "Print a table of values divided by commas, with what tells the run from others" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("eval", "Measure a policy's held-out accuracy, with the full cache and with compressed ones.")
        {
            Examples =
            [
                "llmeff rl eval --run rl",
                "llmeff rl eval --config rl-walk.json model.from=walk/model evaluation.samples=8 --json",
                "llmeff rl eval --run rl --csv > rl.csv",
            ],
        };
        policy.AddTo(command);
        command.Add(csv);
        command.Add(json);
        command.SetAction(parsed =>
        {
            if (policy.Read(parsed) is { } settings)
            {
                NativeLibraries.Require();
                var reports = RlMeasurement.Evaluate(settings, policy.Host(parsed));
                var output = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(csv))
                {
                    WriteCsv(output, RlRunLabel.Of(settings), reports);
                }
                else
                {
                    Write(output, reports, parsed.GetValue(json));
                }
            }
        });
        return command;
    }

    private static void WriteCsv(TextWriter output, RlRunLabel label, IReadOnlyList<AccuracyReport> reports)
    {
        output.WriteLine($"{RlRunLabel.CsvHeader},{AccuracyReport.CsvHeader}");
        foreach (var report in reports)
        {
            output.WriteLine($"{label.ToCsv()},{report.ToCsv()}");
        }
    }

    private static void Write(TextWriter output, IReadOnlyList<AccuracyReport> reports, bool isJson)
    {
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(reports, RlJson.Default.IReadOnlyListAccuracyReport));
            return;
        }

        output.WriteLine("cache              answers   accuracy  ± error  pass@k  kept   cache MB");
        foreach (var report in reports)
        {
            var answers = report.Samples == 0 ? "greedy" : $"{report.Samples} drawn";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Cache,-18} {answers,-9} {report.Accuracy,8:F3}  ± {report.Error:F3}  {report.PassAtK,6:F3}  {report.KeptRatio,4:F2}  {report.CacheBytes / 1e6,8:F2}"));
        }
    }
}
