namespace LlmEfficiency.Core.Tokenization;

/// <summary>What the spelling of a special token inside a text means.</summary>
public enum SpecialTokenHandling
{
    /// <summary>Plain characters: the choice for everything a user typed.</summary>
    AsText,

    /// <summary>The special token: the choice for the output of a chat template.</summary>
    AsToken,
}
