using System.Runtime.InteropServices;

namespace LlmEfficiency.SamDecoding.Recycling;

/// <summary>
/// Token Recycling's adjacency matrix: for each token the likeliest followers where the model ran it last. Takes about 70 bytes a
/// token that was ever run. Safe for several threads.
/// </summary>
public sealed class RecyclingTable
{
    /// <summary>How many followers a token has (paper: 8).</summary>
    public const int Width = 8;

    /// <summary>What stands where no follower is known.</summary>
    public const int None = -1;

    /// <summary>How many numbers a row of a snapshot has: the token and its followers.</summary>
    internal const int RowNumbers = Width + 1;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _rows = [];   // of the tokens that the model was seen to run
    private readonly List<int> _followers = [];         // [rows, Width]

    /// <summary>Gets how often the follower of each rank was the likeliest one the next time.</summary>
    public RankShares Shares { get; private init; } = new();

    /// <summary>Gets how often it was the one, of the tokens that no text foretold.</summary>
    public RankShares RestShares { get; private init; } = new();

    /// <summary>Learns the likeliest followers of a token, of equals those with the lower id.</summary>
    /// <param name="token">The token.</param>
    /// <param name="logits">The logits behind it, <c>[vocab]</c>.</param>
    public void Learn(int token, ReadOnlySpan<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        Span<int> best = stackalloc int[Width];
        LargestLogits.Find(logits, best);
        lock (_lock)
        {
            if (!_rows.TryGetValue(token, out var row))
            {
                _rows.Add(token, row = _rows.Count);
                _followers.AddRange(best);
                return;
            }

            var known = CollectionsMarshal.AsSpan(_followers).Slice(row * Width, Width);
            Shares.Learn(known.IndexOf(best[0]));
            best.CopyTo(known);
        }
    }

    /// <summary>Reads the followers of a token, the likeliest first; <see cref="None"/> where none is known.</summary>
    /// <param name="token">The token.</param>
    /// <param name="followers">Receives them, <c>[Width]</c>.</param>
    public void Read(int token, Span<int> followers)
    {
        lock (_lock)
        {
            if (_rows.TryGetValue(token, out var row))
            {
                CollectionsMarshal.AsSpan(_followers).Slice(row * Width, Width).CopyTo(followers);
            }
            else
            {
                followers.Fill(None);
            }
        }
    }

    /// <summary>Copies the rows, by token: each is the token and its followers.</summary>
    internal int[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _rows.OrderBy(pair => pair.Key).SelectMany(pair => _followers.Slice(pair.Value * Width, Width).Prepend(pair.Key))];
        }
    }

    /// <summary>Returns a table with what another one had learned; null if none can have learned that.</summary>
    /// <param name="shares">Its <see cref="Shares"/>.</param>
    /// <param name="restShares">Its <see cref="RestShares"/>.</param>
    /// <param name="rows">Rows of <see cref="RowNumbers"/>, as <see cref="Snapshot"/> gives them.</param>
    /// <param name="vocabulary">The number of ids.</param>
    internal static RecyclingTable? Of(RankShares shares, RankShares restShares, ReadOnlySpan<int> rows, int vocabulary)
    {
        var (table, isValid) = (new RecyclingTable { Shares = shares, RestShares = restShares }, true);
        for (var last = -1; isValid && !rows.IsEmpty; rows = rows[RowNumbers..])
        {
            var token = rows[0];
            var followers = rows[1..RowNumbers];
            isValid = token > last && token < vocabulary && IsRow(followers, vocabulary);
            table._rows[token] = table._rows.Count;
            table._followers.AddRange(followers);
            last = token;
        }

        return isValid ? table : null;
    }

    // Different ids, and behind the last one none.
    private static bool IsRow(ReadOnlySpan<int> followers, int vocabulary)
    {
        var known = followers.IndexOf(None) is >= 0 and var end ? end : Width;
        var isValid = !followers[..known].ContainsAnyExceptInRange(0, vocabulary - 1) && !followers[known..].ContainsAnyExcept(None);
        for (var rank = 1; rank < known; rank++)
        {
            isValid &= !followers[..rank].Contains(followers[rank]);
        }

        return isValid;
    }
}
