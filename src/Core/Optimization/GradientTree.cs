using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Optimization;

/// <summary>
/// Adds the gradients of numbered shards in a fixed tree: shard 2i to shard 2i + 1, the sums likewise. The result does not depend on
/// the order in which shards arrive, nor on who computed them.
/// </summary>
/// <param name="length">The length of a gradient.</param>
/// <remarks>Sums wait for their partner, so about as many buffers are alive as there are workers, plus the tree's height.</remarks>
internal sealed class GradientTree(int length)
{
    private readonly Lock _gate = new();
    private readonly Stack<float[]> _free = [];
    private readonly Dictionary<(int Level, int Index), float[]> _waiting = [];

    /// <summary>Returns a buffer for one shard's gradient, with anything in it.</summary>
    public float[] Rent()
    {
        lock (_gate)
        {
            return _free.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<float>(length, pinned: true);
        }
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(float[] buffer)
    {
        lock (_gate)
        {
            _free.Push(buffer);
        }
    }

    /// <summary>Forgets the sums of a step that did not come to its end.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            foreach (var buffer in _waiting.Values)
            {
                _free.Push(buffer);
            }

            _waiting.Clear();
        }
    }

    /// <summary>Adds a shard.</summary>
    /// <param name="shard">Its number.</param>
    /// <param name="count">The number of shards.</param>
    /// <param name="gradient">A rented buffer; the tree takes it over.</param>
    /// <returns>The sum of all shards if this was the last one, else null; the caller gives it back.</returns>
    public float[]? Add(int shard, int count, float[] gradient)
    {
        for (var (level, index, nodes) = (0, shard, count); nodes > 1; level++, index /= 2, nodes = (nodes + 1) / 2)
        {
            if ((index ^ 1) >= nodes)
            {
                continue; // the last one of an odd number goes up alone
            }

            float[]? partner;
            lock (_gate)
            {
                if (!_waiting.Remove((level, index ^ 1), out partner))
                {
                    _waiting.Add((level, index), gradient);
                    return null;
                }
            }

            Add(gradient, partner); // commutative to the bit
            Return(partner);
        }

        return gradient;
    }

    private static unsafe void Add(float[] sum, float[] added)
    {
        fixed (float* target = sum, source = added)
        {
            RowKernel<float, Fp32>.Accumulate(target, source, sum.Length);
        }
    }
}
