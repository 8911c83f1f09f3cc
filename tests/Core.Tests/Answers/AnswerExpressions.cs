using CsCheck;

namespace LlmEfficiency.Core.Tests.Answers;

/// <summary>Expressions as answers have them: numbers, two symbols, operators, roots, fractions.</summary>
internal static class AnswerExpressions
{
    public static Gen<string> Any { get; } = Of(3);

    private static Gen<string> Of(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Int[1, 20].Select(value => $"{value}"),
            Gen.Select(Gen.Int[0, 9], Gen.Int[1, 9], (whole, tenth) => $"{whole}.{tenth}"),
            Gen.OneOf(Gen.Const("x"), Gen.Const("y"), Gen.Const("\\pi"), Gen.Const("\\sqrt{3}")));
        if (depth == 0)
        {
            return leaf;
        }

        var part = Of(depth - 1);
        return Gen.OneOf(
            leaf,
            Gen.Select(part, part, (left, right) => $"({left})+({right})"),
            Gen.Select(part, part, (left, right) => $"({left})-({right})"),
            Gen.Select(part, part, (left, right) => $"({left})*({right})"),
            Gen.Select(part, part, (left, right) => $"\\frac{{{left}}}{{({right})^2+1}}"),
            part.Select(inner => $"-({inner})"),
            part.Select(inner => $"({inner})^2"),
            part.Select(inner => $"\\sqrt{{({inner})^2+2}}"));
    }
}
