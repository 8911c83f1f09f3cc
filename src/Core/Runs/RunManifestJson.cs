using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Runs;

/// <summary>How a run's description is stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(string))]
internal sealed partial class RunManifestJson : JsonSerializerContext
{
    /// <summary>Reads a description whose JSON was checked before.</summary>
    /// <exception cref="LlmEfficiencyException">It is no description of a run.</exception>
    public static RunManifest Read(string name, JsonElement json)
    {
        try
        {
            var manifest = json.Deserialize(Default.RunManifest);
            return manifest is { Settings.ValueKind: JsonValueKind.Object }
                && !manifest.Fingerprints.Values.Concat(manifest.Machine.Values).Contains(null!)
                ? manifest
                : throw new LlmEfficiencyException(ErrorKind.Input, $"{name}: the settings must be an object, facts must be text");
        }
        catch (JsonException problem)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{name}: no description of a run: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    /// <summary>Writes a description.</summary>
    public static byte[] Write(RunManifest manifest)
    {
        // For people to read: nothing of it goes into HTML unescaped.
        var readable = new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return JsonSerializer.SerializeToUtf8Bytes(manifest, new RunManifestJson(readable).RunManifest);
    }
}
