using CsCheck;
using LlmEfficiency.Core.Weights;
using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Core.Tests.Weights;

public sealed class RotaryRowsTests
{
    [Fact]
    public void Moves_row_2i_plus_j_of_a_head_to_i_plus_j_halves() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[1, 3]).Sample(EachRowMoves, iter: 30);

    [Fact]
    public void Leaves_one_tensor()
    {
        using var rows = torch.zeros(4, 2);
        LiveTensors.AssertLeft(1, () => RotaryRows.ToHalves(rows, 1));
    }

    private static void EachRowMoves(int heads, int half, int width)
    {
        using var scope = torch.NewDisposeScope();
        var rows = torch.arange(heads * half * 2 * width, torch.ScalarType.Float32).view(heads * half * 2, width);
        var moved = RotaryRows.ToHalves(rows, heads);
        for (var head = 0; head < heads; head++)
        {
            for (var i = 0; i < half; i++)
            {
                for (var j = 0; j < 2; j++)
                {
                    var (from, to) = ((head * half * 2) + (2 * i) + j, (head * half * 2) + (j * half) + i);
                    Assert.Equal(rows[from, 0].item<float>(), moved[to, 0].item<float>());
                }
            }
        }
    }
}
