namespace LlmEfficiency.Core.Pickle;

/// <summary>A view of a storage; <paramref name="Offset"/> and <paramref name="Strides"/> are in elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Gets whether the elements lie one after the other.</summary>
    public bool IsContiguous
    {
        get
        {
            var stride = 1L;
            for (var i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != stride)
                {
                    return false;
                }

                stride *= Shape[i];
            }

            return true;
        }
    }
}
