using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>Problems about dividing a whole and putting groups together.</summary>
internal static class SharingProblems
{
    public static readonly Action<WordProblem>[] All = [ShareAll, ShareBoxes, Packing, Teams, TimesAsMany, Tables];

    private static void ShareAll(WordProblem p)
    {
        var (friends, share) = (p.Digit(), p.Factor());
        var first = p.PartOf(friends * share);
        var second = (friends * share) - first;
        var (own, twin) = (p.PartOf(share), p.Pick("brother", "sister", "cousin", "neighbour"));
        p.Facts(
            p.Pick($"{p.Name} finds {first} {p.Items}.", $"{p.Name} picks {first} {p.Items}."),
            p.Pick($"{p.Other} finds {second} {p.Items}.", $"{p.Other} brings {second} {p.Items}."));
        p.Fact(p.Pick(
            $"They share all {p.Items} equally among {friends} children.",
            $"All the {p.Items} are divided equally among {friends} friends."));
        var all = p.Plus($"we add the {p.Items} of {p.Name} and {p.Other}", first, second);
        var each = p.Over($"we divide the {all} {p.Items} among {friends}", all, friends);
        if (share > 1 && p.Random.Chance(0.5))
        {
            p.Fact($"One of them is {p.Name}, who gives {own} of {p.His} share to a {twin}.");
            p.Ask($"How many {p.Items} does {p.Name} keep?", $"how many {p.Items} {p.Name} keeps");
            p.Conclude($"So {p.Name} keeps {p.Minus($"we take away {own} for the {twin}", each, own)} {p.Items}.");
            return;
        }

        p.Ask(
            p.Pick($"How many {p.Items} does each of them get?", $"How many {p.Items} are there for each?"),
            $"how many {p.Items} each of them gets");
        p.Conclude($"So each of them gets {each} {p.Items}.");
    }

    private static void ShareBoxes(WordProblem p)
    {
        var box = p.Random.Pick(Things.Containers);
        var (friends, boxes) = (p.Random.Between(2, 6), p.Digit());
        var each = friends * p.Random.Between(1, 4);
        p.Fact(p.Pick(
            $"There are {boxes} {Phrases.Plural(box)} with {each} {p.Items} in each {box}.",
            $"{p.Name} has {boxes} {Phrases.Plural(box)}, and each {box} is full of {each} {p.Items}."));
        p.Fact(p.Pick($"{friends} friends share them equally.", $"They are shared equally by {friends} children."));
        var all = p.Times($"we count the {p.Items} in all {boxes} {Phrases.Plural(box)}", boxes, each);
        var share = p.Over($"we divide the {all} {p.Items} by {friends}", all, friends);
        var had = p.Amount();
        p.Fact($"One of them is {p.Other}, who already had {had} {p.Items}.");
        p.Ask($"How many {p.Items} does {p.Other} have now?", $"how many {p.Items} {p.Other} has now");
        p.Conclude($"So {p.Other} has {p.Plus($"we add the {had} that {p.Other} had", share, had)} {p.Items} now.");
    }

    private static void Packing(WordProblem p)
    {
        var box = p.Random.Pick(Things.Containers);
        var (each, boxes) = (p.Digit(), p.Factor());
        var first = p.PartOf(each * boxes);
        var extra = p.PartOf(40);
        p.Facts(
            p.Pick($"{p.Name} packs {p.Items} into {Phrases.Plural(box)}.", $"{p.Name} works with {p.Items}."),
            $"Each {box} holds {each} {p.Items}.");
        p.Fact(p.Pick(
            $"In the morning there are {first + extra} {p.Items}, but {extra} of them are bad.",
            $"Of {first + extra} {p.Items}, {extra} are broken and thrown away."));
        p.Fact($"Then {(each * boxes) - first} more {p.Items} arrive.");
        p.Ask(
            p.Pick(
                $"How many {Phrases.Plural(box)} are filled?", $"How many {Phrases.Plural(box)} does {p.Name} need?"),
            $"how many {Phrases.Plural(box)} {p.Name} needs");
        var good = p.Minus($"we take away the {extra} bad {p.Items}", first + extra, extra);
        var all = p.Plus($"we add the {p.Items} that arrive later", good, (each * boxes) - first);
        var count = p.Over($"each {box} takes {each} {p.Items}", all, each);
        p.Conclude($"So {p.Name} needs {count} {Phrases.Plural(box)}.");
    }

    private static void Teams(WordProblem p)
    {
        var (size, teams) = (p.Random.Between(2, 9), p.Factor());
        var girls = p.PartOf(size * teams);
        var boys = (size * teams) - girls;
        p.AllowsDistractor = false;
        p.Fact(p.Pick(
            $"{girls} girls and {boys} boys come to the game.",
            $"At a school there are {girls} girls and {boys} boys."));
        p.Fact(p.Pick($"They make teams of {size} children.", $"The teacher puts {size} children into each team."));
        var all = p.Plus("we add the girls and the boys", girls, boys);
        var count = p.Over($"we divide the {all} children into teams of {size}", all, size);
        if (p.Random.Chance(0.6))
        {
            var balls = p.Random.Between(2, 5);
            p.Fact($"Every team gets {balls} balls.");
            p.Ask("How many balls do they need?", "how many balls they need for all teams");
            p.Conclude($"So they need {p.Times($"each of the {count} teams gets {balls} balls", count, balls)} balls.");
            return;
        }

        p.Ask("How many teams are there?", "how many teams there are");
        p.Conclude($"So there are {count} teams on the field.");
    }

    private static void TimesAsMany(WordProblem p)
    {
        var (factor, own) = (p.Random.Between(2, 5), p.Factor() + 2);
        p.Facts(
            p.Pick($"{p.Name} has {own} {p.Items}.", $"{p.Name} owns {own} {p.Items}."),
            p.Pick(
                $"{p.Other} has {factor} times as many {p.Items} as {p.Name}.",
                $"For each one of {p.Name}'s {p.Items}, {p.Other} has {factor}."));
        var others = p.Times($"{p.Other} has {factor} times as many {p.Items}", own, factor);
        var lost = p.PartOf(others);
        p.Fact(p.Pick($"Then {p.Other} loses {lost} {p.Items}.", $"{p.Other} gives {lost} {p.Items} to a friend."));
        p.Ask(
            $"How many {p.Items} do {p.Name} and {p.Other} have together now?",
            $"how many {p.Items} both have together");
        var rest = p.Minus($"{p.Other} no longer has {lost} of them", others, lost);
        p.Conclude($"So together they have {p.Plus($"we add the {p.Items} of both", own, rest)} {p.Items}.");
    }

    private static void Tables(WordProblem p)
    {
        var (tables, seats, round, more) = (p.Factor(), p.Random.Between(2, 6), p.Digit(), p.Random.Between(3, 8));
        p.Facts(
            p.Pick(
                $"{tables} square tables have {seats} seats each.",
                $"There are {tables} square tables for {seats} people each."),
            p.Pick(
                $"{round} round tables have {more} seats each.",
                $"There are {round} round tables for {more} people each."));
        p.Fact(p.Pick($"{p.Name} prepares a feast.", $"{p.Name} invites people to a party."));
        p.Ask("How many people can sit down?", "how many people can sit down at all the tables");
        var left = p.Times($"we count the seats at the {tables} square tables", tables, seats);
        var right = p.Times($"we count the seats at the {round} round tables", round, more);
        p.Conclude($"So {p.Plus("we add all the seats", left, right)} people can sit down.");
    }
}
