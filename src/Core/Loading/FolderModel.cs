using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Loading;

/// <summary>A Hugging Face folder.</summary>
internal sealed class FolderModel : StoredModel
{
    private static readonly string[] TokenizerFiles =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.model", "vocab.json",
        "merges.txt", "chat_template.jinja", "chat_template.json", "*.tiktoken",
    ];

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
    public override void WriteTokenizer(string folder)
    {
        try
        {
            foreach (var file in TokenizerFiles.SelectMany(pattern => Directory.EnumerateFiles(Location.Path, pattern)))
            {
                File.Copy(file, Path.Join(folder, Path.GetFileName(file)));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Disk, $"{folder}: the tokenizer cannot be copied: {problem.Message}", problem);
        }
    }
}
