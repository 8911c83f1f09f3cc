using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>Memory outside the managed heap; freed when it is disposed or forgotten, which the collector knows the size of.</summary>
internal sealed unsafe class NativeBlock() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    private bool _isAligned;
    private long _bytes;

    /// <summary>Takes over other memory; what was there before was freed or moved by the caller.</summary>
    /// <param name="memory">The memory, which this block owns from now on.</param>
    /// <param name="isAligned">Whether it was taken as aligned memory.</param>
    /// <param name="bytes">Its size.</param>
    public void Set(void* memory, bool isAligned, long bytes)
    {
        Press(bytes);
        SetHandle((nint)memory);
        _isAligned = isAligned;
    }

    /// <summary>Frees the memory.</summary>
    public void Free()
    {
        if (!IsInvalid)
        {
            ReleaseHandle();
        }

        SetHandle(0);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_isAligned)
        {
            NativeMemory.AlignedFree((void*)handle);
        }
        else
        {
            NativeMemory.Free((void*)handle);
        }

        Press(0);
        return true;
    }

    private void Press(long bytes)
    {
        if (_bytes > 0)
        {
            GC.RemoveMemoryPressure(_bytes);
        }

        if (bytes > 0)
        {
            GC.AddMemoryPressure(bytes);
        }

        _bytes = bytes;
    }
}
