namespace LlmEfficiency.Core.Simd;

/// <summary>A query, what it sees, and where its weighted values go.</summary>
/// <param name="query">The turned query, <c>[headDim]</c>.</param>
/// <param name="visible">What it sees.</param>
/// <param name="output">Receives the weighted values, <c>[headDim]</c>.</param>
internal readonly unsafe struct QueryView(float* query, VisibleSlots visible, float* output)
{
    public float* Query { get; } = query;

    public VisibleSlots Visible { get; } = visible;

    public float* Output { get; } = output;
}
