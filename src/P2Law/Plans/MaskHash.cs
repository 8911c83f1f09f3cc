using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Plans;

/// <summary>A hash of what pruning kept, which a reader of the result can compute anew.</summary>
/// <remarks>
/// Of units: SHA-256 of their numbers as text. Of weights: of the names of the matrices in the order of the layers, each with one
/// byte a weight, 1 where it is not zero.
/// </remarks>
public sealed class MaskHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Hashes the units that are left.</summary>
    public static string Of(KeptUnits kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        var lines = new List<string> { $"layers {Text(kept.Layers)}", $"hidden {Text(kept.Hidden)}" };
        lines.AddRange((kept.FeedForward ?? []).Select(units => $"ffn {Text(units)}"));
        lines.AddRange((kept.Heads ?? []).Select(units => $"heads {Text(units)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', lines))));
    }

    /// <summary>Takes in a matrix, as it is stored.</summary>
    /// <param name="name">Its Hugging Face name.</param>
    /// <param name="weights">The matrix, <c>[out, in]</c>.</param>
    public void Add(string name, Tensor weights)
    {
        using var scope = NewDisposeScope();
        _hash.AppendData(Encoding.UTF8.GetBytes(name));
        _hash.AppendData(weights.ne(0).to(ScalarType.Byte).cpu().contiguous().bytes);
    }

    /// <summary>Returns the hash of all that was taken in.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private static string Text(IReadOnlyList<int>? units) => units is null
        ? "all"
        : string.Join(',', units.Select(unit => unit.ToString(CultureInfo.InvariantCulture)));
}
