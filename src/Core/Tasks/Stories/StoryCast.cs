using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>Who and what a story is about.</summary>
/// <param name="Hero">The hero's name, which decides the pronoun.</param>
/// <param name="Kind">What the hero is: a boy, a girl or an animal.</param>
/// <param name="Trait">An adjective of the hero.</param>
/// <param name="Friend">Another name.</param>
/// <param name="Helper">A member of the hero's family.</param>
/// <param name="Thing">The thing that the plot turns on.</param>
/// <param name="Look">An adjective of the thing.</param>
/// <param name="Place">Where it happens.</param>
/// <param name="Other">Another place.</param>
internal sealed record StoryCast(
    string Hero, string Kind, string Trait, string Friend, string Helper, string Thing, string Look, string Place, string Other)
{
    private static readonly string[] Traits =
    [
        "little", "kind", "brave", "curious", "happy", "clever", "shy", "funny", "gentle", "young", "cheerful", "quiet", "busy",
        "friendly", "smart", "careful", "playful", "sleepy",
    ];

    private static readonly string[] Looks =
    [
        "red", "blue", "green", "yellow", "purple", "orange", "pink", "white", "silver", "golden", "small", "big", "old", "new",
        "shiny", "pretty", "round", "tiny", "lovely", "bright",
    ];

    private static readonly string[] Helpers =
        ["mom", "dad", "grandma", "grandpa", "aunt", "uncle", "big sister", "big brother"];

    public static StoryCast Draw(TaskRandom random, Plot plot)
    {
        var hero = random.Pick(Names.All);
        var place = random.Pick(Things.Places);
        var person = Names.IsGirl(hero) ? "girl" : "boy";
        return new StoryCast(
            hero,
            random.Chance(0.5) ? person : random.Pick(Things.Animals),
            random.Pick(Traits),
            random.PickOther(Names.All, hero),
            random.Pick(Helpers),
            random.Pick(plot.Things),
            random.Pick(Looks),
            place,
            random.PickOther(Things.Places, place));
    }

    /// <summary>Fills the words in braces.</summary>
    public string Fill(string wording) => wording
        .Replace("{N}", Hero, StringComparison.Ordinal)
        .Replace("{kind}", Kind, StringComparison.Ordinal)
        .Replace("{trait}", Trait, StringComparison.Ordinal)
        .Replace("{a trait}", Phrases.A(Trait), StringComparison.Ordinal)
        .Replace("{he}", Names.He(Hero), StringComparison.Ordinal)
        .Replace("{He}", Phrases.Capital(Names.He(Hero)), StringComparison.Ordinal)
        .Replace("{his}", Names.His(Hero), StringComparison.Ordinal)
        .Replace("{His}", Phrases.Capital(Names.His(Hero)), StringComparison.Ordinal)
        .Replace("{him}", Names.Him(Hero), StringComparison.Ordinal)
        .Replace("{F}", Friend, StringComparison.Ordinal)
        .Replace("{fhe}", Names.He(Friend), StringComparison.Ordinal)
        .Replace("{Fhe}", Phrases.Capital(Names.He(Friend)), StringComparison.Ordinal)
        .Replace("{fhis}", Names.His(Friend), StringComparison.Ordinal)
        .Replace("{fhim}", Names.Him(Friend), StringComparison.Ordinal)
        .Replace("{helper}", Helper, StringComparison.Ordinal)
        .Replace("{thing}", Thing, StringComparison.Ordinal)
        .Replace("{look}", Look, StringComparison.Ordinal)
        .Replace("{a look}", Phrases.A(Look), StringComparison.Ordinal)
        .Replace("{place}", Place, StringComparison.Ordinal)
        .Replace("{other}", Other, StringComparison.Ordinal);
}
