namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>The arguments of a call, filter or test as written.</summary>
internal sealed record Arguments(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static Arguments None { get; } = new([], []);
}
