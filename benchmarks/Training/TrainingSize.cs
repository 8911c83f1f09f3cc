using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>A model and the batch of one step.</summary>
/// <param name="Name">The name in tables and for <c>--size</c>.</param>
/// <param name="Config">The model.</param>
/// <param name="Documents">The documents of a step.</param>
/// <param name="Length">The tokens of a document.</param>
/// <param name="OtherShards">Virtual shards to try beside those that settings have by default.</param>
internal sealed record TrainingSize(string Name, TransformerConfig Config, int Documents, int Length, IReadOnlyList<int> OtherShards)
{
    /// <summary>Gets the sizes: the one of the targets, and the one that the demos' model is trained with.</summary>
    public static IReadOnlyList<TrainingSize> All { get; } =
    [
        new("llama-15m", ModelPresets.All["llama-15m"], 8, 256, [4, 2]),
        new("embedded", Embedded(), 32, 256, []),
    ];

    /// <summary>Gets the tokens of a step.</summary>
    public int Tokens => Documents * Length;

    /// <summary>Gets what a step works through.</summary>
    public Workload Step => new(Tokens, 6.0 * Config.ParameterCount * Tokens);

    private static TransformerConfig Embedded() => new()
    {
        VocabularySize = 2048,
        HiddenSize = 192,
        InnerSize = 512,
        LayerCount = 6,
        HeadCount = 6,
        KeyValueHeadCount = 2,
        HeadDim = 32,
        ContextLength = 1024,
        TiesEmbeddings = true,
    };
}
