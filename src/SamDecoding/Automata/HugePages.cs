using System.Runtime.InteropServices;

namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>
/// Memory in large pages, where the system has them: tables of hundreds of megabytes are read at random, and each read of a
/// small page also has to find out where the page is.
/// </summary>
internal static unsafe partial class HugePages
{
    private const nuint Size = 2 << 20;
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>Returns whether a block should have them: it would fill several, and this is Linux.</summary>
    public static bool Suit(nuint bytes) => bytes >= 8 * Size && OperatingSystem.IsLinux();

    /// <summary>Takes memory of any content, to be freed by <see cref="NativeMemory.AlignedFree"/>.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public static void* Take(nuint bytes)
    {
        var start = NativeMemory.AlignedAlloc(bytes, Size);
        _ = Advise((nuint)start, bytes / Size * Size, Advice); // without it, the pages are small
        return start;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
