using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class HashLanguageModelTests
{
    [Fact]
    public void A_branch_of_a_tree_gives_the_logits_of_its_tokens_in_a_row()
    {
        using var engine = new HashLanguageModel(vocabularySize: 10);
        using var session = engine.Open(2, 16);
        session.Forward([Row(0, 1, 2), Row(1, 1, 2)]);

        // 3 and 4 are alternatives; 5 follows 4.
        var tree = session.Forward([Row(0, 3, 4, 5) with
        {
            Positions = Row(0, 2, 2, 3).Tokens,
            Ancestors = AncestorMask.FromParents([-1, -1, 1]),
            Logits = LogitSelection.All,
        }])[2].ToArray();
        Assert.Equal(session.Forward([Row(1, 4, 5)])[0].ToArray(), tree);

        session.Retain(0, [0, 1, 3, 4]);
        Assert.Equal([4, 4], session.Lengths);
        var both = session.Forward([Row(0, 6), Row(1, 6)]);
        Assert.Equal(both[1].ToArray(), both[0].ToArray());
    }

    [Fact]
    public void Truncate_and_copy_give_what_a_fresh_sequence_gives()
    {
        using var engine = new HashLanguageModel(vocabularySize: 10);
        using var session = engine.Open(2, 16);
        session.Forward([Row(0, 1, 2, 9, 9)]);
        session.Truncate(0, 2);
        session.Copy(0, 1);
        var both = session.Forward([Row(0, 3), Row(1, 3)]);
        using var fresh = engine.Open(1, 16);
        var expected = fresh.Forward([Row(0, 1, 2, 3)])[0].ToArray();
        Assert.Equal(expected, both[0].ToArray());
        Assert.Equal(expected, both[1].ToArray());
    }

    [Fact]
    public void A_full_cache_is_refused()
    {
        using var engine = new HashLanguageModel(vocabularySize: 10);
        using var session = engine.Open(1, 2);
        Assert.Throws<ArgumentException>(() => session.Forward([Row(0, 1, 2, 3)]));
    }

    private static DecodeRow Row(int sequence, params int[] tokens) => new(sequence, tokens);
}
