using System.CommandLine;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Cli.Options;

/// <summary>
/// How tokens are drawn. What is not given comes from the model's <c>generation_config.json</c>, else greedy.
/// </summary>
internal sealed class SamplingOptions
{
    private readonly Option<bool> _greedy = new("--greedy")
    {
        Description = "Take the most likely token, whatever the model's own settings",
    };
    private readonly Option<double?> _temperature = Number<double>(
        "--temperature", "Divide the logits by it; 0 is greedy");
    private readonly Option<int?> _topK = Number<int>("--top-k", "Keep the K most likely tokens; 0 keeps all");
    private readonly Option<double?> _topP = Number<double>(
        "--top-p", "Keep the most likely tokens of this total probability");
    private readonly Option<double?> _minP = Number<double>(
        "--min-p", "Keep tokens of this share of the largest probability");
    private readonly Option<double?> _repetition = Number<double>(
        "--repetition-penalty", "Weaken tokens seen before; 1 is off");
    private readonly Option<double?> _presence = Number<double>(
        "--presence-penalty", "Taken once from the logit of a token of the answer");
    private readonly Option<double?> _frequency = Number<double>(
        "--frequency-penalty", "Taken for each time the answer has the token");
    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "The source of all random numbers",
        HelpName = "N",
    };

    private IEnumerable<Option> All =>
        [_greedy, _temperature, _topK, _topP, _minP, _repetition, _presence, _frequency, _seed];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Settles the sampling for a model.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// Two options contradict each other, or a value is outside its range.
    /// </exception>
    public SamplingSettings Resolve(ParseResult parsed, GenerationDefaults defaults)
    {
        var samples = Samples(parsed, defaults);
        var settings = Basis(samples, samples ? defaults : new GenerationDefaults());
        settings = settings with
        {
            Temperature = parsed.GetValue(_temperature) ?? settings.Temperature,
            TopK = parsed.GetValue(_topK) ?? settings.TopK,
            TopP = parsed.GetValue(_topP) ?? settings.TopP,
            MinP = parsed.GetValue(_minP) ?? settings.MinP,
            RepetitionPenalty = parsed.GetValue(_repetition) ?? settings.RepetitionPenalty,
            PresencePenalty = parsed.GetValue(_presence) ?? settings.PresencePenalty,
            FrequencyPenalty = parsed.GetValue(_frequency) ?? settings.FrequencyPenalty,
            Seed = parsed.GetValue(_seed),
        };
        settings.Validate();
        return settings;
    }

    private bool Samples(ParseResult parsed, GenerationDefaults defaults)
    {
        var isAsked = new Option[] { _temperature, _topK, _topP, _minP }.Any(
            option => parsed.GetResult(option) is not null);
        var isGreedy = parsed.GetValue(_greedy);
        return isGreedy && isAsked
            ? throw new LlmEfficiencyException(
                ErrorKind.Usage, "--greedy and sampling options contradict each other: leave one out")
            : !isGreedy && (isAsked || defaults.Samples == true);
    }

    private static SamplingSettings Basis(bool samples, GenerationDefaults model)
    {
        var plain = samples ? new SamplingSettings() : SamplingSettings.Greedy;
        return plain with
        {
            Temperature = model.Temperature ?? plain.Temperature,
            TopK = model.TopK ?? plain.TopK,
            TopP = model.TopP ?? plain.TopP,
            MinP = model.MinP ?? plain.MinP,
            RepetitionPenalty = model.RepetitionPenalty ?? plain.RepetitionPenalty,
        };
    }

    private static Option<T?> Number<T>(string name, string description)
        where T : struct => new(name) { Description = description, HelpName = "X" };
}
