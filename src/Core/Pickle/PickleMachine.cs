using System.Runtime.InteropServices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Pickle;

/// <summary>
/// The stack machine that a pickle drives, with limits on everything that can grow. It holds data and runs no code.
/// </summary>
internal sealed class PickleMachine(MappedFile file, long start, long length)
{
    private const int MostOpcodes = 1 << 24;
    private const int MostValues = 1 << 20;
    private const int Deepest = 64;
    private const long Largest = 1 << 24;

    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<long, object?> _memo = [];

    private long _at;
    private long _opcodeAt;
    private bool _isStopped;

    /// <summary>Gets the number of values in the memo.</summary>
    public int MemoCount => _memo.Count;

    /// <summary>Runs the pickle to its STOP and returns the one value that is left.</summary>
    public object? Run()
    {
        for (var count = 0; !_isStopped; count++)
        {
            _opcodeAt = _at;
            if (count == MostOpcodes)
            {
                throw Broken($"there are more than {MostOpcodes} opcodes");
            }

            var code = Bytes(1)[0];
            var opcode = PickleOpcode.Find(code) ?? throw Broken($"opcode 0x{code:x2} is unknown");
            (opcode.Execute ?? throw Broken($"opcode {opcode.Name} is not allowed in a checkpoint"))(this);
        }

        return _stack is [var result] ? result : throw Broken($"{_stack.Count} values are left at the end, not one");
    }

    public MalformedFileException Broken(string problem) => new(file.Name, start + _opcodeAt, $"pickle: {problem}");

    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > length - _at || count > int.MaxValue)
        {
            throw Broken($"{count} bytes are needed, {length - _at} are left");
        }

        var bytes = file.Slice(start + _at, (int)count);
        _at += count;
        return bytes;
    }

    public ReadOnlySpan<byte> Line(int most)
    {
        var here = file.Slice(start + _at, (int)Math.Min(length - _at, most + 1));
        var end = here.IndexOf((byte)'\n');
        return end >= 0 ? Bytes(end + 1)[..end] : throw Broken($"a line does not end within {most} bytes");
    }

    public void Stop() => _isStopped = true;

    public void Mark()
    {
        Limit(_marks.Count);
        _marks.Push(_stack.Count);
    }

    public void Push(object? value)
    {
        Limit(_stack.Count);
        if (value is PickleNode { Depth: > Deepest })
        {
            throw Broken($"values are nested more than {Deepest} deep");
        }

        if (value is PickleNode { Size: > Largest })
        {
            throw Broken($"a value repeats others until it holds more than {Largest}: a memo bomb");
        }

        _stack.Add(value);
    }

    public object? Pop()
    {
        var floor = _marks.TryPeek(out var mark) ? mark : 0;
        if (_stack.Count <= floor)
        {
            throw Broken("a value is needed, but the stack is empty");
        }

        var value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    public object?[] PopToMark()
    {
        if (!_marks.TryPop(out var mark))
        {
            throw Broken("there is no mark on the stack");
        }

        var values = CollectionsMarshal.AsSpan(_stack)[mark..].ToArray();
        _stack.RemoveRange(mark, values.Length);
        return values;
    }

    public T Pop<T>(string what) => Pop() is T value ? value : throw Broken($"{what} is needed on the stack");

    /// <summary>Lets the container on top grow and checks it afterwards.</summary>
    public void Grow<T>(string what, IReadOnlyList<object?> values, Action<T> add)
        where T : PickleNode
    {
        var target = Pop<T>(what);
        if (target.IsHeld || values.Contains(target, ReferenceEqualityComparer.Instance))
        {
            throw Broken($"{what} that already lies in another value would grow: a cycle");
        }

        add(target);
        Push(target);
    }

    public void Remember(long index)
    {
        Limit(_memo.Count);
        var value = Pop();
        _stack.Add(value);
        _memo[index] = value;
    }

    public void Recall(long index) =>
        Push(_memo.TryGetValue(index, out var value) ? value : throw Broken($"nothing is remembered as {index}"));

    private void Limit(int count)
    {
        if (count >= MostValues)
        {
            throw Broken($"more than {MostValues} values are on the stack or remembered");
        }
    }
}
