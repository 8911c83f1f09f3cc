using System.Runtime.InteropServices;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>
/// What a draft head has read of one request: pairs of a token and the features of the token before it. Certain ones are read when a draft is next wanted,
/// all at once; drafted ones are forgotten behind the draft.
/// </summary>
internal sealed class HeadContext : IDisposable
{
    private readonly EagleHead _head;
    private readonly int _width;
    private readonly int _capacity;
    private readonly List<int> _tokens;             // of prompt and answer
    private readonly List<float> _waiting = [];     // features of certain tokens that are not read yet, [tokens, width]
    private readonly List<int> _parents = [];       // of the drafted tokens that were read
    private readonly List<int> _depths = [];
    private readonly List<float> _foretold = [];    // features behind the context, then behind each drafted token
    private IDecodeSession? _session;
    private int _start;                             // the place of the first token whose features are known
    private int _followed;                          // the place behind the last one
    private int _read;                              // the place of the first one that is not read

    /// <summary>Begins a request.</summary>
    /// <param name="head">The head.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="drafted">How many drafted tokens are read at most.</param>
    public HeadContext(EagleHead head, ReadOnlySpan<int> prompt, int drafted)
    {
        (_head, _width, _tokens) = (head, head.Engine.Config.HiddenSize, [.. prompt]);
        _capacity = head.Context + drafted;
    }

    /// <summary>Takes in certain tokens.</summary>
    public void Append(ReadOnlySpan<int> tokens) => _tokens.AddRange(tokens);

    /// <summary>Takes in the features of a certain token.</summary>
    public void Follow(int position, ReadOnlySpan<float> features)
    {
        if (_followed == _start)
        {
            (_start, _followed, _read) = (position, position, position); // what was cached before is not seen
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(position, _followed);
        _waiting.AddRange(features);
        _followed++;
    }

    /// <summary>Reads what has become certain.</summary>
    /// <returns>The logits of the token behind the context, one row; null where nothing is known of it.</returns>
    public LogitBlock? CatchUp()
    {
        if (_read == _followed || _tokens.Count <= _followed)
        {
            return null;
        }

        _session ??= _head.Engine.Open(1, _capacity);
        var row = new DecodeRow(0, CollectionsMarshal.AsSpan(_tokens)[(_read + 1)..(_followed + 1)].ToArray())
        {
            Positions = Enumerable.Range(_read, _followed - _read).ToArray(),
            PriorFeatures = _waiting.ToArray(),
            Features = LogitSelection.Last,
        };
        var logits = _session.Forward([row]);
        _waiting.Clear();
        _read = _followed;
        _foretold.AddRange(_session.Features(0));
        return logits;
    }

    /// <summary>Reads drafted tokens, behind <see cref="CatchUp"/>.</summary>
    /// <param name="tokens">The tokens, each with the number of the one before it among all that were read, or the context.</param>
    /// <returns>The logits behind each.</returns>
    public LogitBlock Expand(IReadOnlyList<(int Parent, int Token)> tokens)
    {
        var features = new float[tokens.Count * _width];
        for (var token = 0; token < tokens.Count; token++)
        {
            var parent = tokens[token].Parent;
            CollectionsMarshal.AsSpan(_foretold).Slice((parent + 1) * _width, _width).CopyTo(features.AsSpan(token * _width));
            _parents.Add(parent);
            _depths.Add(parent == DraftTree.Context ? 1 : _depths[parent] + 1);
        }

        var logits = _session!.Forward(
        [
            new DecodeRow(0, tokens.Select(token => token.Token).ToArray())
            {
                Positions = _depths.TakeLast(tokens.Count).Select(depth => _read - 1 + depth).ToArray(),
                Ancestors = AncestorMask.FromParents(CollectionsMarshal.AsSpan(_parents)),
                PriorFeatures = features,
                Logits = LogitSelection.All,
                Features = LogitSelection.All,
            },
        ]);
        for (var token = 0; token < tokens.Count; token++)
        {
            _foretold.AddRange(_session.Features(token));
        }

        return logits;
    }

    /// <summary>Forgets the drafted tokens.</summary>
    public void Forget()
    {
        _session?.Truncate(0, _read - _start);
        _parents.Clear();
        _depths.Clear();
        _foretold.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();
}
