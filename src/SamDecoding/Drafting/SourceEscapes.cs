namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>What was learned of the shares that contexts leave to shorter ones, by the kind of source.</summary>
internal sealed record SourceEscapes
{
    /// <summary>How many kinds of source there are.</summary>
    public const int Kinds = 4;

    /// <summary>Gets the table of prompt and answer.</summary>
    public EscapeTable Context { get; init; } = new();

    /// <summary>Gets the table of predicted outputs.</summary>
    public EscapeTable Predictions { get; init; } = new();

    /// <summary>Gets the table of earlier answers.</summary>
    public EscapeTable Answers { get; init; } = new();

    /// <summary>Gets the table of frozen indexes.</summary>
    public EscapeTable Indexes { get; init; } = new();

    /// <summary>Gets all tables in the order in which snapshots hold them.</summary>
    public IReadOnlyList<EscapeTable> All => [Context, Predictions, Answers, Indexes];

    /// <summary>Returns tables in the order of <see cref="All"/>.</summary>
    public static SourceEscapes Of(IReadOnlyList<EscapeTable> tables) =>
        new() { Context = tables[0], Predictions = tables[1], Answers = tables[2], Indexes = tables[3] };
}
