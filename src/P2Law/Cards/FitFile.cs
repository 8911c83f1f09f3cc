using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>Fits of one law to one table, as they are kept: everything that a prediction or a second look needs.</summary>
public sealed record FitFile
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "llmeff-p2-fit";

    /// <summary>The version that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Gets the name of the format.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>Gets the version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Gets the version of the code that fitted.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>Gets the file with the measurements.</summary>
    public required string DataFile { get; init; }

    /// <summary>Gets the SHA-256 of that file, in small hexadecimal digits.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Gets where the file has what, and which rows count.</summary>
    public required ObservationColumns Columns { get; init; }

    /// <summary>Gets the seed of all random choices.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Gets the confidence of intervals.</summary>
    public required double Level { get; init; }

    /// <summary>Gets which rows were left out.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Gets the fits, one a group.</summary>
    public required IReadOnlyList<FitCard> Fits { get; init; }
}
