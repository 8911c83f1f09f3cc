using System.CommandLine;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.Cli.Options;

/// <summary>How long an answer may be, what ends it, and how its tokens are drawn.</summary>
internal sealed class GenerationOptions
{
    private readonly SamplingOptions _sampling = new();

    private readonly Option<int?> _maxTokens = new("--max-tokens", "-n")
    {
        Description = "At most so many new tokens; the model's advice or 256 by default",
        HelpName = "N",
    };

    private readonly Option<string[]> _stop = new("--stop")
    {
        Description = "A text that ends the answer; may be given often",
        HelpName = "TEXT",
    };

    private readonly Option<int[]> _stopTokens = new("--stop-token")
    {
        Description = "A token id that ends the answer; may be given often",
        HelpName = "ID",
    };

    private readonly Option<bool> _ignoresEnd = new("--ignore-eos")
    {
        Description = "Go on behind the end-of-sequence token",
    };

    private readonly Option<int?> _logProbabilities = new("--logprobs")
    {
        Description = "Report each token's log-probability and so many alternatives (with --json)",
        HelpName = "N",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_maxTokens);
        _sampling.AddTo(command);
        command.Add(_stop);
        command.Add(_stopTokens);
        command.Add(_ignoresEnd);
        command.Add(_logProbabilities);
    }

    /// <summary>Checks the options before a model is loaded for them.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">
    /// A value is outside its range, or two contradict each other.
    /// </exception>
    public void Check(ParseResult parsed) => Requests(parsed, [[]], new GenerationDefaults())[0].Validate();

    /// <summary>Makes one request for each prompt.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="prompts">The prompts' ids.</param>
    /// <param name="defaults">What the model's makers advise.</param>
    public IReadOnlyList<GenerationRequest> Requests(
        ParseResult parsed, IEnumerable<IReadOnlyList<int>> prompts, GenerationDefaults defaults)
    {
        var shape = new GenerationRequest
        {
            Prompt = [],
            StopStrings = parsed.GetValue(_stop) ?? [],
            StopTokens = [.. parsed.GetValue(_stopTokens) ?? [], .. defaults.EndOfSequence ?? []],
            IgnoresEndOfSequence = parsed.GetValue(_ignoresEnd),
            LogProbabilities = parsed.GetValue(_logProbabilities),
            Sampling = _sampling.Resolve(parsed, defaults),
        };
        shape = shape with
        {
            MaxTokens = parsed.GetValue(_maxTokens) ?? defaults.MaxNewTokens ?? shape.MaxTokens,
            StopTokens = shape.IgnoresEndOfSequence ? parsed.GetValue(_stopTokens) ?? [] : shape.StopTokens,
        };
        return [.. prompts.Select((ids, row) => shape with { Prompt = ids, Sequence = (ulong)row })];
    }
}
