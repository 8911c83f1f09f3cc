using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tasks;

/// <summary>The parameters behind a task's name, as in <c>permutation-walk:k=8:m=24</c>. A task reads all it knows, then the rest is refused.</summary>
internal sealed class TaskParameters
{
    private readonly string _written;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    /// <summary>Reads what is written.</summary>
    /// <param name="written">A name, and <c>:KEY=VALUE</c> as often as wanted.</param>
    /// <exception cref="LlmEfficiencyException">A part is no <c>KEY=VALUE</c>, or a key is there twice.</exception>
    public TaskParameters(string written)
    {
        _written = written;
        var parts = written.Split(':');
        Task = parts[0];
        foreach (var part in parts.Skip(1))
        {
            var sign = part.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1 || !_values.TryAdd(part[..sign], part[(sign + 1)..]))
            {
                throw Refusal($"'{part}' must be KEY=VALUE, with each key once: {Task}:KEY=VALUE:KEY=VALUE");
            }
        }
    }

    /// <summary>Gets the name without parameters.</summary>
    public string Task { get; }

    /// <summary>Returns a whole number.</summary>
    public int Whole(string key, int otherwise, int low, int high)
    {
        _known.Add(key);
        return !_values.Remove(key, out var text) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value
            : throw Refusal($"{key} is '{text}': it must be a whole number from {low} to {high}");
    }

    /// <summary>Returns a share from 0 to 1.</summary>
    public double Share(string key, double otherwise)
    {
        _known.Add(key);
        return !_values.Remove(key, out var text) ? otherwise
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1 ? value
            : throw Refusal($"{key} is '{text}': it must be a number from 0 to 1");
    }

    /// <summary>Returns one of several words; null if none is given.</summary>
    public string? Word(string key, IReadOnlyList<string> words)
    {
        _known.Add(key);
        return !_values.Remove(key, out var text) ? null
            : words.Contains(text) ? text
            : throw Refusal($"{key} is '{text}': use one of {string.Join(", ", words)}");
    }

    /// <summary>Refuses keys that nobody read.</summary>
    /// <exception cref="LlmEfficiencyException">There is one.</exception>
    public void Finish()
    {
        if (_values.Count > 0)
        {
            var has = _known.Count == 0 ? "it has none" : $"it has {string.Join(", ", _known)}";
            throw Refusal($"there is no parameter '{_values.Keys.First()}': {has}");
        }
    }

    /// <summary>Writes a task's name, with those parameters that are not at their default.</summary>
    public static string Spell(string task, params ReadOnlySpan<(string Key, IFormattable Value, IFormattable Default)> parameters)
    {
        foreach (var (key, value, usual) in parameters)
        {
            task += value.Equals(usual) ? string.Empty : string.Create(CultureInfo.InvariantCulture, $":{key}={value}");
        }

        return task;
    }

    private LlmEfficiencyException Refusal(string why) => new(ErrorKind.Configuration, $"task '{_written}': {why}");
}
