using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Gguf;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;

namespace LlmEfficiency.Core.Loading;

/// <summary>A GGUF file.</summary>
internal sealed class GgufModel : StoredModel
{
    private required GgufFile File { get; init; }

    /// <summary>Opens the file.</summary>
    public static new GgufModel Open(ModelLocation location)
    {
        var file = GgufFile.Open(location.Path);
        try
        {
            var config = file.ReadConfig();
            return new GgufModel
            {
                Location = location,
                Config = config,
                Defaults = new GenerationDefaults(),
                Weights = new CanonicalWeights(file, config),
                File = file,
            };
        }
        catch (Errors.LlmEfficiencyException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ITokenizer ReadTokenizer() => GgufTokenizer.Create(File.ReadVocabulary());

    /// <inheritdoc/>
    public override ChatTemplate? ReadTemplate()
    {
        if (File.ReadChatTemplate() is not { } source)
        {
            return BuiltInTemplates.For(Location.Name);
        }

        var vocabulary = File.ReadVocabulary();
        return ChatTemplate.Parse(Location.Path, source, Spelling(vocabulary.BeginOfSequence), Spelling(vocabulary.EndOfSequence));

        string Spelling(int? id) => id is { } token ? vocabulary.Tokens[token] : string.Empty;
    }
}
