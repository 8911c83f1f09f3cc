namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>Baking, planting, telling the truth, and a day out.</summary>
internal static class WorkPlots
{
    private static readonly Plot Baking = new()
    {
        Name = "baking",
        Premise = "made {a look} {thing} in the kitchen",
        Things = ["cake", "pie", "pizza", "bread", "cookie", "pudding", "soup", "pancake", "muffin", "salad"],
        Beats =
        [
            ["{N} was hungry.", "It was the birthday of {his} {helper}.", "{N} wanted to make something good to eat."],
            ["\"I will make {a look} {thing},\" {he} said.", "{He} wanted to make {a look} {thing}."],
            ["{He} asked {F} to help.", "{F} came to help {him}.", "{His} friend {F} had a book that showed how."],
            [
                "They went to the {place} to get all they needed.", "They took flour, milk and salt.",
                "They washed their hands and began.",
            ],
            [
                "{N} mixed everything in a big bowl.", "It was a lot of work.",
                "There was flour on the floor and on {his} nose.", "",
            ],
            ["Then they had to wait.", "They waited for a long time.", "\"Do not forget the time,\" said {F}."],
        ],
        Happy =
        [
            ["Soon the whole house smelled good.", "When it was done, it looked very nice.", "It was just right."],
            ["They all sat down at the table.", "{His} {helper} came in and smiled.", "\"Yum!\" said {F}."],
        ],
        Sad =
        [
            ["But they played outside and forgot it.", "But {N} took too much salt."],
            [
                "Then there was black smoke everywhere.", "It tasted very bad.",
                "\"Oh no, we cannot eat this,\" said {F}.",
            ],
        ],
        HappyEndings =
        [
            "{N} gave everybody some of the {thing}, and nothing was left.",
            "Everybody said that the {thing} of {N} was the best.",
            "{N} was full and happy, and the {thing} was all gone.",
        ],
        SadEndings =
        [
            "{N} had to throw the {thing} away.", "Nobody could eat the {thing}, and {N} went to bed hungry.",
            "{N} looked at the bad {thing} and sighed.",
        ],
    };

    private static readonly Plot Planting = new()
    {
        Name = "planting",
        Premise = "planted a seed for {a look} {thing}",
        Things = ["flower", "tree", "rose", "pumpkin", "carrot", "sunflower", "melon", "bean", "tulip", "tomato"],
        Beats =
        [
            ["{F} gave {N} a tiny seed.", "{At other}, {N} found a seed.", "{His} {helper} gave {N} a seed."],
            ["\"It will be {a look} {thing} one day,\" {he} heard.", "{N} wanted to have {a look} {thing}."],
            ["{He} made a hole near the {place} and put the seed in.", "{He} planted it {at place}."],
            [
                "Every day, {he} gave it water.", "{He} gave it water and talked to it.",
                "{He} went there every morning.",
            ],
            ["For a long time, nothing happened.", "Days went by, and there was nothing to see.", ""],
            ["\"You must wait,\" said {his} {helper}.", "\"Is it still there?\" asked {F}.", "{N} waited and waited."],
        ],
        Happy =
        [
            ["Then, one morning, there was a small green leaf!", "At last, something green came out of the ground."],
            ["It grew and grew.", "It got bigger every day.", "The sun and the rain helped it to grow."],
        ],
        Sad =
        [
            [
                "But there was no rain, and it was too hot.", "But one night it was very cold.",
                "But a goat came and ate the seed.",
            ],
            ["Nothing grew there.", "\"It will not grow any more,\" said {F}.", ""],
        ],
        HappyEndings =
        [
            "In summer, {N} had the most beautiful {thing} of all.",
            "{N} was proud of the {thing} and showed it to {F}.",
            "{N} sat next to the {thing} and smiled.",
        ],
        SadEndings =
        [
            "{N} did not get a {thing} that year.", "{N} was sad that there was no {thing}.",
            "{N} never saw the {thing}, but {he} wanted to plant a new seed.",
        ],
    };

    private static readonly Plot Truth = new()
    {
        Name = "truth",
        Premise = "was told not to touch {a look} {thing}",
        Things =
        [
            "lamp", "mirror", "cup", "music box", "bell", "picture", "drum", "boat", "candle", "necklace", "book",
            "flute",
        ],
        Beats =
        [
            ["{His} {helper} had {a look} {thing}.", "{At place} was {a look} {thing}. It belonged to {his} {helper}."],
            ["\"Please do not touch it,\" said {his} {helper}.", "{N} was not allowed to touch it."],
            [
                "But {N} wanted to see it up close.", "But {N} was too curious.",
                "But when nobody was there, {N} took it.",
            ],
            [
                "Oh no! It fell down and broke.", "It was heavy, and it fell on the floor.",
                "Crash! It fell from {his} hands.",
            ],
            [
                "{N} was very afraid.", "\"What have I done?\" thought {N}.",
                "{F} saw it. \"What will you do now?\" {fhe} asked.",
            ],
            [
                "Then {his} {helper} came home.", "In the evening, {his} {helper} saw it. \"Who did this?\"",
                "\"What happened here?\" asked {his} {helper}.",
            ],
        ],
        Happy =
        [
            [
                "\"It was me. I am sorry,\" said {N}.", "{N} told the truth.",
                "{N} took a deep breath and said, \"I did it.\"",
            ],
            [
                "\"Thank you for telling me,\" said {his} {helper}.", "{His} {helper} was not angry for long.",
                "{His} {helper} gave {him} a hug.",
            ],
        ],
        Sad =
        [
            ["\"It was {F},\" said {N}.", "\"I do not know,\" said {N}. It was a lie.", "{N} did not tell the truth."],
            ["But {his} {helper} knew that it was not true.", "{His} {helper} was very sad about the lie.", ""],
        ],
        HappyEndings =
        [
            "Together, {N} and {his} {helper} fixed the {thing}.", "{N} was glad to tell the truth about the {thing}.",
            "{N} helped to clean up the {thing}, and all was well.",
        ],
        SadEndings =
        [
            "{N} could not forget the lie about the {thing}.",
            "{N} lay in bed and was ashamed of the lie about the {thing}.",
            "After the lie about the {thing}, nobody believed {N} for a while.",
        ],
    };

    private static readonly Plot DayOut = new()
    {
        Name = "day-out",
        Premise = "went on a trip with {a look} {thing}",
        Things =
        [
            "umbrella", "basket", "backpack", "lunch box", "blanket", "hat", "kite", "map", "ball", "boat", "book",
            "balloon",
        ],
        Beats =
        [
            [
                "{N} and {F} wanted to have a day out.", "\"Let us go to the {place},\" said {F} to {N}.",
                "{N} asked {F} to come to the {place}.",
            ],
            ["{N} took {a look} {thing} along.", "{N} did not forget {his} {look} {thing}."],
            ["They walked and sang.", "The way was long, but they had fun.", "They saw many birds on the way.", ""],
            [
                "{At place}, they sat down in the grass.", "They came to the {place} at noon.",
                "They ate some bread and apples.",
            ],
            ["Suddenly, dark clouds came.", "Then it began to rain.", "\"I felt a drop of rain,\" said {F}."],
            ["\"What now?\" asked {F}.", "\"We must find a dry place,\" said {N}.", "They ran under a tree."],
        ],
        Happy =
        [
            [
                "But soon the sun came out again.", "But the rain stopped quickly.",
                "Then a big rainbow stood in the sky.",
            ],
            ["They played all afternoon.", "They danced in the wet grass.", "It was the best day of the week."],
        ],
        Sad =
        [
            ["It rained and rained and did not stop.", "The rain got stronger, and they were wet and cold."],
            ["They had to go home early.", "\"Let us go home,\" said {F}.", "Nobody had fun any more."],
        ],
        HappyEndings =
        [
            "{N} went home happy with the {thing} under {his} arm.",
            "{N} said, \"That was a good day for us and the {thing}!\"",
            "In the evening, {N} put the {thing} away and was happy.",
        ],
        SadEndings =
        [
            "{N} came home cold, and even the {thing} was wet.", "{N} hung up the wet {thing} and drank hot tea.",
            "{N} was sad, because the {thing} was wet and the day was over.",
        ],
    };

    public static readonly Plot[] All = [Baking, Planting, Truth, DayOut];
}
