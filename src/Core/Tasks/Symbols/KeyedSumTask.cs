using System.Globalization;
using System.Text;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Core.Tasks.Symbols;

/// <summary>
/// Adds up digits in the order of their keys: the prompt is a table <c>c3a7b5=</c>, the response a step for each key with its digit and the
/// sum so far modulo ten, <c>a7:7;b5:2;c3:5;</c>. Each entry is needed exactly once, and none repeats: a cache that drops any of them before
/// its turn cannot be right. The control for <see cref="PermutationWalkTask"/>.
/// </summary>
/// <param name="count">Keys, letters from a on: 2 to 26.</param>
/// <param name="noise">The share of sums in references that are drawn at random; what follows goes on from there.</param>
public sealed class KeyedSumTask(int count = KeyedSumTask.UsualCount, double noise = 0) : ISymbolTask
{
    /// <summary>The name without parameters.</summary>
    internal const string Plain = "keyed-sum";

    private const int UsualCount = 14;
    private const int Digits = 10;
    private const int StepLength = 5;

    /// <inheritdoc/>
    public string Name => NamedParameters.Spell(Plain, ("n", count, UsualCount), ("noise", noise, 0.0));

    /// <inheritdoc/>
    public IReadOnlyList<string> Symbols =>
    [
        "=", ":", ";", .. Enumerable.Range(0, count).Select(key => Letter(key).ToString()),
        .. Enumerable.Range(0, Digits).Select(digit => digit.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] digits = [.. Enumerable.Range(0, count).Select(_ => random.Next(Digits))];
        var prompt = new StringBuilder();
        foreach (var key in random.Shuffle([.. Enumerable.Range(0, count)]))
        {
            prompt.Append(Letter(key)).Append(digits[key]);
        }

        prompt.Append('=');
        var (response, sum) = (new StringBuilder(), 0);
        for (var key = 0; key < count; key++)
        {
            sum = (sum + digits[key]) % Digits;
            sum = noise > 0 && random.Chance(noise) ? random.Next(Digits) : sum;
            response.Append(Letter(key)).Append(digits[key]).Append(':').Append(sum).Append(';');
        }

        var answer = (digits.Sum() % Digits).ToString(CultureInfo.InvariantCulture);
        return TaskExample.Exchange("sum", string.Concat(digits), prompt.ToString(), response.ToString()) with { Answer = answer };
    }

    /// <summary>Tells whether the response has one step for each key, in order, and ends with the right sum.</summary>
    public bool IsCorrect(TaskExample example, string response)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(response);
        var text = response.AsSpan().TrimEnd();
        if (text.Length != count * StepLength)
        {
            return false;
        }

        for (var key = 0; key < count; key++)
        {
            var step = text.Slice(key * StepLength, StepLength);
            if (step[0] != Letter(key) || !char.IsAsciiDigit(step[1]) || step[2] != ':' || !char.IsAsciiDigit(step[3]) || step[4] != ';')
            {
                return false;
            }
        }

        return example.Answer == text[^2].ToString();
    }

    /// <summary>Makes the task of parameters <c>n</c> and <c>noise</c>.</summary>
    internal static KeyedSumTask Of(NamedParameters parameters) =>
        new(parameters.Whole("n", UsualCount, 2, 26), parameters.Share("noise", 0));

    private static char Letter(int key) => (char)('a' + key);
}
