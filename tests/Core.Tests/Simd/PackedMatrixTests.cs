using CsCheck;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Simd;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Simd;

public sealed unsafe class PackedMatrixTests
{
    public static TheoryData<SimdPath, WeightFormat> Ways
    {
        get
        {
            var ways = new TheoryData<SimdPath, WeightFormat>();
            foreach (var path in SimdPaths.Available)
            {
                foreach (var format in Enum.GetValues<WeightFormat>())
                {
                    ways.Add(path, format);
                }
            }

            return ways;
        }
    }

    private static readonly Gen<(int[] Outputs, int Inputs, int Rows, ulong Seed)> Cases = Gen.Select(
        Gen.Int[1, 90].Array[1, 3], Gen.Frequency((3, Gen.Int[1, 70]), (1, Gen.Int[120, 300])), Gen.Int[0, 20], Gen.ULong[1, 1000]);

    // Weights are what the packed matrix reads back, and rows are rounded by plain loops, so that rounding weights is tested apart.
    [Theory]
    [MemberData(nameof(Ways))]
    public void Products_are_those_of_plain_loops(SimdPath path, WeightFormat format) =>
        Cases.Sample(
            c =>
            {
                var (weights, rows) = Make(c);
                using var matrix = PackedMatrix.Pack(Rows(weights), format, path);
                var found = Multiply(matrix, rows, c.Rows, (0, matrix.PanelCount));
                var (read, used) = (new float[c.Inputs], Rounded(rows, c.Inputs, matrix.Rows));
                for (var output = 0; output < matrix.Outputs; output++)
                {
                    fixed (float* target = read)
                    {
                        matrix.ReadRow(output, target);
                    }

                    for (var row = 0; row < c.Rows; row++)
                    {
                        var (expected, size) = (0.0, 0.0);
                        for (var input = 0; input < c.Inputs; input++)
                        {
                            expected += (double)used[(row * c.Inputs) + input] * read[input];
                            size += Math.Abs((double)used[(row * c.Inputs) + input] * read[input]);
                        }

                        Assert.Equal(expected, found[(row * Step(matrix)) + output], 1e-6 * (1 + size));
                    }
                }
            },
            iter: 40, threads: 1);

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_row_among_others_and_in_parts_has_the_bits_of_a_row_alone_on_every_path(SimdPath path, WeightFormat format) =>
        Cases.Sample(
            c =>
            {
                var (weights, rows) = Make(c);
                using var matrix = PackedMatrix.Pack(Rows(weights), format, path);
                using var other = PackedMatrix.Pack(Rows(weights), format, SimdPath.Portable);
                var together = Multiply(matrix, rows, c.Rows, (0, matrix.PanelCount));
                for (var row = 0; row < c.Rows; row++)
                {
                    var alone = rows[(row * c.Inputs)..((row + 1) * c.Inputs)];
                    var expected = Multiply(other, alone, 1, (0, other.PanelCount))[..matrix.Outputs];
                    Assert.Equal(expected, together[(row * Step(matrix))..((row * Step(matrix)) + matrix.Outputs)]);
                    var panel = row % matrix.PanelCount;
                    var first = panel * Panels.Width;
                    var part = Multiply(matrix, alone, 1, (panel, panel + 1));
                    Assert.Equal(expected[first..Math.Min(first + Panels.Width, matrix.Outputs)], part[first..Math.Min(first + Panels.Width, matrix.Outputs)]);
                }
            },
            iter: 25, threads: 1);

    [Fact]
    public void Weights_are_read_back_as_they_were_or_rounded()
    {
        using var weights = randn([70, 33], generator: new Generator(1));
        foreach (var (format, error) in new[] { (WeightFormat.Fp32, 0.0), (WeightFormat.Bf16, 1 / 256.0), (WeightFormat.Quantized8, 0.0), (WeightFormat.Quantized4, 0.0) })
        {
            using var matrix = PackedMatrix.Pack(Rows([weights]), format, SimdPaths.Best);
            var row = new float[33];
            for (var output = 0; output < 70; output++)
            {
                fixed (float* target = row)
                {
                    matrix.ReadRow(output, target);
                }

                var group = Enumerable.Range(0, 32).Max(input => Math.Abs(weights[output, input].item<float>()));
                for (var input = 0; input < row.Length; input++)
                {
                    // A byte is at most half a step of a 127th of its group's largest away, and a half-byte a step of an eighth.
                    var expected = weights[output, input].item<float>();
                    var step = format == WeightFormat.Quantized8 ? 0.51 / 127 : format == WeightFormat.Quantized4 ? 1 / 8.0 : 0;
                    Assert.Equal(expected, row[input], (error * Math.Abs(expected)) + (step * (input < 32 ? group : Math.Abs(expected)) * 1.05));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Matrices_of_bf16_are_packed_as_the_same_numbers_in_fp32(SimdPath path, WeightFormat format) =>
        Cases.Sample(
            c =>
            {
                var (weights, rows) = Make(c);
                Tensor[] narrow = [.. weights.Select(part => part.to(ScalarType.BFloat16))];
                using var read = PackedMatrix.Pack(Rows(narrow), format, path);
                using var other = PackedMatrix.Pack(Rows([.. narrow.Select(part => part.to(ScalarType.Float32))]), format, path);
                Assert.Equal(
                    Multiply(other, rows, c.Rows, (0, other.PanelCount)), Multiply(read, rows, c.Rows, (0, read.PanelCount)));
            },
            iter: 10, threads: 1);

    private static SourceRows[] Rows(Tensor[] parts) => [.. parts.Select(part => SourceRows.Of(part.alias()))];

    private static (Tensor[] Weights, float[] Rows) Make((int[] Outputs, int Inputs, int Rows, ulong Seed) c)
    {
        var generator = new Generator(c.Seed);
        return (
            [.. c.Outputs.Select(outputs => randn([outputs, c.Inputs], generator: generator))],
            c.Rows == 0 ? [] : randn([c.Rows, c.Inputs], generator: generator).data<float>().ToArray());
    }

    private static float[] Rounded(float[] rows, int inputs, RowFormat format) => format switch
    {
        RowFormat.Fp32 => rows,
        RowFormat.Bf16 or RowFormat.Bf16Singles => Array.ConvertAll(rows, number => Bf16.Get(Bf16.Round(number))),
        _ =>
        [
            .. rows.Chunk(inputs).SelectMany(row => row.Chunk(32)).SelectMany(group =>
            {
                var largest = group.Max(Math.Abs);
                return group.Select(number => largest == 0 ? 0 : MathF.Round(number * (127 / largest)) * (largest / 127));
            }),
        ],
    };

    private static int Step(PackedMatrix matrix) => Panels.Whole(matrix.Outputs) + 3;

    private static float[] Multiply(PackedMatrix matrix, float[] rows, int count, (int First, int End) panels)
    {
        var results = Enumerable.Repeat(float.NaN, count * Step(matrix)).ToArray();
        using var activations = new ActivationRows(count, matrix.Inputs, matrix.Inputs, matrix.Rows);
        rows.CopyTo(new Span<float>(activations[0], rows.Length));
        activations.Round(0, count);
        fixed (float* target = results)
        {
            matrix.Multiply(activations, count, target, Step(matrix), panels);
        }

        for (var row = 0; row < count; row++)
        {
            Assert.All(results[((row * Step(matrix)) + Panels.Whole(matrix.Outputs))..((row + 1) * Step(matrix))], value => Assert.Equal(float.NaN, value));
        }

        return results;
    }
}
