namespace LlmEfficiency.Core.Pickle;

/// <summary>A <c>dict</c> or <c>collections.OrderedDict</c>; keys are strings, numbers or truth values.</summary>
internal sealed class PickleMap : PickleNode
{
    private readonly Dictionary<object, object?> _items = [];

    public IReadOnlyDictionary<object, object?> Items => _items;

    /// <summary>Adds an item, or returns false where the key is there.</summary>
    public bool TryAdd(object key, object? value)
    {
        Hold(value);
        return _items.TryAdd(key, value);
    }
}
