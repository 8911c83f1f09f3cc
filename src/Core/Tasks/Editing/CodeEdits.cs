using System.Globalization;
using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Editing;

/// <summary>Renames a variable, changes a constant or changes an operator in a short function.</summary>
internal static class CodeEdits
{
    private static readonly string[] Verbs =
        [
            "get", "make", "find", "count", "sum", "check", "update", "read", "move", "scale", "build", "score",
            "rate", "fill",
        ];

    private static readonly string[] Variables =
    [
        "x", "y", "a", "b", "n", "k", "count", "total", "size", "width", "height", "price", "rate", "limit", "start",
        "step", "value", "result", "index", "length", "offset", "weight", "score", "level", "speed", "left", "right",
        "first", "last", "sum", "depth", "area", "cost", "gain", "base", "power", "delta", "ratio", "shift", "bonus",
    ];

    private static readonly string[] Operators = ["+", "-", "*", "/", "%"];

    private static readonly string[] Comparisons = ["<", ">", "<=", ">=", "==", "!="];

    private static readonly string[] RenameWordings =
    [
        "Rename the variable {0} to {1} in this function", "Rename {0} to {1} in this code",
        "Use the name {1} instead of {0} in this function", "Change the variable name {0} to {1}",
        "In the function below, rename {0} to {1}",
    ];

    private static readonly string[] ConstantWordings =
    [
        "Change the constant {0} to {1} in this function", "Replace the number {0} with {1} in this code",
        "Use {1} instead of {0} in this function", "In the function below, change {0} to {1}",
    ];

    private static readonly string[] OperatorWordings =
    [
        "Change the operator {0} to {1} in this function", "Replace the operator {0} with {1} in this code",
        "Use the operator {1} instead of {0} in this function", "In the function below, change {0} to {1}",
    ];

    /// <summary>Makes a function of 3 to 6 lines and its edited copy.</summary>
    public static TaskExample Make(TaskRandom random)
    {
        var names = VariableNames(random, 5);
        var (used, added) = (names.Take(4).ToList(), names[4]);
        var code = random.Chance(0.5) ? Python(random, used) : Braced(random, used);
        return random.Next(3) switch
        {
            0 => Rename(random, code, used, added),
            1 => ChangeConstant(random, code),
            _ => ChangeOperator(random, code),
        };
    }

    private static TaskExample Rename(TaskRandom random, string code, List<string> used, string added)
    {
        var old = random.Pick(used.Where(WholeWords.Split(code).Contains).ToList());
        return EditExample.Of(
            "code-rename",
            string.Format(null, random.Pick(RenameWordings), old, added),
            code,
            WholeWords.Replace(code, old, added));
    }

    private static TaskExample ChangeConstant(TaskRandom random, string code)
    {
        var numbers = WholeWords.Split(code).Where(unit => char.IsAsciiDigit(unit[0])).Distinct().ToList();
        var (old, added) = (random.Pick(numbers), "");
        do
        {
            added = random.Between(2, 200).ToString(CultureInfo.InvariantCulture);
        }
        while (numbers.Contains(added));
        return EditExample.Of(
            "code-constant",
            string.Format(null, random.Pick(ConstantWordings), old, added),
            code,
            WholeWords.Replace(code, old, added));
    }

    private static TaskExample ChangeOperator(TaskRandom random, string code)
    {
        var present = Operators.Concat(Comparisons)
            .Where(sign => code.Contains($" {sign} ", StringComparison.Ordinal)).ToList();
        var old = random.Pick(present);
        var added = random.PickOther(Operators.Contains(old) ? Operators : Comparisons, [.. present]);
        return EditExample.Of(
            "code-operator",
            string.Format(null, random.Pick(OperatorWordings), old, added),
            code,
            code.Replace($" {old} ", $" {added} ", StringComparison.Ordinal));
    }

    private static string Python(TaskRandom random, List<string> v)
    {
        var lines = new List<string>
        {
            $"def {FunctionName(random)}({v[0]}, {v[1]}):",
            $"    {v[2]} = {v[0]} {Operator(random)} {Constant(random)}",
        };
        if (random.Chance(0.6))
        {
            lines.Add(random.Pick([
                $"    if {v[2]} {random.Pick(Comparisons)} {v[1]}:",
                $"    while {v[2]} {random.Pick(Comparisons)} {Constant(random)}:",
                $"    for {v[3]} in range({v[1]}):"]));
            var operand = lines[^1].StartsWith("    for", StringComparison.Ordinal) ? v[3] : v[1];
            lines.Add($"        {v[2]} = {v[2]} {Operator(random)} {operand}");
        }

        if (lines.Count < 3 || random.Chance(0.6))
        {
            lines.Add($"    {v[3]} = {v[2]} {Operator(random)} {v[1]}");
            lines.Add($"    return {v[3]} {Operator(random)} {Constant(random)}");
        }
        else
        {
            lines.Add($"    return {v[2]} {Operator(random)} {Constant(random)}");
        }

        return string.Join('\n', lines);
    }

    private static string Braced(TaskRandom random, List<string> v)
    {
        var type = random.Pick(["int", "long", "double"]);
        var lines = new List<string>
        {
            $"{type} {FunctionName(random)}({type} {v[0]}, {type} {v[1]}) {{",
            $"  {type} {v[2]} = {v[0]} {Operator(random)} {Constant(random)};",
        };
        if (random.Chance(0.6))
        {
            lines.Add($"  {random.Pick(["if", "while"])} ({v[2]} {random.Pick(Comparisons)} {v[1]}) {{");
            lines.Add($"    {v[2]} = {v[2]} {Operator(random)} {Constant(random)};");
            lines.Add("  }");
        }

        if (lines.Count < 3 || random.Chance(0.5))
        {
            lines.Add($"  {type} {v[3]} = {v[2]} {Operator(random)} {v[1]};");
            lines.Add($"  return {v[3]};");
        }
        else
        {
            lines.Add($"  return {v[2]} {Operator(random)} {v[1]};");
        }

        return string.Join('\n', lines) + "\n}";
    }

    private static IReadOnlyList<string> VariableNames(TaskRandom random, int count)
    {
        var names = random.Sample(Variables, count)
            .Select(name => random.Chance(0.2) ? Invented.Word(random) : name).ToList();
        return names.Distinct().Count() == count ? names : VariableNames(random, count);
    }

    private static string FunctionName(TaskRandom random) =>
        $"{random.Pick(Verbs)}_{(random.Chance(0.4) ? Invented.Word(random) : random.Pick(Things.Goods))}";

    private static string Operator(TaskRandom random) => random.Pick(Operators);

    private static string Constant(TaskRandom random) => random.Between(2, 99).ToString(CultureInfo.InvariantCulture);
}
