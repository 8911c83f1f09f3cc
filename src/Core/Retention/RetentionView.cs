using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>What layers hold of sequences that are about to be compressed; a row is one sequence in one layer. The tensors are lent.</summary>
public sealed record RetentionView
{
    /// <summary>Gets the layer of each row, <c>[rows, 1, 1]</c>, 64-bit.</summary>
    public required Tensor Layers { get; init; }

    /// <summary>Gets how many of the latest tokens are kept whatever their score.</summary>
    public required int Recent { get; init; }

    /// <summary>Gets the keys as they were rotated when they came, <c>[rows, kvHeads, n, headDim]</c>.</summary>
    public required Tensor Keys { get; init; }

    /// <summary>
    /// Gets the latest queries, rotated, oldest first, <c>[rows, heads, window, headDim]</c>; null where none were asked for.
    /// </summary>
    public Tensor? Queries { get; init; }

    /// <summary>
    /// Gets the attention that each key has received from all queries of its group, <c>[rows, kvHeads, n]</c>, fp32; null where it
    /// was not asked for.
    /// </summary>
    public Tensor? Mass { get; init; }

    /// <summary>Gets the position of each token in its sequence, ascending, <c>[rows, kvHeads, n]</c>, 64-bit.</summary>
    public required Tensor Positions { get; init; }

    /// <summary>Gets a number for each row's sequence, for policies that draw, <c>[rows, 1, 1]</c>, 64-bit.</summary>
    public required Tensor SequenceKeys { get; init; }

    /// <summary>Gets how many tokens each row's sequence has taken in, <c>[rows, 1, 1]</c>, 64-bit.</summary>
    public required Tensor Seen { get; init; }

    /// <summary>Gets how many tokens may go.</summary>
    public int Candidates => (int)Keys.shape[2] - Recent;
}
