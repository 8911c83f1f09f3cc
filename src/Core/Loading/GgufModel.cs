using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Gguf;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.HuggingFace;

namespace LlmEfficiency.Core.Loading;

/// <summary>A GGUF file.</summary>
internal sealed class GgufModel : StoredModel
{
    private readonly GgufFile _file;

    private GgufModel(GgufFile file) => _file = file;

    /// <summary>Opens the file.</summary>
    public static new GgufModel Open(ModelLocation location)
    {
        var file = GgufFile.Open(location.Path);
        try
        {
            var config = file.ReadConfig();
            return new GgufModel(file)
            {
                Location = location,
                Config = config,
                Defaults = new GenerationDefaults(),
                Weights = new CanonicalWeights(file, config),
            };
        }
        catch (Errors.LlmEfficiencyException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ITokenizer ReadTokenizer() => GgufTokenizer.Create(_file.ReadVocabulary());

    /// <inheritdoc/>
    public override ChatTemplate? ReadTemplate()
    {
        if (_file.ReadChatTemplate() is not { } source)
        {
            return BuiltInTemplates.For(Location.Name);
        }

        var vocabulary = _file.ReadVocabulary();
        return ChatTemplate.Parse(
            Location.Path, source, Spelling(vocabulary.BeginOfSequence), Spelling(vocabulary.EndOfSequence));

        string Spelling(int? id) => id is { } token ? vocabulary.Tokens[token] : string.Empty;
    }

    /// <inheritdoc/>
    public override void WriteTokenizer(string folder) =>
        TokenizerJsonWriter.Write(folder, ReadTokenizer(), _file.ReadChatTemplate());
}
