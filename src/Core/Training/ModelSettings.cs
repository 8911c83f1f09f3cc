using System.ComponentModel;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Training;

/// <summary>Which model is trained: one that is there, or a new one of given sizes.</summary>
public sealed record ModelSettings
{
    /// <summary>Gets the model to go on from: a folder, a GGUF file or a name in the hub cache; null makes a new one.</summary>
    [Description("Model to start from (folder, .gguf, or org/name in the hub cache); null makes a new one of the sizes below")]
    public string? From { get; init; }

    /// <summary>Gets the folder with the tokenizer; null takes the model's own.</summary>
    [Description("Folder of the tokenizer and chat template; null takes that of the model to start from")]
    public string? Tokenizer { get; init; }

    /// <summary>Gets the width of the residual stream.</summary>
    [Description("New model: width of the residual stream")]
    public int HiddenSize { get; init; } = 192;

    /// <summary>Gets the width inside the feed-forward part.</summary>
    [Description("New model: width inside the feed-forward part")]
    public int InnerSize { get; init; } = 512;

    /// <summary>Gets the number of layers.</summary>
    [Description("New model: number of layers")]
    public int Layers { get; init; } = 6;

    /// <summary>Gets the number of query heads.</summary>
    [Description("New model: number of query heads")]
    public int Heads { get; init; } = 6;

    /// <summary>Gets the number of key/value heads.</summary>
    [Description("New model: number of key/value heads, a divisor of heads")]
    public int KeyValueHeads { get; init; } = 2;

    /// <summary>Gets the longest sequence.</summary>
    [Description("New model: longest sequence, in tokens")]
    public int ContextLength { get; init; } = 1024;

    /// <summary>Gets the base of the rotary frequencies.</summary>
    [Description("New model: base of the rotary frequencies")]
    public double RopeTheta { get; init; } = 10000;

    /// <summary>Gets whether the output matrix is the embedding.</summary>
    [Description("New model: whether the output matrix is the embedding")]
    public bool TiesEmbeddings { get; init; } = true;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        if (From is null && Tokenizer is null)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, "model.tokenizer is null: a new model needs the folder of a tokenizer, a model to start from goes to model.from");
        }

        if (From is null && (HiddenSize % Math.Max(1, Heads) != 0 || Heads < 1))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"model.heads is {Heads}: it must divide hidden_size, {HiddenSize}");
        }
    }

    /// <summary>Returns the sizes of a new model.</summary>
    /// <param name="vocabulary">Its tokenizer's vocabulary.</param>
    /// <param name="defaults">How texts of that tokenizer are generated: tells further tokens that end one.</param>
    internal TransformerConfig Sizes(Vocabulary vocabulary, GenerationDefaults defaults) => new()
    {
        VocabularySize = vocabulary.Size,
        HiddenSize = HiddenSize,
        InnerSize = InnerSize,
        LayerCount = Layers,
        HeadCount = Heads,
        KeyValueHeadCount = KeyValueHeads,
        HeadDim = HiddenSize / Heads,
        ContextLength = ContextLength,
        RopeTheta = RopeTheta,
        TiesEmbeddings = TiesEmbeddings,
        BeginOfSequence = vocabulary.BeginOfSequence,
        EndOfSequence = defaults.EndOfSequence ?? (vocabulary.EndOfSequence is { } end ? [end] : []),
    };
}
