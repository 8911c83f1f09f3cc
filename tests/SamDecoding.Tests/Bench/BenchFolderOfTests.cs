using System.Text.Json;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Bench;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.Testing;

namespace LlmEfficiency.SamDecoding.Tests.Bench;

/// <summary>Questions, recorded answers and a model without weights that repeats itself, in a folder.</summary>
internal sealed class BenchFolderOfTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HashLanguageModel _engine = new(258, contextLength: 600, order: 2);

    public BenchFolderOfTests()
    {
        File.WriteAllLines(Questions, Enumerable.Range(1, 6).Select(id => JsonSerializer.Serialize(new
        {
            question_id = id,
            category = id switch { 1 or 4 => "writing", 2 => "math", _ => "qa" },
            turns = id == 4 ? ["say abcabc", "and again abcabc"] : new[] { $"question {id}: the cat sat on the mat" },
        })));
        File.WriteAllLines(Trace, Enumerable.Range(1, 6).Select(id => JsonSerializer.Serialize(new
        {
            question_id = id,
            choices = new[] { new { turns = id == 4 ? ["abcabcabc", "abcabc"] : new[] { $"the cat sat on the mat, {id} cats on the mat" } } },
        })));
    }

    public string Questions => _folder.File("questions.jsonl");

    public string Trace => _folder.File("trace.jsonl");

    public string Out => _folder.File("out");

    public ITokenizer Tokenizer { get; } = ByteTokenizer.Create("<s>", "</s>");

    public PromptForm Form => PromptForm.Find("plain", Tokenizer, null);

    public BenchSubject Subject => new(_engine, Tokenizer, Form, TimeProvider.System);

    /// <summary>Measures methods, with answers in <see cref="Out"/>.</summary>
    public BenchReport Run(
        string[] names,
        BenchSettings? settings = null,
        string? trace = null,
        Action<int>? onDone = null,
        CancellationTokenSource? stop = null)
    {
        var questions = new BenchSelection().Read(Questions, trace);
        var folder = BenchFolder.Open(Out, new Dictionary<string, string> { ["rows"] = $"{settings?.Rows}" });
        (BenchMethod Method, AnswerFile Answers)[] methods = [.. names
            .Select(name => new BenchMethod(name == BenchMethod.Plain ? null : DrafterList.Find(name), DraftSources.None))
            .Select(method => (method, folder.Answers(method.Name, "toy")))];
        try
        {
            var measured = new BenchRun(Subject, settings ?? new BenchSettings { MaxTokens = 40 })
                .Measure(questions, methods, onDone is null ? null : new Told(onDone), stop?.Token ?? default);
            var report = new BenchReport(
                "toy", "random", "hash", trace, questions.Count - measured.Count,
                BenchReport.Of(measured, [.. methods.Select(method => (method.Method.Name, method.Answers))]));
            folder.Write(report);
            return report;
        }
        finally
        {
            Array.ForEach(methods, method => method.Method.Dispose());
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _folder.Dispose();
    }

    private sealed class Told(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
