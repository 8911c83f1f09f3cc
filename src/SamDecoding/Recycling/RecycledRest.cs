namespace LlmEfficiency.SamDecoding.Recycling;

/// <summary>
/// Token Recycling's candidates for the share that texts leave: how often each rank is right is learned of those tokens alone that no text foretold.
/// Of one request.
/// </summary>
/// <param name="table">What is known of tokens.</param>
internal sealed class RecycledRest(RecyclingTable table)
{
    /// <summary>What drafts from here are called.</summary>
    public const string Source = "recycled";

    private readonly int[] _row = new int[RecyclingTable.Width];
    private readonly int[] _firstRow = new int[RecyclingTable.Width];   // of the draft's first token
    private readonly double[] _shares = new double[RecyclingTable.Width];
    private readonly List<(int Token, double Share)> _followers = [];
    private HashSet<int>? _foretold;                                    // of the first token, by texts

    /// <summary>Takes in what the model expects behind a token.</summary>
    public void Watch(int token, ReadOnlySpan<float> logits) => table.Learn(token, logits);

    /// <summary>Begins a draft.</summary>
    public void Begin()
    {
        table.RestShares.Read(_shares);
        _foretold = null;
    }

    /// <summary>Returns candidates, the likeliest first, with the part of what is left that each takes.</summary>
    /// <param name="token">The token that they follow.</param>
    /// <param name="foretold">Which tokens texts foretell there; they are left out.</param>
    /// <param name="isFirst">Whether they are the first of the draft.</param>
    public IReadOnlyList<(int Token, double Share)> Followers(int token, IReadOnlySet<int> foretold, bool isFirst)
    {
        table.Read(token, _row);
        if (isFirst)
        {
            _foretold = [.. foretold];
            _row.CopyTo(_firstRow, 0);
        }

        _followers.Clear();
        for (var rank = 0; rank < _row.Length && _row[rank] != RecyclingTable.None; rank++)
        {
            if (!foretold.Contains(_row[rank]))
            {
                _followers.Add((_row[rank], _shares[rank]));
            }
        }

        return _followers;
    }

    /// <summary>Learns from the token that came behind the last draft.</summary>
    public void Learn(int token)
    {
        if (_foretold is not null && !_foretold.Contains(token) && _firstRow[0] != RecyclingTable.None)
        {
            table.RestShares.Learn(Array.IndexOf(_firstRow, token));
        }

        _foretold = null;
    }
}
