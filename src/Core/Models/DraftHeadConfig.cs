namespace LlmEfficiency.Core.Models;

/// <summary>
/// The sizes of a draft head (EAGLE, Li et al. 2024): a linear map joins the vector of a token with the features of the token before it, and one layer
/// without its first norm makes of them what the target model's features of that token will be about. Embedding and output matrix are the target's.
/// </summary>
/// <param name="Layer">The sizes of the layer; vocabulary and width are those of the target.</param>
/// <param name="HasFusionBias">Whether the linear map has a bias.</param>
public sealed record DraftHeadConfig(TransformerConfig Layer, bool HasFusionBias)
{
    /// <summary>Returns the sizes of a new head for a model.</summary>
    public static DraftHeadConfig For(TransformerConfig target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var layer = target with
        {
            LayerCount = 1,
            ModelType = "llama",
            HasQueryKeyValueBias = false,
            HasOutputBias = false,
            HasFeedForwardBias = false,
            SlidingWindow = null,
            TiesEmbeddings = false,
        };
        return new DraftHeadConfig(layer, HasFusionBias: true);
    }
}
