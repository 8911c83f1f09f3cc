namespace LlmEfficiency.Core.Templates.Values;

/// <summary>
/// A string that remembers which of its characters came from the conversation and not from the template.
/// </summary>
internal sealed class JinjaText : IEquatable<JinjaText>
{
    private readonly bool[]? _marks; // one for each character, where the origin is mixed
    private readonly bool _isContent;

    public JinjaText(string value, bool isContent) => (Value, _isContent) = (value, isContent);

    public JinjaText(string value, bool[] marks) => (Value, _marks) = (value, marks);

    public static JinjaText Empty { get; } = new("", isContent: false);

    public string Value { get; }

    public int Length => Value.Length;

    public bool HasContent => _marks is null ? _isContent && Length > 0 : Array.IndexOf(_marks, true) >= 0;

    public bool IsContent(int index) => _marks?[index] ?? _isContent;

    public JinjaText Slice(int start, int length) =>
        length == 0 ? Empty
        : length == Length ? this
        : _marks is null ? new JinjaText(Value.Substring(start, length), _isContent)
        : new JinjaText(Value.Substring(start, length), _marks.AsSpan(start, length).ToArray());

    /// <summary>
    /// Keeps the origin of each character where lengths agree; otherwise the whole counts as content if any was.
    /// </summary>
    public JinjaText WithValue(string value) =>
        value.Length != Length ? new JinjaText(value, HasContent)
        : _marks is null ? new JinjaText(value, _isContent)
        : new JinjaText(value, _marks);

    public bool Equals(JinjaText? other) => other is not null && other.Value == Value;

    public override bool Equals(object? obj) => Equals(obj as JinjaText);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;
}
