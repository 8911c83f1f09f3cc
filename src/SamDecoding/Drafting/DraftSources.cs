using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>What drafters may draw on beside the request itself: texts, and a head.</summary>
public sealed record DraftSources
{
    /// <summary>Gets no text at all.</summary>
    public static DraftSources None { get; } = new();

    /// <summary>Gets frozen indexes of corpora, the preferred ones first; their owner disposes them after the drafter.</summary>
    public IReadOnlyList<SuffixIndex> Indexes { get; init; } = [];

    /// <summary>Gets predicted outputs: texts that the answers may be like, as token ids.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Predictions { get; init; } = [];

    /// <summary>Gets a draft head of the model; its owner disposes it after the drafter; null for none.</summary>
    public EagleHead? Head { get; init; }

    /// <summary>Gets earlier answers, to which new ones are added; null for those of the drafter alone.</summary>
    public AnswerNamespace? Answers { get; init; }
}
