namespace LlmEfficiency.Core.Simd;

/// <summary>
/// Writes machine code of 512-bit instructions in the EVEX encoding (Intel's manual, volume 2, section 2.7), for what the runtime has no
/// instruction for. Vector registers are numbers from 0 to 31, general ones from 0 (rax) to 15.
/// </summary>
internal sealed class EvexAssembler
{
    private const int Map0F = 1;
    private const int Map0F38 = 2;
    private const int NoPrefix = 0;
    private const int Prefix66 = 1;
    private const int PrefixF3 = 2;
    private const int VectorBytes = 64;

    private readonly List<byte> _code = [];

    /// <summary>Gets the place of the next instruction.</summary>
    public int Here => _code.Count;

    /// <summary>Returns the code.</summary>
    public byte[] ToArray() => [.. _code];

    /// <summary>Loads a vector (vmovups).</summary>
    public void Load(int target, CodeAddress source) => OfMemory(Map0F, NoPrefix, 0x10, target, 0, source, VectorBytes);

    /// <summary>Stores a vector (vmovups).</summary>
    public void Store(CodeAddress target, int source) => OfMemory(Map0F, NoPrefix, 0x11, source, 0, target, VectorBytes);

    /// <summary>Loads 32 bits into all lanes (vpbroadcastd).</summary>
    public void Broadcast(int target, CodeAddress source) => OfMemory(Map0F38, Prefix66, 0x58, target, 0, source, sizeof(int));

    /// <summary>Loads 128 bits into all quarters (vbroadcasti32x4).</summary>
    public void BroadcastQuarter(int target, CodeAddress source) => OfMemory(Map0F38, Prefix66, 0x5a, target, 0, source, VectorBytes / 4);

    /// <summary>Loads sixteen 16-bit words, widened with zeros (vpmovzxwd).</summary>
    public void LoadWords(int target, CodeAddress source) => OfMemory(Map0F38, Prefix66, 0x33, target, 0, source, VectorBytes / 2);

    /// <summary>Adds to each lane the products of four unsigned bytes and the four signed bytes at an address (vpdpbusd).</summary>
    public void AddDot(int sums, int unsigned, CodeAddress signed) => OfMemory(Map0F38, Prefix66, 0x50, sums, unsigned, signed, sizeof(int), isBroadcast: true);

    /// <summary>Adds to each lane the products of two bf16 of both, that of the upper halves first, each rounded (vdpbf16ps).</summary>
    public void AddPairs(int sums, int left, int right) => OfRegisters(Map0F38, PrefixF3, 0x52, sums, left, right);

    /// <summary>Multiplies singles by the one at an address (vmulps).</summary>
    public void Multiply(int target, int source, CodeAddress factor) => OfMemory(Map0F, NoPrefix, 0x59, target, source, factor, sizeof(float), isBroadcast: true);

    /// <summary>Adds products of singles, rounded once (vfmadd231ps).</summary>
    public void MultiplyAdd(int target, int left, int right) => OfRegisters(Map0F38, Prefix66, 0xb8, target, left, right);

    /// <summary>Makes singles of integers (vcvtdq2ps).</summary>
    public void ToSingle(int target, int source) => OfRegisters(Map0F, NoPrefix, 0x5b, target, 0, source);

    /// <summary>Combines bits (vpandd).</summary>
    public void And(int target, int left, int right) => OfRegisters(Map0F, Prefix66, 0xdb, target, left, right);

    /// <summary>Sets all bits to zero (vpxord).</summary>
    public void Clear(int target) => OfRegisters(Map0F, Prefix66, 0xef, target, target, target);

    /// <summary>Looks bytes up in the table of each quarter (vpshufb).</summary>
    public void Look(int target, int table, int indices) => OfRegisters(Map0F38, Prefix66, 0x00, target, table, indices);

    /// <summary>Shifts 32-bit lanes to the right (vpsrld).</summary>
    public void ShiftRight(int target, int source, byte count) => Shift(2, target, source, count);

    /// <summary>Shifts 32-bit lanes to the left (vpslld).</summary>
    public void ShiftLeft(int target, int source, byte count) => Shift(6, target, source, count);

    /// <summary>Loads 64 bits into a general register.</summary>
    /// <param name="target">The register.</param>
    /// <param name="from">Where the address is; not rsp or r12, whose numbers mean something else here.</param>
    /// <param name="displacement">A number to add.</param>
    public void LoadGeneral(int target, int from, sbyte displacement) =>
        _code.AddRange([Rex(target, from), 0x8b, ModRm(1, target, from), (byte)displacement]);

    /// <summary>Adds a general register to another.</summary>
    public void AddGeneral(int target, int source) => _code.AddRange([Rex(source, target), 0x01, ModRm(3, source, target)]);

    /// <summary>Adds a number to a general register.</summary>
    public void AddNumber(int target, int number)
    {
        _code.AddRange([Rex(0, target), 0x81, ModRm(3, 0, target)]);
        Add32(number);
    }

    /// <summary>Asks for a line of memory that will be read soon (prefetcht0).</summary>
    /// <param name="from">Where the address is; not rsp or r12.</param>
    /// <param name="displacement">A number to add.</param>
    public void Prefetch(int from, int displacement)
    {
        _code.AddRange([(byte)(0x40 | (from >> 3)), 0x0f, 0x18, ModRm(2, 1, from)]);
        Add32(displacement);
    }

    /// <summary>Goes back to a place unless the last addition to a general register gave zero.</summary>
    public void RepeatUnlessZero(int place)
    {
        _code.AddRange([0x0f, 0x85]);
        Add32(place - (Here + sizeof(int)));
    }

    /// <summary>Clears the upper parts of vectors, which older instructions must not find filled, and returns to the caller.</summary>
    public void Return() => _code.AddRange([0xc5, 0xf8, 0x77, 0xc3]);

    private static byte Rex(int register, int other) => (byte)(0x48 | (register >> 3 << 2) | (other >> 3));

    private static byte ModRm(int mode, int register, int other) => (byte)((mode << 6) | ((register & 7) << 3) | (other & 7));

    private void Shift(int operation, int target, int source, byte count)
    {
        OfRegisters(Map0F, Prefix66, 0x72, operation, target, source);
        _code.Add(count);
    }

    private void OfRegisters(int map, int prefix, byte operation, int register, int second, int other)
    {
        Prefix(map, prefix, register, second, (other >> 3) & 1, other >> 4, isBroadcast: false);
        _code.AddRange([operation, ModRm(3, register, other)]);
    }

    // A displacement of one byte counts units of what is read.
    private void OfMemory(int map, int prefix, byte operation, int register, int second, CodeAddress address, int unit, bool isBroadcast = false)
    {
        Prefix(map, prefix, register, second, address.Base >> 3, (address.Index ?? 0) >> 3, isBroadcast);
        var isShort = address.Displacement % unit == 0 && address.Displacement / unit is >= sbyte.MinValue and <= sbyte.MaxValue;
        _code.AddRange([operation, ModRm(isShort ? 1 : 2, register, address.Index is null ? address.Base : 4)]);
        if (address.Index is { } index)
        {
            _code.Add(ModRm(address.IsDouble ? 1 : 0, index, address.Base));
        }

        if (isShort)
        {
            _code.Add((byte)(sbyte)(address.Displacement / unit));
        }
        else
        {
            Add32(address.Displacement);
        }
    }

    private void Prefix(int map, int prefix, int register, int second, int baseBit, int indexBit, bool isBroadcast)
    {
        var inverted = ~(((register >> 3) & 1) << 7 | indexBit << 6 | baseBit << 5 | register >> 4 << 4) & 0xf0;
        _code.AddRange(
        [
            0x62,
            (byte)(inverted | map),
            (byte)(((~second & 0xf) << 3) | 4 | prefix),
            (byte)(0x40 | (isBroadcast ? 0x10 : 0) | ((~second >> 4 & 1) << 3)),
        ]);
    }

    private void Add32(int number) => _code.AddRange(BitConverter.GetBytes(number));
}
