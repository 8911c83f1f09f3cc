using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// Memory in large pages, where the system has them (Linux, 2 MiB): a table that is read at random otherwise looks up a page for each read, and a
/// buffer that is written for the first time is handed out four kilobytes at a time.
/// </summary>
public static unsafe partial class HugePages
{
    private const nuint Size = 2 << 20;
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>Returns whether a block should have them: it would fill several, and this is Linux.</summary>
    /// <param name="bytes">Its size.</param>
    public static bool Suit(nuint bytes) => bytes >= 8 * Size && OperatingSystem.IsLinux();

    /// <summary>Takes memory of any content, to be freed by <see cref="NativeMemory.AlignedFree"/>.</summary>
    /// <param name="bytes">Its size.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public static void* Take(nuint bytes)
    {
        var start = NativeMemory.AlignedAlloc(bytes, Size);
        Wish(start, bytes);
        return start;
    }

    /// <summary>Asks for large pages where a block fills them; what it holds stays.</summary>
    /// <param name="start">The block.</param>
    /// <param name="bytes">Its size.</param>
    public static void Wish(void* start, nuint bytes)
    {
        var first = ((nuint)start + Size - 1) / Size * Size;
        var end = ((nuint)start + bytes) / Size * Size;
        if (first < end && Suit(bytes))
        {
            _ = Advise(first, end - first, Advice); // where it fails, pages are small
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
