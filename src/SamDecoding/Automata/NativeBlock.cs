using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>Memory outside the managed heap; freed when it is disposed or forgotten.</summary>
internal sealed unsafe class NativeBlock() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    private bool _isAligned;

    /// <summary>Makes the memory larger or gives it up for other memory; the old pointer ends.</summary>
    /// <param name="memory">The new memory, which this block owns from now on.</param>
    /// <param name="isAligned">Whether it was taken as aligned memory.</param>
    public void Set(void* memory, bool isAligned)
    {
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

        return true;
    }
}
