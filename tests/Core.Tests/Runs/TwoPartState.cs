using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Tests.Runs;

/// <summary>A small state with a file and a folder in a folder, different for each step.</summary>
internal static class TwoPartState
{
    public static void Write(CheckpointWriter writer, long step)
    {
        writer.Write("state.bin", stream =>
        {
            stream.Write(Bytes(step).AsSpan(0, 300));
            stream.Write(Bytes(step).AsSpan(300));
        });
        writer.WriteFolder("model", path =>
        {
            File.WriteAllText(Path.Join(path, "config.json"), $"{step}");
            Directory.CreateDirectory(Path.Join(path, "inner"));
            File.WriteAllBytes(Path.Join(path, "inner", "weights"), Bytes(step));
        });
    }

    public static bool IsIn(Checkpoint checkpoint) =>
        File.ReadAllBytes(checkpoint.PathOf("state.bin")).SequenceEqual(Bytes(checkpoint.Step))
        && File.ReadAllText(checkpoint.PathOf("model/config.json")) == $"{checkpoint.Step}"
        && File.ReadAllBytes(checkpoint.PathOf("model/inner/weights")).SequenceEqual(Bytes(checkpoint.Step));

    private static byte[] Bytes(long step) => [.. Enumerable.Range(0, 1000).Select(index => (byte)(step * 31 + index * 7))];
}
