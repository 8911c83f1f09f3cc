using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>What a benchmark found.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Weights"><c>random</c>, or <c>checkpoint</c>.</param>
/// <param name="Engine">Engine, device and element type in a few words.</param>
/// <param name="Trace">The recorded answers that were followed; null if the model answered itself.</param>
/// <param name="Skipped">How many questions did not fit into the model's context.</param>
/// <param name="Methods">A report a method.</param>
public sealed record BenchReport(
    string Model, string Weights, string Engine, string? Trace, int Skipped, IReadOnlyList<BenchMethodReport> Methods)
{
    private const string Overall = "overall";

    /// <summary>Computes the figures of all methods.</summary>
    /// <param name="questions">The measured questions.</param>
    /// <param name="answers">Each method's name and answers.</param>
    public static IReadOnlyList<BenchMethodReport> Of(
        IReadOnlyList<BenchQuestion> questions, IReadOnlyList<(string Name, AnswerFile Answers)> answers)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(answers);
        var plain = answers.Where(method => method.Name == BenchMethod.Plain).Select(method => method.Answers).FirstOrDefault();
        return [.. answers.Select(method => new BenchMethodReport(
            method.Name,
            Figures(method.Answers, questions),
            [.. questions.GroupBy(question => question.Question.Task)
                .Select(task => KeyValuePair.Create(task.Key, Figures(method.Answers, [.. task])))]))];

        BenchFigures Figures(AnswerFile file, IReadOnlyList<BenchQuestion> part) =>
            BenchFigures.Of(Of(file, part), plain is null ? null : Of(plain, part));
    }

    /// <summary>Returns one JSON object; figures that are no numbers are null.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", Model);
            json.WriteString("weights", Weights);
            json.WriteString("engine", Engine);
            json.WriteString("trace", Trace);
            json.WriteNumber("skipped", Skipped);
            json.WriteStartArray("methods");
            foreach (var method in Methods)
            {
                json.WriteStartObject();
                json.WriteString("name", method.Name);
                WriteFigures(json, method.Overall);
                json.WriteStartObject("categories");
                foreach (var (task, figures) in method.Tasks)
                {
                    json.WriteStartObject(task);
                    WriteFigures(json, figures);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Returns the figures as a table of comma-separated values, a line a method and category.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder("model,weights,method,category,mat,rowsPerStep,tokensPerSecond,speedup,draftShare,prefillShare\n");
        foreach (var method in Methods)
        {
            foreach (var (task, figures) in method.Tasks.Append(KeyValuePair.Create(Overall, method.Overall)))
            {
                string[] cells =
                [
                    Quoted(Model), Weights, method.Name, Quoted(task), Text(figures.Mat), Text(figures.RowsPerStep),
                    Text(figures.TokensPerSecond), Text(figures.Speedup ?? double.NaN), Text(figures.DraftShare), Text(figures.PrefillShare),
                ];
                text.AppendJoin(',', cells).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Returns the use of sources as a table of comma-separated values, a line a method, category and source.</summary>
    public string ToSourcesCsv()
    {
        var text = new StringBuilder("model,weights,method,category,source,share,mat\n");
        foreach (var method in Methods)
        {
            foreach (var (task, figures) in method.Tasks.Append(KeyValuePair.Create(Overall, method.Overall)))
            {
                foreach (var (source, share, mat) in figures.Sources)
                {
                    text.AppendJoin(',', Quoted(Model), Weights, method.Name, Quoted(task), source, Text(share), Text(mat)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static QuestionMeasurement[] Of(AnswerFile file, IReadOnlyList<BenchQuestion> questions) =>
        [.. questions.Select(question => file.Find(question.Question.Id)!)];

    private static void WriteFigures(Utf8JsonWriter json, BenchFigures figures)
    {
        json.WriteNumber("questions", figures.Questions);
        json.WriteNumber("tokens", figures.Tokens);
        json.WriteNumber("steps", figures.Steps);
        Write("mat", figures.Mat);
        Write("rowsPerStep", figures.RowsPerStep);
        Write("tokensPerSecond", figures.TokensPerSecond);
        Write("speedup", figures.Speedup ?? double.NaN);
        Write("draftShare", figures.DraftShare);
        Write("prefillShare", figures.PrefillShare);
        Write("draftedSteps", figures.DraftedSteps);
        json.WriteStartObject("sources");
        foreach (var (source, share, mat) in figures.Sources)
        {
            json.WriteStartObject(source);
            Write("share", share);
            Write("mat", mat);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        Write("differing", figures.Differing ?? double.NaN);

        void Write(string name, double value)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumber(name, value);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }

    private static string Text(double value) => double.IsFinite(value) ? value.ToString("G6", CultureInfo.InvariantCulture) : string.Empty;

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
