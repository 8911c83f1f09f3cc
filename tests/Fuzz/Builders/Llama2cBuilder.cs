namespace LlmEfficiency.Fuzz.Builders;

/// <summary>Writes llama2.c files whose weights count up from 0.</summary>
public static class Llama2cBuilder
{
    public static byte[] Build(int hidden, int inner, int layers, int heads, int keyValueHeads, int vocabulary, int context, bool isTied)
    {
        var headDim = hidden / heads;
        var layer = (2 * hidden) + (2 * hidden * hidden) + (2 * keyValueHeads * headDim * hidden) + (3 * inner * hidden);
        var count = (vocabulary * hidden) + (layers * layer) + hidden + (context * headDim) + (isTied ? 0 : vocabulary * hidden);
        int[] header = [hidden, inner, layers, heads, keyValueHeads, isTied ? vocabulary : -vocabulary, context];
        return [.. header.SelectMany(BitConverter.GetBytes), .. GgufBuilder.Floats(count)];
    }
}
