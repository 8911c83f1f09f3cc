using System.Globalization;
using System.Text;
using LlmEfficiency.P2Law.Claims;
using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Tests.Claims;

/// <summary>Tables of sweeps computed from formulas: L = L0 + scale(n0) · strength · ρ^1.5 · D^−0.4, the control −0.01 ln(D / 1e4).</summary>
internal static class SweepRows
{
    public static readonly double[] Tokens = [1e4, 2e4, 4e4, 8e4, 1.6e5, 3.2e5];

    private const string Head = "seed,run,extra,size,method,n0,rho,d,l0,loss";

    private static readonly double[] Sizes = [1e5, 2e5, 4e5];

    /// <summary>Returns the lines of a table, the head first.</summary>
    /// <param name="scale">What the excess is multiplied with at a size.</param>
    /// <param name="seeds">The seeds; each raises L0 and L by 0.01.</param>
    /// <param name="change">What is added to a loss: run, tokens.</param>
    public static List<string> Lines(Func<double, double> scale, int seeds = 1, Func<string, double, double>? change = null)
    {
        (string Method, double[] Rates, double Strength)[] methods =
            [("none", [0], 0), ("depth", [0.12, 0.24, 0.47], 1), ("width", [0.125, 0.25, 0.5], 2), ("2:4", [0.45], 0.5)];
        var rows =
            from size in Sizes
            from seed in Enumerable.Range(1, seeds)
            from method in methods
            from rate in method.Rates
            from tokens in Tokens
            let run = string.Create(CultureInfo.InvariantCulture, $"{size}-{method.Method}-{rate}-{seed}")
            let before = 2 + (0.01 * seed) - (1e-6 * size)
            let loss = before + (rate > 0 ? scale(size) * method.Strength * Math.Pow(rate, 1.5) * Math.Pow(tokens, -0.4) : -0.01 * Math.Log(tokens / 1e4))
            select string.Create(
                CultureInfo.InvariantCulture,
                $"{seed},{run},x,{size / 1e6}m,{method.Method},{size},{rate},{tokens},{before:R},{loss + (change?.Invoke(run, tokens) ?? 0):R}");
        return [Head, .. rows];
    }

    /// <summary>Returns what the lines say.</summary>
    public static SweepClaims Claims(IEnumerable<string> lines) => SweepClaims.Of("sweep.csv", "", Read(lines));

    /// <summary>Returns the runs of the lines.</summary>
    public static IReadOnlyList<MeasuredRun> Read(IEnumerable<string> lines) =>
        SweepTableReader.Read("sweep.csv", DataTableReader.Parse("sweep.csv", Encoding.UTF8.GetBytes(string.Join('\n', lines))));
}
