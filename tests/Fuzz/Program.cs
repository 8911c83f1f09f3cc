using System.Diagnostics;
using System.Globalization;
using LlmEfficiency.Fuzz;

// dotnet run --project tests/Fuzz -c Release -- [TARGET|all] [--seed N] [--count N] [--index N]
var name = args.Length > 0 && !args[0].StartsWith('-') ? args[0] : "all";
var seed = Option("--seed") ?? 1;
var index = Option("--index");
var targets = FuzzTargets.All.Where(target => name == "all" || target.Name == name).ToList();
if (targets.Count == 0)
{
    Console.Error.WriteLine($"no target '{name}': {string.Join(", ", FuzzTargets.All.Select(target => target.Name))}");
    return 1;
}

var failed = false;
foreach (var target in targets)
{
    var start = Stopwatch.GetTimestamp();
    var result = FuzzRun.Run(target, seed, index ?? 0, index is null ? Option("--count") ?? target.FullCount : 1);
    Console.WriteLine(
        $"{target.Name}: {result.Accepted} read, {result.Refused} refused, {result.Findings.Count} findings, "
        + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
    foreach (var finding in result.Findings.Take(20))
    {
        Console.WriteLine($"  {finding}");
    }

    failed |= result.Findings.Count > 0;
}

return failed ? 1 : 0;

int? Option(string option) =>
    Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length
        ? int.Parse(args[at + 1], CultureInfo.InvariantCulture)
        : null;
