using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Runs;

/// <summary>What belongs to a checkpoint: its step, and every file with size and hash.</summary>
/// <param name="Step">The optimizer steps done.</param>
/// <param name="Files">All files but the manifest itself, in ordinal order of their names.</param>
public sealed record CheckpointManifest(long Step, IReadOnlyList<CheckpointFile> Files)
{
    /// <summary>The name of the manifest in the checkpoint's folder.</summary>
    public const string FileName = "manifest.json";

    private const int Format = 1;
    private const int HashDigits = 64;

    /// <summary>Reads a manifest; whatever this version does not write is refused.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="json">Its content.</param>
    /// <exception cref="MalformedFileException">It is not a manifest of this version.</exception>
    public static CheckpointManifest Parse(string name, ReadOnlySpan<byte> json)
    {
        var reader = new StrictJsonReader(name, json);
        reader.Expect(JsonTokenType.StartObject, "a manifest");
        if (Number(ref reader, "format") != Format)
        {
            throw reader.Fail($"the format of the manifest must be {Format}");
        }

        var step = Number(ref reader, "step");
        Key(ref reader, "files");
        reader.Expect(JsonTokenType.StartArray, "the list of files");
        var files = new List<CheckpointFile>();
        while (reader.Read() && reader.Token == JsonTokenType.StartObject)
        {
            files.Add(ReadFile(ref reader));
            if (files.Count > 1 && string.CompareOrdinal(files[^2].Name, files[^1].Name) >= 0)
            {
                throw reader.Fail("the files must be in the order of their names, each once");
            }
        }

        if (reader.Token != JsonTokenType.EndArray)
        {
            throw reader.Fail("a file or the end of the list must be here");
        }

        reader.Expect(JsonTokenType.EndObject, "the end of the manifest");
        _ = reader.Read(); // refuses text behind the end
        return new CheckpointManifest(step, files);
    }

    /// <summary>Returns the manifest as it is stored, the same bytes for the same content.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteNumber("step", Step);
            json.WriteStartArray("files");
            foreach (var file in Files)
            {
                json.WriteStartObject();
                json.WriteString("name", file.Name);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static CheckpointFile ReadFile(ref StrictJsonReader reader)
    {
        var name = Text(ref reader, "name");
        var bytes = Number(ref reader, "bytes");
        var hash = Text(ref reader, "sha256");
        if (hash.Length != HashDigits || !hash.All(char.IsAsciiHexDigitLower))
        {
            throw reader.Fail($"a hash has {HashDigits} small hexadecimal digits");
        }

        reader.Expect(JsonTokenType.EndObject, "the end of a file's entry");
        return new CheckpointFile(name, bytes, hash);
    }

    private static void Key(ref StrictJsonReader reader, string key)
    {
        reader.Expect(JsonTokenType.PropertyName, $"the key '{key}'");
        if (reader.Text() != key)
        {
            throw reader.Fail($"the key '{key}' must be here");
        }
    }

    private static long Number(ref StrictJsonReader reader, string key)
    {
        Key(ref reader, key);
        reader.Expect(JsonTokenType.Number, $"the value of '{key}'");
        return reader.Natural($"'{key}'");
    }

    private static string Text(ref StrictJsonReader reader, string key)
    {
        Key(ref reader, key);
        reader.Expect(JsonTokenType.String, $"the value of '{key}'");
        return reader.Text();
    }
}
