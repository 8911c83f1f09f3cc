using System.Runtime.InteropServices;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class NativePoolTests
{
    [Fact]
    public void What_was_given_back_is_taken_again_where_it_is_not_much_too_large()
    {
        var pool = new NativePool(least: 100, most: 10_000);
        nuint bytes = 1000;
        var memory = pool.Take(ref bytes);
        Assert.Equal(1000u, bytes);
        pool.Give(memory, bytes);
        Assert.Equal(1000, pool.KeptBytes);

        nuint larger = 1001, smaller = 799, fitting = 800;
        var (first, second) = ((nint)pool.Take(ref larger), (nint)pool.Take(ref smaller));
        Assert.DoesNotContain((nint)memory, new[] { first, second });
        var third = (nint)pool.Take(ref fitting);
        Assert.Equal(((nint)memory, 1000u, 0L), (third, fitting, pool.KeptBytes));
        nuint again = 800;
        var fourth = (nint)pool.Take(ref again);
        Assert.NotEqual(third, fourth);
        Array.ForEach([first, second, third, fourth], place => NativeMemory.Free((void*)place));
    }

    [Fact]
    public void Little_is_not_kept_and_not_more_than_the_most()
    {
        var pool = new NativePool(least: 100, most: 1000);
        foreach (var (given, kept) in new (nuint, long)[] { (99, 0), (1001, 0), (400, 400), (500, 900), (200, 700), (300, 1000), (1000, 1000) })
        {
            pool.Give(NativeMemory.Alloc(given), given);
            Assert.Equal(kept, pool.KeptBytes);
        }

        nuint whole = 1000;
        NativeMemory.Free(pool.Take(ref whole));
        Assert.Equal(0, pool.KeptBytes);
    }

    [Fact]
    public void Threads_never_hold_the_same_memory()
    {
        var pool = new NativePool(least: 1, most: 1 << 20);
        _ = Parallel.For(0, 8, thread =>
        {
            for (var round = 0; round < 500; round++)
            {
                var bytes = (nuint)(64 + (round % 16));
                var memory = (byte*)pool.Take(ref bytes);
                new Span<byte>(memory, (int)bytes).Fill((byte)thread);
                Thread.Yield();
                Assert.Equal(-1, new Span<byte>(memory, (int)bytes).IndexOfAnyExcept((byte)thread));
                pool.Give(memory, bytes);
            }
        });
        Assert.InRange(pool.KeptBytes, 64, 8 * 16 * 80);
    }
}
