using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Loading;

/// <summary>A Hugging Face folder, or one of the same layout whose weights are packed.</summary>
internal sealed class FolderModel : StoredModel
{
    private readonly string? _packing;

    private FolderModel(string? packing) => _packing = packing;

    /// <summary>Opens the folder.</summary>
    public static new FolderModel Open(ModelLocation location)
    {
        var config = HuggingFaceConfig.Open(Path.Join(location.Path, HuggingFaceConfig.FileName));
        var packed = config.PackedWeights is { } format ? PackedFile.Open(location.Path, config.Transformer, format) : null;
        return new FolderModel(config.PackedWeights)
        {
            Location = location,
            Config = config.Transformer,
            Defaults = CheckpointFolder.ReadGenerationDefaults(location.Path),
            Weights = new CanonicalWeights(packed ?? CheckpointFolder.OpenWeights(location.Path), config.Transformer),
            StoredFormat = packed?.Format,
        };
    }

    /// <inheritdoc/>
    public override ITokenizer ReadTokenizer() => TokenizerLoader.Load(Location.Path);

    /// <inheritdoc/>
    public override ChatTemplate? ReadTemplate() => ChatTemplateFiles.Load(Location.Path, Location.Name);

    /// <inheritdoc/>
    public override void WriteTokenizer(string folder) => TokenizerFolder.Copy(Location.Path, folder);

    /// <inheritdoc/>
    protected override SimdDecodeEngine Map(SimdEngineSettings settings)
    {
        var file = PackedFile.Open(Location.Path, Config, _packing!);       // the engine's own, which outlives this model
        return SimdDecodeEngine.Over(Config, file.Find, file, settings);
    }
}
