using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Measuring;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Drafting;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>A way to decode that is measured: plain, or with one drafter, which learns from question to question.</summary>
public sealed class BenchMethod : IDisposable
{
    /// <summary>The name of plain decoding, which the others are measured by.</summary>
    public const string Plain = "none";

    private readonly DrafterEntry? _entry;
    private readonly DraftSources _texts;
    private readonly IDrafter? _drafter;
    private readonly VerifyCost? _cost;

    /// <summary>Makes a method with a drafter of its own.</summary>
    /// <param name="entry">The drafter; null for plain decoding.</param>
    /// <param name="texts">What it may draw on.</param>
    public BenchMethod(DrafterEntry? entry, DraftSources texts)
    {
        (_entry, _texts) = (entry, texts);
        _drafter = entry?.Create(texts);
        _cost = entry?.IsCalibrated == true ? new VerifyCost() : null;
    }

    /// <summary>Gets the name.</summary>
    public string Name => _entry?.Name ?? Plain;

    /// <summary>Gets whether what passes cost decides how much of a draft is verified.</summary>
    public bool WeighsCosts => _cost is not null;

    /// <summary>Tells a method that weighs costs what passes were measured to cost.</summary>
    public void Know(IEnumerable<PassCost> costs) => _cost?.Know([.. costs.Select(cost => (cost.Rows, cost.Milliseconds / 1e3))]);

    /// <summary>Makes what generates.</summary>
    /// <param name="subject">The model.</param>
    /// <param name="rows">How many tokens a pass runs at most.</param>
    public IGenerator Generator(BenchSubject subject, int rows) => Generator(subject, rows, _drafter);

    /// <summary>Generates once, to warm up the machine; the drafter learns nothing of it, only what passes cost.</summary>
    public void WarmUp(BenchSubject subject, int rows, GenerationRequest request, CancellationToken cancellation)
    {
        using var drafter = _entry?.Create(_texts);
        Generator(subject, rows, drafter).Generate([request], cancellation: cancellation);
    }

    /// <summary>Tells the drafter of an answer that an earlier run measured, as if it had been decoded now.</summary>
    public void Teach(IReadOnlyList<int> prompt, IReadOnlyList<int> answer)
    {
        using var session = _drafter?.Open([.. prompt]);
        session?.Append([.. answer]);
    }

    /// <inheritdoc/>
    public void Dispose() => _drafter?.Dispose();

    private IGenerator Generator(BenchSubject subject, int rows, IDrafter? drafter)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return drafter is null
            ? new AutoregressiveGenerator(subject.Engine, subject.Tokenizer, subject.Time)
            : new SpeculativeGenerator(subject.Engine, subject.Tokenizer, drafter, subject.Time) { MaxRows = rows, Cost = _cost };
    }
}
