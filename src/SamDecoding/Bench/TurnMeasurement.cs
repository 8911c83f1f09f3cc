using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>What one method did in one turn of a question. Times are seconds.</summary>
public sealed record TurnMeasurement
{
    /// <summary>Gets the answer without its end and outer blanks.</summary>
    public required string Text { get; init; }

    /// <summary>Gets the answer's tokens, the end included.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>Gets the time from the request to the answer, with the passes over the prompt, as Spec-Bench takes it.</summary>
    public required double WallTime { get; init; }

    /// <summary>Gets the time of the passes behind those over the prompt.</summary>
    public required double DecodeTime { get; init; }

    /// <summary>Gets how much of <see cref="DecodeTime"/> drafts took.</summary>
    public required double DraftTime { get; init; }

    /// <summary>Gets the accepted tokens of each step: see <see cref="Lengths"/>.</summary>
    public required IReadOnlyList<int> AcceptLengths { get; init; }

    /// <summary>Gets the number of passes behind those over the prompt.</summary>
    public required int Passes { get; init; }

    /// <summary>Gets how many tokens these passes ran.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets what became of the drafts of each source, one draft a pass at most.</summary>
    public required IReadOnlyList<SourceStatistics> Sources { get; init; }

    /// <summary>
    /// Returns Spec-Bench's accepted tokens of each step, whose sum is the number of tokens. A step runs a token that is certain,
    /// which counts, and its draft. The last token is certain too, but nothing behind it is asked for: unless a draft foretold it,
    /// it is a step of its own, whose pass Spec-Bench makes and we do not.
    /// </summary>
    /// <param name="acceptedDrafts">How many drafted tokens each pass accepted.</param>
    /// <param name="tokens">The number of tokens.</param>
    public static IReadOnlyList<int> Lengths(IReadOnlyList<int> acceptedDrafts, int tokens)
    {
        ArgumentNullException.ThrowIfNull(acceptedDrafts);
        int[] lengths = [.. acceptedDrafts.Select(accepted => 1 + accepted)];
        return tokens > lengths.Sum() ? [.. lengths, 1] : lengths;
    }
}
