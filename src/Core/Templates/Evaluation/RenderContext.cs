using System.Runtime.CompilerServices;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>One rendering: its budget and the place it has reached.</summary>
internal sealed class RenderContext(string name, RenderLimits limits)
{
    private long _steps;
    private int _depth;

    /// <summary>Gets or sets the character of the template that is being evaluated, for messages.</summary>
    public int At { get; set; }

    public string Name => name;

    public RenderLimits Limits => limits;

    public MalformedFileException Fail(string problem) => new(name, At, problem);

    /// <summary>Pays for <paramref name="count"/> steps.</summary>
    public void Step(long count = 1)
    {
        if ((_steps += count) > limits.Steps)
        {
            throw Fail($"the template takes more than {limits.Steps} steps");
        }
    }

    /// <summary>Pays for reading or copying text.</summary>
    public void Charge(int length) => Step(1 + (length / 64));

    /// <summary>Pays for a search, whose worst case is the product of the lengths.</summary>
    public void ChargeSearch(int length, int pattern) =>
        Step(1 + (length / 64) + ((long)(length / 64) * (pattern / 64)));

    /// <summary>Pays for text that grows.</summary>
    public void Grow(int length, int more)
    {
        Charge(more);
        if ((long)length + more > limits.TextLength)
        {
            throw Fail($"the text grows beyond {limits.TextLength} characters");
        }
    }

    public void Enter()
    {
        Step();
        if (++_depth > limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fail($"expressions, calls or values nest deeper than {limits.Depth}");
        }
    }

    public void Leave() => _depth--;
}
