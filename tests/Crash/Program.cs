using System.Globalization;
using LlmEfficiency.Crash;

// dotnet run --project tests/Crash -c Release -- [--kills N] [--seed N]
if (args is [TrainCommand.Verb, var settings, var run, var threads])
{
    return TrainCommand.Run(settings, run, int.Parse(threads, CultureInfo.InvariantCulture));
}

var work = Directory.CreateTempSubdirectory("llmeff-crash-").FullName;
var (passed, failed) = new KillRun(work, Option("--seed") ?? 1, Console.WriteLine).Run(Option("--kills") ?? 50);
if (failed == 0)
{
    Directory.Delete(work, recursive: true);
}
else
{
    Console.WriteLine($"the runs stay in {work}");
}

Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;

int? Option(string option) =>
    Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length
        ? int.Parse(args[at + 1], CultureInfo.InvariantCulture)
        : null;
