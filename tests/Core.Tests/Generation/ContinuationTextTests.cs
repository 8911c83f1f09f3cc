using System.Text;
using CsCheck;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class ContinuationTextTests
{
    [Fact]
    public void Pieces_are_the_text_before_the_stop_for_every_tokenization() =>
        Gen.Select(Gen.String[Gen.Char["aé€"], 0, 12], Gen.Int[1, 3].Array[40], Gen.String[Gen.Char["aé€"], 1, 3])
            .Sample((text, cuts, stop) =>
            {
                var tokens = Cut(Encoding.UTF8.GetBytes(text), cuts);
                var continuation = new ContinuationText(new TableTokenizer(tokens), [stop]);
                var (pieces, ids) = (new StringBuilder(), new List<int>());
                var next = 0;
                while (next < tokens.Count && !continuation.IsStopped)
                {
                    Add(continuation.Append(next++));
                }

                Add(continuation.Finish());
                var at = text.IndexOf(stop, StringComparison.Ordinal);
                Assert.Equal(at < 0 ? text : text[..at], pieces.ToString());
                Assert.Equal(pieces.ToString(), continuation.Text);
                Assert.Equal(Enumerable.Range(0, next), ids);

                void Add((string Text, IReadOnlyList<int> TokenIds) piece)
                {
                    pieces.Append(piece.Text);
                    ids.AddRange(piece.TokenIds);
                }
            });

    [Fact]
    public void A_token_waits_for_the_end_of_its_character()
    {
        var continuation = new ContinuationText(TableTokenizer.Bytes(), []);
        foreach (var id in new[] { 0xF0, 0x9F, 0x98 })
        {
            var (none, nothing) = continuation.Append(id);
            Assert.Equal(string.Empty, none);
            Assert.Empty(nothing);
        }

        var (text, ids) = continuation.Append(0x80);
        Assert.Equal("\U0001F600", text);
        Assert.Equal([0xF0, 0x9F, 0x98, 0x80], ids);
    }

    [Fact]
    public void A_token_waits_while_its_text_may_begin_a_stop()
    {
        var continuation = new ContinuationText(TableTokenizer.Of("a", "\nUs", "er:", "e"), ["\nUser:"]);
        Assert.Equal("a", continuation.Append(0).Text);
        Assert.Empty(continuation.Append(1).TokenIds);
        var (text, ids) = continuation.Append(3);
        Assert.Equal(string.Empty, text);
        (text, ids) = continuation.Append(0);
        Assert.Equal("\nUsea", text);
        Assert.Equal([1, 3, 0], ids);
    }

    [Fact]
    public void A_character_that_is_not_finished_becomes_the_replacement_character()
    {
        var continuation = new ContinuationText(TableTokenizer.Bytes(), []);
        continuation.Append(0xE2);
        var (text, ids) = continuation.Finish();
        Assert.Equal("\uFFFD", text);
        Assert.Equal([0xE2], ids);
    }

    private static List<byte[]> Cut(byte[] bytes, int[] cuts)
    {
        var tokens = new List<byte[]>();
        for (var (start, cut) = (0, 0); start < bytes.Length; cut++)
        {
            var end = Math.Min(bytes.Length, start + cuts[cut]);
            tokens.Add(bytes[start..end]);
            start = end;
        }

        return tokens;
    }
}
