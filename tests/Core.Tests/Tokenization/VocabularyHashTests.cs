using LlmEfficiency.Core.Tokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization;

public sealed class VocabularyHashTests
{
    private static readonly Vocabulary Three = new() { Size = 3, Specials = new Dictionary<string, int> { ["<s>"] = 2, ["</s>"] = 2 } };

    [Fact]
    public void Equal_vocabularies_have_equal_hashes()
    {
        var other = Three with { Specials = new Dictionary<string, int> { ["</s>"] = 2, ["<s>"] = 2 } };
        Assert.Equal(VocabularyHash.Size, VocabularyHash.Of(new Listed(Three, "a", "bc", "")).Length);
        Assert.Equal(VocabularyHash.Of(new Listed(Three, "a", "bc", "")), VocabularyHash.Of(new Listed(other, "a", "bc", "")));
    }

    [Fact]
    public void Every_difference_of_ids_shows()
    {
        ITokenizer[] all =
        [
            new Listed(Three, "a", "bc", ""), new Listed(Three, "ab", "c", ""), new Listed(Three, "bc", "a", ""), new Listed(Three, "a", "", "bc"),
            new Listed(Three with { Size = 2 }, "a", "bc", ""), new Listed(Three with { Size = 4 }, "a", "bc", "", ""),
            new Listed(Three with { Specials = new Dictionary<string, int> { ["<s>"] = 2 } }, "a", "bc", ""),
            new Listed(Three with { Specials = new Dictionary<string, int> { ["<s>"] = 1, ["</s>"] = 2 } }, "a", "bc", ""),
        ];
        Assert.Equal(all.Length, all.Select(one => Convert.ToHexString(VocabularyHash.Of(one))).Distinct().Count());
    }

    private sealed class Listed(Vocabulary vocabulary, params string[] spellings) : ITokenizer
    {
        public Vocabulary Vocabulary => vocabulary;

        public IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials = SpecialTokenHandling.AsText) => [];

        public ReadOnlyMemory<byte> BytesOf(int id) => System.Text.Encoding.UTF8.GetBytes(spellings[id]);
    }
}
