namespace LlmEfficiency.Fuzz.Builders;

/// <summary>Writes llama2.c files whose weights count up from 0.</summary>
public static class Llama2cBuilder
{
    public static byte[] Build(
        int hidden, int inner, int layers, int heads, int keyValueHeads, int vocabulary, int context, bool isTied)
    {
        var headDim = hidden / heads;
        var layer = 2 + (2 * hidden) + (2 * keyValueHeads * headDim) + (3 * inner); // rows of this width
        var rows = vocabulary + (layers * layer) + 1 + (isTied ? 0 : vocabulary);
        var count = (rows * hidden) + (context * headDim);
        int[] header = [hidden, inner, layers, heads, keyValueHeads, isTied ? vocabulary : -vocabulary, context];
        return [.. header.SelectMany(BitConverter.GetBytes), .. GgufBuilder.Floats(count)];
    }
}
