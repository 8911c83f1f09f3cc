namespace LlmEfficiency.Core.Templates.Values;

/// <summary>Evaluated arguments of a call, filter or test.</summary>
/// <param name="Positional">Those without a name.</param>
/// <param name="Named">Those with one.</param>
internal sealed record CallArguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named)
{
    private static readonly Dictionary<string, object?> NoNames = new(StringComparer.Ordinal);

    public static CallArguments None { get; } = new([], NoNames);

    public static CallArguments Of(params object?[] values) => new(values, NoNames);

    public bool Has(int index, string name) => index < Positional.Count || Named.ContainsKey(name);

    /// <summary>Returns an argument given by place or by name, or <paramref name="otherwise"/>.</summary>
    public object? Get(int index, string name, object? otherwise = null) =>
        index < Positional.Count ? Positional[index] : Named.TryGetValue(name, out var value) ? value : otherwise;

    /// <summary>Returns the arguments behind the first <paramref name="count"/>.</summary>
    public CallArguments Skip(int count) => new([.. Positional.Skip(count)], Named);
}
