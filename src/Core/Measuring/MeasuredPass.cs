using LlmEfficiency.Core.Decoding;

namespace LlmEfficiency.Core.Measuring;

/// <summary>A sequence of an engine whose passes are measured; what it decodes is nonsense.</summary>
internal sealed class MeasuredPass : IDisposable
{
    private readonly IDecodeSession _session;
    private readonly int[] _tokens;
    private readonly int _context;

    /// <summary>Opens the sequence.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="settings">What is measured of it.</param>
    public MeasuredPass(IDecodeEngine engine, DecodeBenchmarkSettings settings)
    {
        (_context, var most) = (settings.Context, settings.Rows.Max());
        _session = engine.Open(1, _context + most);
        _tokens = [.. Enumerable.Range(1, Math.Max(_context, most)).Select(index => (int)(index * 7919L % engine.Config.VocabularySize))];
    }

    /// <summary>Reads the context anew.</summary>
    public void ReadPrompt()
    {
        _session.Truncate(0, 0);
        _session.Forward([new DecodeRow(0, _tokens.AsMemory(0, _context))]);
    }

    /// <summary>Runs some tokens behind the context, which must have been read.</summary>
    public void Run(int rows)
    {
        _session.Truncate(0, _context);
        _session.Forward([new DecodeRow(0, _tokens.AsMemory(0, rows)) { Logits = LogitSelection.All }]);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
