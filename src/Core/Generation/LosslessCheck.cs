using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Generation;

/// <summary>Generates by two methods and refuses the second where it gives other tokens than the first.</summary>
/// <param name="plain">The method that is right by definition; it runs first.</param>
/// <param name="checkedMethod">The method whose answers and report are returned.</param>
public sealed class LosslessCheck(IGenerator plain, IGenerator checkedMethod) : IGenerator
{
    /// <inheritdoc/>
    /// <exception cref="LlmEfficiencyException">A token differs; generation stopped there.</exception>
    public GenerationOutcome Generate(
        IReadOnlyList<GenerationRequest> requests,
        Action<GeneratedPiece>? onPiece = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var expected = plain.Generate(requests, null, cancellation).Results;
        var counts = new int[requests.Count];
        var outcome = checkedMethod.Generate(
            requests,
            piece =>
            {
                Compare(piece.Row, counts[piece.Row], piece.TokenIds, expected[piece.Row].TokenIds);
                counts[piece.Row] += piece.TokenIds.Count;
                onPiece?.Invoke(piece);
            },
            cancellation);
        for (var row = 0; row < counts.Length; row++)
        {
            var (now, right) = (outcome.Results[row], expected[row]);
            Compare(row, 0, now.TokenIds, right.TokenIds);
            if (!IsCancelled(now) && !IsCancelled(right) && now.TokenIds.Count != right.TokenIds.Count)
            {
                throw Differs(row, Math.Min(now.TokenIds.Count, right.TokenIds.Count), "another length");
            }
        }

        return outcome;
    }

    private static bool IsCancelled(GenerationResult result) => result.Finish == FinishReason.Cancelled;

    private static void Compare(int row, int first, IReadOnlyList<int> now, IReadOnlyList<int> right)
    {
        for (var index = 0; index < now.Count && first + index < right.Count; index++)
        {
            if (now[index] != right[first + index])
            {
                throw Differs(row, first + index, $"{now[index]} instead of {right[first + index]}");
            }
        }
    }

    private static LlmEfficiencyException Differs(int row, int token, string problem) => new(
        ErrorKind.Numerics,
        $"prompt {row}: token {token} of the answer is not that of plain decoding: {problem}; "
        + "run in --dtype fp32, or without --speculate");
}
