using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Runs;

/// <summary>The text of one row of numbers: a JSON object in one line that begins with the step.</summary>
internal static class MetricLine
{
    private const string StepKey = "step";
    private const string NotANumber = "NaN";
    private const string PositiveInfinity = "Infinity";
    private const string NegativeInfinity = "-Infinity";

    /// <summary>Writes a row with the line feed behind it; the shortest digits that give the same number again.</summary>
    /// <exception cref="ArgumentException">A name is there twice or is <c>step</c>.</exception>
    public static byte[] Write(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var names = new HashSet<string> { StepKey };
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber(StepKey, step);
            foreach (var (name, value) in values)
            {
                if (!names.Add(name))
                {
                    throw new ArgumentException($"the name '{name}' is in the row twice", nameof(values));
                }

                WriteValue(json, name, value);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a row.</summary>
    /// <param name="file">The name for messages.</param>
    /// <param name="line">The line without its line feed.</param>
    /// <param name="start">Where the line begins in the file.</param>
    public static MetricRow Parse(string file, ReadOnlySpan<byte> line, long start)
    {
        var reader = new StrictJsonReader(file, line, start);
        reader.Expect(JsonTokenType.StartObject, "a row of metrics");
        reader.Expect(JsonTokenType.PropertyName, $"the key '{StepKey}'");
        if (reader.Text() != StepKey)
        {
            throw reader.Fail($"a row begins with the key '{StepKey}'");
        }

        reader.Expect(JsonTokenType.Number, "the step");
        var step = reader.Natural("the step");
        var values = new OrderedDictionary<string, double>();
        while (reader.Read() && reader.Token == JsonTokenType.PropertyName)
        {
            var name = reader.Text();
            if (name == StepKey || values.ContainsKey(name))
            {
                throw reader.Fail($"the key '{name}' is here a second time");
            }

            _ = reader.Read();
            values.Add(name, ReadValue(reader));
        }

        _ = reader.Read(); // refuses text behind the object
        return new MetricRow(step, values);
    }

    private static void WriteValue(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, double.IsNaN(value) ? NotANumber : value > 0 ? PositiveInfinity : NegativeInfinity);
        }
    }

    private static double ReadValue(StrictJsonReader reader) => reader.Token switch
    {
        JsonTokenType.Number => reader.Number(),
        JsonTokenType.String => reader.Text() switch
        {
            NotANumber => double.NaN,
            PositiveInfinity => double.PositiveInfinity,
            NegativeInfinity => double.NegativeInfinity,
            var other => throw reader.Fail(string.Create(CultureInfo.InvariantCulture, $"'{other}' is no number")),
        },
        _ => throw reader.Fail("a number must be here"),
    };
}
