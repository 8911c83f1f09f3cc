namespace LlmEfficiency.Core.Sampling;

/// <summary>What changes single logits before any token is taken away. Every method works in place.</summary>
public static class LogitPenalties
{
    /// <summary>Adds to the logits of some tokens.</summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="bias">What is added, by token id; ids beyond the vocabulary are ignored.</param>
    public static void AddBias(Span<float> logits, IReadOnlyDictionary<int, float> bias)
    {
        ArgumentNullException.ThrowIfNull(bias);
        foreach (var (id, value) in bias)
        {
            if (id < logits.Length)
            {
                logits[id] += value;
            }
        }
    }

    /// <summary>
    /// Makes tokens that were seen less likely: positive logits are divided, others multiplied, once a token.
    /// </summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="history">Prompt and answer; both count.</param>
    /// <param name="penalty">Above 1 discourages, below 1 encourages.</param>
    /// <remarks>Keskar et al., CTRL (2019), section 4.1, as in Hugging Face transformers.</remarks>
    public static void PenalizeRepetition(Span<float> logits, TokenHistory history, double penalty)
    {
        ArgumentNullException.ThrowIfNull(history);
        foreach (var id in history.Prompt)
        {
            Scale(logits, id, penalty);
        }

        foreach (var id in history.Counts.Keys)
        {
            if (!history.Prompt.Contains(id))
            {
                Scale(logits, id, penalty);
            }
        }
    }

    /// <summary>
    /// Subtracts <paramref name="presence"/> + <paramref name="frequency"/> · count for each token of the answer.
    /// </summary>
    /// <param name="logits">Logits, <c>[vocab]</c>.</param>
    /// <param name="history">Prompt and answer; the prompt does not count.</param>
    /// <param name="presence">Subtracted once.</param>
    /// <param name="frequency">Subtracted for each occurrence.</param>
    /// <remarks>As in the OpenAI completion API.</remarks>
    public static void PenalizeAnswer(Span<float> logits, TokenHistory history, double presence, double frequency)
    {
        ArgumentNullException.ThrowIfNull(history);
        foreach (var (id, count) in history.Counts)
        {
            if (id < logits.Length)
            {
                logits[id] -= (float)(presence + (frequency * count));
            }
        }
    }

    private static void Scale(Span<float> logits, int id, double penalty)
    {
        if (id < logits.Length)
        {
            logits[id] = (float)(logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty);
        }
    }
}
