using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// Memory that was given back and is used again: the system hands out new pages one by one as they are first written, which can take longer than
/// what is computed with them. Safe for several threads.
/// </summary>
/// <param name="least">How many bytes a block has at least to be kept.</param>
/// <param name="most">How many bytes are kept at most, all together.</param>
internal sealed unsafe class NativePool(nuint least, nuint most)
{
    private const int Waste = 4;        // a block may be larger than what is asked for by a part of it

    private readonly Lock _gate = new();
    private readonly List<(nint Memory, nuint Bytes)> _kept = [];       // the oldest first
    private nuint _keptBytes;

    /// <summary>Gets the pool of the process: blocks of 64 KiB and more, 256 MiB together.</summary>
    public static NativePool Shared { get; } = new(1 << 16, 1 << 28);

    /// <summary>Gets how many bytes are kept.</summary>
    public long KeptBytes
    {
        get
        {
            lock (_gate)
            {
                return (long)_keptBytes;
            }
        }
    }

    /// <summary>Takes memory with whatever it holds.</summary>
    /// <param name="bytes">How much is needed; how much it is, on return.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public void* Take(ref nuint bytes)
    {
        lock (_gate)
        {
            var best = -1;
            for (var index = 0; index < _kept.Count; index++)
            {
                var size = _kept[index].Bytes;
                if (size >= bytes && size - bytes <= bytes / Waste && (best < 0 || size < _kept[best].Bytes))
                {
                    best = index;
                }
            }

            if (best >= 0)
            {
                bytes = _kept[best].Bytes;
                return (void*)Remove(best);
            }
        }

        return NativeMemory.Alloc(bytes);
    }

    /// <summary>Gives memory back.</summary>
    /// <param name="memory">What <see cref="Take"/> returned.</param>
    /// <param name="bytes">How much it is.</param>
    public void Give(void* memory, nuint bytes)
    {
        if (bytes < least || bytes > most)
        {
            NativeMemory.Free(memory);
            return;
        }

        lock (_gate)
        {
            _kept.Add(((nint)memory, bytes));
            _keptBytes += bytes;
            while (_keptBytes > most)
            {
                NativeMemory.Free((void*)Remove(0));
            }
        }
    }

    private nint Remove(int index)
    {
        var (memory, size) = _kept[index];
        _kept.RemoveAt(index);
        _keptBytes -= size;
        return memory;
    }
}
