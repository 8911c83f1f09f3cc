using System.Text;

namespace LlmEfficiency.Fuzz.Builders;

/// <summary>Writes pickles opcode by opcode, as PyTorch does or as an attacker might.</summary>
public sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleBuilder Op(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(char code) => Op((byte)code);

    public PickleBuilder Text(string text) =>
        Op([(byte)'X', .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)]);

    public PickleBuilder Number(int value) => Op([(byte)'J', .. BitConverter.GetBytes(value)]);

    public PickleBuilder Global(string module, string name) => Op(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    public PickleBuilder Tuple(params int[] values)
    {
        Op('(');
        foreach (var value in values)
        {
            Number(value);
        }

        return Op('t');
    }

    public PickleBuilder Storage(string type, string key, int count) =>
        Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Op('t').Op('Q');

    /// <summary>
    /// Pushes a tensor: <c>_rebuild_tensor_v2(storage, offset, size, stride, False, OrderedDict())</c>.
    /// </summary>
    public PickleBuilder Tensor(string type, string key, int count, int offset, int[] shape, int[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(')
            .Storage(type, key, count).Number(offset).Tuple(shape).Tuple(strides)
            .Op(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');

    public byte[] Build() => [.. _bytes, (byte)'.'];
}
