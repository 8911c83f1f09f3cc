using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Llama2c;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;

namespace LlmEfficiency.Core.Loading;

/// <summary>A llama2.c export; the tokenizer lies beside it, as <c>tokenizer.bin</c> or <c>tok*.bin</c>.</summary>
internal sealed class Llama2cModel : StoredModel
{
    /// <summary>The names of tokenizer files, which end as those of models do.</summary>
    public const string TokenizerPattern = "tok*.bin";

    /// <summary>Opens the file.</summary>
    public static new Llama2cModel Open(ModelLocation location)
    {
        var file = Llama2cFile.Open(location.Path);
        return new Llama2cModel
        {
            Location = location,
            Config = file.Config,
            Defaults = new GenerationDefaults(),
            Weights = new CanonicalWeights(file, file.Config),
        };
    }

    /// <inheritdoc/>
    public override ITokenizer ReadTokenizer()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(Location.Path))!;
        var beside = Directory.EnumerateFiles(folder, TokenizerPattern)
            .OrderBy(path => Path.GetFileName(path) != "tokenizer.bin").ThenBy(path => path, StringComparer.Ordinal).FirstOrDefault();
        return TokenizerLoader.Load(beside ?? folder);
    }

    /// <inheritdoc/>
    public override ChatTemplate? ReadTemplate() => null;

    /// <inheritdoc/>
    public override void WriteTokenizer(string folder) => TokenizerJsonWriter.Write(folder, ReadTokenizer());
}
