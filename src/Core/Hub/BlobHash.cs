using System.Security.Cryptography;
using System.Text;

namespace LlmEfficiency.Core.Hub;

/// <summary>The running hash of a download: sha256, or the sha1 that git gives a blob.</summary>
internal sealed class BlobHash : IDisposable
{
    private readonly IncrementalHash _hash;
    private readonly string _expected;

    /// <summary>Begins a hash.</summary>
    /// <param name="expected">The hash that must come out: 64 digits (sha256) or 40 (git).</param>
    /// <param name="size">The size in bytes, part of what git hashes.</param>
    public BlobHash(string expected, long size)
    {
        _expected = expected;
        _hash = IncrementalHash.CreateHash(expected.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (expected.Length == 40)
        {
            _hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {size}\0")));
        }
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Ends the hash and returns whether it is the expected one.</summary>
    public bool IsRight() => Convert.ToHexStringLower(_hash.GetHashAndReset()) == _expected;

    public void Dispose() => _hash.Dispose();
}
