namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>What one method did with one question.</summary>
/// <param name="Id">The question.</param>
/// <param name="Category">Its category in the file.</param>
/// <param name="Turns">Its turns.</param>
public sealed record QuestionMeasurement(int Id, string Category, IReadOnlyList<TurnMeasurement> Turns)
{
    /// <summary>Gets the tokens of all turns a second of all turns.</summary>
    public double TokensPerSecond => Turns.Sum(turn => (double)turn.TokenIds.Count) / Turns.Sum(turn => turn.WallTime);

    /// <summary>Returns whether another method answered with the same tokens.</summary>
    public bool HasTokensOf(QuestionMeasurement other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Turns.Count == other.Turns.Count
            && Turns.Zip(other.Turns).All(pair => pair.First.TokenIds.SequenceEqual(pair.Second.TokenIds));
    }
}
