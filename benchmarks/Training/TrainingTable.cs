using System.Globalization;
using System.Text.Json;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>Measurements as Markdown, CSV and JSON.</summary>
internal static class TrainingTable
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes a table for people.</summary>
    public static IReadOnlyList<string> Markdown(IReadOnlyList<Measurement> all, int threads)
    {
        List<string> lines =
        [
            "| size | contender | tokens/s | slowest … fastest | GFLOP/s | of the GEMM rate | × plain | runs |",
            "|---|---|---:|---:|---:|---:|---:|---:|",
            .. all.Select(one => Invariant(
                $"| {one.Size} | {one.Contender} | {Tokens(one)} | {Range(one)} | {one.Gigaflops:0.0} | {Percent(Share(one, all))} | {Ratio(one, all):0.00} | {one.Seconds.Count} |")),
            string.Empty,
            Invariant($"{threads} threads, contenders in turn, medians. GFLOP/s of a step by 6·N·D. The GEMM rate is the best of the size's `gemm` rows."),
            Invariant($"`trainer` rows without a number of shards have {new Core.Training.OptimizationSettings().VirtualShards}, as settings have by default."),
        ];
        return lines;
    }

    /// <summary>Writes a table for programs.</summary>
    public static IReadOnlyList<string> Csv(IReadOnlyList<Measurement> all, int threads) =>
    [
        "size,contender,threads,runs,tokens,operations,seconds_median,seconds_min,seconds_max,tokens_per_second,gflops,gemm_share,plain_ratio",
        .. all.Select(one => Invariant(
            $"{one.Size},{one.Contender},{threads},{one.Seconds.Count},{one.Work.Tokens},{one.Work.Operations},{one.Median:0.#####},{one.Seconds[0]:0.#####},{one.Seconds[^1]:0.#####},{one.TokensPerSecond:0.#},{one.Gigaflops:0.##},{Share(one, all):0.####},{Ratio(one, all):0.####}")),
    ];

    /// <summary>Writes one JSON object a line.</summary>
    public static IEnumerable<string> Json(IReadOnlyList<Measurement> all, int threads) => all.Select(one => JsonSerializer.Serialize(
        new
        {
            one.Size,
            one.Contender,
            Threads = threads,
            one.Work.Tokens,
            one.Work.Operations,
            one.Seconds,
            one.TokensPerSecond,
            one.Gigaflops,
            GemmShare = Share(one, all),
            PlainRatio = Ratio(one, all),
        },
        Names));

    private static string Tokens(Measurement one) => one.IsStep ? Invariant($"{one.TokensPerSecond:0}") : string.Empty;

    // of what the column before shows: tokens of steps, else GFLOP/s
    private static string Range(Measurement one)
    {
        var work = one.IsStep ? one.Work.Tokens : one.Work.Operations / 1e9;
        return Invariant($"{work / one.Seconds[^1]:0} … {work / one.Seconds[0]:0}");
    }

    private static string Percent(double? share) => share is { } value ? Invariant($"{100 * value:0} %") : string.Empty;

    private static double? Share(Measurement one, IReadOnlyList<Measurement> all)
    {
        var rates = all.Where(other => other.Size == one.Size && !other.IsStep).Select(other => other.Gigaflops).ToArray();
        return rates.Length == 0 ? null : one.Gigaflops / rates.Max();
    }

    private static double? Ratio(Measurement one, IReadOnlyList<Measurement> all) =>
        one.IsStep && all.FirstOrDefault(other => other.Size == one.Size && other.Contender == PlainContender.PlainName) is { } plain
            ? one.TokensPerSecond / plain.TokensPerSecond
            : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
