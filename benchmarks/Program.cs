using BenchmarkDotNet.Running;
using LlmEfficiency.Benchmarks;
using LlmEfficiency.Benchmarks.Automata;
using LlmEfficiency.Benchmarks.Rollouts;
using LlmEfficiency.Benchmarks.Training;
using LlmEfficiency.Core.Diagnostics;

switch (args)
{
    case ["first-op"]:
        return StartUp.RunFirstOperation();
    case ["bare-op"]:
        return StartUp.RunBareOperation();
    case ["start-up"]:
        return StartUp.Measure();
    case ["training", .. var rest]:
        return TrainingThroughput.Measure(rest);
    case ["strict", .. var rest]:
        return StrictCost.Measure(rest);
    case ["automata", .. var rest]:
        return AutomataBench.Measure(rest);
    case ["rollouts", .. var rest]:
        return RolloutBench.Measure(rest);
    case ["results-folder"]:
        Console.WriteLine(MachineConfig.ResultFolder);
        return 0;
    case ["report"]:
        var report = MachineReport.Collect();
        Console.WriteLine(report.ToJson());
        return report.IsHealthy ? 0 : 8;
    default:
        if (TokenizerPair.DataFolder is null)
        {
            Console.Error.WriteLine(
                $"skipped: the tokenizers of Llama 3, Llama 2 and Qwen: {TokenizerPair.DataVariable} names no folder");
        }

        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, MachineConfig.Create()).ToArray();
        MachineConfig.Keep(summaries);
        return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
}
