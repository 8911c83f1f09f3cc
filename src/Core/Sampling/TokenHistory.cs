using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Sampling;

/// <summary>
/// The tokens that penalties look at. Speculative decoding appends drafted tokens and takes them back.
/// </summary>
public sealed class TokenHistory
{
    private readonly HashSet<int> _prompt;
    private readonly List<int> _generated = [];
    private readonly Dictionary<int, int> _counts = [];

    /// <summary>Begins with a prompt.</summary>
    /// <param name="prompt">The prompt's ids.</param>
    public TokenHistory(ReadOnlySpan<int> prompt)
    {
        PromptLength = prompt.Length;
        _prompt = new HashSet<int>(prompt.Length);
        foreach (var id in prompt)
        {
            _prompt.Add(id);
        }
    }

    /// <summary>Gets the number of the prompt's tokens, repeated ones included.</summary>
    public int PromptLength { get; }

    /// <summary>Gets the distinct tokens of the prompt.</summary>
    public IReadOnlySet<int> Prompt => _prompt;

    /// <summary>Gets how often each token was generated; only tokens with a count above 0.</summary>
    public IReadOnlyDictionary<int, int> Counts => _counts;

    /// <summary>Gets the generated tokens in their order.</summary>
    public IReadOnlyList<int> Generated => _generated;

    /// <summary>Adds a generated token.</summary>
    public void Append(int id)
    {
        _generated.Add(id);
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, id, out _)++;
    }

    /// <summary>Takes the last generated token back.</summary>
    /// <exception cref="InvalidOperationException">Nothing was generated.</exception>
    public void RemoveLast()
    {
        if (_generated.Count == 0)
        {
            throw new InvalidOperationException("no generated token is left to take back");
        }

        var id = _generated[^1];
        _generated.RemoveAt(_generated.Count - 1);
        if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, id) == 0)
        {
            _counts.Remove(id);
        }
    }
}
