namespace LlmEfficiency.Core.Checkpoints;

/// <summary>The attention window in a <c>config.json</c>: one for all layers, or none.</summary>
internal static class SlidingWindowFields
{
    private const string Window = "sliding_window";
    private const int DefaultFirstLayer = 28; // of Qwen2's max_window_layers

    public static int? Read(ConfigFields fields, ModelFamily family)
    {
        var width = fields.Integer(Window, 1, ConfigReader.MaxContext);
        if (family == ModelFamily.Mistral)
        {
            // An explicit null means no window; only an absent field means the default.
            return width ?? (fields.IsNull(Window) ? null : family.SlidingWindow);
        }

        return family == ModelFamily.Qwen2 && (fields.Flag("use_sliding_window") ?? false)
            ? ReadQwen2(fields, fields.IsNull(Window) ? null : width ?? family.SlidingWindow)
            : null;
    }

    // Qwen2's layers from max_window_layers on have the window; layer_types, where present, says it layer by layer.
    private static int? ReadQwen2(ConfigFields fields, int? width)
    {
        var layers = fields.RequiredInteger("num_hidden_layers", 1, int.MaxValue);
        if (fields.Words("layer_types") is { Count: > 0 } types)
        {
            return types.Distinct().ToList() switch
            {
                ["full_attention"] => null,
                ["sliding_attention"] => width,
                _ => throw fields.Refuse(
                    "layer_types", "must be full_attention or sliding_attention in all layers alike"),
            };
        }

        var first = fields.Integer("max_window_layers", 0, int.MaxValue) ?? DefaultFirstLayer;
        return first == 0 ? width
            : first >= layers ? null
            : throw fields.Refuse(
                "max_window_layers", $"must be 0 or at least {layers}: a window in some layers is not supported");
    }
}
