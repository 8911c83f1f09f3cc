namespace LlmEfficiency.Core.Generation;

/// <summary>What became known of one sequence. All pieces of a sequence together are its result.</summary>
/// <param name="Row">The index of the request.</param>
/// <param name="Text">
/// Whole characters that belong to the result for certain; empty where tokens stand for none.
/// </param>
/// <param name="TokenIds">The tokens whose text is certain by now.</param>
/// <param name="Finish">Why the sequence ended, in its last piece only.</param>
public sealed record GeneratedPiece(int Row, string Text, IReadOnlyList<int> TokenIds, FinishReason? Finish);
