using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Models;

/// <summary>The sizes and constants that fix a decoder-only transformer of the Llama family.</summary>
public sealed record TransformerConfig
{
    /// <summary>Gets the number of rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Gets the width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Gets the width inside the feed-forward part.</summary>
    public required int InnerSize { get; init; }

    /// <summary>Gets the number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Gets the number of query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Gets the number of key/value heads; fewer than <see cref="HeadCount"/> means grouped-query attention.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Gets the width of one head; not always <see cref="HiddenSize"/> / <see cref="HeadCount"/>.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Gets the longest sequence the model was trained for, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Gets the constant that keeps RMS normalisation away from division by zero.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Gets the base of the rotary frequencies.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>Gets how the rotary frequencies are stretched for long contexts; null leaves them as they are.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Gets whether the query, key and value projections have a bias (Qwen2).</summary>
    public bool HasQueryKeyValueBias { get; init; }

    /// <summary>Gets whether the attention's output projection has a bias.</summary>
    public bool HasOutputBias { get; init; }

    /// <summary>Gets whether the feed-forward projections have biases.</summary>
    public bool HasFeedForwardBias { get; init; }

    /// <summary>Gets whether the output matrix is the embedding.</summary>
    public bool TiesEmbeddings { get; init; }

    /// <summary>Gets the window of tokens each query sees (Mistral); null means all.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Gets the token that begins a sequence.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Gets the tokens that end a sequence.</summary>
    public IReadOnlyList<int> EndOfSequence { get; init; } = [];

    /// <summary>Gets the family as Hugging Face names it (<c>llama</c>, <c>mistral</c>, <c>qwen2</c>).</summary>
    public string ModelType { get; init; } = "llama";

    /// <summary>Gets how many learned numbers the model has; a tied matrix counts once.</summary>
    public long ParameterCount
    {
        get
        {
            long queries = (long)HeadCount * HeadDim, pairs = 2L * KeyValueHeadCount * HeadDim;
            var attention = HiddenSize * ((2 * queries) + pairs);
            attention += (HasQueryKeyValueBias ? queries + pairs : 0) + (HasOutputBias ? HiddenSize : 0);
            var feedForward = (3L * HiddenSize * InnerSize) + (HasFeedForwardBias ? (2L * InnerSize) + HiddenSize : 0);
            var matrices = TiesEmbeddings ? 1 : 2;
            return ((long)VocabularySize * HiddenSize * matrices) + HiddenSize
                + (LayerCount * (attention + feedForward + (2L * HiddenSize)));
        }
    }

    /// <summary>Throws if the sizes cannot make a model.</summary>
    /// <exception cref="LlmEfficiencyException">A size is not positive, or the heads do not divide into groups.</exception>
    public void Validate()
    {
        (string Name, int Value)[] sizes =
        [
            (nameof(VocabularySize), VocabularySize), (nameof(HiddenSize), HiddenSize), (nameof(InnerSize), InnerSize),
            (nameof(LayerCount), LayerCount), (nameof(HeadCount), HeadCount), (nameof(KeyValueHeadCount), KeyValueHeadCount),
            (nameof(HeadDim), HeadDim), (nameof(ContextLength), ContextLength), (nameof(SlidingWindow), SlidingWindow ?? 1),
        ];
        foreach (var (name, value) in sizes)
        {
            Require(value > 0, $"{name} is {value}: it must be positive");
        }

        Require(HeadDim % 2 == 0, $"HeadDim is {HeadDim}: rotary positions need an even width");
        Require(
            HeadCount % KeyValueHeadCount == 0,
            $"HeadCount is {HeadCount}: it must be a multiple of KeyValueHeadCount, {KeyValueHeadCount}");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, problem);
        }
    }
}
