using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Generation;

/// <summary>Generates by two methods and refuses the second where it gives other tokens than the first.</summary>
/// <param name="plain">The method that is right by definition; it runs first.</param>
/// <param name="checkedMethod">The method whose answers and report are returned.</param>
/// <param name="isBitwise">
/// Whether the log-probabilities of the tokens are compared too, bit by bit: for engines that compute the same numbers either way.
/// </param>
public sealed class LosslessCheck(IGenerator plain, IGenerator checkedMethod, bool isBitwise = false) : IGenerator
{
    /// <inheritdoc/>
    /// <exception cref="LlmEfficiencyException">A token differs, and generation stopped there; or a log-probability does.</exception>
    public GenerationOutcome Generate(
        IReadOnlyList<GenerationRequest> requests,
        Action<GeneratedPiece>? onPiece = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var asked = isBitwise ? [.. requests.Select(request => request with { LogProbabilities = request.LogProbabilities ?? 0 })] : requests;
        var expected = plain.Generate(asked, null, cancellation).Results;
        var counts = new int[requests.Count];
        var outcome = checkedMethod.Generate(
            asked,
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

            CompareBits(row, now, right);
        }

        return outcome with
        {
            Results = [.. outcome.Results.Zip(requests, (result, request) =>
                request.LogProbabilities is null ? result with { LogProbabilities = null } : result)],
        };
    }

    private void CompareBits(int row, GenerationResult now, GenerationResult right)
    {
        for (var token = 0; isBitwise && token < Math.Min(now.TokenIds.Count, right.TokenIds.Count); token++)
        {
            var (found, expected) = (now.LogProbabilities![token], right.LogProbabilities![token]);
            if (found.ModelLogProbability != expected.ModelLogProbability || found.SamplingLogProbability != expected.SamplingLogProbability)
            {
                throw Differs(
                    row, token, $"log-probability {found.ModelLogProbability:R} instead of {expected.ModelLogProbability:R}");
            }
        }
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
        + "run with --strict, or without --speculate");
}
