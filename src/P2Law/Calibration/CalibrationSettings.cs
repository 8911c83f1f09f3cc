using System.ComponentModel;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.P2Law.Calibration;

/// <summary>Which texts a model is looked at with before something is taken from it.</summary>
public sealed record CalibrationSettings
{
    /// <summary>Gets the files; none where the method needs no text.</summary>
    [Description("files of text, JSON Lines or Parquet; none where the method needs no text")]
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>Gets the number of sequences. Default 128.</summary>
    [Description("number of sequences")]
    public int Samples { get; init; } = 128;

    /// <summary>Gets the tokens of a sequence; the model's context, where it is shorter. Default 512.</summary>
    [Description("tokens of a sequence; the model's context, where it is shorter")]
    public int Length { get; init; } = 512;

    /// <summary>Gets the key of the choice. Default 0.</summary>
    [Description("key of the choice of documents and sequences")]
    public ulong Seed { get; init; }

    /// <summary>Gets how many sequences run together. Default 8.</summary>
    [Description("how many sequences run together")]
    public int Batch { get; init; } = 8;

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A value cannot work; the message names it.</exception>
    public void Validate()
    {
        var range = new SettingsRange("calibration");
        range.Require(Samples >= 1, "samples", Samples, "1 or more");
        range.Require(Length >= 2, "length", Length, "2 or more");
        range.Require(Batch >= 1, "batch", Batch, "1 or more");
    }

    /// <summary>Returns the files as sources of documents.</summary>
    internal IEnumerable<SourceSettings> Sources() =>
        Data.Select(path => new SourceSettings { Kind = SourceDocuments.KindOf(path), Paths = [path] });
}
