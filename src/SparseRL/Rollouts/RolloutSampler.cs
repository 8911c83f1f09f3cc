using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>Draws responses with a compressed cache and keeps the probabilities they were drawn with.</summary>
/// <param name="engine">The policy.</param>
/// <param name="tokenizer">Gives the tokens' bytes.</param>
/// <param name="settings">How responses are drawn.</param>
/// <param name="seed">The key of all random numbers: a response's depend on it, its prompt's running number and its sample number only.</param>
/// <param name="stopTokens">Tokens that end a response, beside the tokenizer's own.</param>
internal sealed class RolloutSampler(
    IDecodeEngine engine, ITokenizer tokenizer, RolloutSettings settings, ulong seed, IReadOnlyList<int> stopTokens)
{
    /// <summary>Draws one response for each request, together.</summary>
    /// <param name="requests">Prompts and sample numbers.</param>
    public RolloutBatch Draw(IReadOnlyList<RolloutRequest> requests)
    {
        var generator = new AutoregressiveGenerator(engine, tokenizer) { Retention = settings.Cache.ToRetention() };
        var outcome = generator.Generate([.. requests.Select(request => new GenerationRequest
        {
            Prompt = request.PromptIds,
            MaxTokens = settings.MaxResponseLength,
            StopTokens = stopTokens,
            Sampling = settings.Sampling(seed),
            Sequence = ((ulong)request.Prompt * (ulong)settings.N) + (ulong)request.Sample,
            LogProbabilities = 0,
        })]);
        return new RolloutBatch([.. requests.Select((request, row) => Read(request, outcome, row))], outcome.Report);
    }

    private static Rollout Read(RolloutRequest request, GenerationOutcome outcome, int row)
    {
        var result = outcome.Results[row];
        var drawn = result.LogProbabilities!;
        return new Rollout
        {
            Prompt = request.Prompt,
            Sample = request.Sample,
            PromptIds = result.Prompt,
            ResponseIds = result.TokenIds,
            LogProbabilities = [.. drawn.Select(token => (float)token.SamplingLogProbability)],
            Entropy = drawn.Count == 0 ? 0 : drawn.Average(token => token.Entropy),
            ExactTokens = result.FirstCompressedToken ?? drawn.Count,
            Text = result.Text,
            Finish = result.Finish,
        };
    }
}
