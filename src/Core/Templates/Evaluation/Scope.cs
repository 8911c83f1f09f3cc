namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>
/// The names of a template, a macro call or a loop turn; inner scopes see outer ones but do not change them.
/// </summary>
internal sealed class Scope(Scope? outer = null)
{
    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);

    public void Set(string name, object? value) => _names[name] = value;

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._names.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    private Scope? Outer { get; } = outer;
}
