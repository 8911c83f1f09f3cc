namespace LlmEfficiency.Core.Tasks;

/// <summary>A task whose texts are made of few symbols, so that a vocabulary of them alone serves a very small model.</summary>
public interface ISymbolTask : ITask
{
    /// <summary>Gets the symbols, each of one or two characters; every text of the task is a sequence of them.</summary>
    IReadOnlyList<string> Symbols { get; }
}
