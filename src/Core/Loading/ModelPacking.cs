using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Loading;

/// <summary>Writes models as the engine of kernels keeps them, so that it maps them as they are.</summary>
public static class ModelPacking
{
    /// <summary>Packs a stored model of any form.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The new folder; it must be empty or not be there.</param>
    /// <param name="format">How matrices are packed.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <exception cref="LlmEfficiencyException">The model is malformed or packed so already, or the folder cannot be written.</exception>
    public static void Write(StoredModel model, string folder, WeightFormat format, IProgress<LoadProgress>? progress = null)
    {
        var name = WeightFormats.Name(format);
        if (model.StoredFormat == format)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{model.Location.Name}: is stored in packed {name} already: copy the folder");
        }

        WholeFolder.RequireEmpty(folder);
        WeightLoader.Check(model.Weights, model.Config);
        var config = new HuggingFaceConfig { Transformer = model.Config, PackedWeights = name }.ToJson();
        WholeFolder.Write(folder, part =>
        {
            model.WriteTokenizer(part);
            using IPartSource source = new PackingSource(PackingReader.Of(model, progress), SimdPaths.Best);
            PackedFile.Write(part, WeightParts.Of(model.Config, format), source);
            AtomicFile.WriteText(Path.Join(part, GenerationDefaults.FileName), model.Defaults.ToJson());
            AtomicFile.WriteText(Path.Join(part, HuggingFaceConfig.FileName), config);
        });
    }
}
