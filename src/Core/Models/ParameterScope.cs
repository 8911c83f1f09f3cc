using TorchSharp.Modules;

namespace LlmEfficiency.Core.Models;

/// <summary>A place in the tree of modules under which parameters are allocated.</summary>
internal sealed record ParameterScope(string Path, ParameterAllocator Allocate)
{
    public ParameterScope this[string child] => new(Path.Length == 0 ? child : $"{Path}.{child}", Allocate);

    public Parameter Create(string name, params long[] shape)
    {
        var full = this[name].Path;
        var memory = Allocate(full, shape);
        if (!memory.shape.AsSpan().SequenceEqual(shape))
        {
            throw new ArgumentException(
                $"{full} is [{string.Join(", ", memory.shape)}], the model needs [{string.Join(", ", shape)}]", nameof(shape));
        }

        using (memory)
        {
            return (Parameter)new Parameter(memory).DetachFromDisposeScope();
        }
    }
}
