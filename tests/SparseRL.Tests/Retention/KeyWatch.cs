using LlmEfficiency.Core.Retention;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>A policy that compares every key with what it was when it was first seen, by layer, head and position.</summary>
internal sealed class KeyWatch(IRetentionPolicy inner) : IRetentionPolicy
{
    private readonly Dictionary<(long Layer, int Head, long Position), float[]> _first = [];

    public string Name => inner.Name;

    public int QueryWindow => inner.QueryWindow;

    public bool NeedsAttentionMass => inner.NeedsAttentionMass;

    /// <summary>Gets how many keys were seen again.</summary>
    public int Repeats { get; private set; }

    public int Recent(int budget) => inner.Recent(budget);

    public void Validate(int budget, int layers) => inner.Validate(budget, layers);

    public Tensor Score(RetentionView view)
    {
        for (var row = 0; row < view.Keys.shape[0]; row++)
        {
            Compare(view, row);
        }

        return inner.Score(view);
    }

    private void Compare(RetentionView view, int row)
    {
        for (var head = 0; head < view.Keys.shape[1]; head++)
        {
            for (var slot = 0; slot < view.Keys.shape[2]; slot++)
            {
                using var scope = NewDisposeScope();
                var key = view.Keys[row, head, slot].contiguous().data<float>().ToArray();
                var at = (view.Layers[row, 0, 0].item<long>(), head, view.Positions[row, head, slot].item<long>());
                if (!_first.TryAdd(at, key))
                {
                    Assert.Equal(_first[at], key);
                    Repeats++;
                }
            }
        }
    }
}
