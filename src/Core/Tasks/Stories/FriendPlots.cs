namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>Friends share, meet, race and give.</summary>
internal static class FriendPlots
{
    private static readonly string[] Toys =
    [
        "ball", "kite", "doll", "drum", "boat", "truck", "puzzle", "whistle", "robot", "toy car", "toy train",
        "wooden horse",
        "yo-yo", "teddy bear", "paintbrush", "flute", "book", "music box", "balloon", "crayon",
    ];

    private static readonly string[] Gifts =
    [
        "hat", "scarf", "picture", "basket", "cup", "necklace", "ring", "pillow", "blanket", "candle", "lamp", "bell",
        "mitten",
        "paper plane", "book", "flag", "doll", "puzzle", "button", "boat",
    ];

    private static readonly Plot Sharing = new()
    {
        Name = "sharing",
        Premise = "did not want to share {a look} {thing}",
        Things = Toys,
        Beats =
        [
            ["{N} got {a look} {thing} for {his} birthday.", "{N} had a new toy. It was {a look} {thing}."],
            ["{He} took it to the {place} to play.", "{He} played with it every day.", ""],
            [
                "There came {F}. \"May I play with your {thing}?\" {fhe} asked.",
                "{F} saw the {thing} and said, \"Can I try it too?\"",
            ],
            [
                "\"No, it is mine!\" said {N}.", "\"No!\" said {N} and turned away.",
                "{N} shook {his} head. \"It is only for me,\" {he} said.",
            ],
            ["{F} was sad and sat down alone.", "{F} went away without a word.", "{F} looked down and was very quiet."],
            [
                "After some time, {N} was bored.", "It was not much fun to play alone.",
                "{His} {helper} said, \"It is good to share.\"",
            ],
        ],
        Happy =
        [
            ["{N} thought about it and went to {F}.", "Then {N} ran after {F}.", "So {N} walked over to {F}."],
            [
                "\"I am sorry. Let us play together,\" {he} said.", "\"You can have it first,\" said {N}.",
                "\"Here, we can share it,\" said {N}.",
            ],
            ["{F} smiled.", "{F} was very happy.", ""],
        ],
        Sad =
        [
            ["But {N} still did not want to share.", "But {N} did not give it away.", "But {N} did not listen."],
            ["{F} found another friend to play with.", "{F} did not come back that day.", ""],
        ],
        HappyEndings =
        [
            "{N} and {F} played with the {thing} until the sun went down.",
            "{N} learned that the {thing} was more fun with a friend.",
            "From that day, {N} always shared the {thing} with {F}.",
        ],
        SadEndings =
        [
            "{N} sat alone with the {thing} and had no one to play with.",
            "{N} had the {thing}, but {he} had no friend that day.",
            "In the evening, {N} put the {thing} away and felt lonely.",
        ],
    };

    private static readonly Plot NewFriend = new()
    {
        Name = "new-friend",
        Premise = "wanted to make a friend and had {a look} {thing}",
        Things = Toys,
        Beats =
        [
            [
                "{N} was new in town and did not know anybody.", "{N} had no one to play with.",
                "{N} wanted to have a friend.",
            ],
            [
                "One day, {he} took {his} {look} {thing} and went to the {place}.",
                "{He} went to the {place} with {a look} {thing}.",
            ],
            ["There {he} saw {F}, who played alone.", "{F} was there too.", "Under a tree sat {F}."],
            ["{N} was too shy to speak.", "{N} did not know what to say.", "{N} was a little afraid.", ""],
            [
                "But then {N} thought, \"I will try.\"", "{N} took a deep breath and came closer.",
                "At last {N} said, \"Hello, I am {N}.\"",
            ],
            ["{N} showed {F} the {thing}.", "\"Do you like my {thing}?\" asked {N}."],
        ],
        Happy =
        [
            [
                "\"Oh yes, it is nice!\" said {F}.", "{F} smiled and said, \"Let us play!\"",
                "\"I like it very much,\" said {F}.",
            ],
            ["They played and laughed all day.", "They made up a new game.", "They ran around the {place} together."],
        ],
        Sad =
        [
            ["But {F} did not answer.", "\"No, I want to be alone,\" said {F}.", "{F} only looked away."],
            ["Then {F} went home.", "{N} waited, but {F} did not want to play.", ""],
        ],
        HappyEndings =
        [
            "{N} had found a friend, and the {thing} belonged to both of them.",
            "Now {N} and {F} meet every day and play with the {thing}.",
            "{N} went home with the {thing} and said, \"Today I found a friend!\"",
        ],
        SadEndings =
        [
            "{N} took the {thing} and went home alone.",
            "{N} played with the {thing} alone, but {he} wanted to try again.",
            "{N} put the {thing} back in the bag and was sad.",
        ],
    };

    private static readonly Plot Contest = new()
    {
        Name = "contest",
        Premise = "wanted to win {a look} {thing}",
        Things = Gifts,
        Beats =
        [
            ["There was a big race {at place}.", "One day, there was a running race near the {place}."],
            ["The winner would get {a look} {thing}.", "The prize was {a look} {thing}."],
            [
                "{N} wanted to win it very much.", "\"I want to win that {thing},\" said {N}.",
                "{N} had never won anything before.",
            ],
            [
                "{He} ran every morning to get fast.", "{His} {helper} helped {him} to train.",
                "{He} ate well and slept a lot.", "",
            ],
            ["Then the day came. {F} was in the race too.", "{F}, who was very fast, ran too."],
            ["Ready, set, go! They all ran.", "They ran as fast as the wind.", "{N} ran as fast as {he} could."],
        ],
        Happy =
        [
            ["At the end, {N} was just a little faster than {F}.", "Near the end, {N} passed {F} and came in first."],
            [
                "Everybody clapped.", "\"You won!\" said {F} and shook {his} hand.",
                "\"Well done, {N}!\" said {his} {helper}.",
            ],
        ],
        Sad =
        [
            ["But {F} was faster and came in first.", "But {N} fell down, and {F} won the race."],
            ["\"You ran well too,\" said {F}.", "{N} tried not to cry.", "Everybody clapped for {F}."],
        ],
        HappyEndings =
        [
            "{N} got the {thing} and showed it to everybody.", "{N} took the {thing} home and was very proud.",
            "{N} held up the {thing} and laughed.",
        ],
        SadEndings =
        [
            "{N} did not get the {thing}, but {he} was happy for {F}.",
            "{N} looked at the {thing} once more and went home without it.",
            "{N} said, \"Next year I will win a {thing}!\"",
        ],
    };

    private static readonly Plot Gift = new()
    {
        Name = "gift",
        Premise = "made {a look} {thing} for a friend",
        Things = Gifts,
        Beats =
        [
            ["It was the birthday of {F}.", "{N} heard that {F} was sick.", "{N} wanted to give {F} a surprise."],
            ["{N} had no money, so {he} wanted to make something.", "\"I will make a gift,\" thought {N}."],
            [
                "{He} sat {at place} and worked for hours.", "{His} {helper} showed {him} how to do it.",
                "{He} worked all day long.",
            ],
            ["In the end, it was {a look} {thing}.", "{He} made {a look} {thing}."],
            ["{He} put it in a box with a bow.", "{He} put it in some paper.", ""],
            ["Then {he} went to {F} and knocked on the door.", "{He} ran to the house of {F}.", "{He} gave it to {F}."],
        ],
        Happy =
        [
            ["{F} opened it and smiled.", "\"For me?\" asked {F}.", "{F} could not believe it."],
            ["\"This is the best gift of all!\" {fhe} said.", "\"Thank you, I love it!\" said {F}."],
        ],
        Sad =
        [
            [
                "But {F} already had one just like it.", "But on the way it fell into the water.",
                "But {F} did not like it.",
            ],
            ["{N} was very sad.", "{N} had worked so hard.", ""],
        ],
        HappyEndings =
        [
            "{N} was proud, because {F} loved the {thing}.",
            "{N} went home happy, and {F} kept the {thing} for many years.",
            "{F} gave {N} a big hug for the {thing}.",
        ],
        SadEndings =
        [
            "{N} was sad about the {thing} and went home.", "{N} said, \"Next time I will not make a {thing}.\"",
            "{N} did not want to see the {thing} any more.",
        ],
    };

    public static readonly Plot[] All = [Sharing, NewFriend, Contest, Gift];
}
