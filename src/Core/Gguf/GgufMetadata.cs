using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Gguf;

/// <summary>
/// The key/value pairs in front of a GGUF file's tensors. Integers of all widths read alike, and so do floats.
/// </summary>
public sealed class GgufMetadata
{
    private readonly string _file;
    private readonly Dictionary<string, Item> _items;

    internal GgufMetadata(string file, Dictionary<string, Item> items) => (_file, _items) = (file, items);

    /// <summary>Gets the keys in no fixed order.</summary>
    public IReadOnlyCollection<string> Keys => _items.Keys;

    /// <summary>Returns a string, or null where the key is absent.</summary>
    /// <exception cref="MalformedFileException">The value is of another type.</exception>
    public string? Text(string key) => Find(key) is { } item ? As<string>(key, item, "a string") : null;

    /// <summary>Returns an integer, or null where the key is absent.</summary>
    /// <exception cref="MalformedFileException">The value is of another type.</exception>
    public long? WholeNumber(string key) => Find(key) is { } item ? As<long>(key, item, "an integer") : null;

    /// <summary>Returns a finite number (a float or an integer), or null where the key is absent.</summary>
    /// <exception cref="MalformedFileException">The value is of another type, infinite or NaN.</exception>
    public double? Number(string key) => Find(key) switch
    {
        null => null,
        { Value: long integer } => integer,
        { Value: double number } when double.IsFinite(number) => number,
        { } item => throw Wrong(key, item, "a finite number"),
    };

    /// <summary>Returns a truth value, or null where the key is absent.</summary>
    /// <exception cref="MalformedFileException">The value is of another type.</exception>
    public bool? Flag(string key) => Find(key) is { } item ? As<bool>(key, item, "a truth value") : null;

    /// <summary>Returns an array of strings, or null where the key is absent.</summary>
    /// <exception cref="MalformedFileException">The value is of another type.</exception>
    public IReadOnlyList<string>? Texts(string key) =>
        Find(key) is { } item ? As<string[]>(key, item, "an array of strings") : null;

    /// <summary>Returns an array of integers, or null where the key is absent.</summary>
    /// <exception cref="MalformedFileException">The value is of another type.</exception>
    public IReadOnlyList<long>? WholeNumbers(string key) =>
        Find(key) is { } item ? As<long[]>(key, item, "an array of integers") : null;

    /// <summary>Returns an array of floats, or null where the key is absent.</summary>
    /// <exception cref="MalformedFileException">The value is of another type.</exception>
    public IReadOnlyList<double>? Numbers(string key) =>
        Find(key) is { } item ? As<double[]>(key, item, "an array of floats") : null;

    /// <summary>Makes an error that points at a key, or at the start of the file where the key is absent.</summary>
    internal MalformedFileException Broken(string key, string problem) =>
        new(_file, _items.TryGetValue(key, out var item) ? item.Offset : 0, $"metadata key '{key}': {problem}");

    private Item? Find(string key) => _items.GetValueOrDefault(key);

    private T As<T>(string key, Item item, string wanted) =>
        item.Value is T value ? value : throw Wrong(key, item, wanted);

    private MalformedFileException Wrong(string key, Item item, string wanted) =>
        Broken(key, $"has a value of type {item.Value.GetType().Name}, but {wanted} is needed");

    /// <summary>A value and where its key begins in the file.</summary>
    internal sealed record Item(object Value, long Offset);
}
