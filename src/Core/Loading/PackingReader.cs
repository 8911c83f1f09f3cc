using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Simd;
using static TorchSharp.torch;

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
            return Find(weights, name);
        };
    }

    private static unsafe SourceRows Find(CanonicalWeights weights, string name)
    {
        var entry = weights.Entries[name];
        var place = entry.Type is ScalarType.Float32 or ScalarType.BFloat16 ? weights.Locate(name) : IntPtr.Zero;
        if (place != IntPtr.Zero)
        {
            return new SourceRows((void*)place, entry.Type == ScalarType.BFloat16, ((int)entry.Shape[0], entry.Shape.Count > 1 ? (int)entry.Shape[1] : 1));
        }

        NativeLibraries.Require();
        return SourceRows.Of(weights.Read(name));
    }
}
