using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Simd;

/// <summary>Memory with machine code, never writable and executable at once; it lives as long as the process.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int PrivateAnonymous = 0x22;

    /// <summary>Returns the address of a copy of some code, or null where the system does not let a process run what it wrote.</summary>
    public static void* Keep(ReadOnlySpan<byte> code)
    {
        var memory = Map(0, (nuint)code.Length, Read | Write, PrivateAnonymous, -1, 0);
        if (memory == -1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>((void*)memory, code.Length));
        if (Protect(memory, (nuint)code.Length, Read | Execute) == 0)
        {
            return (void*)memory;
        }

        _ = Unmap(memory, (nuint)code.Length);
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nuint length);
}
