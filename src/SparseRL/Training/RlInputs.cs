using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rewards;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>What a run is made of: a policy to start from, prompts, a judge.</summary>
internal sealed class RlInputs : IDisposable
{
    private readonly StoredModel _stored;

    private RlInputs(RlSettings settings, StoredModel stored, string tokenizerFolder, int longest)
    {
        (_stored, TokenizerFolder, Config) = (stored, tokenizerFolder, stored.Config);
        Tokenizer = TokenizerLoader.Load(tokenizerFolder);
        var template = ChatTemplateFiles.Load(tokenizerFolder, tokenizerFolder);
        var sources = new PromptSources(Tokenizer, template);
        Prompts = sources.Open(Within(settings.Prompts, longest));
        HeldOut = HeldOutPrompts(settings) is { } held ? sources.Open(Within(held, longest)) : null;
        Scorer = RewardList.Open(settings.Rewards, settings.Prompts.Task is { } task ? TaskList.Find(task) : null);
        StopTokens = [.. Config.EndOfSequence];
    }

    /// <summary>Gets the folder whose tokenizer and template go with the policy.</summary>
    public string TokenizerFolder { get; }

    /// <summary>Gets the policy's sizes.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Gets the policy's tokenizer.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Gets the prompts to learn from.</summary>
    public IPromptSource Prompts { get; }

    /// <summary>Gets the prompts to be measured with; null if it never is.</summary>
    public IPromptSource? HeldOut { get; }

    /// <summary>Gets the judge.</summary>
    public RewardScorer Scorer { get; }

    /// <summary>Gets the tokens that end a response, beside the tokenizer's own.</summary>
    public IReadOnlyList<int> StopTokens { get; }

    /// <summary>Gets the weights to start from.</summary>
    public StoredModel Stored => _stored;

    /// <summary>Opens everything that the settings name.</summary>
    /// <exception cref="LlmEfficiencyException">Something is not there or does not fit.</exception>
    public static RlInputs Open(RlSettings settings)
    {
        if (settings.Model.From is not { } from)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, "model.from is null: reinforcement learning needs a trained policy to start from");
        }

        var location = ModelLocation.Find(from);
        var stored = StoredModel.Open(location);
        try
        {
            var folder = settings.Model.Tokenizer is { } named ? EmbeddedModel.Resolve(named) : location.Path;
            var prompt = Math.Min(stored.Config.ContextLength, settings.Training.TokensPerShard) - settings.Rollout.MaxResponseLength;
            return prompt > 0
                ? new RlInputs(settings, stored, folder, prompt)
                : throw new LlmEfficiencyException(
                    ErrorKind.Configuration,
                    string.Create(CultureInfo.InvariantCulture, $"rollout.max_response_length is {settings.Rollout.MaxResponseLength}: ")
                    + "no room for a prompt is left in the model's context and in training.tokens_per_shard");
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    /// <summary>Returns hashes by which a resumed run sees that its inputs are the same.</summary>
    public IReadOnlyDictionary<string, string> Fingerprints() => new Dictionary<string, string>
    {
        ["prompts"] = Prompts.Fingerprint,
        ["held_out"] = HeldOut?.Fingerprint ?? string.Empty,
        ["vocabulary"] = Convert.ToHexStringLower(VocabularyHash.Of(Tokenizer)),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _stored.Dispose();
        Scorer.Dispose();
    }

    private static PromptSettings? HeldOutPrompts(RlSettings settings) =>
        settings.Evaluation.Every == 0 ? null
        : settings.Evaluation.HeldOut ?? (settings.Prompts.Task is not null
            ? settings.Prompts with { HeldOut = true, Count = settings.Evaluation.Prompts }
            : throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                "evaluation.held_out is null: a file of questions has no held-out side, so name another, or set evaluation.every to 0"));

    private static PromptSettings Within(PromptSettings prompts, int longest) =>
        prompts with { MaxTokens = Math.Min(prompts.MaxTokens, longest) };
}
