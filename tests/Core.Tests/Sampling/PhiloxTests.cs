using LlmEfficiency.Core.Sampling;
using Xunit;

namespace LlmEfficiency.Core.Tests.Sampling;

public sealed class PhiloxTests
{
    /// <summary>The known answers that the generator's authors publish (Random123, philox4x32, 10 rounds).</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers { get; } = new()
    {
        { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Gives_the_published_answers(uint[] counter, uint[] key, uint[] answer)
    {
        var block = Philox.Block((counter[0], counter[1], counter[2], counter[3]), (key[0], key[1]));
        Assert.Equal((answer[0], answer[1], answer[2], answer[3]), block);
    }
}
