using LlmEfficiency.Core.Tasks.Words;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>Problems about buying, selling and saving.</summary>
internal static class ShoppingProblems
{
    public static readonly Action<WordProblem>[] All =
        [BagsAndGift, TwoGoods, Change, BakeSale, Savings, BoxesOnOffer];

    private static void BagsAndGift(WordProblem p)
    {
        var (count, each, had) = (p.Digit(), p.Factor(), p.Amount());
        var box = p.Random.Pick(Things.Containers);
        p.Facts(
            p.Pick($"{p.Name} already has {had} {p.Items}.", $"There are {had} {p.Items} in {p.Name}'s room."),
            p.Pick(
                $"{p.Name} buys {count} {Plural(box)} with {each} {p.Items} each.",
                $"At the shop, {p.Name} gets {count} {Plural(box)}, and each {box} holds {each} {p.Items}."));
        var bought = p.Times($"we count the {p.Items} in the {count} {Plural(box)} with {each} each", count, each);
        var all = p.Plus($"we add the {had} {p.Items} from before", bought, had);
        if (p.Random.Chance(0.6))
        {
            var given = p.PartOf(all);
            p.Fact(p.Pick(
                $"Then {p.He} gives {given} {p.Items} to {p.Other}.",
                $"Later {p.Other} takes {given} of the {p.Items}."));
            all = p.Minus($"we take away the {given} {p.Items} for {p.Other}", all, given);
        }

        p.Ask(
            p.Pick($"How many {p.Items} does {p.Name} have now?", $"How many {p.Items} are there in the end?"),
            $"how many {p.Items} there are in the end");
        p.Conclude($"So {p.Name} has {all} {p.Items} now.");
    }

    private static void TwoGoods(WordProblem p)
    {
        var first = p.Random.Pick(Things.Goods);
        var second = p.Random.PickOther(Things.Goods, first);
        var (countA, priceA, countB, priceB) = (p.Digit(), p.Factor(), p.Digit(), p.Factor());
        p.Facts(
            p.Pick($"One {first} costs {priceA} dollars.", $"The price of a {first} is {priceA} dollars."),
            p.Pick($"One {second} costs {priceB} dollars.", $"The price of a {second} is {priceB} dollars."));
        p.Fact(p.Pick(
            $"{p.Name} buys {countA} {Plural(first)} and {countB} {Plural(second)}.",
            $"{p.Name} wants {countA} {Plural(first)} and {countB} {Plural(second)}."));
        p.Ask(
            p.Pick(
                "How many dollars is that together?", $"How much does {p.Name} have to pay?",
                "What is the total price?"),
            $"how much {p.Name} has to pay");
        var left = p.Times($"the {countA} {Plural(first)} cost", countA, priceA);
        var right = p.Times($"the {countB} {Plural(second)} cost", countB, priceB);
        p.Conclude($"So {p.Name} has to pay {p.Plus("we add both prices", left, right)} dollars.");
    }

    private static void Change(WordProblem p)
    {
        var good = p.Random.Pick(Things.Goods);
        var (count, price) = (p.Digit(), p.Factor());
        var (had, gift) = (p.Amount() + count * price, p.Amount());
        p.Facts(
            p.Pick($"{p.Name} has {had} dollars.", $"There are {had} dollars in {p.Name}'s purse."),
            p.Pick($"{p.Other} gives {p.Name} {gift} dollars.", $"{p.Name} gets {gift} dollars from {p.Other}."));
        p.Fact(p.Pick(
            $"{p.Name} buys {count} {Plural(good)} for {price} dollars each.",
            $"At the market {p.Name} pays for {count} {Plural(good)}, and each {good} costs {price} dollars."));
        p.Ask(
            p.Pick($"How many dollars does {p.Name} have left?", "How much money is left?"),
            $"how many dollars {p.Name} has left");
        var money = p.Plus($"we add the money of {p.Name} and the gift", had, gift);
        var cost = p.Times($"the {count} {Plural(good)} cost", count, price);
        p.Conclude($"So {p.Name} has {p.Minus("we take the price away from the money", money, cost)} dollars left.");
    }

    private static void BakeSale(WordProblem p)
    {
        var cake = p.Pick("cookies", "muffins", "rolls", "buns", "pies", "tarts");
        var (trays, each, price) = (p.Digit(), p.Random.Between(3, 12), p.Random.Between(2, 5));
        var eaten = p.Random.Between(2, Math.Min(20, (trays * each) - 1));
        p.Fact(p.Pick(
            $"{p.Name} bakes {trays} trays of {cake} with {each} {cake} on each tray.",
            $"There are {trays} trays in the oven, and {p.Name} puts {each} {cake} on each tray."));
        p.Fact(p.Pick($"The family eats {eaten} of the {cake}.", $"{p.Other} and the others eat {eaten} {cake}."));
        p.Fact(p.Pick(
            $"{p.Name} sells the rest for {price} dollars each.", $"The rest is sold, each for {price} dollars."));
        p.Ask(p.Pick(
            $"How many dollars does {p.Name} earn?", "How much money is that?"), $"how many dollars {p.Name} earns");
        var baked = p.Times($"we count the {cake} on the {trays} trays", trays, each);
        var rest = p.Minus($"we take away the {eaten} {cake} that were eaten", baked, eaten);
        var earned = p.Times($"each of the {rest} {cake} brings {price} dollars", rest, price);
        p.Conclude($"So {p.Name} earns {earned} dollars.");
    }

    private static void Savings(WordProblem p)
    {
        var good = p.Random.Pick(Things.Goods);
        var (weeks, each, had) = (p.Digit(), p.Factor(), p.Amount());
        p.Facts(
            p.Pick($"{p.Name} has {had} dollars in a jar.", $"In the beginning {p.Name} has {had} dollars."),
            p.Pick($"{p.Name} saves {each} dollars every week.", $"Every week {p.Name} earns {each} dollars."));
        var saved = p.Times($"we count the money of {weeks} weeks", weeks, each);
        var all = p.Plus($"we add the {had} dollars from the beginning", saved, had);
        var price = p.PartOf(all);
        p.Fact(p.Pick(
            $"After {weeks} weeks {p.He} buys a {good} for {price} dollars.",
            $"When {weeks} weeks are over, {p.He} pays {price} dollars for a {good}."));
        p.Ask(p.Pick(
            $"How much money does {p.Name} have then?", "How many dollars are left?"), "how many dollars are left");
        p.Conclude($"So there are {p.Minus($"we pay {price} dollars for the {good}", all, price)} dollars left.");
    }

    private static void BoxesOnOffer(WordProblem p)
    {
        var good = p.Random.Pick(Things.Goods);
        var (count, price) = (p.Digit(), p.Factor() + 3);
        var off = p.PartOf(Math.Min(price * count, 30));
        p.Fact(p.Pick($"In a shop a {good} costs {price} dollars.", $"A {good} has a price of {price} dollars."));
        p.Fact(p.Pick(
            $"Whoever buys {count} of them pays {off} dollars less in total.",
            $"{count} of them together are {off} dollars cheaper."));
        p.Fact(p.Pick($"{p.Name} buys {count} {Plural(good)}.", $"{p.Name} takes {count} of them."));
        p.Ask(p.Pick(
            $"How much does {p.Name} pay?", "What is the price in the end?"), $"how many dollars {p.Name} pays");
        var full = p.Times($"the full price of {count} {Plural(good)} is", count, price);
        p.Conclude($"So {p.Name} pays {p.Minus($"the offer takes {off} dollars away", full, off)} dollars in total.");
    }

    private static string Plural(string noun) => Phrases.Plural(noun);
}
