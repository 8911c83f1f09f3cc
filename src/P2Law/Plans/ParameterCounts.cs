using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.P2Law.Plans;

/// <summary>How many parameters a model has, by what a pruning rate may refer to.</summary>
/// <param name="Total">All; a tied matrix counts once.</param>
/// <param name="NonEmbedding">All but the embedding and the output matrix.</param>
/// <param name="Prunable">The weights of the linear maps within the layers, without their biases.</param>
public sealed record ParameterCounts(long Total, long NonEmbedding, long Prunable)
{
    /// <summary>Counts by the shapes of the tensors.</summary>
    /// <param name="config">The sizes.</param>
    public static ParameterCounts Of(TransformerConfig config)
    {
        var (total, embedding, prunable) = (0L, 0L, 0L);
        foreach (var (name, shape) in TransformerShapes.Of(config))
        {
            var count = shape.Aggregate(1L, (product, size) => product * size);
            total += count;
            embedding += name is TransformerShapes.Embedding or TransformerShapes.Head ? count : 0;
            prunable += IsPrunable(name) ? count : 0;
        }

        return new ParameterCounts(total, total - embedding, prunable);
    }

    /// <summary>Tells whether a tensor is the matrix of a linear map within a layer.</summary>
    /// <param name="name">Its Hugging Face name.</param>
    public static bool IsPrunable(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith("_proj.weight", StringComparison.Ordinal);
    }
}
