using System.Globalization;
using System.Text;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Core.Tasks.Symbols;

/// <summary>
/// Follows a permutation: the prompt is its table in random order, a start and <c>=</c>; the response is one numbered step after another,
/// <c>1c;2a;3f;…</c>. Entries of the table are used again and again, and the walk repeats itself: what a compressed cache may forget, and
/// what it must not, is as in long chains of thought.
/// </summary>
/// <param name="size">Symbols of the permutation, K: letters from a on, at most 26.</param>
/// <param name="steps">Steps of the walk, M: at most 99.</param>
/// <param name="noise">
/// The share of steps in references whose value is drawn at random, for references to learn from; what follows goes on from there.
/// <see cref="TaskExample.Answer"/> is the true end in any case.
/// </param>
/// <param name="late">
/// The share of references that begin with a random label and so are shorter: who learns from them cannot tell a label from how many tokens it sees, and
/// goes on from the label before, which a compressed cache still has.
/// </param>
/// <param name="check">What must be right beside form and labels: <c>end</c>, the last value alone, or <c>all</c> of them.</param>
/// <remarks>
/// An element of a random permutation lies on a cycle of each length from 1 to K with the same chance, so that with the usual 8 symbols the
/// 24th step is back at the start in three of four walks (lengths 1, 2, 3, 4, 6, 8): with <c>end</c>, a model that writes the start scores
/// 0.75 without walking. <c>all</c> leaves no such shortcut.
/// </remarks>
public sealed class PermutationWalkTask(
    int size = PermutationWalkTask.UsualSize,
    int steps = PermutationWalkTask.UsualSteps,
    double noise = 0,
    double late = 0,
    string check = PermutationWalkTask.End) : ISymbolTask
{
    /// <summary>Only the last value must be right.</summary>
    public const string End = "end";

    /// <summary>Every value must be right.</summary>
    public const string All = "all";

    /// <summary>The name without parameters.</summary>
    internal const string Plain = "permutation-walk";

    private const int UsualSize = 8;
    private const int UsualSteps = 24;

    /// <inheritdoc/>
    public string Name =>
        NamedParameters.Spell(Plain, ("k", size, UsualSize), ("m", steps, UsualSteps), ("noise", noise, 0.0), ("late", late, 0.0))
        + (check == End ? string.Empty : $":check={check}");

    /// <inheritdoc/>
    public IReadOnlyList<string> Symbols =>
    [
        "=", ";", .. Enumerable.Range(0, size).Select(value => Letter(value).ToString()),
        .. Enumerable.Range(0, Math.Max(10, steps + 1)).Select(Label),
    ];

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] values = [.. Enumerable.Range(0, size)];
        var (next, order) = (random.Shuffle(values), random.Shuffle(values));
        var start = random.Next(size);
        var prompt = new StringBuilder();
        foreach (var value in order)
        {
            prompt.Append(Letter(value)).Append(Letter(next[value]));
        }

        prompt.Append(Letter(start)).Append('=');
        var (response, now, end) = (new StringBuilder(), start, start);
        var first = late > 0 && random.Chance(late) ? 1 + random.Next(steps) : 1;
        for (var step = first; step <= steps; step++)
        {
            (now, end) = (next[now], next[end]);
            now = noise > 0 && random.Chance(noise) ? random.Next(size) : now;
            response.Append(Label(step)).Append(Letter(now)).Append(';');
        }

        // The same walk whatever the order of its table: one key.
        var key = string.Concat(next.Select(Letter)) + Letter(start);
        return TaskExample.Exchange("walk", key, prompt.ToString(), response.ToString()) with { Answer = Letter(end).ToString() };
    }

    /// <summary>
    /// Tells whether the response has exactly the wanted number of steps, each with its label, and ends at the right symbol; if all is
    /// checked, whether every step goes where the table says.
    /// </summary>
    public bool IsCorrect(TaskExample example, string response)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(response);
        var rest = response.AsSpan().TrimEnd();
        var table = example.Key.AsSpan(example.Key.Length - size - 1); // the images of a, b, …, and the start
        var last = table[^1];
        for (var step = 1; step <= steps; step++)
        {
            var label = Label(step);
            if (!rest.StartsWith(label, StringComparison.Ordinal) || rest.Length < label.Length + 2 || rest[label.Length + 1] != ';'
                || !IsLetter(rest[label.Length]))
            {
                return false;
            }

            var value = rest[label.Length];
            if (check == All && value != table[last - 'a'])
            {
                return false;
            }

            last = value;
            rest = rest[(label.Length + 2)..];
        }

        return rest.IsEmpty && example.Answer == last.ToString();
    }

    /// <summary>Makes the task of parameters <c>k</c>, <c>m</c>, <c>noise</c>, <c>late</c> and <c>check</c>.</summary>
    internal static PermutationWalkTask Of(NamedParameters parameters) => new(
        parameters.Whole("k", UsualSize, 2, 26),
        parameters.Whole("m", UsualSteps, 1, 99),
        parameters.Share("noise", 0),
        parameters.Share("late", 0),
        parameters.Word("check", [End, All]) ?? End);

    private static char Letter(int value) => (char)('a' + value);

    private static string Label(int step) => step.ToString(CultureInfo.InvariantCulture);

    private bool IsLetter(char letter) => letter >= 'a' && letter < 'a' + size;
}
