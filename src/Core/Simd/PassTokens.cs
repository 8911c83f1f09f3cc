using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Tokens that run through the layers together, and what each of them sees.</summary>
/// <param name="cache">The cache, whose slots they take.</param>
/// <param name="window">How many positions back a token sees; null means all.</param>
internal sealed unsafe class PassTokens(SimdCache cache, int? window) : IDisposable
{
    private readonly List<(int Start, int Together, int FirstOther, int OtherCount)> _visible = [];
    private readonly List<int> _asked = [];
    private NativeBuffer<int> _others = new(64);
    private int _otherCount;

    /// <summary>Gets how many tokens there are.</summary>
    public int Count => Ids.Count;

    /// <summary>Gets the token ids.</summary>
    public List<int> Ids { get; } = [];

    /// <summary>Gets which sequence each belongs to.</summary>
    public List<int> Sequences { get; } = [];

    /// <summary>Gets the slots that they took.</summary>
    public List<int> Slots { get; } = [];

    /// <summary>Gets their positions.</summary>
    public List<int> Positions { get; } = [];

    /// <summary>Gets those whose logits are wanted, ascending.</summary>
    public List<int> Wanted { get; } = [];

    /// <summary>Gets those whose features are kept, ascending.</summary>
    public List<int> Featured { get; } = [];

    /// <summary>Gets the features of the token before each, <c>[hidden]</c>, where a draft head reads them.</summary>
    public List<ReadOnlyMemory<float>> PriorFeatures { get; } = [];

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Ids.Clear();
        Sequences.Clear();
        Slots.Clear();
        Positions.Clear();
        Wanted.Clear();
        Featured.Clear();
        PriorFeatures.Clear();
        _visible.Clear();
        _otherCount = 0;
    }

    /// <summary>Takes in neighbouring tokens of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="start">How many slots its sequence filled before the first of its tokens.</param>
    /// <param name="first">The first of the tokens.</param>
    /// <param name="count">How many.</param>
    public void Add(DecodeRow row, int start, int first, int count)
    {
        var ids = row.Tokens.Span;
        var positions = row.Positions.Span;
        for (var token = first; token < first + count; token++)
        {
            var position = positions.IsEmpty ? cache.NextPosition(row.Sequence) : positions[token];
            Choose(row.Logits, token == ids.Length - 1, Wanted);
            Choose(row.Features, token == ids.Length - 1, Featured);
            if (!row.PriorFeatures.IsEmpty)
            {
                var width = row.PriorFeatures.Length / ids.Length;
                PriorFeatures.Add(row.PriorFeatures.Slice(token * width, width));
            }

            Ids.Add(ids[token]);
            Sequences.Add(row.Sequence);
            Positions.Add(position);
            Slots.Add(cache.Add(row.Sequence, position));
        }

        for (var token = first; token < first + count; token++)
        {
            See(row, start, token, Positions[Count - count + (token - first)]);
        }
    }

    /// <summary>Leaves the tokens whose logits or features are asked for. Prior features are gone.</summary>
    /// <returns>Which tokens they were, ascending.</returns>
    public IReadOnlyList<int> KeepAsked()
    {
        _asked.Clear();
        var (wanted, featured) = (0, 0);
        while (wanted < Wanted.Count || featured < Featured.Count)
        {
            var isWanted = featured == Featured.Count || (wanted < Wanted.Count && Wanted[wanted] <= Featured[featured]);
            var isFeatured = wanted == Wanted.Count || (featured < Featured.Count && Featured[featured] <= Wanted[wanted]);
            var token = isWanted ? Wanted[wanted] : Featured[featured];
            var place = _asked.Count;
            (Ids[place], Sequences[place], Slots[place], Positions[place], _visible[place]) =
                (Ids[token], Sequences[token], Slots[token], Positions[token], _visible[token]);
            _asked.Add(token);
            if (isWanted)
            {
                Wanted[wanted++] = place;
            }

            if (isFeatured)
            {
                Featured[featured++] = place;
            }
        }

        var dropped = Count - _asked.Count;
        Ids.RemoveRange(_asked.Count, dropped);
        Sequences.RemoveRange(_asked.Count, dropped);
        Slots.RemoveRange(_asked.Count, dropped);
        Positions.RemoveRange(_asked.Count, dropped);
        _visible.RemoveRange(_asked.Count, dropped);
        PriorFeatures.Clear();
        return _asked;
    }

    /// <summary>Returns what a token sees.</summary>
    public VisibleSlots Visible(int token)
    {
        var (start, together, first, count) = _visible[token];
        return new VisibleSlots(start, together, _others.Pointer + first, count);
    }

    /// <inheritdoc/>
    public void Dispose() => _others.Dispose();

    private void Choose(LogitSelection selection, bool isLast, List<int> chosen)
    {
        if (selection == LogitSelection.All || (selection == LogitSelection.Last && isLast))
        {
            chosen.Add(Count);
        }
    }

    private void See(DecodeRow row, int start, int token, int position)
    {
        var (first, together, firstOther) = (0, 0, _otherCount);
        var known = cache.Positions(row.Sequence);
        var end = row.Ancestors is null ? start + token + 1 : known.Length;
        var masked = row.MaskedSlots;
        if (window is null)
        {
            together = row.Ancestors is null ? end : start - masked;
        }

        for (var slot = together; slot < end; slot++)
        {
            var isSeen = (slot < start - masked || row.Ancestors is null || row.Ancestors[masked + token, slot - start + masked])
                && (window is null || position - known[slot] < window);
            if (!isSeen)
            {
                continue;
            }

            if (together == 0)
            {
                (first, together) = (slot, 1);
            }
            else if (slot == first + together)
            {
                together++;
            }
            else
            {
                AddOther(slot);
            }
        }

        _visible.Add((first, together, firstOther, _otherCount - firstOther));
    }

    private void AddOther(int slot)
    {
        if (_otherCount == _others.Count)
        {
            var larger = new NativeBuffer<int>(2 * _others.Count);
            _others.Slice(0, _otherCount).CopyTo(larger.Slice(0, _otherCount));
            _others.Dispose();
            _others = larger;
        }

        _others.Pointer[_otherCount++] = slot;
    }
}
