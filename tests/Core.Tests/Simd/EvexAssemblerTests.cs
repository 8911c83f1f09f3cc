using LlmEfficiency.Core.Simd;
using Xunit;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed class EvexAssemblerTests
{
    private const int Rax = 0;
    private const int Rcx = 1;
    private const int Rdx = 2;
    private const int Rsi = 6;
    private const int Rdi = 7;

    // What GNU's assembler (binutils 2.40) makes of the same instructions, in its notation.
    private static readonly (string Text, string Code, Action<EvexAssembler> Write)[] Instructions =
    [
        ("vmovups 64(%rsi), %zmm24", "62617c48104601", code => code.Load(24, new CodeAddress(Rsi, 64))),
        ("vmovups 100(%rsi), %zmm3", "62f17c48109e64000000", code => code.Load(3, new CodeAddress(Rsi, 100))),
        ("vmovups %zmm31, 128(%r11)", "62417c48117b02", code => code.Store(new CodeAddress(11, 128), 31)),
        ("vpbroadcastd 32(%r9,%rdx,2), %zmm12", "62527d4858645108", code => code.Broadcast(12, new CodeAddress(9, 32, Rdx, IsDouble: true))),
        ("vbroadcasti32x4 80(%rdi), %zmm28", "62627d485a6705", code => code.BroadcastQuarter(28, new CodeAddress(Rdi, 80))),
        ("vpmovzxwd 512(%rsi), %zmm26", "62627d48335610", code => code.LoadWords(26, new CodeAddress(Rsi, 512))),
        ("vpdpbusd 28(%r8,%rdx){1to16}, %zmm24, %zmm23", "62c23d50507c1007", code => code.AddDot(23, 24, new CodeAddress(8, 28, Rdx))),
        ("vpdpbusd 4096(%rax){1to16}, %zmm9, %zmm2", "62f23558509000100000", code => code.AddDot(2, 9, new CodeAddress(Rax, 4096))),
        ("vdpbf16ps %zmm28, %zmm25, %zmm5", "6292364052ec", code => code.AddPairs(5, 25, 28)),
        ("vmulps 36(%rcx){1to16}, %zmm26, %zmm24", "62612c50594109", code => code.Multiply(24, 26, new CodeAddress(Rcx, 36))),
        ("vfmadd231ps %zmm24, %zmm17, %zmm5", "62927540b8e8", code => code.MultiplyAdd(5, 17, 24)),
        ("vcvtdq2ps %zmm23, %zmm8", "62317c485bc7", code => code.ToSingle(8, 23)),
        ("vpandd %zmm27, %zmm24, %zmm25", "62013d40dbcb", code => code.And(25, 24, 27)),
        ("vpxord %zmm11, %zmm11, %zmm11", "62512548efdb", code => code.Clear(11)),
        ("vpshufb %zmm24, %zmm28, %zmm1", "62921d4000c8", code => code.Look(1, 28, 24)),
        ("vpsrld $4, %zmm24, %zmm25", "6291354072d004", code => code.ShiftRight(25, 24, 4)),
        ("vpslld $16, %zmm26, %zmm30", "62910d4072f210", code => code.ShiftLeft(30, 26, 16)),
        ("mov 72(%rdi), %r10", "4c8b5748", code => code.LoadGeneral(10, Rdi, 72)),
        ("add %rdi, %r11", "4901fb", code => code.AddGeneral(11, Rdi)),
        ("add $544, %rsi", "4881c620020000", code => code.AddNumber(Rsi, 544)),
        ("prefetcht0 8256(%r9)", "410f188940200000", code => code.Prefetch(9, 8256)),
        ("vzeroupper; ret", "c5f877c3", code => code.Return()),
    ];

    [Fact]
    public void The_bytes_are_those_of_another_assembler() =>
        Assert.All(Instructions, instruction =>
        {
            var code = new EvexAssembler();
            instruction.Write(code);
            Assert.Equal($"{instruction.Text} {instruction.Code}", $"{instruction.Text} {Convert.ToHexStringLower(code.ToArray())}");
        });

    [Fact]
    public void A_loop_goes_back_to_its_place()
    {
        var code = new EvexAssembler();
        code.AddNumber(Rax, 1);
        var place = code.Here;
        code.AddNumber(10, -1);
        code.RepeatUnlessZero(place);
        Assert.Equal("4881c001000000" + "4981c2ffffffff" + "0f85f3ffffff", Convert.ToHexStringLower(code.ToArray()));
    }
}
