using System.Buffers.Binary;
using System.Text;

namespace LlmEfficiency.Fuzz;

/// <summary>Makes damaged copies of valid inputs; the same numbers give the same copy.</summary>
public static class Mutator
{
    private static readonly long[] Extremes =
    [
        0, 1, -1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40,
    ];

    /// <summary>Returns mutated input number <paramref name="index"/> of a target.</summary>
    public static byte[] Mutate(FuzzTarget target, int seed, int index)
    {
        var random = new Random(HashCode(target.Name, seed, index));
        var bytes = new List<byte>(target.Seeds[random.Next(target.Seeds.Count)]);
        for (var rounds = 1 + random.Next(4); rounds > 0; rounds--)
        {
            MutateOnce(bytes, target, random);
        }

        return [.. bytes];
    }

    private static void MutateOnce(List<byte> bytes, FuzzTarget target, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var left = bytes.Count - at;
        switch (random.Next(9))
        {
            case 0 when left > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when left > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                Overwrite(bytes, at, Extremes[random.Next(Extremes.Length)], 1 << random.Next(4));
                break;
            case 3:
                bytes.RemoveRange(at, random.Next(Math.Min(left, 64) + 1));
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(left, 64) + 1)));
                break;
            case 5:
                bytes.RemoveRange(at, left);
                break;
            case 6 when target.Words.Count > 0:
                bytes.InsertRange(at, Encoding.Latin1.GetBytes(target.Words[random.Next(target.Words.Count)]));
                break;
            case 7:
                var other = target.Seeds[random.Next(target.Seeds.Count)];
                bytes.RemoveRange(at, left);
                bytes.AddRange(other.AsSpan(random.Next(other.Length + 1)));
                break;
            default:
                bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), 1 << random.Next(10)));
                break;
        }
    }

    private static void Overwrite(List<byte> bytes, int at, long value, int width)
    {
        Span<byte> little = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(little, value);
        for (var i = 0; i < width && at + i < bytes.Count; i++)
        {
            bytes[at + i] = little[i];
        }
    }

    // FNV-1a: the same on every machine, unlike string.GetHashCode.
    private static int HashCode(string name, int seed, int index)
    {
        var hash = 2166136261u;
        foreach (var part in Encoding.UTF8.GetBytes(FormattableString.Invariant($"{name}/{seed}/{index}")))
        {
            hash = (hash ^ part) * 16777619u;
        }

        return (int)hash;
    }
}
