namespace LlmEfficiency.Core.Caching;

/// <summary>How full the sequences of a cache are.</summary>
internal interface ISlots
{
    /// <summary>Gets how many sequences there are.</summary>
    int Sequences { get; }

    /// <summary>Gets how many slots a sequence has.</summary>
    int Capacity { get; }

    /// <summary>Gets how many slots each sequence fills.</summary>
    IReadOnlyList<int> Lengths { get; }

    /// <summary>Returns how many tokens a sequence can still take in.</summary>
    int Room(int sequence);

    /// <summary>Refuses slots that are out of order, or not filled.</summary>
    /// <param name="slots">Slots of a sequence.</param>
    /// <param name="length">How many it fills.</param>
    static void RequireAscending(ReadOnlySpan<int> slots, int length)
    {
        var last = -1;
        foreach (var slot in slots)
        {
            if (slot <= last || slot >= length)
            {
                throw new ArgumentException(
                    $"slot {slot} after {last} of {length} is out of range or order", nameof(slots));
            }

            last = slot;
        }
    }
}
