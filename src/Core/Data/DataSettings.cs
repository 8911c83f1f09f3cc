using System.ComponentModel;
using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data;

/// <summary>What a model is trained on.</summary>
public sealed record DataSettings
{
    /// <summary>Gets the sources, mixed by their weights.</summary>
    [Description("sources, mixed by their weights")]
    public IReadOnlyList<SourceSettings> Sources { get; init; } = [];

    /// <summary>Gets sources that are held out whole, beside the part of the others.</summary>
    [Description("sources that are held out whole, for validation")]
    public IReadOnlyList<SourceSettings> Validation { get; init; } = [];

    /// <summary>Gets the most tokens of a document. Default 512.</summary>
    [Description("the most tokens of a document")]
    public int SequenceLength { get; init; } = 512;

    /// <summary>Gets the part of the documents that is held out, by a hash of what they say. Default 0.</summary>
    [Description("part of the documents that is held out for validation, by a hash of what they say")]
    public double ValidationFraction { get; init; }

    /// <summary>Gets the key of the order of the samples. Default 0.</summary>
    [Description("key of the order of the samples")]
    public ulong Seed { get; init; }

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A value cannot work; the message names it.</exception>
    public void Validate()
    {
        Require(Sources.Count > 0, "sources", "empty", "name at least one source");
        Require(SequenceLength >= 2, "sequence_length", SequenceLength, "the least is 2, one token to predict the next");
        Require(
            ValidationFraction is >= 0 and < 1, "validation_fraction", ValidationFraction, "it must be at least 0 and below 1");
        for (var i = 0; i < Sources.Count; i++)
        {
            Sources[i].Validate(string.Create(CultureInfo.InvariantCulture, $"data.sources[{i}]"));
        }

        for (var i = 0; i < Validation.Count; i++)
        {
            Validation[i].Validate(string.Create(CultureInfo.InvariantCulture, $"data.validation[{i}]"));
        }
    }

    private static void Require(bool holds, string name, object value, string remedy)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, string.Create(CultureInfo.InvariantCulture, $"data.{name} is {value}: {remedy}"));
        }
    }
}
