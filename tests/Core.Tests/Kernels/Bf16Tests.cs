using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class Bf16Tests
{
    // Below, at and above the middle between two neighbours, and beside them: for each of the 65,536 upper halves.
    private static readonly uint[] LowerHalves = [0, 1, 0x1234, 0x7fff, 0x8000, 0x8001, 0xedcb, 0xffff];

    [Fact]
    public void Rounding_takes_the_nearest_and_of_two_the_even_one()
    {
        for (var upper = 0u; upper <= 0xffff; upper++)
        {
            foreach (var lower in LowerHalves)
            {
                var value = BitConverter.UInt32BitsToSingle((upper << 16) | lower);
                var (rounded, expected) = (Bf16.Round(value), Nearest(value, upper));
                Assert.True(rounded == expected, $"{value:R}: {rounded:x4} instead of {expected:x4}");
            }
        }
    }

    [Fact]
    public void Sixteen_at_a_time_are_rounded_like_one()
    {
        var target = stackalloc ushort[Lanes.Count];
        var values = stackalloc float[Lanes.Count];
        for (var upper = 0u; upper <= 0xffff; upper += 2)
        {
            for (var lane = 0; lane < Lanes.Count; lane++)
            {
                values[lane] = BitConverter.UInt32BitsToSingle(((upper + (uint)(lane / 8)) << 16) | LowerHalves[lane % 8]);
            }

            Bf16.Store(target, Vector512.Load(values));
            for (var lane = 0; lane < Lanes.Count; lane++)
            {
                Assert.True(Bf16.Round(values[lane]) == target[lane], $"{values[lane]:R}: {target[lane]:x4}");
            }
        }
    }

    [Fact]
    public void What_is_stored_is_read_back()
    {
        var source = stackalloc ushort[Lanes.Count];
        for (var first = 0; first <= 0xffff; first += Lanes.Count)
        {
            for (var lane = 0; lane < Lanes.Count; lane++)
            {
                source[lane] = (ushort)(first + lane);
            }

            var wide = Bf16.Load(source);
            for (var lane = 0; lane < Lanes.Count; lane++)
            {
                var value = Bf16.Get(source[lane]);
                Assert.Equal(BitConverter.SingleToUInt32Bits(value), BitConverter.SingleToUInt32Bits(wide[lane]));
                Assert.True(float.IsNaN(value) || Bf16.Round(value) == source[lane]);
            }
        }
    }

    [Theory]
    [InlineData(1f, 0x3f80)]
    [InlineData(-2f, 0xc000)]
    [InlineData(float.Epsilon, 0)]
    [InlineData(float.MaxValue, 0x7f80)]
    [InlineData(float.PositiveInfinity, 0x7f80)]
    [InlineData(float.NegativeInfinity, 0xff80)]
    public void These_have_known_bits(float value, int bits) => Assert.Equal(bits, Bf16.Round(value));

    // By distances in double precision, where infinity lies one step behind the largest number.
    private static ushort Nearest(float value, uint upper)
    {
        if (float.IsNaN(value))
        {
            return (ushort)(upper | 0x40); // quiet, with its sign
        }

        if (float.IsInfinity(value))
        {
            return (ushort)upper;
        }

        var (below, above) = (Size(upper), Size(upper + 1));
        var (down, up) = (Math.Abs((double)value) - below, above - Math.Abs((double)value));
        return (ushort)(down < up || (down == up && upper % 2 == 0) ? upper : upper + 1);
    }

    private static double Size(uint upper) => (upper & 0x7fff) == 0x7f80
        ? Math.ScaleB(1, 128)
        : BitConverter.UInt32BitsToSingle((upper & 0x7fff) << 16);
}
