using System.Globalization;
using LlmEfficiency.Crash;

// dotnet run --project tests/Crash -c Release -- [--kills N] [--seed N]
if (args is [ChildCommand.Verb, var name, var settings, var run, var threads])
{
    return ChildCommand.Run(Workloads.Find(name), settings, run, int.Parse(threads, CultureInfo.InvariantCulture));
}

var failures = 0;
foreach (var workload in Workloads.All)
{
    Console.WriteLine($"== {workload.Name}");
    var work = Directory.CreateTempSubdirectory("llmeff-crash-").FullName;
    var (passed, failed) = new KillRun(workload, work, Option("--seed") ?? 1, Console.WriteLine).Run(Option("--kills") ?? 50);
    if (failed == 0)
    {
        Directory.Delete(work, recursive: true);
    }
    else
    {
        Console.WriteLine($"the runs stay in {work}");
    }

    Console.WriteLine($"{workload.Name}: {passed} passed, {failed} failed");
    failures += failed;
}

return failures == 0 ? 0 : 1;

int? Option(string option) =>
    Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length
        ? int.Parse(args[at + 1], CultureInfo.InvariantCulture)
        : null;
