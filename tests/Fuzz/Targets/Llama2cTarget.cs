using LlmEfficiency.Core.Llama2c;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Fuzz.Builders;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Whole llama2.c files; the header is all that can be wrong.</summary>
public static class Llama2cTarget
{
    public static FuzzTarget Create() => new(
        "llama2c",
        20_000,
        [
            Llama2cBuilder.Build(4, 4, 1, 2, 1, 3, 2, isTied: true),
            Llama2cBuilder.Build(4, 2, 2, 1, 1, 2, 1, isTied: false),
        ],
        Read,
        ["24ka", "\u0004\0\0\0"]);

    private static void Read(byte[] bytes)
    {
        using var file = Llama2cFile.Open(MappedFile.FromBytes("fuzz", bytes));
        foreach (var name in file.Entries.Keys)
        {
            using var tensor = file.Read(name);
            using var sum = tensor.sum(); // touches every byte
        }
    }
}
