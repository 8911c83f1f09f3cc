using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>
/// The parameters behind the name of something, as in task <c>permutation-walk:k=8:m=24</c> or drafter <c>sam:rows=16</c>. What is named reads
/// all that it knows, then the rest is refused.
/// </summary>
public sealed class NamedParameters
{
    private readonly string _kind;
    private readonly string _written;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    /// <summary>Reads what is written.</summary>
    /// <param name="kind">What is named, for messages: <c>task</c>.</param>
    /// <param name="written">A name, and <c>:KEY=VALUE</c> as often as wanted.</param>
    /// <exception cref="LlmEfficiencyException">A part is no <c>KEY=VALUE</c>, or a key is there twice.</exception>
    public NamedParameters(string kind, string written)
    {
        ArgumentNullException.ThrowIfNull(written);
        (_kind, _written) = (kind, written);
        var parts = written.Split(':');
        Name = parts[0];
        foreach (var part in parts.Skip(1))
        {
            var sign = part.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1 || !_values.TryAdd(part[..sign], part[(sign + 1)..]))
            {
                throw Refusal($"'{part}' must be KEY=VALUE, with each key once: {Name}:KEY=VALUE:KEY=VALUE");
            }
        }
    }

    /// <summary>Gets the name without parameters.</summary>
    public string Name { get; }

    /// <summary>Returns a whole number.</summary>
    public int Whole(string key, int otherwise, int low, int high)
    {
        _known.Add(key);
        return !_values.Remove(key, out var text) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value
            : throw Refusal($"{key} is '{text}': it must be a whole number from {low} to {high}");
    }

    /// <summary>Returns a share from 0 to 1.</summary>
    public double Share(string key, double otherwise) => Number(key, 0, 1) ?? otherwise;

    /// <summary>Returns a number; null if none is given.</summary>
    public double? Number(string key, double low, double high)
    {
        _known.Add(key);
        return !_values.Remove(key, out var text) ? null
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value
            : throw Refusal(string.Create(CultureInfo.InvariantCulture, $"{key} is '{text}': it must be a number from {low} to {high}"));
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

    /// <summary>Writes a name, with those parameters that are not at their default.</summary>
    public static string Spell(string name, params ReadOnlySpan<(string Key, IFormattable Value, IFormattable Default)> parameters)
    {
        foreach (var (key, value, usual) in parameters)
        {
            name += value.Equals(usual) ? string.Empty : string.Create(CultureInfo.InvariantCulture, $":{key}={value}");
        }

        return name;
    }

    private LlmEfficiencyException Refusal(string why) => new(ErrorKind.Configuration, $"{_kind} '{_written}': {why}");
}
