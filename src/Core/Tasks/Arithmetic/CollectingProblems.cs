using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>Problems about collections, gardens, tanks and animals.</summary>
internal static class CollectingProblems
{
    public static readonly Action<WordProblem>[] All = [WonAndLost, ThreePeople, Garden, Album, Tank, Legs, Windows];

    private static void WonAndLost(WordProblem p)
    {
        var (start, won) = (p.Amount() + 3, p.Amount());
        var lost = p.PartOf(start + won);
        p.Fact(p.Pick($"In the morning {p.Name} has {start} {p.Items}.", $"{p.Name} starts with {start} {p.Items}."));
        p.Fact(p.Pick($"Then {p.He} wins {won} {p.Items} in a game.", $"Then {p.He} finds {won} {p.Items}."));
        p.Fact(p.Pick(
            $"On the way home {p.He} loses {lost} of them.", $"Later {p.He} gives {lost} of them to {p.Other}."));
        var more = p.Plus($"{p.Name} gets {won} more {p.Items}", start, won);
        var rest = p.Minus($"{lost} of the {p.Items} are gone", more, lost);
        if (p.Random.Chance(0.4))
        {
            var last = p.Amount();
            p.Fact($"In the evening {p.Other} brings {last} new {p.Items} for {Names.Him(p.Name)}.");
            rest = p.Plus($"{p.Other} brings {last} new {p.Items}", rest, last);
        }

        p.Ask($"How many {p.Items} does {p.Name} have in the end?", $"how many {p.Items} {p.Name} has in the end");
        p.Conclude($"So {p.Name} has {rest} {p.Items} in the end.");
    }

    private static void ThreePeople(WordProblem p)
    {
        var (first, more) = (p.Amount(), p.Amount());
        var fewer = p.PartOf(first + more);
        var third = p.Random.PickOther(Names.All, p.Name, p.Other);
        p.Facts(
            $"{p.Name} has {first} {p.Items}.",
            p.Pick($"{p.Other} has {more} {p.Items} more than {p.Name}.", $"{p.Other} has {more} more than {p.Name}."),
            $"{third} has {fewer} {p.Items} fewer than {p.Other}.");
        p.Ask($"How many {p.Items} do {p.Name} and {third} have together?", $"what {p.Name} and {third} have together");
        var second = p.Plus($"{p.Other} has {more} more than {p.Name}", first, more);
        var last = p.Minus($"{third} has {fewer} fewer than {p.Other}", second, fewer);
        var both = p.Plus($"we add the {p.Items} of {p.Name} and {third}", first, last);
        p.Conclude($"So they have {both} {p.Items} together.");
    }

    private static void Garden(WordProblem p)
    {
        var plant = p.Pick("carrots", "tulips", "roses", "beans", "trees", "onions", "cabbages");
        var (rows, each) = (p.Digit(), p.Factor());
        var gone = p.PartOf(rows * each);
        var (eater, added) = (p.Pick("rabbits eat", "goats eat", "snails eat", "birds pick"), p.Amount());
        p.Fact(p.Pick(
            $"{p.Name} plants {rows} rows of {plant} with {each} in each row.",
            $"A garden has {rows} rows, and {p.Name} puts {each} {plant} into each row."));
        p.Fact(p.Pick($"At night {eater} {gone} of the {plant}.", $"Then the {eater} {gone} {plant}."));
        p.Fact(p.Pick($"{p.Other} brings {added} new {plant}.", $"So {p.Other} plants {added} more {plant}."));
        p.Ask(p.Pick(
            $"How many {plant} are there now?", $"How many {plant} does the garden have?"),
            $"how many {plant} there are now");
        var planted = p.Times($"{rows} rows with {each} {plant} each are", rows, each);
        var rest = p.Minus($"we take away the {gone} {plant} that are gone", planted, gone);
        p.Conclude($"So there are {p.Plus($"we add the {added} new {plant}", rest, added)} {plant} in the garden now.");
    }

    private static void Album(WordProblem p)
    {
        var (pages, each, loose) = (p.Digit(), p.Factor(), p.Amount());
        var things = p.Pick("stamps", "photos", "stickers", "cards", "pictures");
        p.Facts(
            p.Pick($"{p.Name}'s album has {pages} pages with {each} {things} on each page.",
                $"{p.Name} fills {pages} pages of an album with {each} {things} each."),
            p.Pick($"{loose} {things} are in a box.", $"Another {loose} {things} lie on the table."));
        var glued = p.Times($"we count the {things} on {pages} pages", pages, each);
        var all = p.Plus($"we add the {loose} other {things}", glued, loose);
        var wanted = all + p.PartOf(100);
        p.Fact(p.Pick($"{p.Name} wants to have {wanted} {things}.", $"A full set has {wanted} {things}."));
        p.Ask($"How many {things} are still missing?", $"how many {things} are still missing");
        p.Conclude($"So {p.Minus($"we compare with the {wanted} {things}", wanted, all)} {things} are missing.");
    }

    private static void Tank(WordProblem p)
    {
        var (minutes, rate, start) = (p.Digit(), p.Factor(), p.Amount());
        var tank = p.Pick("tank", "pool", "pond", "barrel", "tub");
        p.Facts(
            p.Pick(
                $"There are {start} litres of water in a {tank}.", $"A {tank} already holds {start} litres of water."),
            p.Pick($"{rate} litres run into the {tank} every minute.", $"Every minute {rate} more litres run in."));
        var added = p.Times($"{minutes} minutes with {rate} litres each are", minutes, rate);
        var full = p.Plus($"we add the {start} litres from before", added, start);
        var used = p.PartOf(full);
        p.Fact(p.Pick(
            $"After {minutes} minutes {p.Name} closes it and takes out {used} litres.",
            $"{p.Name} waits {minutes} minutes, stops the water and uses {used} litres."));
        p.Ask($"How many litres are in the {tank} now?", $"how many litres are in the {tank} now");
        p.Conclude($"So there are {p.Minus($"{p.Name} takes out {used} litres", full, used)} litres in the {tank}.");
    }

    private static void Legs(WordProblem p)
    {
        var (four, two) = (p.Factor() + 1, p.Factor() + 1);
        var beast = p.Pick("cows", "goats", "horses", "pigs", "dogs", "sheep");
        var bird = p.Pick("hens", "ducks", "geese", "owls");
        p.AllowsDistractor = false;
        p.Fact(p.Pick(
            $"{p.Name}'s farm has {four} {beast} and {two} {bird}.",
            $"{p.Name} sees {four} {beast} and {two} {bird}."));
        p.Ask(p.Pick(
            "How many legs do they have together?", "How many legs is that?"), "how many legs they have together");
        var first = p.Times($"each of the {beast} has 4 legs", four, 4);
        var second = p.Times($"each of the {bird} has 2 legs", two, 2);
        p.Conclude($"So all the animals have {p.Plus("we add the legs", first, second)} legs.");
    }

    private static void Windows(WordProblem p)
    {
        var (houses, each) = (p.Digit(), p.Factor() + 1);
        var house = p.Pick("houses", "towers", "barns", "shops");
        var part = p.Pick("windows", "doors", "lamps", "flags");
        p.AllowsDistractor = false;
        p.Fact(p.Pick(
            $"In a street there are {houses} {house} with {each} {part} each.",
            $"{houses} {house} stand by the lake, and each has {each} {part}."));
        var all = p.Times($"{houses} {house} with {each} {part} each have", houses, each);
        var done = p.PartOf(all);
        p.Fact(p.Pick($"{p.Name} has already painted {done} {part}.", $"{p.Name} has cleaned {done} of the {part}."));
        var rest = p.Minus($"{p.Name} is done with {done} of them", all, done);
        if (rest > 1 && p.Random.Chance(0.7))
        {
            var today = p.PartOf(rest);
            p.Fact($"Now {p.Other} does {today} more.");
            rest = p.Minus($"{p.Other} does {today} more of them", rest, today);
        }

        p.Ask($"How many {part} are left?", $"how many {part} are left to do");
        p.Conclude($"So {rest} {part} are left to do.");
    }
}
