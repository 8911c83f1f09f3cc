using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>
/// A growing array outside the managed heap. Pages that nothing was written to take no memory, so that capacity costs
/// nothing; on Linux, large arrays have large pages. Its owner disposes it.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed unsafe class NativeList<T> : IDisposable
    where T : unmanaged
{
    private const int FirstCapacity = 64;
    private const int LineBytes = 64;
    private const int SeldomFactor = 8; // of the capacity, where the elements are copied

    private readonly NativeBlock _block = new();

    private T* _items;
    private int _capacity;

    /// <summary>Gets how many elements there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the size of the elements in bytes.</summary>
    public long Bytes => (long)Count * sizeof(T);

    /// <summary>Gets where the elements are, until the next <see cref="Add"/>: for loops that know their indexes.</summary>
    public T* Items => _items;

    /// <summary>Gets the elements.</summary>
    public ReadOnlySpan<T> Span => new(_items, Count);

    /// <summary>Gets an element; the reference ends with the next <see cref="Add"/>.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)Count)
            {
                Refuse(index);
            }

            return ref _items[index];
        }
    }

    /// <summary>Adds an element.</summary>
    /// <returns>Its index.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(T item)
    {
        if (Count == _capacity)
        {
            Grow(Count + 1);
        }

        _items[Count] = item;
        return Count++;
    }

    /// <summary>Adds elements of any value.</summary>
    /// <returns>The index of the first.</returns>
    public int AddRange(int count)
    {
        if (count > _capacity - Count)
        {
            Grow(checked(Count + count));
        }

        Count += count;
        return Count - count;
    }

    /// <summary>Copies elements to a place that does not overlap.</summary>
    public void Copy(int from, int to, int count) =>
        Span.Slice(from, count).CopyTo(new Span<T>(_items, Count).Slice(to, count));

    /// <summary>Fetches an element into the cache ahead of its use; no index harms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int index)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_items + index);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _block.Dispose();
        _items = null;
        (_capacity, Count) = (0, 0);
    }

    [DoesNotReturn]
    private static void Refuse(int index) => throw new ArgumentOutOfRangeException(nameof(index), index, "there is no such element");

    private void Grow(int needed)
    {
        if (needed > Array.MaxLength)
        {
            throw new InvalidOperationException($"an array of more than {Array.MaxLength} elements is wanted");
        }

        var capacity = Capacity(needed, 2);
        if (HugePages.Suit(SizeOf(capacity)))
        {
            Move(needed);
        }
        else
        {
            _items = (T*)NativeMemory.Realloc(_items, SizeOf(capacity));
            _block.Set(_items, isAligned: false, (long)SizeOf(capacity));
            _capacity = capacity;
        }
    }

    // Remapped, large pages would fall apart into small ones: the elements move, but seldom.
    private void Move(int needed)
    {
        var capacity = Capacity(needed, SeldomFactor);
        T* larger;
        try
        {
            larger = (T*)HugePages.Take(SizeOf(capacity));
        }
        catch (OutOfMemoryException) // where untouched memory counts, too
        {
            capacity = Capacity(needed, 2);
            larger = (T*)HugePages.Take(SizeOf(capacity));
        }

        Span.CopyTo(new Span<T>(larger, Count));
        _block.Free();
        _block.Set(larger, isAligned: true, (long)SizeOf(capacity));
        _items = larger;
        _capacity = capacity;
    }

    private int Capacity(int needed, long factor) =>
        (int)Math.Min(Math.Max(Math.Max(factor * _capacity, FirstCapacity), needed), Array.MaxLength);

    private static nuint SizeOf(int count) => (nuint)count * (nuint)sizeof(T);
}
