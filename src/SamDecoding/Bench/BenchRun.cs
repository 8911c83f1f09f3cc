using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>
/// Measures methods on the same questions with one clock over one span: from the request to the last token, prompt included. All
/// methods answer a question before the next one comes, and another begins each time, so that the machine's moods are shared.
/// </summary>
/// <param name="subject">The model.</param>
/// <param name="settings">How questions are answered.</param>
public sealed class BenchRun(BenchSubject subject, BenchSettings settings)
{
    private const int WarmUpTokens = 32;
    private const int MostWarmUps = 100;

    // By then the runtime has compiled what runs often a second time; until then everything takes up to three times as long.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1.5);

    /// <summary>Measures.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="methods">The methods, and where their answers go; a question that is there is not run again.</param>
    /// <param name="progress">Told how many questions are done.</param>
    /// <param name="cancellation">Ends the work; finished questions are kept.</param>
    /// <returns>The questions that were measured: those whose first prompt fits into the model's context.</returns>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public IReadOnlyList<BenchQuestion> Measure(
        IReadOnlyList<BenchQuestion> questions,
        IReadOnlyList<(BenchMethod Method, AnswerFile Answers)> methods,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(methods);
        BenchQuestion[] fitting = [.. questions.Where(question => Fits(Prompt(question, []).Count))];
        WarmUp(fitting, methods, cancellation);
        for (var number = 0; number < fitting.Length; number++)
        {
            var question = fitting[number];
            for (var turn = 0; turn < methods.Count; turn++)
            {
                var (method, answers) = methods[(number + turn) % methods.Count];
                if (answers.Find(question.Question.Id) is { } known)
                {
                    Teach(method, question, known);
                }
                else
                {
                    answers.Add(Answer(method, question, cancellation), subject.Time.GetUtcNow());
                }
            }

            progress?.Report(number + 1);
        }

        return fitting;
    }

    private void WarmUp(
        BenchQuestion[] questions, IReadOnlyList<(BenchMethod Method, AnswerFile Answers)> methods, CancellationToken cancellation)
    {
        if (questions.FirstOrDefault(question => methods.Any(method => method.Answers.Find(question.Question.Id) is null)) is not { } first)
        {
            return;
        }

        var request = Request(first, 0, Prompt(first, []));
        var start = subject.Time.GetTimestamp();
        for (var round = 0; round < MostWarmUps && (round == 0 || subject.Time.GetElapsedTime(start) < (1 + methods.Count) * WarmUpTime); round++)
        {
            foreach (var (method, _) in methods)
            {
                method.WarmUp(subject, settings.Rows, request with { MaxTokens = Math.Min(WarmUpTokens, request.MaxTokens) }, cancellation);
                cancellation.ThrowIfCancellationRequested();
            }
        }

        BenchCosts.Tell(
            subject, settings.Rows,
            [.. methods.Where(method => questions.Any(question => method.Answers.Find(question.Question.Id) is null)).Select(method => method.Method)], cancellation);
    }

    private QuestionMeasurement Answer(BenchMethod method, BenchQuestion question, CancellationToken cancellation)
    {
        var generator = method.Generator(subject, settings.Rows);
        var turns = new List<TurnMeasurement>();
        while (turns.Count < question.Turns)
        {
            var prompt = Prompt(question, turns);
            if (!Fits(prompt.Count))
            {
                break; // the conversation has outgrown the context
            }

            turns.Add(Answer(generator, Request(question, turns.Count, prompt), cancellation));
        }

        return new QuestionMeasurement(question.Question.Id, question.Question.Category, turns);
    }

    private TurnMeasurement Answer(IGenerator generator, GenerationRequest request, CancellationToken cancellation)
    {
        var start = subject.Time.GetTimestamp();
        var outcome = generator.Generate([request], cancellation: cancellation);
        var wall = subject.Time.GetElapsedTime(start).TotalSeconds;
        cancellation.ThrowIfCancellationRequested(); // a part of an answer is no measurement
        var (result, report) = (outcome.Results[0], outcome.Report);
        var passes = result.AcceptedDrafts.Count;
        return new TurnMeasurement
        {
            Text = result.Text.Trim(),
            TokenIds = result.TokenIds,
            WallTime = wall,
            DecodeTime = report.DecodeTime,
            DraftTime = report.DraftTime,
            AcceptLengths = TurnMeasurement.Lengths(result.AcceptedDrafts, result.TokenIds.Count),
            Passes = passes,
            Rows = passes + (report.Drafts?.Sum(source => source.DraftedTokens) ?? 0),
            Sources = report.Drafts ?? [],
        };
    }

    private void Teach(BenchMethod method, BenchQuestion question, QuestionMeasurement known)
    {
        for (var turn = 0; turn < known.Turns.Count; turn++)
        {
            method.Teach(Prompt(question, [.. known.Turns.Take(turn)]), known.Turns[turn].TokenIds);
        }
    }

    private GenerationRequest Request(BenchQuestion question, int turn, IReadOnlyList<int> prompt) => new()
    {
        Prompt = prompt,
        MaxTokens = settings.MaxTokens,
        Sampling = settings.Sampling,
        Sequence = ((ulong)(uint)question.Question.Id << 8) + (ulong)turn, // the same random numbers for every method
        StopTokens = [.. settings.StopTokens, .. subject.Form.StopTokens],
        Recorded = question.Follows(turn, subject.Tokenizer),
    };

    // A recorded conversation goes on as it was recorded.
    private IReadOnlyList<int> Prompt(BenchQuestion question, List<TurnMeasurement> turns) => question.Prompt(
        turns.Count, question.Recorded?.Turns ?? [.. turns.Select(turn => turn.Text)], subject.Form, subject.Tokenizer);

    private bool Fits(int prompt) => prompt <= subject.Engine.Config.ContextLength;
}
