using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// What a generation cost: the one ruler for every method and baseline. Times are seconds of wall clock.
/// </summary>
public sealed record GenerationReport
{
    /// <summary>Gets the engine, device and element type in a few words.</summary>
    public required string Engine { get; init; }

    /// <summary>Gets the number of sequences.</summary>
    public required int Sequences { get; init; }

    /// <summary>Gets the prompts' tokens, added up.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Gets how many of <see cref="PromptTokens"/> were in the cache already and not run.</summary>
    public int ReusedTokens { get; init; }

    /// <summary>Gets the generated tokens, added up, stop tokens included.</summary>
    public required long GeneratedTokens { get; init; }

    /// <summary>Gets the tokens that decode passes gave: all but each sequence's first.</summary>
    public required long DecodedTokens { get; init; }

    /// <summary>Gets the time from the start to the first token of any sequence; 0 if there was none.</summary>
    public required double TimeToFirstToken { get; init; }

    /// <summary>
    /// Gets the time of preparation, of the passes over prompts and of drawing each sequence's first token.
    /// </summary>
    public required double PrefillTime { get; init; }

    /// <summary>Gets the time of all further passes and tokens.</summary>
    public required double DecodeTime { get; init; }

    /// <summary>
    /// Gets how much of <see cref="DecodeTime"/> drafts took: making them, telling the drafter of tokens, sorting out the cache.
    /// </summary>
    public double DraftTime { get; init; }

    /// <summary>Gets the number of forward passes, a batch counting once.</summary>
    public required int ForwardPasses { get; init; }

    /// <summary>Gets how many of <see cref="ForwardPasses"/> ran prompts.</summary>
    public required int PrefillPasses { get; init; }

    /// <summary>
    /// Gets the tokens that one sequence gains in one decode pass on average: 1 for plain decoding, more where drafts
    /// are accepted, 0 if no decode pass was made.
    /// </summary>
    public required double MeanTokensPerPass { get; init; }

    /// <summary>Gets what became of the drafts of each source; null if there were none.</summary>
    public IReadOnlyList<SourceStatistics>? Drafts { get; init; }

    /// <summary>
    /// Gets the process's largest resident memory since the generation began, in bytes; since the process began where the
    /// system cannot start anew.
    /// </summary>
    public required long PeakResidentBytes { get; init; }

    /// <summary>Gets what the key/value cache took; null where the engine does not count it.</summary>
    public CacheReport? Cache { get; init; }

    /// <summary>Gets the device memory in use at the end, in bytes; null on the host's processor.</summary>
    public long? DeviceBytes { get; init; }

    /// <summary>Gets the prompt tokens that were run in a second of prefill.</summary>
    public double PrefillTokensPerSecond => Rate(PromptTokens - ReusedTokens, PrefillTime);

    /// <summary>Gets the decoded tokens in a second of <see cref="DecodeTime"/>.</summary>
    public double DecodeTokensPerSecond => Rate(DecodedTokens, DecodeTime);

    /// <summary>Returns the report as one JSON object with names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GenerationJson.Default.GenerationReport);

    /// <summary>Returns the report as a small block of text.</summary>
    public override string ToString()
    {
        var device = DeviceBytes is { } bytes ? Format($", device {bytes / 1e6:F0} MB") : string.Empty;
        string[] lines =
        [
            Format($"engine   {Engine}"),
            Format($"prompt   {PromptTokens} tokens ({ReusedTokens} reused), ")
                + Cost(PrefillTime, PrefillTokensPerSecond),
            Format($"answer   {GeneratedTokens} tokens, {Cost(DecodeTime, DecodeTokensPerSecond)} after the first"),
            Format($"first    {TimeToFirstToken:F3} s to the first token"),
            Format($"passes   {ForwardPasses} ({PrefillPasses} prefill), {MeanTokensPerPass:F2} tokens a decode pass"),
            .. (Drafts ?? []).Select(source => Format(
                $"drafts   {source.Source}: {source.Drafts}, {source.DraftedTokens} tokens, {source.AcceptedTokens} accepted")),
            .. Drafts is null
                ? (string[])[]
                : [Format($"drafting {DraftTime:F3} s, {100 * Share(DraftTime, DecodeTime):F2} % of decoding")],
            .. CacheLines(),
            Format($"memory   peak {PeakResidentBytes / 1e6:F0} MB resident{device}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private IEnumerable<string> CacheLines()
    {
        if (Cache is { } cache)
        {
            var policy = cache.Policy is null ? "dense" : Format($"{cache.Policy} {cache.Budget} + {cache.Interval}");
            var saving = cache.Policy is null ? string.Empty : Format($" of {cache.DenseBytes / 1e6:F1} dense, {cache.Compressions} compressions");
            yield return Format($"cache    {policy}: peak {cache.PeakTokens} tokens a sequence, mean {cache.MeanTokens:F1} of ")
                + Format($"{cache.MeanDenseTokens:F1}, {cache.AllocatedBytes / 1e6:F1} MB{saving}");
        }
    }

    private static double Rate(long tokens, double seconds) => seconds > 0 ? tokens / seconds : 0;

    private static string Cost(double seconds, double rate) => Format($"{seconds:F3} s, {rate:F1} tokens/s");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
