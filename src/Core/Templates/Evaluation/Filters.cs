using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Finds filters by name.</summary>
internal static class Filters
{
    /// <summary>Computes a filter's value; <paramref name="value"/> stands before the bar.</summary>
    internal delegate object? Filter(RenderContext context, object? value, CallArguments arguments);

    private static readonly Dictionary<string, Filter> All = new(
        TextFilters.All.Concat(ListFilters.All).Concat(SelectionFilters.All).Concat(NumberFilters.All), StringComparer.Ordinal);

    public static object? Apply(RenderContext context, string name, object? value, CallArguments arguments)
    {
        context.Enter(); // map(...) applies filters inside filters
        if (!All.TryGetValue(name, out var filter))
        {
            throw context.Fail($"the filter '{name}' is not known here");
        }

        var result = filter(context, value, arguments);
        context.Leave();
        return result;
    }
}
