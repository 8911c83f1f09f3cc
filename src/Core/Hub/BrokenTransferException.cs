namespace LlmEfficiency.Core.Hub;

/// <summary>A transfer that another attempt may mend: a lost connection, a busy server.</summary>
internal sealed class BrokenTransferException(string message, Exception? cause = null) : Exception(message, cause);
