using System.Diagnostics.CodeAnalysis;

namespace LlmEfficiency.Core.Templates.Values;

/// <summary>A map with text keys in the order they came in.</summary>
internal sealed class JinjaMap
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<(JinjaText Key, object? Value)> _entries = [];

    /// <summary>Gets whether templates may set entries: only what <c>namespace()</c> made.</summary>
    public bool IsNamespace { get; init; }

    public IReadOnlyList<(JinjaText Key, object? Value)> Entries => _entries;

    public int Count => _entries.Count;

    public void Set(JinjaText key, object? value)
    {
        if (_places.TryGetValue(key.Value, out var place))
        {
            _entries[place] = (_entries[place].Key, value);
        }
        else
        {
            _places.Add(key.Value, _entries.Count);
            _entries.Add((key, value));
        }
    }

    public void Set(string key, object? value) => Set(new JinjaText(key, isContent: false), value);

    public bool Contains(string key) => _places.ContainsKey(key);

    public bool TryGet(string key, [MaybeNullWhen(true)] out object? value)
    {
        var isThere = _places.TryGetValue(key, out var place);
        value = isThere ? _entries[place].Value : null;
        return isThere;
    }
}
