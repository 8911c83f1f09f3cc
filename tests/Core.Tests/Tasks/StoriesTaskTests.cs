using System.Text.RegularExpressions;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Tasks.Stories;
using LlmEfficiency.Core.Tasks.Words;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tasks;

public sealed class StoriesTaskTests
{
    private const int Count = 2000;

    private static readonly Plot[] Plots =
        [.. LossPlots.All, .. FriendPlots.All, .. CouragePlots.All, .. WorkPlots.All];

    private static readonly Lazy<List<TaskExample>> Examples =
        new(() => TaskExamples.Of(new StoriesTask(), Count).ToList());

    [Fact]
    public void There_are_sixteen_plots_and_every_wording_can_be_filled()
    {
        Assert.Equal(16, Plots.Select(plot => plot.Name).Distinct().Count());
        foreach (var plot in Plots)
        {
            var cast = StoryCast.Draw(new TaskRandom(1, 1, 0), plot);
            string[][] all =
                [.. plot.Beats, .. plot.Happy, .. plot.Sad, plot.HappyEndings, plot.SadEndings, [plot.Premise]];
            Assert.All(all.SelectMany(beat => beat), wording => Assert.DoesNotMatch("[{}]", cast.Fill(wording)));
            Assert.All(
                [.. plot.HappyEndings, .. plot.SadEndings],
                ending =>
                {
                    Assert.Contains("{N}", ending, StringComparison.Ordinal);
                    Assert.Contains("{thing}", ending, StringComparison.Ordinal);
                });
        }
    }

    [Fact]
    public void Only_the_right_ending_names_the_hero_and_the_thing_of_the_story()
    {
        foreach (var example in Cloze())
        {
            var (hero, thing) = (example.Key.Split('|')[2], example.Key.Split('|')[3]);
            Assert.Equal(4, example.Choices!.Distinct().Count());
            Assert.Equal(example.Text, example.Context + example.Choices![example.Correct]);
            var fitting = example.Choices.Where(choice => Has(choice, hero) && Has(choice, thing)).ToList();
            Assert.Equal(2, fitting.Count);
            Assert.Contains(example.Answer, fitting);
        }
    }

    [Fact]
    public void The_other_ending_with_hero_and_thing_belongs_to_the_other_outcome()
    {
        foreach (var example in Cloze())
        {
            var parts = example.Key.Split('|');
            var plot = Plots.Single(candidate => candidate.Name == parts[1]);
            var isHappy = plot.HappyEndings.Any(ending => Matches(ending, example.Answer));
            Assert.NotEqual(isHappy, plot.SadEndings.Any(ending => Matches(ending, example.Answer)));
            var other = example.Choices!.Single(
                choice => choice != example.Answer && Has(choice, parts[2]) && Has(choice, parts[3]));
            Assert.Contains(isHappy ? plot.SadEndings : plot.HappyEndings, ending => Matches(ending, other));
            Assert.Contains(
                isHappy ? plot.Happy[0] : plot.Sad[0],
                wording => TaskExamples.Pattern(Pattern(wording)).IsMatch(example.Text!));
        }
    }

    [Fact]
    public void Stories_have_8_to_24_sentences_and_100_to_300_tokens()
    {
        foreach (var text in Examples.Value.Select(example => example.Text ?? TaskExamples.Response(example)))
        {
            Assert.InRange(TaskExamples.Pattern("[.!?]").Count(text), 8, 24);
            Assert.InRange(TaskExamples.Tokens(text), 100, 300);
        }
    }

    [Fact]
    public void A_story_knows_nobody_but_its_hero_and_one_friend()
    {
        var names = Names.All.ToHashSet();
        foreach (var example in Cloze())
        {
            var words = TaskExamples.Pattern(@"\b[A-Z]\w+\b").Matches(example.Text!).Select(match => match.Value);
            var named = words.Where(names.Contains).Distinct().ToList();
            Assert.InRange(named.Count, 1, 2);
            Assert.Contains(example.Key.Split('|')[2], named);
        }
    }

    [Fact]
    public void The_right_ending_comes_at_every_place()
    {
        var places = Cloze().CountBy(example => example.Correct).ToList();
        Assert.Equal(4, places.Count);
        Assert.All(places, place => Assert.InRange(place.Value, Count / 6, Count / 3));
    }

    [Fact]
    public void A_request_is_answered_with_a_story_about_its_hero_and_thing()
    {
        var task = new StoriesTask();
        var requests = Examples.Value.Where(example => example.Messages is not null).ToList();
        Assert.InRange(requests.Count, Count / 10, Count / 5);
        foreach (var request in requests)
        {
            var (hero, thing) = (request.Key.Split('|')[2], request.Key.Split('|')[3]);
            Assert.True(Has(TaskExamples.Prompt(request), hero));
            Assert.True(Has(TaskExamples.Prompt(request), thing));
            var story = TaskExamples.Response(request);
            Assert.False(task.IsCorrect(request, story.Replace(hero, "Somebody", StringComparison.Ordinal)));
            Assert.False(task.IsCorrect(request, story.Replace(thing, "something", StringComparison.Ordinal)));
            Assert.False(task.IsCorrect(request, story + " And then"));
            Assert.False(task.IsCorrect(request, $"{hero} had a {thing}."));
        }
    }

    private static IEnumerable<TaskExample> Cloze() => Examples.Value.Where(example => example.Choices is not null);

    private static bool Has(string text, string word) => TaskExamples.Pattern($@"\b{word}\b").IsMatch(text);

    private static bool Matches(string wording, string text) =>
        TaskExamples.Pattern($"^{Pattern(wording)}$").IsMatch(text.Trim());

    /// <summary>What a wording looks like, whoever it is about.</summary>
    private static string Pattern(string wording) =>
        string.Join("[-A-Za-z ]+", TaskExamples.Pattern(@"\{[^}]*\}").Split(wording).Select(Regex.Escape));
}
