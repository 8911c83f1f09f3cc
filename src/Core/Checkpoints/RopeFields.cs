using System.Text.Json;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>
/// The rotary embedding in a <c>config.json</c>: <c>rope_theta</c> and <c>rope_scaling</c>, or
/// <c>rope_parameters</c>.
/// </summary>
internal static class RopeFields
{
    private const double DefaultTheta = 10000;
    private const double MaxTheta = 1e12;
    private const double MaxFactor = 1e6;

    public static (double Theta, RopeScaling? Scaling) Read(ConfigFields config)
    {
        var parameters = config.Object("rope_parameters");
        var theta = parameters?.Number("rope_theta", 1, MaxTheta) ?? config.Number("rope_theta", 1, MaxTheta)
            ?? DefaultTheta;
        if ((parameters?.Number("partial_rotary_factor", 0, 1) ?? config.Number("partial_rotary_factor", 0, 1)) is < 1)
        {
            throw config.Refuse("partial_rotary_factor", "must be 1: every part of a head is rotated");
        }

        var scaling = parameters ?? config.Object("rope_scaling");
        return (theta, scaling is null ? null : ReadScaling(scaling));
    }

    public static void Write(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("rope_theta", config.RopeTheta);
        switch (config.RopeScaling)
        {
            case null:
                json.WriteNull("rope_scaling");
                break;
            case RopeScaling.Linear linear:
                json.WriteStartObject("rope_scaling");
                json.WriteString("rope_type", "linear");
                json.WriteNumber("factor", linear.Factor);
                json.WriteEndObject();
                break;
            case RopeScaling.Llama3 llama3:
                json.WriteStartObject("rope_scaling");
                json.WriteString("rope_type", "llama3");
                json.WriteNumber("factor", llama3.Factor);
                json.WriteNumber("low_freq_factor", llama3.LowFrequencyFactor);
                json.WriteNumber("high_freq_factor", llama3.HighFrequencyFactor);
                json.WriteNumber("original_max_position_embeddings", llama3.OriginalContextLength);
                json.WriteEndObject();
                break;
            default:
                throw new ArgumentException(
                    $"{config.RopeScaling.GetType().Name} has no Hugging Face form", nameof(config));
        }
    }

    private static RopeScaling? ReadScaling(ConfigFields fields)
    {
        var field = fields.Has("rope_type") ? "rope_type" : "type";
        return fields.Word(field) switch
        {
            "linear" => new RopeScaling.Linear(fields.RequiredNumber("factor", 1, MaxFactor)),
            "llama3" => ReadLlama3(fields),
            "default" => null,
            null when !fields.Has("factor") => null,
            _ => throw fields.Refuse(field, "must be default, linear or llama3"),
        };
    }

    private static RopeScaling.Llama3 ReadLlama3(ConfigFields fields)
    {
        var low = fields.RequiredNumber("low_freq_factor", 1e-6, MaxFactor);
        var high = fields.RequiredNumber("high_freq_factor", 1e-6, MaxFactor);
        if (high <= low)
        {
            throw fields.Refuse("high_freq_factor", "must be more than low_freq_factor");
        }

        return new RopeScaling.Llama3(
            fields.RequiredNumber("factor", 1, MaxFactor),
            low,
            high,
            fields.RequiredInteger("original_max_position_embeddings", 1, ConfigReader.MaxContext));
    }
}
