using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>All drafters.</summary>
public static class DrafterList
{
    /// <summary>Gets the drafters; a new one has a row here.</summary>
    public static IReadOnlyList<DrafterEntry> All { get; } =
    [
        new(
            "auto",
            "back-off trees from prompt, answer and earlier answers, as much of them as pays",
            () => new BackoffTreeDrafter(cache: new AnswerCache()),
            IsCalibrated: true),
        new("backoff", "back-off trees from prompt and answer alone", () => new BackoffTreeDrafter()),
        new("sam", "SAM Decoding's chain of 40", () => new SamChainDrafter()),
        new("sam-alpha", "SAM Decoding's chain that grows with the match", () => new SamChainDrafter(new() { Alpha = 4, MaxRows = 60 })),
        new("pld", "prompt lookup: 10 tokens behind the last 3", () => new PromptLookupDrafter()),
        new("suffix", "SuffixDecoding's rules as in vLLM, with earlier answers", () => new SuffixFrequencyDrafter()),
        new("suffix-tree", "SuffixDecoding's rules as trees, with earlier answers", () => new SuffixFrequencyDrafter(new() { IsTree = true, Factor = 4 })),
    ];

    /// <summary>Finds a drafter.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static DrafterEntry Find(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Usage, $"there is no drafter '{name}': choose of {string.Join(", ", All.Select(entry => entry.Name))}");
}
