namespace LlmEfficiency.Core.Kernels;

/// <summary>Where queries, keys and values lie, or the derivatives by them.</summary>
/// <typeparam name="T">Their type.</typeparam>
/// <param name="queries">Queries, <c>[length, heads · headDim]</c>.</param>
/// <param name="keys">Keys, <c>[length, kvHeads · headDim]</c>.</param>
/// <param name="values">Values, <c>[length, kvHeads · headDim]</c>.</param>
internal readonly unsafe struct AttentionRows<T>(T* queries, T* keys, T* values)
    where T : unmanaged
{
    /// <summary>Gets the queries.</summary>
    public T* Queries { get; } = queries;

    /// <summary>Gets the keys.</summary>
    public T* Keys { get; } = keys;

    /// <summary>Gets the values.</summary>
    public T* Values { get; } = values;
}
