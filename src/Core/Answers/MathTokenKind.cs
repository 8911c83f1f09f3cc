namespace LlmEfficiency.Core.Answers;

/// <summary>What a piece of a written answer is.</summary>
internal enum MathTokenKind
{
    /// <summary>Nothing more.</summary>
    End,

    /// <summary>A number without sign.</summary>
    Number,

    /// <summary>A variable or constant.</summary>
    Letter,

    /// <summary>A function or a command with arguments.</summary>
    Function,

    /// <summary>Words: a unit behind a value, else an answer.</summary>
    Text,

    /// <summary>The begin of a matrix.</summary>
    Begin,

    /// <summary>The end of a matrix.</summary>
    Close,

    /// <summary>An operator, sign or bracket.</summary>
    Mark,
}
