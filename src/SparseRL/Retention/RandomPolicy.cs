using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>
/// Random retention, the control: each compression draws anew. What is drawn is a hash of seed, sequence, compression, layer, head and
/// position, so it does not depend on the batch.
/// </summary>
/// <param name="settings">Constants; null takes the defaults.</param>
public sealed class RandomPolicy(RandomSettings? settings = null) : IRetentionPolicy
{
    private const int UniformBits = 24;     // what fp32 holds exactly

    private readonly RandomSettings _settings = settings ?? new();

    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public int Recent(int budget) => _settings.Window;

    /// <inheritdoc/>
    public void Validate(int budget, int layers) => RetentionRules.Require(
        _settings.Window >= 0, $"the window of the latest tokens is {_settings.Window}: it must be 0 or more");

    /// <inheritdoc/>
    public Tensor Score(RetentionView view)
    {
        using var scope = NewDisposeScope();
        using Scalar seed = unchecked((long)_settings.Seed);
        long[] numbers = [.. Enumerable.Range(0, (int)view.Keys.shape[1]).Select(head => (long)head)];
        var heads = tensor(numbers, [1, numbers.Length, 1], device: view.Keys.device);
        var state = view.SequenceKeys;
        foreach (var part in new[] { view.Seen, view.Layers.bitwise_left_shift(32).add(heads, Scalars.One), view.Positions.narrow(2, 0, view.Candidates) })
        {
            state = Mix(state.add(seed, Scalars.One)).bitwise_xor(part);
        }

        return Mix(state).bitwise_and((1L << UniformBits) - 1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    // The output function of SplitMix64; the shift keeps the sign, which is as good.
    private static Tensor Mix(Tensor state)
    {
        using Scalar step = unchecked((long)0x9E3779B97F4A7C15), first = unchecked((long)0xBF58476D1CE4E5B9), second = unchecked((long)0x94D049BB133111EB);
        state = state.add(step, Scalars.One);
        state = state.bitwise_xor(state.bitwise_right_shift(30)).mul(first);
        state = state.bitwise_xor(state.bitwise_right_shift(27)).mul(second);
        return state.bitwise_xor(state.bitwise_right_shift(31));
    }
}
