using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>The tensors that a draft head learns, by name: those of its layer as in a model, and <c>fc</c>, which joins vector and features.</summary>
public static class DraftHeadShapes
{
    /// <summary>The name of the matrix that joins, <c>[hidden, 2 · hidden]</c>: the vector of the token comes first.</summary>
    public const string Fusion = "fc.weight";

    /// <summary>The name of its bias, <c>[hidden]</c>.</summary>
    public const string FusionBias = "fc.bias";

    /// <summary>Returns the shape of every tensor.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<long>> Of(DraftHeadConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var width = config.Layer.HiddenSize;
        var shapes = TransformerShapes.Of(config.Layer with { LayerCount = 1 }).Where(pair => IsOfHead(pair.Key)).ToDictionary();
        shapes[Fusion] = [width, 2 * width];
        if (config.HasFusionBias)
        {
            shapes[FusionBias] = [width];
        }

        return shapes;
    }

    private static bool IsOfHead(string name) =>
        name.StartsWith("model.layers.0.", StringComparison.Ordinal) && name != "model.layers.0.input_layernorm.weight";
}
