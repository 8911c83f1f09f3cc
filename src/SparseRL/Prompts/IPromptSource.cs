namespace LlmEfficiency.SparseRL.Prompts;

/// <summary>Prompts by number.</summary>
public interface IPromptSource
{
    /// <summary>Gets the name for reports and messages.</summary>
    string Name { get; }

    /// <summary>Gets the number of prompts, at least one.</summary>
    long Count { get; }

    /// <summary>Gets how many prompts were left out because they are too long or have no reference.</summary>
    long LeftOut { get; }

    /// <summary>Gets a hash, in hexadecimal digits, of all prompts and references: a resumed run compares it.</summary>
    string Fingerprint { get; }

    /// <summary>Gets a prompt: the same for the same number, from any thread, in any order.</summary>
    /// <param name="index">The number, from 0 to <see cref="Count"/> - 1.</param>
    RolloutPrompt this[long index] { get; }
}
