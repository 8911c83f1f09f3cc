namespace LlmEfficiency.Core.Errors;

/// <summary>
/// A failure that its user can understand and mend: one line that names the culprit, its value and the remedy.
/// </summary>
public class LlmEfficiencyException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="kind">The class of the failure.</param>
    /// <param name="message">One line: what was found where, and what to do about it.</param>
    /// <param name="cause">The failure below, if any.</param>
    public LlmEfficiencyException(ErrorKind kind, string message, Exception? cause = null)
        : base(message, cause) => Kind = kind;

    /// <summary>Gets the class of the failure.</summary>
    public ErrorKind Kind { get; }
}
