using System.Globalization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>
/// The numbers game: reach a target by joining two numbers at a time until all are used, in whole positive numbers; the response is the
/// steps, <c>25 - 7 = 18, 18 * 3 = 54</c>. It takes search, which copying a form does not teach.
/// </summary>
/// <param name="count">Numbers: 2 to 6.</param>
public sealed class CountdownTask(int count = CountdownTask.UsualCount) : ITask
{
    /// <summary>The name without parameters.</summary>
    internal const string Plain = "countdown";

    private const int UsualCount = 4;
    private const int LargestNumber = 50;
    private const int LargestValue = 999;
    private const string Signs = "+-*/";

    /// <inheritdoc/>
    public string Name => NamedParameters.Spell(Plain, ("n", count, UsualCount));

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] numbers = [.. Enumerable.Range(0, count).Select(_ => random.Between(1, LargestNumber))];
        var left = numbers.ToList();
        var steps = new List<string>();
        while (left.Count > 1)
        {
            var (first, second) = (Take(left, random), Take(left, random));
            (first, second) = (Math.Max(first, second), Math.Min(first, second));
            var (sign, value) = Join(random, first, second);
            steps.Add(string.Create(CultureInfo.InvariantCulture, $"{first} {sign} {second} = {value}"));
            left.Add(value);
        }

        var target = left[0].ToString(CultureInfo.InvariantCulture);
        var prompt = $"Make {target} from {string.Join(", ", numbers)}. Use each number once.";
        var key = $"{target}|{string.Join(' ', numbers.Order())}";
        return TaskExample.Exchange("countdown", key, prompt, string.Join(", ", steps)) with { Answer = target };
    }

    /// <summary>
    /// Tells whether the response is steps alone, each right and of two numbers that are there, which use up all numbers and end at the
    /// target. Any solution counts.
    /// </summary>
    public bool IsCorrect(TaskExample example, string response)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(response);
        var left = Numbers(example);
        foreach (var step in response.TrimEnd().Split(", "))
        {
            if (Parse(step) is not var (first, sign, second, value) || Value(first, sign, second) != value
                || !left.Remove(first) || !left.Remove(second))
            {
                return false;
            }

            left.Add(value);
        }

        return left is [var last] && last.ToString(CultureInfo.InvariantCulture) == example.Answer;
    }

    /// <summary>Makes the task of parameter <c>n</c>.</summary>
    internal static CountdownTask Of(NamedParameters parameters) => new(parameters.Whole("n", UsualCount, 2, 6));

    private static List<int> Numbers(TaskExample example)
    {
        var key = example.Key.AsSpan(example.Key.LastIndexOf('|') + 1).ToString();
        return [.. key.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
    }

    private static int Take(List<int> left, TaskRandom random)
    {
        var index = random.Next(left.Count);
        var number = left[index];
        left.RemoveAt(index);
        return number;
    }

    // A sum is always possible, and of six numbers at most three products are added up.
    private static (char Sign, int Value) Join(TaskRandom random, int first, int second)
    {
        while (true)
        {
            var sign = random.Pick(Signs.ToCharArray());
            if (Value(first, sign, second) is { } value && (value <= LargestValue || sign == '+'))
            {
                return (sign, value);
            }
        }
    }

    /// <summary>Returns the value of a step; null if it is not a whole positive number.</summary>
    private static int? Value(int first, char sign, int second) => sign switch
    {
        '+' => first + second,
        '-' when first > second => first - second,
        '*' => first * second,
        '/' when first % second == 0 => first / second,
        _ => null,
    };

    private static (int First, char Sign, int Second, int Value)? Parse(string step) =>
        step.Split(' ') is [var first, [var sign], var second, "=", var value] && Signs.Contains(sign, StringComparison.Ordinal)
        && Number(first) is { } left && Number(second) is { } right && Number(value) is { } result
            ? (left, sign, right, result)
            : null;

    // No number that is there has more digits; a product of others may overflow, but they are refused as well.
    private static int? Number(string text) =>
        text.Length is > 0 and <= 6 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : null;
}
