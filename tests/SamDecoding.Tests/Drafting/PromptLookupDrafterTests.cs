using CsCheck;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class PromptLookupDrafterTests
{
    [Fact]
    public void The_longest_n_with_a_full_continuation_is_taken_at_its_first_place() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 60], Gen.Int[1, 4], Gen.Int[1, 12]).Sample((text, longest, length) =>
        {
            var expected = Array.Empty<int>();
            for (var n = longest; n >= 1 && expected.Length == 0; n--)
            {
                for (var at = 0; at + n + length <= text.Length && expected.Length == 0; at++)
                {
                    expected = text.AsSpan(at, n).SequenceEqual(text.AsSpan(text.Length - n)) ? text[(at + n)..(at + n + length)] : [];
                }
            }

            using var drafter = new PromptLookupDrafter(longest, length);
            using var session = drafter.Open(text);
            var tree = new DraftTree();
            session.Draft(tree, 1000);
            Assert.Equal(expected, tree.Nodes.ToArray().Select(node => node.Token));
        });
}
