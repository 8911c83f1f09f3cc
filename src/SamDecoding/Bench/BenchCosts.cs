using LlmEfficiency.Core.Measuring;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>Measures what passes cost for the methods that weigh it, so that the first questions are answered as the later ones are.</summary>
internal static class BenchCosts
{
    private const int Context = 256;        // as many tokens as a question of some length has
    private const double SecondsEach = 0.1;
    private const int FewestRepeats = 3;

    private static readonly int[] Rows = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    /// <summary>Measures, if any of the methods weighs costs, and tells those that do.</summary>
    /// <param name="subject">The model.</param>
    /// <param name="most">How many tokens a pass runs at most.</param>
    /// <param name="methods">The methods.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    public static void Tell(BenchSubject subject, int most, IReadOnlyList<BenchMethod> methods, CancellationToken cancellation)
    {
        BenchMethod[] weighing = [.. methods.Where(method => method.WeighsCosts)];
        if (weighing.Length == 0)
        {
            return;
        }

        int[] rows = [.. Rows.TakeWhile((_, index) => index == 0 || Rows[index - 1] < most)];   // one beyond the largest pass, too: what lies between two is known from both
        var context = Math.Min(Context, subject.Engine.Config.ContextLength - rows[^1]);
        if (context < 1)
        {
            return;     // no room: costs are learned from the questions
        }

        var settings = new DecodeBenchmarkSettings { Context = context, Rows = rows, SecondsEach = SecondsEach, FewestRepeats = FewestRepeats };
        var costs = DecodeBenchmark.Costs(subject.Engine, settings, cancellation);
        Array.ForEach(weighing, method => method.Know(costs));
    }
}
