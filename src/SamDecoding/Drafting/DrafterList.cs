using LlmEfficiency.Core.Errors;
using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>All drafters.</summary>
public static class DrafterList
{
    /// <summary>Gets the drafters; a new one has a row here.</summary>
    public static IReadOnlyList<DrafterEntry> All { get; } =
    [
        new(
            "auto",
            "back-off trees from context, predictions, earlier answers and indexes, as much of them as pays",
            texts => new BackoffTreeDrafter(
                answers: texts.Answers ?? new AnswerCache().Namespace(AnswerCache.DefaultNamespace), texts: texts),
            UsesIndexes: true,
            UsesPredictions: true,
            UsesAnswers: true,
            IsCalibrated: true),
        new(
            "backoff",
            "the same without earlier answers, always in full",
            texts => new BackoffTreeDrafter(texts: texts),
            UsesIndexes: true,
            UsesPredictions: true),
        new(
            "sam",
            "SAM Decoding: a chain of 40 from the context, or a tree from an index",
            texts => new SamDrafter(null, texts.Indexes),
            UsesIndexes: true),
        new(
            "sam-alpha",
            "SAM Decoding with drafts that grow with the match",
            texts => new SamDrafter(new() { Chain = new() { Alpha = 4, MaxRows = 60 } }, texts.Indexes),
            UsesIndexes: true),
        new("pld", "prompt lookup: 10 tokens behind the last 3", _ => new PromptLookupDrafter()),
        new("suffix", "SuffixDecoding's rules as in vLLM, with earlier answers", _ => new SuffixFrequencyDrafter()),
        new("suffix-tree", "SuffixDecoding's rules as trees, with earlier answers", _ => new SuffixFrequencyDrafter(new() { IsTree = true, Factor = 4 })),
        new("rest", "REST: the most frequent continuations in an index", texts => new RestDrafter(texts.Indexes), UsesIndexes: true, NeedsIndex: true),
        new(
            "auto+tr",
            "auto, with Token Recycling's candidates for what no text foretells",
            texts => Backoff(texts.Answers ?? new AnswerCache().Namespace(AnswerCache.DefaultNamespace), texts),
            UsesIndexes: true,
            UsesPredictions: true,
            UsesAnswers: true,
            IsCalibrated: true),
        new("tr", "Token Recycling: a tree of 80 candidates that the model threw away before", texts => new TokenRecyclingDrafter(table: texts.Answers?.Recycled), UsesAnswers: true, NeedsLogits: true),
        new(
            "sam+tr",
            "SAM Decoding with Token Recycling, SAM[T]: a chain behind a match of 5 tokens or more, else a tree of 60 candidates",
            texts => new AuxiliarySamDrafter(new TokenRecyclingDrafter(RecyclingTemplate.Sixty, texts.Answers?.Recycled), null, texts.Indexes),
            UsesIndexes: true,
            UsesAnswers: true,
            NeedsLogits: true),
        new("eagle", "EAGLE: a draft head fills a fixed tree of 25 tokens", texts => new EagleDrafter(Head(texts), EagleSettings.Fixed), NeedsHead: true),
        new("eagle2", "EAGLE-2: a draft head grows a tree of 58 tokens where it is likely", texts => new EagleDrafter(Head(texts)), NeedsHead: true),
        new(
            "sam+eagle2",
            "SAM Decoding with EAGLE-2, SAM[E2]: a chain behind a match of 5 tokens or more, else a tree of 62 tokens",
            texts => new AuxiliarySamDrafter(new EagleDrafter(Head(texts), EagleSettings.BesideAutomata), null, texts.Indexes),
            UsesIndexes: true,
            NeedsHead: true),
    ];

    private static EagleHead Head(DraftSources texts) =>
        texts.Head ?? throw new LlmEfficiencyException(ErrorKind.Usage, "EAGLE drafts with a draft head of the model: give --head FOLDER");

    private static BackoffTreeDrafter Backoff(AnswerNamespace answers, DraftSources texts) =>
        new(answers: answers, texts: texts, recycled: answers.Recycled);

    /// <summary>Finds a drafter.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static DrafterEntry Find(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Usage, $"there is no drafter '{name}': choose of {string.Join(", ", All.Select(entry => entry.Name))}");
}
