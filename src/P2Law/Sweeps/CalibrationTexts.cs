using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Calibration;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>The first training documents as files of texts, for models to be looked at with: no loss is measured on them.</summary>
internal static class CalibrationTexts
{
    private const int Surplus = 5; // times the tokens that are drawn from them

    /// <summary>
    /// Writes the files that are not there and that cells draw from whose method names no texts of its own. A file is the same whatever else is
    /// in the sweep.
    /// </summary>
    /// <param name="settings">The sweep.</param>
    /// <param name="cells">The cells that are left to do.</param>
    /// <param name="tokenizer">The folder of the tokenizer.</param>
    /// <param name="folder">The sweep's folder.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">The data cannot be read, or the file not be written.</exception>
    public static void Write(SweepSettings settings, IEnumerable<SweepCell> cells, string tokenizer, SweepFolder folder)
    {
        var missing = cells.Select(cell => cell.Method?.Pruning.Calibration).OfType<CalibrationSettings>()
            .Where(calibration => calibration.Data.Count == 0)
            .Select(calibration => (Path: folder.Texts(calibration), Tokens: (long)calibration.Samples * calibration.Length))
            .Distinct().Where(file => !File.Exists(file.Path)).ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        var place = EmbeddedModel.Resolve(tokenizer);
        var coder = TokenizerLoader.Load(place);
        var data = Datasets.Open(settings.Data, coder, ChatTemplateFiles.Load(place, place), TaskDocuments.Open);
        foreach (var (path, tokens) in missing)
        {
            var stream = new SampleStream(data.Training, settings.Data.Seed);
            AtomicFile.Write(path, file => Write(file, coder, stream, Surplus * tokens));
        }
    }

    private static void Write(Stream file, ITokenizer coder, SampleStream stream, long wanted)
    {
        var documents = stream.Sources.Sum(source => source.Source.Count);
        for (var (sample, tokens) = (0L, 0L); tokens < wanted && sample < documents; sample++)
        {
            var document = stream.Read(sample);
            tokens += document.Tokens.Length;
            WriteLine(file, coder, document.Tokens.Span);
        }
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
