namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>Problems about distances, passengers, pages, minutes and ages.</summary>
internal static class TravelProblems
{
    public static readonly Action<WordProblem>[] All = [Ride, WayToSchool, Bus, Pages, Practice, Ages];

    private static void Ride(WordProblem p)
    {
        var (hours, speed, walk) = (p.Digit(), p.Factor() + 2, p.Amount());
        var vehicle = p.Pick("bike", "boat", "horse", "cart", "scooter", "wagon");
        p.Fact(p.Pick(
            $"{p.Name} travels {hours} hours by {vehicle} and makes {speed} miles every hour.",
            $"With a {vehicle}, {p.Name} makes {speed} miles in an hour and rides for {hours} hours."));
        p.Fact(p.Pick(
            $"After that a train takes {p.Name} {walk} miles further.",
            $"Then a truck takes {p.Name} {walk} more miles."));
        var ride = p.Times($"the {vehicle} makes {speed} miles in each of {hours} hours", hours, speed);
        var way = p.Plus($"we add the last {walk} miles", ride, walk);
        if (p.Random.Chance(0.5))
        {
            var more = p.Amount();
            p.Fact($"The whole way is {way + more} miles long.");
            p.Ask("How many miles are still missing?", "how many miles are still missing");
            p.Conclude($"So {p.Minus("we take this away from the whole way", way + more, way)} miles are missing.");
            return;
        }

        p.Ask($"How far does {p.Name} travel?", $"how many miles {p.Name} travels");
        p.Conclude($"So {p.Name} travels {way} miles in total.");
    }

    private static void WayToSchool(WordProblem p)
    {
        var (days, way, detour) = (p.Random.Between(2, 6), p.Factor(), p.Amount());
        var goal = p.Pick("school", "work", "the lake", "the market", "the library", "the stable");
        p.Fact(p.Pick($"The way to {goal} is {way} miles long.", $"{p.Name} lives {way} miles away from {goal}."));
        p.Fact(p.Pick(
            $"{p.Name} goes there and back on {days} days.",
            $"On {days} days {p.Name} goes there and comes home again."));
        p.Fact(p.Pick(
            $"Once {p.He} makes a detour of {detour} miles.", $"On the last day {p.He} goes {detour} miles more."));
        p.Ask(p.Pick(
            $"How many miles does {p.Name} make?", "How many miles is that in total?"),
            $"how many miles {p.Name} makes");
        var both = p.Times("there and back again is", 2, way);
        var all = p.Times($"on {days} days this makes", days, both);
        p.Conclude($"So {p.Name} makes {p.Plus($"we add the {detour} miles more", all, detour)} miles.");
    }

    private static void Bus(WordProblem p)
    {
        var (start, on) = (p.Amount() + 5, p.Amount());
        var off = p.PartOf(start);
        var vehicle = p.Pick("bus", "train", "ship", "tram", "ferry");
        var verb = p.Pick("get off", "leave");
        p.Fact(p.Pick($"There are {start} people on a {vehicle}.", $"A {vehicle} starts with {start} people."));
        p.Fact(p.Pick($"At the first stop {off} people {verb}.", $"Soon {off} of them {verb}."));
        p.Fact(p.Pick($"Then {on} people get on.", $"At the next stop {on} new people get on."));
        var rest = p.Minus($"{off} of the {start} people {verb}", start, off);
        var now = p.Plus($"{on} people get on the {vehicle}", rest, on);
        var last = p.PartOf(now);
        p.Fact(p.Pick($"At the last stop {last} people {verb}.", $"In the evening {last} people {verb}."));
        p.Ask($"How many people are still on the {vehicle}?", $"how many people are still on the {vehicle}");
        p.Conclude($"So {p.Minus($"another {last} people {verb}", now, last)} people are still there.");
    }

    private static void Pages(WordProblem p)
    {
        var (days, each, first, rest) = (p.Digit(), p.Factor(), p.Amount(), p.Amount());
        var whole = (days * each) + first + rest;
        p.AllowsDistractor = false;
        p.Fact(p.Pick($"{p.Name} has a book with {whole} pages.", $"{p.Name}'s new book is {whole} pages long."));
        p.Fact(p.Pick($"On Monday {p.He} reads {first} pages.", $"First {p.He} reads {first} pages."));
        p.Fact(p.Pick(
            $"On the next {days} days {p.He} reads {each} pages a day.",
            $"After that {p.He} reads {each} pages on each of {days} days."));
        p.Ask(p.Pick(
            "How many pages are left?", $"How many pages does {p.Name} still have to read?"),
            "how many pages are left");
        var later = p.Times($"{days} days with {each} pages each make", days, each);
        var read = p.Plus($"we add the {first} pages from the beginning", later, first);
        p.Conclude($"So {p.Minus("we take the pages away from the whole book", whole, read)} pages are left.");
    }

    private static void Practice(WordProblem p)
    {
        var (times, each, pauses, pause) = (p.Digit(), p.Factor() + 3, p.Random.Between(2, 6), p.Random.Between(2, 9));
        var doing = p.Pick("plays the piano", "swims", "paints", "runs", "practises the drum", "dances");
        p.Facts(
            p.Pick(
                $"{p.Name} {doing} {times} times for {each} minutes.",
                $"{times} times, {p.Name} {doing} for {each} minutes."),
            p.Pick(
                $"{p.Name} takes {pauses} breaks of {pause} minutes.",
                $"There are {pauses} breaks, each {pause} minutes long."));
        p.Ask(p.Pick(
            "How many minutes is that in total?", "How long does it all take?"), "how many minutes it takes in total");
        var work = p.Times($"{times} times {each} minutes are", times, each);
        var rests = p.Times($"the {pauses} breaks take", pauses, pause);
        p.Conclude($"So it takes {p.Plus("we add the minutes of both", work, rests)} minutes in total.");
    }

    private static void Ages(WordProblem p)
    {
        var (age, older, years) = (p.Random.Between(4, 30), p.Random.Between(2, 25), p.Random.Between(2, 20));
        p.AllowsDistractor = false;
        p.Facts(
            p.Pick($"{p.Name} is {age} years old.", $"{p.Name} has just turned {age}."),
            p.Pick(
                $"{p.Other} is {older} years older than {p.Name}.",
                $"{p.Name} is {older} years younger than {p.Other}."));
        var other = p.Plus($"{p.Other} is {older} years older than {p.Name}", age, older);
        if (p.Random.Chance(0.5))
        {
            p.Ask($"How old will {p.Other} be in {years} years?", $"how old {p.Other} will be in {years} years");
            p.Conclude($"So {p.Other} will be {p.Plus($"{years} years go by", other, years)} years old then.");
            return;
        }

        p.Ask(
            $"In {years} years, how old will both be together?", $"how old both will be together in {years} years");
        var sum = p.Plus("we add the ages of today", age, other);
        var both = p.Times($"both of them get {years} years older", 2, years);
        p.Conclude($"So both will be {p.Plus("we add these years", sum, both)} years old together.");
    }
}
