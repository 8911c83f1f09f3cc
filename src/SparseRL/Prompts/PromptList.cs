using System.Security.Cryptography;
using System.Text;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SparseRL.Prompts;

/// <summary>Prompts in memory, without those that are too long or have no reference: an empty one would reward an empty answer.</summary>
public sealed class PromptList : IPromptSource
{
    private readonly List<RolloutPrompt> _prompts = [];

    /// <summary>Takes prompts over, in their order.</summary>
    /// <param name="name">For reports and messages.</param>
    /// <param name="prompts">All there are.</param>
    /// <param name="maxTokens">The most tokens of a prompt that is kept.</param>
    /// <exception cref="LlmEfficiencyException">None is kept.</exception>
    public PromptList(string name, IEnumerable<RolloutPrompt> prompts, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        Name = name;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var prompt in prompts)
        {
            if (prompt.Ids.Count > maxTokens || string.IsNullOrWhiteSpace(prompt.Reference))
            {
                LeftOut++;
                continue;
            }

            _prompts.Add(prompt);
            hash.AppendData(Encoding.UTF8.GetBytes($"{string.Join(' ', prompt.Ids)}\u001f{prompt.Reference}\u001e"));
        }

        Fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (_prompts.Count == 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"{name}: all {LeftOut} prompts have more than {maxTokens} tokens or no answer: raise prompts.max_tokens, or take other questions");
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Count => _prompts.Count;

    /// <inheritdoc/>
    public long LeftOut { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public RolloutPrompt this[long index] => _prompts[checked((int)index)];
}
