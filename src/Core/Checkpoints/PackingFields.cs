using System.Text.Json;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>Packed weights in a <c>config.json</c>: <c>quantization_config</c>, which readers that do not know the method refuse.</summary>
internal static class PackingFields
{
    /// <summary>The version of the packed form that is written, and the only one that is read.</summary>
    public const int Version = 1;

    private const string Field = "quantization_config";
    private const string Method = "llmeff";

    /// <summary>Reads the name of the format; null where weights are not packed.</summary>
    public static string? Read(ConfigFields fields)
    {
        if (!fields.Has(Field))
        {
            return null;
        }

        var packing = fields.Object(Field)!;
        if (packing.Word("quant_method") != Method)
        {
            throw fields.Refuse(Field, $"must be absent or of {Method}: take the model's unquantised files or a GGUF");
        }

        if (packing.Integer("version", 1, int.MaxValue) != Version)
        {
            throw packing.Refuse("version", $"must be {Version}: convert the original again with 'llmeff model convert --weights'");
        }

        return packing.Word("weights") ?? throw packing.Refuse("weights", "must name the format of the matrices");
    }

    /// <summary>Writes it, if there is one.</summary>
    public static void Write(Utf8JsonWriter json, string? weights)
    {
        if (weights is null)
        {
            return;
        }

        json.WriteStartObject(Field);
        json.WriteString("quant_method", Method);
        json.WriteNumber("version", Version);
        json.WriteString("weights", weights);
        json.WriteEndObject();
    }
}
