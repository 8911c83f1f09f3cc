using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LlmEfficiency.Core.Data;

/// <summary>Gathers encoded documents, cut to the sequence length.</summary>
/// <param name="encoder">How the documents were encoded.</param>
internal sealed class TokenStoreBuilder(DocumentEncoder encoder) : IDisposable
{
    private readonly IdBuffer _ids = new(encoder.VocabularySize);
    private readonly ChunkedBuffer<long> _starts = Starts();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ChunkedBuffer<bool>? _targets;
    private long _cut;
    private long _skipped;

    /// <summary>Puts a document behind the others.</summary>
    public void Add(EncodedDocument document)
    {
        var length = encoder.SequenceLength;
        if (!document.HasTarget(document.IsContinuous ? int.MaxValue : length))
        {
            _skipped++;
        }
        else if (document.IsContinuous)
        {
            AddWindows(document.Tokens, length);
        }
        else
        {
            _cut += document.Tokens.Length > length ? 1 : 0;
            var taken = Math.Min(length, document.Tokens.Length);
            var targets = document.Targets is null ? default : document.Targets.AsSpan(0, taken);
            Append(document.Tokens.AsSpan(0, taken), targets);
        }
    }

    /// <summary>Returns all documents.</summary>
    public TokenStore ToStore(string name) =>
        new(name, Convert.ToHexStringLower(_hash.GetCurrentHash()), encoder.SequenceLength, _ids, _targets, _starts)
        {
            CutCount = _cut,
            SkippedCount = _skipped,
        };

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static ChunkedBuffer<long> Starts()
    {
        var starts = new ChunkedBuffer<long>();
        starts.Add(0);
        return starts;
    }

    // A window begins with the last token of the one before; a rest of one token alone is that token again.
    private void AddWindows(ReadOnlySpan<int> tokens, int length)
    {
        for (var start = 0; start < tokens.Length - 1; start += length - 1)
        {
            Append(tokens.Slice(start, Math.Min(length, tokens.Length - start)), default);
        }
    }

    // No targets stand for all but the first; they are stored from the first document on that has others.
    private void Append(ReadOnlySpan<int> tokens, ReadOnlySpan<bool> targets)
    {
        if (_targets is null && !targets.IsEmpty)
        {
            _targets = new ChunkedBuffer<bool>();
            for (var document = 0L; document < _starts.Length - 1; document++)
            {
                _targets.AddRange(EncodedDocument.AllButFirst((int)(_starts[document + 1] - _starts[document])));
            }
        }

        targets = targets.IsEmpty ? EncodedDocument.AllButFirst(tokens.Length) : targets;
        _targets?.AddRange(targets);
        _ids.AddRange(tokens);
        _starts.Add(_ids.Length);
        _hash.AppendData(BitConverter.GetBytes(tokens.Length));
        _hash.AppendData(MemoryMarshal.AsBytes(tokens));
        _hash.AppendData(MemoryMarshal.AsBytes(targets));
    }
}
