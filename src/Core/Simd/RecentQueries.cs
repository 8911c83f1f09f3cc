using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Simd;

/// <summary>The latest rotated queries of every layer and sequence, each in the place of its position modulo the window.</summary>
internal sealed unsafe class RecentQueries : IDisposable
{
    private readonly TransformerConfig _config;
    private readonly int _sequences;
    private readonly NativeBuffer<float> _queries;  // [layers, sequences, window, heads, headDim]

    /// <summary>Takes the memory.</summary>
    /// <param name="window">How many queries are kept.</param>
    /// <param name="sequences">How many sequences there are.</param>
    /// <param name="config">The model's sizes.</param>
    public RecentQueries(int window, int sequences, TransformerConfig config)
    {
        (Window, _sequences, _config) = (window, sequences, config);
        _queries = new NativeBuffer<float>((long)config.LayerCount * sequences * window * Width);
    }

    /// <summary>Gets how many queries are kept.</summary>
    public int Window { get; }

    /// <summary>Gets the memory taken, in bytes.</summary>
    public long Bytes => _queries.Count * sizeof(float);

    private int Width => _config.HeadCount * _config.HeadDim;

    /// <summary>Takes in the queries of a token.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="position">The token's position.</param>
    /// <param name="queries">Turned queries, <c>[heads, headDim]</c>.</param>
    public void Write(int layer, int sequence, int position, float* queries) =>
        new Span<float>(queries, Width).CopyTo(new Span<float>(Place(layer, sequence, position), Width));

    /// <summary>Reads the queries of a layer, oldest first.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="next">The position of its next token.</param>
    /// <param name="target">Receives them, <c>[heads, window, headDim]</c>.</param>
    public void Read(int layer, int sequence, int next, float* target)
    {
        var width = _config.HeadDim;
        for (var head = 0; head < _config.HeadCount; head++)
        {
            for (var position = next - Window; position < next; position++, target += width)
            {
                new Span<float>(Place(layer, sequence, position) + (head * width), width).CopyTo(new Span<float>(target, width));
            }
        }
    }

    /// <summary>Follows a copy of a sequence.</summary>
    public void Copy(int source, int target)
    {
        for (var layer = 0; layer < _config.LayerCount; layer++)
        {
            new Span<float>(Place(layer, source, 0), Window * Width).CopyTo(new Span<float>(Place(layer, target, 0), Window * Width));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queries.Dispose();

    private float* Place(int layer, int sequence, int position) =>
        _queries.Pointer + ((((((long)layer * _sequences) + sequence) * Window) + (position % Window)) * Width);
}
