using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Simd;

/// <summary>Programs in machine code, each of which takes the address of its arguments, 64 bits each, as Linux passes it: in rdi.</summary>
internal static unsafe class MachineCode
{
    /// <summary>The register that comes with the address of the arguments: rdi.</summary>
    public const int Arguments = 7;

    /// <summary>Writes programs and returns where their addresses are, one behind the other, or 0 where the system does not let a process run what it wrote.</summary>
    /// <param name="count">How many programs.</param>
    /// <param name="write">Writes one of them.</param>
    public static nint Write(int count, Action<EvexAssembler, int> write)
    {
        var code = new EvexAssembler();
        var programs = (nint*)NativeMemory.Alloc((nuint)count, (nuint)sizeof(nint));
        for (var program = 0; program < count; program++)
        {
            programs[program] = code.Here;
            write(code, program);
        }

        var memory = (nint)ExecutableMemory.Keep(code.ToArray());
        for (var program = 0; program < count; program++)
        {
            programs[program] += memory;
        }

        return memory == 0 ? 0 : (nint)programs;
    }

    /// <summary>Loads an argument.</summary>
    /// <param name="code">What is written.</param>
    /// <param name="register">The general register that receives it.</param>
    /// <param name="argument">Its number.</param>
    public static void Take(EvexAssembler code, int register, int argument) => code.LoadGeneral(register, Arguments, (sbyte)(argument * sizeof(long)));
}
