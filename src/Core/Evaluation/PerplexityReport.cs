namespace LlmEfficiency.Core.Evaluation;

/// <summary>How well a model predicts documents.</summary>
/// <param name="Task">The documents' name.</param>
/// <param name="Documents">How many documents had a token to predict.</param>
/// <param name="Tokens">How many tokens were predicted.</param>
/// <param name="Bytes">How many UTF-8 bytes those tokens stand for; special tokens stand for none.</param>
/// <param name="Words">How many words, divided by white space, begin in those tokens.</param>
/// <param name="NegativeLogLikelihood">The sum over the tokens, in nats.</param>
/// <param name="LossStandardError">The standard error of <see cref="Loss"/> over documents; null below two.</param>
public sealed record PerplexityReport(
    string Task,
    long Documents,
    long Tokens,
    long Bytes,
    long Words,
    double NegativeLogLikelihood,
    double? LossStandardError)
{
    /// <summary>Gets the mean negative log-likelihood of a token, in nats.</summary>
    public double Loss => NegativeLogLikelihood / Tokens;

    /// <summary>
    /// Gets the exponential of <see cref="Loss"/>: among how many equally likely tokens the model is in doubt.
    /// </summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Gets the standard error of <see cref="Perplexity"/>, by the delta method.</summary>
    public double? PerplexityStandardError => Perplexity * LossStandardError;

    /// <summary>
    /// Gets the bits a byte of text, which models with other tokenizers can be compared by; null without bytes.
    /// </summary>
    public double? BitsPerByte => Bytes == 0 ? null : NegativeLogLikelihood / Math.Log(2) / Bytes;

    /// <summary>Gets the bits a word; null without words.</summary>
    public double? BitsPerWord => Words == 0 ? null : NegativeLogLikelihood / Math.Log(2) / Words;

    /// <summary>Returns the numbers one by one.</summary>
    public IReadOnlyList<EvaluationResult> ToResults()
    {
        var perToken = LossStandardError;
        var bits = perToken * Tokens / Math.Log(2);
        List<EvaluationResult> results =
        [
            new(Task, "perplexity", Perplexity, PerplexityStandardError, Documents),
            new(Task, "loss", Loss, perToken, Documents),
        ];
        if (BitsPerByte is { } byBytes)
        {
            results.Add(new EvaluationResult(Task, "bits_per_byte", byBytes, bits / Bytes, Documents));
        }

        if (BitsPerWord is { } byWords)
        {
            results.Add(new EvaluationResult(Task, "bits_per_word", byWords, bits / Words, Documents));
        }

        return results;
    }
}
