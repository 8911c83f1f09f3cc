using LlmEfficiency.Core.Tasks.Words;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>
/// Simple children's stories from a grammar of plots: as raw texts with four endings, of which one fits the hero, the
/// thing and
/// the outcome, and, for a small share, as the answer to a request in a chat.
/// </summary>
public sealed class StoriesTask : ITask
{
    private const double RequestShare = 0.15;
    private const int FewestSentences = 5;

    private static readonly Plot[] Plots =
        [.. LossPlots.All, .. FriendPlots.All, .. CouragePlots.All, .. WorkPlots.All];

    private static readonly string[] Requests =
    [
        "Tell me a story about {0} named {1} who {2}.", "Write a story about {0} named {1} who {2}.",
        "Please tell me a story about {0} called {1} who {2}.", "I want to hear a story about {0} named {1} who {2}.",
        "Can you tell a short story about {0} named {1} who {2}?",
    ];

    /// <inheritdoc/>
    public string Name => "stories";

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return random.Chance(RequestShare) ? Request(random) : Cloze(random);
    }

    /// <summary>
    /// Tells whether the response is the right ending; for a request, whether it is a story of some length about the
    /// wanted
    /// hero and thing.
    /// </summary>
    public bool IsCorrect(TaskExample example, string response)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(response);
        if (example.Choices is { } choices)
        {
            return response.Trim() == choices[example.Correct].Trim();
        }

        return example.Answer.Split(", ").All(word => response.Contains(word, StringComparison.Ordinal))
            && response.Count(letter => letter is '.' or '!' or '?') >= FewestSentences
            && response.TrimEnd()[^1] is '.' or '!' or '?' or '"';
    }

    /// <summary>Makes a request for a story and the story.</summary>
    internal static TaskExample Request(TaskRandom random)
    {
        var (plot, cast, isHappy) = Draw(random);
        var story = $"{StoryTeller.Tell(random, plot, cast, isHappy)} {StoryTeller.End(random, plot, cast, isHappy)}";
        var prompt = string.Format(
            null, random.Pick(Requests), Phrases.A($"{cast.Trait} {cast.Kind}"), cast.Hero, cast.Fill(plot.Premise));
        return new TaskExample
        {
            Messages = [new ChatMessage("user", prompt), new ChatMessage("assistant", story)],
            Key = Key(plot, cast),
            Answer = $"{cast.Hero}, {cast.Thing}",
            Kind = "request",
        };
    }

    private static TaskExample Cloze(TaskRandom random)
    {
        var (plot, cast, isHappy) = Draw(random);
        var story = StoryTeller.Tell(random, plot, cast, isHappy);
        var wording = random.Pick(isHappy ? plot.HappyEndings : plot.SadEndings);
        var right = " " + cast.Fill(wording);
        var hero = random.PickOther(Names.IsGirl(cast.Hero) ? Names.Boys : Names.Girls, cast.Friend);
        string[] wrong =
        [
            " " + (cast with { Hero = hero }).Fill(wording),
            " " + (cast with { Thing = random.PickOther(plot.Things, cast.Thing) }).Fill(wording),
            " " + StoryTeller.End(random, plot, cast, !isHappy),
        ];
        var choices = random.Shuffle<string>([right, .. wrong]);
        return new TaskExample
        {
            Text = story + right,
            Key = Key(plot, cast),
            Answer = right,
            Choices = choices,
            Correct = choices.ToList().IndexOf(right),
            Kind = "cloze",
        };
    }

    private static (Plot Plot, StoryCast Cast, bool IsHappy) Draw(TaskRandom random)
    {
        var plot = random.Pick(Plots);
        return (plot, StoryCast.Draw(random, plot), random.Chance(0.7));
    }

    /// <summary>The outcome and the wordings are left out: two tellings of one story are in the same split.</summary>
    private static string Key(Plot plot, StoryCast cast) =>
        $"story|{plot.Name}|{cast.Hero}|{cast.Thing}|{cast.Kind}|{cast.Trait}|{cast.Look}";
}
