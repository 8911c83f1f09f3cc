namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>Chains: a start number and operations, one after another.</summary>
internal static class ChainProblems
{
    private const int Largest = 9999;

    private static readonly string[] Questions =
        ["What is the result?", "What number do you get?", "Which number is it now?", "What is the answer?"];

    private static readonly string[] Starts =
        ["Start with {0}.", "Take the number {0}.", "Begin with {0}.", "Think of {0}."];

    /// <summary>Makes a chain of <paramref name="steps"/> operations; of 4 to 6, or 3 to 4 if it is easy, where that is 0.</summary>
    public static (string Key, string Prompt, string Response, int Result) Make(TaskRandom random, bool isHard, int steps = 0)
    {
        var start = random.Between(2, isHard ? 250 : 20);
        var count = steps > 0 ? steps : random.Between(isHard ? 4 : 3, isHard ? 6 : 4);
        var (value, prompt, key) = (start, string.Format(null, random.Pick(Starts), start), $"{start}");
        var lines = new List<string> { $"We start with {start}." };
        for (var index = 0; index < count; index++)
        {
            var (sign, operand) = Operation(random, value, isHard);
            var result = Apply(value, sign, operand);
            var order = Order(sign, operand);
            var opening = index == 0 ? "First" : index == count - 1 ? "Finally" : "Then";
            prompt += $" {char.ToUpperInvariant(order[0])}{order[1..]}.";
            lines.Add($"{opening}, we {order}: {value} {sign} {operand} = {result}.");
            key += $"{sign}{operand}";
            value = result;
        }

        lines.Add($"So we end with {value}. The answer is {value}.");
        return (key, prompt + " " + random.Pick(Questions), string.Join(' ', lines), value);
    }

    /// <summary>
    /// Draws an operation that stays in the positive numbers, divides exactly and does not grow too large.
    /// </summary>
    private static (char Sign, int Operand) Operation(TaskRandom random, int value, bool isHard)
    {
        var divisors = Enumerable.Range(2, 8).Where(divisor => value % divisor == 0).ToList();
        var most = isHard ? 950 : 30;
        while (true)
        {
            switch (random.Next(4))
            {
                case 0 when value + most <= Largest:
                    return ('+', random.Between(1, most));
                case 1 when value > 1:
                    return ('-', random.Between(1, Math.Min(value - 1, most)));
                case 2 when value <= (isHard ? 1100 : 20):
                    return ('*', random.Between(2, isHard ? 9 : 5));
                case 3 when divisors.Count > 0:
                    return ('/', random.Pick(divisors));
            }
        }
    }

    private static int Apply(int value, char sign, int operand) => sign switch
    {
        '+' => value + operand,
        '-' => value - operand,
        '*' => value * operand,
        _ => value / operand,
    };

    private static string Order(char sign, int operand) => sign switch
    {
        '+' => $"add {operand}",
        '-' => $"subtract {operand}",
        '*' => $"multiply by {operand}",
        _ => $"divide by {operand}",
    };
}
