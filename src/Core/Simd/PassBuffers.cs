using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Simd;

/// <summary>The numbers of the tokens on their way through the layers.</summary>
internal sealed class PassBuffers : IDisposable
{
    private const int SetsShared = 8;       // lines: what a distance is a multiple of where it is changed

    /// <summary>Takes the memory.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="rows">How many tokens run at once.</param>
    /// <param name="format">What the matrices want rows to be rounded to.</param>
    /// <param name="isHead">Whether vectors and features are joined, as draft heads do.</param>
    public PassBuffers(TransformerConfig config, int rows, RowFormat format, bool isHead)
    {
        Rows = rows;
        var heads = config.HeadCount * config.HeadDim;
        ProjectedStep = Step(heads + (2 * config.KeyValueHeadCount * config.HeadDim));
        BranchStep = Step(config.HiddenSize);
        Hidden = Singles(config.HiddenSize);
        Joined = isHead ? new ActivationRows(rows, 2 * config.HiddenSize, 2 * config.HiddenSize, format) : null;
        Normed = new ActivationRows(rows, config.HiddenSize, config.HiddenSize, format);
        Inverse = Singles(1);
        Projected = Singles(ProjectedStep);
        Attended = new ActivationRows(rows, heads, heads, format);
        Branch = Singles(BranchStep);
        Gate = new ActivationRows(rows, config.InnerSize, Step(config.InnerSize), format);
        Up = Singles(Gate.Step);
        Cosines = Singles(config.HeadDim / 2);
        Sines = Singles(config.HeadDim / 2);

        NativeBuffer<float> Singles(int width) => new((long)rows * width, isZero: false);
    }

    /// <summary>Returns a distance of rows of whole panels, so that the same output of all rows does not fall on a few sets of a cache.</summary>
    private static int Step(int outputs) => Panels.Whole(outputs) / Panels.Width % SetsShared == 0 ? Panels.Whole(outputs) + Panels.Width : Panels.Whole(outputs);

    /// <summary>Gets how many tokens there is room for.</summary>
    public int Rows { get; }

    /// <summary>Gets the distance of two rows of <see cref="Projected"/>.</summary>
    public int ProjectedStep { get; }

    /// <summary>Gets the distance of two rows of <see cref="Branch"/>.</summary>
    public int BranchStep { get; }

    /// <summary>Gets the tokens' vectors, each with the features of the token before it; null but for draft heads.</summary>
    public ActivationRows? Joined { get; }

    /// <summary>Gets the residual stream.</summary>
    public NativeBuffer<float> Hidden { get; }

    /// <summary>Gets it normalised.</summary>
    public ActivationRows Normed { get; }

    /// <summary>Gets what the norm divided by, inverted.</summary>
    public NativeBuffer<float> Inverse { get; }

    /// <summary>Gets queries, keys and values.</summary>
    public NativeBuffer<float> Projected { get; }

    /// <summary>Gets what attention gave.</summary>
    public ActivationRows Attended { get; }

    /// <summary>Gets what is added to the residual stream.</summary>
    public NativeBuffer<float> Branch { get; }

    /// <summary>Gets the gates, and then what they let through; whole panels a row.</summary>
    public ActivationRows Gate { get; }

    /// <summary>Gets what meets the gates, as far apart as they.</summary>
    public NativeBuffer<float> Up { get; }

    /// <summary>Gets the cosines of each token's angles.</summary>
    public NativeBuffer<float> Cosines { get; }

    /// <summary>Gets the sines.</summary>
    public NativeBuffer<float> Sines { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Joined?.Dispose();
        foreach (var buffer in new IDisposable[] { Hidden, Normed, Inverse, Projected, Attended, Branch, Gate, Up, Cosines, Sines })
        {
            buffer.Dispose();
        }
    }
}
