using System.Collections.Frozen;
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
/// <param name="Colour">A colour of something that does not matter.</param>
/// <param name="Place">Where it happens.</param>
/// <param name="Other">Another place.</param>
internal sealed record StoryCast(
    string Hero, string Kind, string Trait, string Friend, string Helper, string Thing, string Look, string Colour,
    string Place, string Other)
{
    private static readonly string[] Traits =
    [
        "little", "kind", "brave", "curious", "happy", "clever", "shy", "funny", "gentle", "young", "cheerful",
        "quiet", "busy",
        "friendly", "smart", "careful", "playful", "sleepy",
    ];

    private static readonly string[] Looks =
    [
        "red", "blue", "green", "yellow", "purple", "orange", "pink", "white", "silver", "golden", "small", "big",
        "old", "new",
        "shiny", "pretty", "round", "tiny", "lovely", "bright",
    ];

    private static readonly string[] Helpers =
        ["mom", "dad", "grandma", "grandpa", "aunt", "uncle", "big sister", "big brother"];

    private static readonly FrozenDictionary<string, Func<StoryCast, string>> Words =
        new Dictionary<string, Func<StoryCast, string>>
        {
            ["N"] = cast => cast.Hero,
            ["kind"] = cast => cast.Kind,
            ["a trait"] = cast => Phrases.A(cast.Trait),
            ["he"] = cast => Names.He(cast.Hero),
            ["He"] = cast => Phrases.Capital(Names.He(cast.Hero)),
            ["his"] = cast => Names.His(cast.Hero),
            ["His"] = cast => Phrases.Capital(Names.His(cast.Hero)),
            ["him"] = cast => Names.Him(cast.Hero),
            ["F"] = cast => cast.Friend,
            ["fhe"] = cast => Names.He(cast.Friend),
            ["Fhe"] = cast => Phrases.Capital(Names.He(cast.Friend)),
            ["fhim"] = cast => Names.Him(cast.Friend),
            ["helper"] = cast => cast.Helper,
            ["thing"] = cast => cast.Thing,
            ["look"] = cast => cast.Look,
            ["a look"] = cast => Phrases.A(cast.Look),
            ["colour"] = cast => cast.Colour,
            ["a colour"] = cast => Phrases.A(cast.Colour),
            ["place"] = cast => cast.Place,
            ["at place"] = cast => Things.At(cast.Place),
            ["At place"] = cast => Phrases.Capital(Things.At(cast.Place)),
            ["other"] = cast => cast.Other,
            ["at other"] = cast => Things.At(cast.Other),
            ["At other"] = cast => Phrases.Capital(Things.At(cast.Other)),
        }.ToFrozenDictionary();

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
            random.Pick(Things.Colours),
            place,
            random.PickOther(Things.Places, place));
    }

    /// <summary>Fills the words in braces.</summary>
    public string Fill(string wording)
    {
        var parts = wording.Split('{', '}');
        for (var index = 1; index < parts.Length; index += 2)
        {
            parts[index] = Words[parts[index]](this);
        }

        return string.Concat(parts);
    }
}
