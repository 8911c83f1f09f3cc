namespace LlmEfficiency.Core.Answers;

/// <summary>An answer, taken apart.</summary>
internal abstract record MathNode
{
    /// <summary>A rational number.</summary>
    public sealed record Number(Rational Value) : MathNode;

    /// <summary>A variable or a named constant.</summary>
    public sealed record Symbol(string Name) : MathNode;

    /// <summary>Words that are an answer of their own.</summary>
    public sealed record Word(string Text) : MathNode;

    /// <summary>Digits written in a named base, such as 52 in base 8.</summary>
    public sealed record Based(string Digits, string Base) : MathNode;

    /// <summary>An operator or function with its arguments.</summary>
    public sealed record Apply(string Function, params MathNode[] Arguments) : MathNode;

    /// <summary>A value with a unit, a percent sign or a degree sign.</summary>
    public sealed record Quantity(MathNode Value, string Unit) : MathNode;

    /// <summary>
    /// Several values. <paramref name="Open"/> tells what holds them together; see <see cref="SeriesKind"/>.
    /// </summary>
    public sealed record Series(string Open, string Close, IReadOnlyList<MathNode> Items) : MathNode;

    /// <summary>Sides with the signs between them.</summary>
    public sealed record Relation(IReadOnlyList<MathNode> Sides, IReadOnlyList<string> Signs) : MathNode;
}
