namespace LlmEfficiency.Core.Pickle;

/// <summary>What the few functions do that a pickle may call.</summary>
internal static class PickleCalls
{
    private const int MostDimensions = 16;

    /// <summary>Makes an empty map; items come by SETITEMS.</summary>
    public static object OrderedDict(PickleArguments arguments) => arguments.Items switch
    {
        [] or [PickleList { Items.Count: 0 }] => new PickleMap(),
        _ => throw arguments.Broken("collections.OrderedDict is called with items, which no checkpoint does"),
    };

    /// <summary>Makes a tuple of a tuple of numbers.</summary>
    public static object Size(PickleArguments arguments) =>
        new PickleList(isTuple: true, arguments.Numbers(0, "a size", MostDimensions).Cast<object?>());

    /// <summary>Unwraps (tensor, requires_grad, hooks).</summary>
    public static object RebuildParameter(PickleArguments arguments) => arguments.At<PickleTensor>(0, "a tensor");

    /// <summary>Makes a view of (storage, offset, size, stride, …) that stays within its storage.</summary>
    public static object RebuildTensor(PickleArguments arguments)
    {
        var storage = arguments.At<PickleStorage>(0, "a storage");
        var offset = arguments.At<long>(1, "an offset");
        var shape = arguments.Numbers(2, "a size", MostDimensions);
        var strides = arguments.Numbers(3, "strides", MostDimensions);
        if (shape.Length != strides.Length || offset < 0 || shape.Any(n => n < 0) || strides.Any(n => n < 0))
        {
            throw arguments.Broken(
                "a tensor's size and strides differ in number, or one of them or the offset is negative");
        }

        var count = (UInt128)1; // of the sizes that are not 0, whose product must not overflow either
        var last = (UInt128)offset; // the last element's place
        foreach (var (size, stride) in shape.Zip(strides))
        {
            count = Capped(count * (UInt128)Math.Max(size, 1));
            last = Capped(last + ((UInt128)Math.Max(size - 1, 0) * (UInt128)stride));
        }

        var isEmpty = shape.Contains(0);
        return count > (UInt128)(isEmpty ? int.MaxValue : storage.Count) || (!isEmpty && last >= (UInt128)storage.Count)
            ? throw arguments.Broken(
                $"a tensor of size [{string.Join(", ", shape)}] and strides [{string.Join(", ", strides)}] at {offset} "
                + $"leaves its storage '{storage.Key}' of {storage.Count} elements")
            : new PickleTensor(storage, isEmpty ? 0 : offset, shape, strides);
    }

    // All numbers are below 2^63, so that one product and one sum never overflow 128 bits.
    private static UInt128 Capped(UInt128 value) => UInt128.Min(value, long.MaxValue);
}
