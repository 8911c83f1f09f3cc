using LlmEfficiency.Core.Data;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>What a draft head reads of a shard: at each place the features there and the token behind it, as long as the document has one more.</summary>
/// <param name="Places">The places, counted through the shard.</param>
/// <param name="Positions">The position of each in its document.</param>
/// <param name="Documents">The document of each.</param>
/// <param name="Judged">Those from which a target is foretold: the token two behind.</param>
internal sealed record HeadPairs(long[] Places, long[] Positions, long[] Documents, long[] Judged)
{
    /// <summary>Lists the pairs of a shard.</summary>
    public static HeadPairs Of(PackedShard shard)
    {
        var (places, positions, documents, judged) = (new List<long>(), new List<long>(), new List<long>(), new List<long>());
        var start = 0;
        for (var document = 0; document < shard.Lengths.Length; document++)
        {
            for (var position = 0; position < shard.Lengths[document] - 2; position++)
            {
                if (shard.Targets[start + position + 2])
                {
                    judged.Add(places.Count);
                }

                places.Add(start + position);
                positions.Add(position);
                documents.Add(document);
            }

            start += shard.Lengths[document];
        }

        return new HeadPairs([.. places], [.. positions], [.. documents], [.. judged]);
    }
}
