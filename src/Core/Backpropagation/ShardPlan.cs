using LlmEfficiency.Core.Data;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>How the documents of a shard lie in the rows of a pass.</summary>
internal sealed class ShardPlan
{
    // Matrix routines are made once a shape: few different row counts keep them few.
    private const int RowStep = 64;

    /// <summary>Plans a shard.</summary>
    public ShardPlan(PackedShard shard)
    {
        var start = 0;
        Documents = new (int, int)[shard.Lengths.Length];
        for (var document = 0; document < shard.Lengths.Length; document++)
        {
            Documents[document] = (start, shard.Lengths[document]);
            start += shard.Lengths[document];
        }

        (Tokens, Rows) = (start, WholeRows(start));
        Sources = [.. Enumerable.Range(1, Math.Max(0, start - 1)).Where(token => shard.Targets[token]).Select(token => token - 1)];
    }

    /// <summary>Gets where each document begins and how long it is.</summary>
    public (int Start, int Length)[] Documents { get; }

    /// <summary>Gets the number of tokens.</summary>
    public int Tokens { get; }

    /// <summary>Gets the number of rows of a pass: the tokens and some padding.</summary>
    public int Rows { get; }

    /// <summary>Gets the tokens whose successors are targets.</summary>
    public int[] Sources { get; }

    /// <summary>Rounds a number of rows up to one for which routines are made.</summary>
    public static int WholeRows(int rows) => (rows + RowStep - 1) / RowStep * RowStep;
}
