using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Simd;

namespace LlmEfficiency.Core.Measuring;

/// <summary>How fast this machine reads memory: the limit of decoding one sequence.</summary>
public static unsafe class MemoryBandwidth
{
    private const long Bytes = 1L << 29;        // far more than caches hold
    private const int Rounds = 5;

    /// <summary>Reads half a gigabyte a few times.</summary>
    /// <param name="threads">How many threads share it.</param>
    /// <returns>The best round, in bytes a second.</returns>
    public static double Measure(int threads)
    {
        using var buffer = new NativeBuffer<float>(Bytes / sizeof(float));
        using var team = new ThreadTeam(threads);
        buffer.Slice(0, buffer.Count).Fill(1);  // pages that were never written are one page of zeros
        var sums = new float[threads];
        var numbers = buffer.Pointer;
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            team.Run(part => sums[part] = Sum(numbers + (Bytes / sizeof(float) * part / threads / 64 * 64), Bytes / sizeof(float) / threads));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        GC.KeepAlive(sums);
        return Bytes / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* numbers, long count)
    {
        var (s0, s1, s2, s3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (long at = 0; at <= count - 64; at += 64)
        {
            s0 += Vector512.Load(numbers + at);
            s1 += Vector512.Load(numbers + at + 16);
            s2 += Vector512.Load(numbers + at + 32);
            s3 += Vector512.Load(numbers + at + 48);
        }

        return Vector512.Sum(s0 + s1 + s2 + s3);
    }
}
