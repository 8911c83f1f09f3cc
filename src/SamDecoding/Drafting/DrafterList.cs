using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>All drafters.</summary>
public static class DrafterList
{
    private const int Longest = 1000;

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
            UsesIndexes: true,
            Tuned: Sam),
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
            texts => SamRecycling(texts, null),
            UsesIndexes: true,
            UsesAnswers: true,
            NeedsLogits: true,
            Tuned: given => Auxiliary(given, SamRecycling)),
        new("eagle", "EAGLE: a draft head fills a fixed tree of 25 tokens", texts => new EagleDrafter(Head(texts), EagleSettings.Fixed), NeedsHead: true),
        new("eagle2", "EAGLE-2: a draft head grows a tree of 58 tokens where it is likely", texts => new EagleDrafter(Head(texts)), NeedsHead: true),
        new(
            "sam+eagle2",
            "SAM Decoding with EAGLE-2, SAM[E2]: a chain behind a match of 5 tokens or more, else a tree of 62 tokens",
            texts => SamEagle(texts, null),
            UsesIndexes: true,
            NeedsHead: true,
            Tuned: given => Auxiliary(given, SamEagle)),
        new(
            "auto+eagle2",
            "auto, with a draft head's say in how probable each path is",
            texts => new BackoffTreeDrafter(WithHead, texts.Answers ?? new AnswerCache().Namespace(AnswerCache.DefaultNamespace), texts, head: Head(texts)),
            UsesIndexes: true,
            UsesPredictions: true,
            UsesAnswers: true,
            NeedsHead: true,
            IsCalibrated: true),
    ];

    private static readonly BackoffTreeSettings WithHead = new() { MaxRows = 60 };

    private static EagleHead Head(DraftSources texts) =>
        texts.Head ?? throw new LlmEfficiencyException(ErrorKind.Usage, "EAGLE drafts with a draft head of the model: give --head FOLDER");

    private static BackoffTreeDrafter Backoff(AnswerNamespace answers, DraftSources texts) =>
        new(answers: answers, texts: texts, recycled: answers.Recycled);

    /// <summary>Finds a drafter by its name, which parameters may follow: <c>sam:rows=16</c>, <c>sam+tr:threshold=3</c>.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name, or it has no such parameter or value.</exception>
    public static DrafterEntry Find(string name)
    {
        var given = new NamedParameters("drafter", name);
        var found = All.FirstOrDefault(entry => entry.Name == given.Name) ?? throw new LlmEfficiencyException(
            ErrorKind.Usage, $"there is no drafter '{given.Name}': choose of {string.Join(", ", All.Select(entry => entry.Name))}");
        var tuned = given.Name == name ? null : found.Tuned?.Invoke(given);
        given.Finish();
        return tuned is null ? found : found with { Name = name, Create = tuned };
    }

    private static Func<DraftSources, IDrafter> Sam(NamedParameters given)
    {
        var settings = Texts(given, new SamSettings());
        return texts => new SamDrafter(settings, texts.Indexes);
    }

    private static Func<DraftSources, IDrafter> Auxiliary(
        NamedParameters given, Func<DraftSources, AuxiliarySamSettings, IDrafter> create)
    {
        var usual = new AuxiliarySamSettings();
        var settings = new AuxiliarySamSettings
        {
            Sam = Texts(given, usual.Sam),
            Threshold = given.Whole("threshold", usual.Threshold, 0, Longest),
        };
        return texts => create(texts, settings);
    }

    private static SamSettings Texts(NamedParameters given, SamSettings usual) => usual with
    {
        Chain = new SamChainSettings { MaxRows = given.Whole("rows", usual.Chain.MaxRows, 2, Longest), Alpha = given.Number("alpha", 0, Longest) },
        Bias = given.Whole("bias", usual.Bias, 0, Longest),
        UsesContext = given.Whole("context", 1, 0, 1) == 1,
    };

    private static AuxiliarySamDrafter SamEagle(DraftSources texts, AuxiliarySamSettings? settings) =>
        new(new EagleDrafter(Head(texts), EagleSettings.BesideAutomata), settings, texts.Indexes);

    private static AuxiliarySamDrafter SamRecycling(DraftSources texts, AuxiliarySamSettings? settings) =>
        new(new TokenRecyclingDrafter(RecyclingTemplate.Sixty, texts.Answers?.Recycled), settings, texts.Indexes);
}
