namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>Tells a plot: opens the story, picks a wording for each beat, and ends it.</summary>
internal static class StoryTeller
{
    private static readonly string[] Openings =
    [
        "Once upon a time, there was {a trait} {kind} named {N}.",
        "There once was {a trait} {kind}. {His} name was {N}.",
        "{N} was {a trait} {kind} who lived near the {place}.", "Once there was {a trait} {kind} called {N}.",
        "In a house by the {other} lived {a trait} {kind} named {N}.",
        "One morning, {a trait} {kind} named {N} woke up early.",
        "Long ago, {a trait} {kind} named {N} lived in a small village.", "{N} was {a trait} {kind}.",
    ];

    private static readonly string[] Weathers =
    [
        "", "", "The sun was shining.", "It was a warm day.", "It was a cold morning.", "The wind was blowing.",
        "The sky was blue.", "It was a quiet day.", "The birds were singing.", "It was a cloudy day.",
        "Soft snow lay on the ground.",
    ];

    private static readonly string[] Appearances =
    [
        "", "{He} always had {a colour} scarf.", "{He} had big eyes and a soft voice.",
        "{His} favourite colour was {colour}.",
        "{He} lived in a small house with {a colour} door.", "{He} liked to wear {a colour} hat.",
        "{He} was never without a smile.",
        "{He} slept in {a colour} bed.", "{He} was small, but {he} had a big heart.",
        "{He} liked to eat apples and bread.",
    ];

    private static readonly string[] Loves =
    [
        "", "{He} loved to play {at place}.", "{He} liked to visit {his} friend {F}.",
        "{He} lived with {his} {helper}.",
        "{He} loved to sing.", "{He} liked to look at the clouds.", "Everybody {at other} knew {him}.",
        "{He} had many dreams.",
    ];

    /// <summary>Tells the story up to its ending.</summary>
    public static string Tell(TaskRandom random, Plot plot, StoryCast cast, bool isHappy)
    {
        string[][] beats = [Openings, Appearances, Loves, Weathers, .. plot.Beats, .. isHappy ? plot.Happy : plot.Sad];
        return string.Join(' ', beats.Select(random.Pick).Where(wording => wording.Length > 0).Select(cast.Fill));
    }

    /// <summary>Tells how the story ends.</summary>
    public static string End(TaskRandom random, Plot plot, StoryCast cast, bool isHappy) =>
        cast.Fill(random.Pick(isHappy ? plot.HappyEndings : plot.SadEndings));
}
