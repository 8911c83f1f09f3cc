using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.P2Law.Width;

/// <summary>How wide a model becomes.</summary>
/// <param name="Hidden">Channels of the residual stream.</param>
/// <param name="Ffn">Feed-forward neurons of a layer.</param>
/// <param name="Heads">Query heads of a layer.</param>
public sealed record WidthSizes(int Hidden, int Ffn, int Heads)
{
    private const int Steps = 4096;     // factors that are tried between nothing and all

    /// <summary>Settles the sizes: those that the settings name, and for the rest those that come nearest to the rate.</summary>
    /// <param name="config">The model.</param>
    /// <param name="settings">What they say of sizes and axes.</param>
    /// <param name="rate">The part of all parameters that is to go.</param>
    /// <exception cref="LlmEfficiencyException">A size is not below the model's, or nothing would go.</exception>
    public static WidthSizes Of(TransformerConfig config, WidthSettings settings, double? rate)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(settings);
        Check(config, settings);
        if (rate is null && settings is { Hidden: null, Ffn: null, Heads: null })
        {
            throw Refuse("neither rate nor a size is there: say how much is to go (--rate, --hidden, --ffn or --heads)");
        }

        var target = config.ParameterCount * (1 - (rate ?? 0));
        var best = rate is null
            ? Scaled(config, settings, 1)
            : Enumerable.Range(1, Steps).Select(step => Scaled(config, settings, (double)step / Steps)).Distinct()
                .MinBy(sizes => Math.Abs(sizes.Apply(config).ParameterCount - target))!;
        return best != new WidthSizes(config.HiddenSize, config.InnerSize, config.HeadCount)
            ? best
            : throw Refuse("the sizes nearest to the rate are the model's own: give a larger rate or a smaller width.multiple_of");
    }

    /// <summary>Returns a model's sizes with these widths.</summary>
    public TransformerConfig Apply(TransformerConfig config) => config with
    {
        HiddenSize = Hidden,
        InnerSize = Ffn,
        HeadCount = Heads,
        KeyValueHeadCount = HasOwnKeys(config) ? Heads : config.KeyValueHeadCount,
    };

    /// <summary>Tells whether each query head has a key/value head of its own, which goes with it.</summary>
    internal static bool HasOwnKeys(TransformerConfig config) => config.HeadCount == config.KeyValueHeadCount;

    private static WidthSizes Scaled(TransformerConfig config, WidthSettings settings, double factor)
    {
        var unit = HeadUnit(config);
        return new WidthSizes(
            settings.Hidden ?? Scale(WidthAxis.Hidden, config.HiddenSize, settings.MultipleOf),
            settings.Ffn ?? Scale(WidthAxis.Ffn, config.InnerSize, settings.MultipleOf),
            settings.Heads ?? Scale(WidthAxis.Heads, config.HeadCount, unit));

        int Scale(WidthAxis axis, int size, int multiple) => settings.Axes.Contains(axis) && factor < 1
            ? Math.Clamp((int)Math.Round(size * factor / multiple) * multiple, Math.Min(multiple, size), size)
            : size;
    }

    private static int HeadUnit(TransformerConfig config) => HasOwnKeys(config) ? 1 : config.KeyValueHeadCount;

    private static void Check(TransformerConfig config, WidthSettings settings)
    {
        (string Name, int? Wanted, int Size)[] sizes =
        [
            ("hidden", settings.Hidden, config.HiddenSize), ("ffn", settings.Ffn, config.InnerSize), ("heads", settings.Heads, config.HeadCount),
        ];
        foreach (var (name, wanted, size) in sizes)
        {
            if (wanted > size)
            {
                throw Refuse($"width.{name} is {wanted}: the model has {size}");
            }
        }

        if (settings.Heads % HeadUnit(config) is > 0)
        {
            throw Refuse(
                $"width.heads is {settings.Heads}: it must be a multiple of the model's {config.KeyValueHeadCount} key/value heads, "
                + "each of which keeps as many query heads");
        }
    }

    private static LlmEfficiencyException Refuse(string problem) => new(ErrorKind.Configuration, problem);
}
