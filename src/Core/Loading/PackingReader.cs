using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Simd;

namespace LlmEfficiency.Core.Loading;

/// <summary>Finds the weights of a stored model in turn, to be packed.</summary>
internal static class PackingReader
{
    /// <summary>Returns what finds a tensor where it lies or lets libtorch read it, and tells of it.</summary>
    /// <param name="model">The model, which lives longer.</param>
    /// <param name="progress">Told of each tensor.</param>
    public static Func<string, SourceRows> Of(StoredModel model, IProgress<LoadProgress>? progress)
    {
        var weights = model.Weights;
        var (done, total) = (0L, TransformerShapes.Of(model.Config).Keys.Sum(name => weights.Entries[name].StoredBytes));
        return name =>
        {
            done += weights.Entries[name].StoredBytes;
            progress?.Report(new LoadProgress(name, done, total));
            return SourceRows.Of(weights, name);
        };
    }
}
