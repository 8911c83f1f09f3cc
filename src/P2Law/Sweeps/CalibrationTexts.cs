using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>The first training documents as a file of texts, for models to be looked at with: no loss is measured on them.</summary>
internal static class CalibrationTexts
{
    private const int Surplus = 5; // times the tokens that are drawn from them

    /// <summary>Writes the file, unless it is there or every method names texts of its own.</summary>
    /// <param name="settings">The sweep.</param>
    /// <param name="tokenizer">The folder of the tokenizer.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">The data cannot be read, or the file not be written.</exception>
    public static void Write(SweepSettings settings, string tokenizer, string path)
    {
        var calibrations = settings.Methods.Select(method => method.Pruning.Calibration).Where(calibration => calibration.Data.Count == 0).ToArray();
        if (File.Exists(path) || calibrations.Length == 0)
        {
            return;
        }

        var folder = EmbeddedModel.Resolve(tokenizer);
        var coder = TokenizerLoader.Load(folder);
        var data = Datasets.Open(settings.Data, coder, ChatTemplateFiles.Load(folder, folder), TaskDocuments.Open);
        var stream = new SampleStream(data.Training, settings.Data.Seed);
        var wanted = Surplus * calibrations.Max(calibration => (long)calibration.Samples * calibration.Length);
        AtomicFile.Write(path, file =>
        {
            var documents = stream.Sources.Sum(source => source.Source.Count);
            for (var (sample, tokens) = (0L, 0L); tokens < wanted && sample < documents; sample++)
            {
                var document = stream.Read(sample);
                tokens += document.Tokens.Length;
                WriteLine(file, coder, document.Tokens.Span);
            }
        });
    }

    private static void WriteLine(Stream file, ITokenizer tokenizer, ReadOnlySpan<int> tokens)
    {
        var bytes = new MemoryStream();
        foreach (var token in tokens)
        {
            bytes.Write(tokenizer.BytesOf(token).Span);
        }

        var text = Encoding.UTF8.GetString(bytes.ToArray());
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        file.WriteByte((byte)'\n');
    }
}
