namespace LlmEfficiency.Core.Diagnostics;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Works; good to know.</summary>
    Note,

    /// <summary>Works, but slower or less safely than it could.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Error,
}
