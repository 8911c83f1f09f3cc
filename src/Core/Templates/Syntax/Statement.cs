namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>A node that writes output or changes names.</summary>
/// <param name="Offset">Where it stands in the template, in characters.</param>
internal abstract record Statement(int Offset)
{
    internal sealed record Data(int Offset, string Text) : Statement(Offset);

    internal sealed record Print(int Offset, Expression Value) : Statement(Offset);

    internal sealed record If(int Offset, IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches)
        : Statement(Offset);

    internal sealed record For(
        int Offset,
        IReadOnlyList<string> Targets,
        Expression Items,
        Expression? Filter,
        IReadOnlyList<Statement> Body,
        IReadOnlyList<Statement> Else) : Statement(Offset);

    /// <summary>Sets names, or a member of a namespace (<c>ns.count</c>: two parts).</summary>
    internal sealed record Set(int Offset, IReadOnlyList<string> Targets, string? Member, Expression Value) : Statement(Offset);

    internal sealed record SetBlock(int Offset, string Target, string? Member, IReadOnlyList<Statement> Body) : Statement(Offset);

    internal sealed record Macro(
        int Offset, string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body)
        : Statement(Offset);

    /// <summary><c>break</c> or <c>continue</c>.</summary>
    internal sealed record Jump(int Offset, bool IsBreak) : Statement(Offset);
}
