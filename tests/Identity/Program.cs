using System.Globalization;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Identity;

// dotnet run --project tests/Identity -c Release -- [--prompts N] [--tokens N] [--seed N] [--model NAME] [--drafters A,B] [--modes A,B]
TorchThreads.Set(1); // the processors work on models and modes side by side
var settings = new IdentitySettings
{
    Prompts = Number("--prompts") ?? 2000,
    MaxTokens = Number("--tokens") ?? 24,
    Seed = Number("--seed") ?? 1,
    Drafters = Names("--drafters"),
};
var models = IdentityModels.Find(Text("--model"));
var modes = IdentityMode.All.Where(mode => Names("--modes")?.Contains(mode.Name) ?? true).ToArray();
if (models.Count == 0 || modes.Length == 0)
{
    Console.Error.WriteLine("there is no such model or mode");
    return 1;
}

Console.WriteLine(IdentityResult.Head);
var failed = false;
var jobs = models.SelectMany(model => modes.Select(mode => (Model: model, Mode: mode)));
Parallel.ForEach(jobs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, job =>
{
    foreach (var result in IdentityRun.Run(job.Model, job.Mode, settings))
    {
        lock (settings)
        {
            Console.WriteLine(result);
            failed |= result.Differences.Count > 0;
        }
    }
});
return failed ? 1 : 0;

string? Text(string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

IReadOnlyList<string>? Names(string option) => Text(option)?.Split(',');

int? Number(string option) => Text(option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
