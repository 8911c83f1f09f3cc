using System.Globalization;
using LlmEfficiency.Core.Measuring;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>A measurement for people.</summary>
internal static class DecodeMeasurementText
{
    /// <summary>Returns the lines.</summary>
    /// <param name="name">What the user called the model.</param>
    /// <param name="measured">What was measured.</param>
    public static string Format(string name, DecodeMeasurement measured)
    {
        var single = measured.VerifyCost.FirstOrDefault(cost => cost.Rows == 1)?.Milliseconds;
        string[][] rows =
        [
            ["tokens a pass", "ms", "ms a token", "times one"],
            .. measured.VerifyCost.Select(cost => new[]
            {
                $"{cost.Rows}", TextTable.Number(cost.Milliseconds), TextTable.Number(cost.Milliseconds / cost.Rows), TextTable.Number(cost.Milliseconds / single, 2),
            }),
        ];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {name}: {measured.Parameters / 1e6:F1} M parameters, {measured.Engine}, context {measured.Context}
            decoding: {TextTable.Number(measured.TokensPerSecond, 1)} tokens/s, {measured.BytesPerToken / 1e6:F1} MB a token, {TextTable.Number(100 * measured.ShareOfBandwidth, 0)} % of the memory's {measured.ReadBandwidthGBs:F1} GB/s
            prompt: {measured.PrefillTokensPerSecond:F0} tokens/s

            {TextTable.Format(rows)}
            """);
    }
}
