using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Generation;

/// <summary>One finished sequence.</summary>
public sealed record GenerationResult
{
    /// <summary>Gets the prompt's ids as they were run.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>Gets every generated token: a stop token and the tokens of a stop string are the last ones.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>
    /// Gets, for each pass behind those over the prompt, how many drafted tokens the model drew itself, the end included: 0
    /// where nothing was drafted.
    /// </summary>
    public IReadOnlyList<int> AcceptedDrafts { get; init; } = [];

    /// <summary>Gets the continuation alone, without what stopped it.</summary>
    public required string Text { get; init; }

    /// <summary>Gets why the sequence ended.</summary>
    public required FinishReason Finish { get; init; }

    /// <summary>
    /// Gets the index in <see cref="TokenIds"/> of the first token that was drawn from what a compressed cache gave; null if none was.
    /// </summary>
    public int? FirstCompressedToken { get; init; }

    /// <summary>Gets the log-probabilities of <see cref="TokenIds"/>; null if they were not asked for.</summary>
    public IReadOnlyList<SampledToken>? LogProbabilities { get; init; }
}
