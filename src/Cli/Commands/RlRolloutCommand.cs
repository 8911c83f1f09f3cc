using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Shows responses: those a run wrote down, or new ones of a policy.</summary>
internal sealed class RlRolloutCommand
{
    private readonly RlPolicyOptions _policy = new();

    private readonly Option<string?> _journal = new("--journal") { Description = "Show what the run in this folder wrote down, and draw nothing", HelpName = "RUN" };

    private readonly Option<long?> _iteration = new("--iteration") { Description = "With --journal: only those of this iteration", HelpName = "N" };

    private readonly Option<bool> _rejected = new("--rejected") { Description = "Only responses that the correction rejected" };

    private readonly Option<long> _prompt = new("--prompt") { Description = "Running number of the first prompt to draw for", HelpName = "N" };

    private readonly Option<int?> _limit = new("--limit") { Description = "Show at most so many, those of the smallest ratio first", HelpName = "N" };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new RlRolloutCommand();
        var command = new DocumentedCommand("rollout", "Draw the responses of one iteration without learning, or show those that a run wrote down.")
        {
            Examples =
            [
                "llmeff rl rollout --config rl-walk.json model.from=walk/model --limit 4",
                "llmeff rl rollout --journal rl --iteration 20 --rejected --json",
            ],
        };
        parts._policy.AddTo(command);
        foreach (var option in new Option[] { parts._journal, parts._iteration, parts._rejected, parts._prompt, parts._limit, parts._json })
        {
            command.Add(option);
        }

        command.SetAction(parts.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        var entries = Entries(parsed);
        if (entries is null)
        {
            return;
        }

        var shown = entries.Where(entry => !parsed.GetValue(_rejected) || entry.IsRejected);
        if (parsed.GetValue(_limit) is { } limit)
        {
            shown = shown.OrderBy(entry => entry.MinRatio).Take(limit);
        }

        var output = parsed.InvocationConfiguration.Output;
        foreach (var entry in shown)
        {
            output.WriteLine(parsed.GetValue(_json) ? JsonSerializer.Serialize(entry, RolloutJson.Default.JournalEntry) : Text(entry));
        }
    }

    private IEnumerable<JournalEntry>? Entries(ParseResult parsed)
    {
        if (parsed.GetValue(_journal) is { } folder)
        {
            var iteration = parsed.GetValue(_iteration);
            return RolloutJournal.OfRun(folder).Where(entry => iteration is null || entry.Iteration == iteration);
        }

        if (_policy.Read(parsed) is not { } settings)
        {
            return null;
        }

        NativeLibraries.Require();
        return RlMeasurement.Draw(settings, _policy.Host(parsed), parsed.GetValue(_prompt));
    }

    private static string Text(JournalEntry entry)
    {
        var rollout = entry.Rollout;
        var least = entry.MinRatioAt is { } at ? $" behind {at} of them" : string.Empty;
        var place = entry.Iteration > 0 ? $"iteration {entry.Iteration}, " : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{place}prompt {rollout.Prompt}.{rollout.Sample}: reward {rollout.Reward:F2}, advantage {entry.Advantage:F2}, {rollout.ResponseIds.Count} tokens "
            + $"({rollout.Finish}), least ratio {entry.MinRatio:G3}{least}{(entry.IsRejected ? ", rejected" : string.Empty)}\n{rollout.Text}\n");
    }
}
