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

    /// <summary>How many numbers say how often each rank was right, and of how many.</summary>
    internal const int HitNumbers = Width + 1;

    private const double PriorWeight = 16;  // observations that the first shares count for
    private const double Forgets = 4096;    // observations that count

    // How often the follower of each rank is the one, before anything is known; the rest follows in no rank.
    private static readonly double[] FirstShares = [0.45, 0.12, 0.06, 0.04, 0.03, 0.02, 0.02, 0.01];

    private readonly Lock _lock = new();
    private readonly double[] _hits = [.. FirstShares.Select(share => share * PriorWeight)];
    private double _seen = PriorWeight;
    private readonly Dictionary<int, int> _rows = [];   // of the tokens that the model was seen to run
    private readonly List<int> _followers = [];         // [rows, Width]

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
            Judge(known, best[0]);
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

    /// <summary>Reads how often the follower of each rank was the likeliest the next time.</summary>
    /// <param name="shares">Receives them, <c>[Width]</c>.</param>
    public void Shares(Span<double> shares)
    {
        lock (_lock)
        {
            for (var rank = 0; rank < Width; rank++)
            {
                shares[rank] = _hits[rank] / _seen;
            }
        }
    }

    /// <summary>Copies what was learned: how often each rank was right, and of how many; then the rows, by token.</summary>
    internal (double[] Hits, int[] Rows) Snapshot()
    {
        lock (_lock)
        {
            return ([.. _hits, _seen], [.. _rows.OrderBy(pair => pair.Key).SelectMany(pair => _followers.Slice(pair.Value * Width, Width).Prepend(pair.Key))]);
        }
    }

    /// <summary>Returns a table with what another one had learned; null if none can have learned that.</summary>
    /// <param name="hits"><see cref="HitNumbers"/> as <see cref="Snapshot"/> gives them.</param>
    /// <param name="rows">Rows of <see cref="RowNumbers"/>.</param>
    /// <param name="vocabulary">The number of ids.</param>
    internal static RecyclingTable? Of(ReadOnlySpan<double> hits, ReadOnlySpan<int> rows, int vocabulary)
    {
        var table = new RecyclingTable { _seen = hits[Width] };
        var isValid = hits[Width] is >= PriorWeight and <= Forgets + 1;
        for (var rank = 0; rank < Width; rank++)
        {
            table._hits[rank] = hits[rank];
            isValid &= hits[rank] >= 0 && hits[rank] <= hits[Width];    // no NaN either
        }

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

    private void Judge(ReadOnlySpan<int> known, int next)
    {
        if (_seen >= Forgets)
        {
            _seen /= 2;
            for (var rank = 0; rank < Width; rank++)
            {
                _hits[rank] /= 2;
            }
        }

        _seen++;
        if (known.IndexOf(next) is >= 0 and var hit)
        {
            _hits[hit]++;
        }
    }
}
