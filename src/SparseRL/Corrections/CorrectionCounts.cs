namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>What a correction did.</summary>
/// <param name="Sequences">Responses of the batch.</param>
/// <param name="Rejected">Responses rejected whole, those not finite included.</param>
/// <param name="NonFinite">Responses with a log-probability that is no number: always rejected.</param>
/// <param name="MaskedSequences">Responses with at least one token that counts and has no loss.</param>
/// <param name="Tokens">Tokens that count.</param>
/// <param name="MaskedTokens">Tokens that count and have no loss.</param>
/// <param name="TruncatedTokens">Tokens whose weight was cut to the threshold.</param>
/// <param name="Normalizer">By what all weights were divided: 1 without batch normalisation.</param>
public sealed record CorrectionCounts(
    int Sequences,
    int Rejected,
    int NonFinite,
    int MaskedSequences,
    long Tokens,
    long MaskedTokens,
    long TruncatedTokens,
    double Normalizer);
