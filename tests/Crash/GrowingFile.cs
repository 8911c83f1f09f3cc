using System.Text.Json;

namespace LlmEfficiency.Crash;

/// <summary>A file of a JSON object a line.</summary>
/// <param name="Name">Its name in the run's folder.</param>
/// <param name="StepKey">The member that says at which step a line was written.</param>
public sealed record GrowingFile(string Name, string StepKey)
{
    /// <summary>Looks at what a killed process left.</summary>
    /// <param name="expected">The file of the undisturbed run.</param>
    /// <param name="found">That of the killed run; it may not be there.</param>
    /// <param name="checkpoint">The step of the killed run's newest checkpoint; 0 for none.</param>
    /// <returns>What is wrong, or null: whole lines are those of the undisturbed run, and none up to the checkpoint is missing.</returns>
    public string? FindProblem(string expected, string found, long checkpoint)
    {
        var left = File.Exists(found) ? File.ReadAllBytes(found).AsSpan() : [];
        var whole = left[..(left.LastIndexOf((byte)'\n') + 1)];
        var all = File.ReadAllBytes(expected).AsSpan();
        return !all.StartsWith(whole) ? $"{Name} is not the beginning of that of the undisturbed run"
            : checkpoint > 0 && CountUpTo(whole, checkpoint) < CountUpTo(all, checkpoint) ? $"{Name} lacks lines of steps up to {checkpoint}"
            : null;
    }

    private int CountUpTo(ReadOnlySpan<byte> lines, long step)
    {
        var count = 0;
        foreach (var range in lines.Split((byte)'\n'))
        {
            if (lines[range] is { IsEmpty: false } line)
            {
                var reader = new Utf8JsonReader(line);
                using var row = JsonDocument.ParseValue(ref reader);
                count += row.RootElement.GetProperty(StepKey).GetInt64() <= step ? 1 : 0;
            }
        }

        return count;
    }
}
