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
}
