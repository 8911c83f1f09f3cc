using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Kernels;

/// <summary>Memory outside the managed heap, aligned for vectors and zero at first, unless asked otherwise; its owner disposes it.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly nuint _pooledBytes;        // 0 if it is not the pool's
    private void* _taken;
    private T* _memory;

    /// <summary>Takes the memory.</summary>
    /// <param name="count">How many elements.</param>
    /// <param name="isZero">Whether they are zero at first. Where anything does as well, memory may be what another buffer gave back (<see cref="NativePool"/>).</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public NativeBuffer(long count, bool isZero = true)
    {
        Count = count;
        var bytes = checked(((nuint)Math.Max(count, 1) * (nuint)sizeof(T)) + Alignment);
        if (isZero)
        {
            _taken = NativeMemory.AllocZeroed(bytes);       // pages of a large buffer are taken when they are first written
        }
        else
        {
            _taken = NativePool.Shared.Take(ref bytes);
            _pooledBytes = bytes;
        }

        _memory = (T*)(((nuint)_taken + Alignment - 1) / Alignment * Alignment);
    }

    /// <summary>Looks at memory that somebody else owns and keeps for as long.</summary>
    /// <param name="memory">The first element.</param>
    /// <param name="count">How many elements.</param>
    public NativeBuffer(T* memory, long count)
    {
        _memory = memory;
        Count = count;
    }

    /// <summary>Gets the number of elements.</summary>
    public long Count { get; }

    /// <summary>Gets the first element.</summary>
    public T* Pointer => _memory;

    /// <summary>Returns a stretch of the buffer.</summary>
    public Span<T> Slice(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        return new Span<T>(_memory + start, checked((int)count));
    }

    /// <summary>Makes everything zero.</summary>
    public void Clear() => NativeMemory.Clear(_memory, (nuint)Count * (nuint)sizeof(T));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pooledBytes == 0)
        {
            NativeMemory.Free(_taken);
        }
        else if (_taken != null)
        {
            NativePool.Shared.Give(_taken, _pooledBytes);
        }

        _taken = null;
        _memory = null;
    }
}
