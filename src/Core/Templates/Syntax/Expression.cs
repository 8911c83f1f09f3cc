namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>A node that has a value.</summary>
/// <param name="Offset">Where it stands in the template, in characters.</param>
internal abstract record Expression(int Offset)
{
    internal sealed record Literal(int Offset, object? Value) : Expression(Offset);

    internal sealed record Variable(int Offset, string Name) : Expression(Offset);

    internal sealed record ListOf(int Offset, IReadOnlyList<Expression> Items) : Expression(Offset);

    internal sealed record MapOf(int Offset, IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression(Offset);

    internal sealed record Member(int Offset, Expression Target, string Name) : Expression(Offset);

    internal sealed record Item(int Offset, Expression Target, Expression Key) : Expression(Offset);

    internal sealed record Slice(int Offset, Expression Target, Expression? Start, Expression? Stop, Expression? Step)
        : Expression(Offset);

    internal sealed record Call(int Offset, Expression Target, Arguments Arguments) : Expression(Offset);

    internal sealed record Filter(int Offset, Expression Target, string Name, Arguments Arguments) : Expression(Offset);

    internal sealed record Test(int Offset, Expression Target, string Name, Arguments Arguments) : Expression(Offset);

    internal sealed record Unary(int Offset, string Operator, Expression Operand) : Expression(Offset);

    internal sealed record Binary(int Offset, string Operator, Expression Left, Expression Right) : Expression(Offset);

    internal sealed record Logic(int Offset, bool IsAnd, Expression Left, Expression Right) : Expression(Offset);

    /// <summary><c>a &lt; b &lt;= c</c>: true if each neighbouring pair compares.</summary>
    internal sealed record Comparison(
        int Offset, Expression First, IReadOnlyList<(string Operator, Expression Right)> Rest)
        : Expression(Offset);

    internal sealed record Conditional(int Offset, Expression Condition, Expression Then, Expression? Else)
        : Expression(Offset);
}
