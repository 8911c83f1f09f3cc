using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.Testing;

/// <summary>
/// A language model without weights: the logits of a token are a hash of the tokens it sees and of how far behind it
/// they lie. It keeps the promises of a session exactly, so that a wrong mask, position, length or slot gives other
/// tokens.
/// </summary>
/// <param name="vocabularySize">The number of ids.</param>
/// <param name="contextLength">The longest sequence.</param>
/// <param name="order">How many positions back a token sees, itself included: 2 gives repetitive text.</param>
public sealed class HashLanguageModel(int vocabularySize, int contextLength = 4096, int order = int.MaxValue) : IDecodeEngine
{
    /// <inheritdoc/>
    public TransformerConfig Config { get; init; } = new()
    {
        VocabularySize = vocabularySize,
        HiddenSize = 1,
        InnerSize = 1,
        LayerCount = 1,
        HeadCount = 1,
        KeyValueHeadCount = 1,
        HeadDim = 1,
        ContextLength = contextLength,
    };

    /// <inheritdoc/>
    public string Description => "hash model, host, float32";

    /// <summary>Gets the span of the logits, in [-spread / 2, spread / 2).</summary>
    public float Spread { get; init; } = 8;

    /// <summary>
    /// Gets what replaces a computed logit, given what the token saw and its id; for tests of bad numbers.
    /// </summary>
    public Func<ulong, int, float>? Override { get; init; }

    /// <summary>Gets how many sessions are open.</summary>
    public int OpenSessions { get; private set; }

    /// <summary>Gets how many passes were made.</summary>
    public int Passes { get; private set; }

    /// <summary>Gets how many tokens were run.</summary>
    public int TokensRun { get; private set; }

    /// <inheritdoc/>
    public IDecodeSession Open(int sequences, int capacity, RetentionSettings? retention = null)
    {
        if (retention is not null)
        {
            throw new NotSupportedException("a hash of all tokens has no keys to choose from");
        }

        OpenSessions++;
        return new HashLanguageSession(this, sequences, capacity, () => OpenSessions--);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Writes the logits of a token.</summary>
    /// <param name="position">The token's position.</param>
    /// <param name="seen">The tokens it sees with their positions, itself included, in any order.</param>
    /// <param name="logits">Where the logits go, <c>[vocab]</c>.</param>
    public void Logits(int position, IEnumerable<(int Token, int Position)> seen, Span<float> logits)
    {
        ulong state = 0;
        foreach (var (token, at) in seen)
        {
            // A sum, as attention: the order of the cache does not matter, the distance does.
            state += Math.Abs(position - (long)at) < order ? Mix(((ulong)token << 32) + (uint)(position - at) + 1) : 0;
        }

        for (var id = 0; id < logits.Length; id++)
        {
            var uniform = (Mix(state + Mix((ulong)id)) >> 40) * (1f / (1 << 24));
            logits[id] = Override?.Invoke(state, id) ?? (uniform - 0.5f) * Spread;
        }
    }

    internal void Count(int tokens)
    {
        Passes++;
        TokensRun += tokens;
    }

    // The output function of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
