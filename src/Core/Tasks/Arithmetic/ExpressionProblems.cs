using System.Globalization;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>Expressions with brackets and precedence, worked out one operation at a time.</summary>
internal static class ExpressionProblems
{
    private const int Largest = 9999;

    /// <summary>The shapes; each letter becomes a number.</summary>
    private static readonly string[] Shapes =
    [
        "( a + a ) * f - a", "( a + a ) * f + a", "a + f * f - a", "f * f + f * f", "f * f - f * f",
        "f * ( a - a ) + a",
        "a - f * f + a", "( a - a ) * f + a", "( a + a ) / f + a", "( a - a ) / f - a", "a + a - a + a",
        "a - a + a - a",
        "f * f + a - a", "( a + a ) * ( f - f )", "a - ( a + a ) + a", "f * ( f + f ) - a", "a + ( a - a ) * f",
        "a / f + f * f", "a / f + a - a", "f * f / f + a",
    ];

    private static readonly string[] Prompts =
        ["Work out {0}.", "What is {0}?", "Calculate {0}.", "Compute {0} step by step.", "Find the value of {0}."];

    /// <summary>Makes an expression of three operations.</summary>
    public static (string Key, string Prompt, string Response, int Result) Make(TaskRandom random, bool isHard)
    {
        while (true)
        {
            var tokens = random.Pick(Shapes).Split(' ').Select(token => Number(token, random, isHard)).ToList();
            var expression = Written(tokens);
            var steps = new List<string> { $"We work out {expression}." };
            if (Reduce(tokens, steps))
            {
                var result = int.Parse(tokens[0], CultureInfo.InvariantCulture);
                steps.Add($"The answer is {result}.");
                var prompt = string.Format(null, random.Pick(Prompts), expression);
                return (expression, prompt, string.Join(' ', steps), result);
            }
        }
    }

    private static string Number(string token, TaskRandom random, bool isHard) => token switch
    {
        "a" => random.Between(1, isHard ? 999 : 30).ToString(CultureInfo.InvariantCulture),
        "f" => random.Between(2, isHard ? 79 : 9).ToString(CultureInfo.InvariantCulture),
        _ => token,
    };

    /// <summary>
    /// Works the expression out in place; false where a step leaves the natural numbers or grows too large.
    /// </summary>
    private static bool Reduce(List<string> tokens, List<string> steps)
    {
        for (var count = 0; tokens.Count > 1; count++)
        {
            var at = NextOperation(tokens);
            var (a, b) = (Value(tokens[at - 1]), Value(tokens[at + 1]));
            var result = tokens[at] switch { "+" => a + b, "-" => a - b, "*" => a * b, _ => a / b };
            if (result is < 1 or > Largest || (tokens[at] == "/" && a % b != 0))
            {
                return false;
            }

            var equation = $"{a} {tokens[at]} {b} = {result}";
            tokens.RemoveRange(at - 1, 3);
            tokens.Insert(at - 1, result.ToString(CultureInfo.InvariantCulture));
            if (at >= 2 && tokens[at - 2] == "(" && tokens[at] == ")")
            {
                tokens.RemoveAt(at);
                tokens.RemoveAt(at - 2);
            }

            var opening = count == 0 ? "First" : tokens.Count == 1 ? "Finally" : "Then";
            steps.Add($"{opening}, {equation}.");
            if (tokens.Count > 1)
            {
                steps.Add($"This leaves {Written(tokens)}.");
            }
        }

        return true;
    }

    /// <summary>Brackets before points before strokes, from left to right.</summary>
    private static int NextOperation(List<string> tokens)
    {
        var open = tokens.IndexOf("(");
        var (first, last) = open >= 0 ? (open + 1, tokens.IndexOf(")")) : (0, tokens.Count);
        var point = tokens.FindIndex(first, last - first, token => token is "*" or "/");
        return point >= 0 ? point : tokens.FindIndex(first, last - first, token => token is "+" or "-");
    }

    private static int Value(string token) => int.Parse(token, CultureInfo.InvariantCulture);

    private static string Written(List<string> tokens) => string.Join(' ', tokens)
        .Replace("( ", "(", StringComparison.Ordinal).Replace(" )", ")", StringComparison.Ordinal);
}
