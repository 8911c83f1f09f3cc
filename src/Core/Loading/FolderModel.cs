using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Loading;

/// <summary>A Hugging Face folder.</summary>
internal sealed class FolderModel : StoredModel
{
    /// <summary>Opens the folder.</summary>
    public static new FolderModel Open(ModelLocation location)
    {
        var config = HuggingFaceConfig.Open(Path.Join(location.Path, HuggingFaceConfig.FileName)).Transformer;
        return new FolderModel
        {
            Location = location,
            Config = config,
            Defaults = CheckpointFolder.ReadGenerationDefaults(location.Path),
            Weights = new CanonicalWeights(CheckpointFolder.OpenWeights(location.Path), config),
        };
    }

    /// <inheritdoc/>
    public override ITokenizer ReadTokenizer() => TokenizerLoader.Load(Location.Path);

    /// <inheritdoc/>
    public override ChatTemplate? ReadTemplate() => ChatTemplateFiles.Load(Location.Path, Location.Name);

    /// <inheritdoc/>
    public override void WriteTokenizer(string folder) => TokenizerFolder.Copy(Location.Path, folder);
}
