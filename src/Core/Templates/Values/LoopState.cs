namespace LlmEfficiency.Core.Templates.Values;

/// <summary>What <c>loop</c> tells about the running turn of a <c>for</c>.</summary>
internal sealed class LoopState(IReadOnlyList<object?> items)
{
    public int Index { get; set; }

    public object? Get(string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)(items.Count - Index),
        "revindex0" => (long)(items.Count - Index - 1),
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        _ => Neighbour(name),
    };

    private object? Neighbour(string name) => name switch
    {
        "previtem" when Index > 0 => items[Index - 1],
        "nextitem" when Index < items.Count - 1 => items[Index + 1],
        "depth" => 1L, // deeper only in recursive loops, which are not here
        "depth0" => 0L,
        "cycle" => new JinjaFunction(
            "loop.cycle", args => args.Positional.Count == 0 ? null : args.Positional[Index % args.Positional.Count]),
        _ => new Undefined($"loop.{name}"),
    };
}
