using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Testing;

namespace LlmEfficiency.Core.Tests.Evaluation;

/// <summary>An engine that is all but sure of the token that a script says comes next.</summary>
internal sealed class ScriptedEngine(int vocabulary, Func<IReadOnlyList<int>, int> next) : IDecodeEngine
{
    private readonly HashLanguageModel _shape = new(vocabulary, contextLength: 8192);

    public TransformerConfig Config => _shape.Config;

    public string Description => "script";

    public IDecodeSession Open(int sequences, int capacity, RetentionSettings? retention = null) => new Session(vocabulary, next, sequences);

    public void Dispose() => _shape.Dispose();

    private sealed class Session(int vocabulary, Func<IReadOnlyList<int>, int> next, int sequences) : IDecodeSession
    {
        private readonly List<int>[] _tokens = [.. Enumerable.Range(0, sequences).Select(_ => new List<int>())];

        public IReadOnlyList<int> Lengths => [.. _tokens.Select(tokens => tokens.Count)];

        public LogitBlock Forward(IReadOnlyList<DecodeRow> rows)
        {
            var logits = new List<float>();
            foreach (var row in rows)
            {
                for (var at = 0; at < row.Tokens.Length; at++)
                {
                    _tokens[row.Sequence].Add(row.Tokens.Span[at]);
                    if (row.Logits == LogitSelection.All
                        || (row.Logits == LogitSelection.Last && at == row.Tokens.Length - 1))
                    {
                        var token = next(_tokens[row.Sequence]);
                        logits.AddRange(Enumerable.Range(0, vocabulary).Select(id => id == token ? 20f : 0f));
                    }
                }
            }

            return new LogitBlock(logits.ToArray(), vocabulary);
        }

        public void Retain(int sequence, ReadOnlySpan<int> slots) => throw new NotSupportedException();

        public void Truncate(int sequence, int length) => throw new NotSupportedException();

        public void Copy(int source, int target) => _tokens[target] = [.. _tokens[source]];

        public void Dispose()
        {
        }
    }
}
