using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Pickle;

/// <summary>The arguments of a call in a pickle, read with a check of their types.</summary>
internal sealed record PickleArguments(
    string Function, IReadOnlyList<object?> Items, Func<string, MalformedFileException> Broken)
{
    public T At<T>(int index, string what) => index < Items.Count && Items[index] is T value
        ? value
        : throw Broken($"{Function} needs {what} as argument {index + 1}");

    /// <summary>Reads a tuple of whole numbers.</summary>
    public long[] Numbers(int index, string what, int most)
    {
        var list = At<PickleList>(index, what);
        return list.Items.Count <= most && list.Items.All(item => item is long)
            ? [.. list.Items.Cast<long>()]
            : throw Broken($"{Function} needs {what}, at most {most} whole numbers, as argument {index + 1}");
    }
}
