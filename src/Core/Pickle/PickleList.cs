namespace LlmEfficiency.Core.Pickle;

/// <summary>A list, tuple or <c>torch.Size</c>.</summary>
internal sealed class PickleList : PickleNode
{
    private readonly List<object?> _items = [];

    public PickleList(bool isTuple, IEnumerable<object?> items)
    {
        IsTuple = isTuple;
        foreach (var item in items)
        {
            Add(item);
        }
    }

    public bool IsTuple { get; }

    public IReadOnlyList<object?> Items => _items;

    public void Add(object? item)
    {
        Hold(item);
        _items.Add(item);
    }
}
