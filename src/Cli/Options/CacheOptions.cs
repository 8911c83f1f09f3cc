using System.CommandLine;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.SparseRL.Retention;

namespace LlmEfficiency.Cli.Options;

/// <summary>Which tokens the key/value cache keeps.</summary>
internal sealed class CacheOptions
{
    private readonly Option<string> _policy = new("--cache")
    {
        Description = $"Keep only a budget of tokens in the cache: {string.Join(", ", RetentionList.All.Select(entry => entry.Name))}; "
            + "all but dense may change the answer",
        DefaultValueFactory = _ => RetentionList.Dense,
        HelpName = "POLICY",
    };

    private readonly Option<int?> _budget = new("--budget")
    {
        Description = "Keep so many tokens of a sequence in a layer (with --cache); 512 by default",
        HelpName = "N",
    };

    private readonly Option<int?> _interval = new("--interval")
    {
        Description = "Compress when a sequence has so many more (with --cache); 128 by default",
        HelpName = "N",
    };

    private readonly Option<bool> _compressesPrompt = new("--compress-prompt")
    {
        Description = "Compress a prompt longer than the budget before the first token (with --cache)",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _policy.CompletionSources.Add(_ => RetentionList.All.Select(entry => new System.CommandLine.Completions.CompletionItem(entry.Name)));
        command.Add(_policy);
        command.Add(_budget);
        command.Add(_interval);
        command.Add(_compressesPrompt);
    }

    /// <summary>Reads how the cache is kept small, before a model is loaded; null keeps all tokens.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="drafts">Whether tokens are drafted.</param>
    /// <exception cref="LlmEfficiencyException">There is no such policy, or options contradict each other.</exception>
    public RetentionSettings? Read(ParseResult parsed, bool drafts)
    {
        var name = parsed.GetRequiredValue(_policy);
        if (RetentionList.Create(name) is not { } policy)
        {
            var useless = new Option?[] { _budget, _interval, _compressesPrompt }
                .FirstOrDefault(option => parsed.GetResult(option!) is { Implicit: false });
            return useless is null ? null : throw new LlmEfficiencyException(
                ErrorKind.Usage, $"{useless.Name} is of no use to --cache {name}: choose a policy, or leave it out");
        }

        if (drafts)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Usage, $"--cache {name} and --speculate exclude each other: drafts are verified over all tokens");
        }

        var settings = new RetentionSettings { Policy = policy, Budget = parsed.GetValue(_budget) ?? 512 };
        settings = settings with
        {
            Interval = parsed.GetValue(_interval) ?? settings.Interval,
            CompressesPrompt = parsed.GetValue(_compressesPrompt),
        };
        settings.Validate(layers: 1);       // what no model could mend; the engine looks at the layers
        return settings;
    }
}
