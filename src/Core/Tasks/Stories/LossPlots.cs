namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>Something is lost, broken, out of reach, or somebody else's.</summary>
internal static class LossPlots
{
    private static readonly string[] Small =
    [
        "ball", "doll", "hat", "scarf", "bell", "shell", "key", "coin", "ring", "button", "whistle", "toy car",
        "glass bead",
        "mitten", "necklace", "yo-yo", "flute", "spoon", "book", "teddy bear", "magnet", "sock", "map", "puzzle",
        "crayon",
    ];

    private static readonly string[] Fragile =
    [
        "cup", "lamp", "kite", "drum", "boat", "toy car", "toy train", "music box", "wooden horse", "doll",
        "umbrella", "mirror",
        "robot", "basket", "flute", "truck", "puzzle", "necklace", "picture", "backpack",
    ];

    private static readonly string[] Flying =
        ["ball", "kite", "hat", "balloon", "paper plane", "scarf", "feather", "flag", "sock", "mitten", "umbrella"];

    private static readonly Plot Lost = new()
    {
        Name = "lost",
        Premise = "lost {a look} {thing}",
        Things = Small,
        Beats =
        [
            [
                "{N} had {a look} {thing} and took it everywhere.", "{His} best treasure was {a look} {thing}.",
                "{N} got {a look} {thing} from {his} {helper}.",
            ],
            [
                "One afternoon, {he} came home from the {place} and the {thing} was gone.",
                "{At place}, {he} put {his} hand in the bag, but the {thing} was not there.",
                "But one day, {he} could not find the {thing}.",
            ],
            [
                "{N} began to cry.", "{N} felt very sad.", "\"Oh no, where is my {thing}?\" said {N}.",
                "{N} did not know what to do.",
            ],
            [
                "{He} looked under the bed and behind the door.", "{He} looked {at other}, but it was not there.",
                "{He} asked everyone {at other}.", "",
            ],
            [
                "Then {his} friend {F} came by. \"I will help you look,\" said {F}.",
                "{F} saw that {N} was sad. \"Let us look together,\" {fhe} said.",
                "{His} friend {F} asked, \"What is wrong?\" {N} told {fhim} about the {thing}.",
            ],
            [
                "They walked back to the {place} and looked everywhere.",
                "They went to the {place} and looked in the grass.", "",
            ],
        ],
        Happy =
        [
            [
                "At last, {F} saw something {look} under a leaf. It was the {thing}!",
                "There, behind a big stone, lay the {thing}!",
                "\"Look, here it is!\" said {F}. The {thing} was under a bench.",
            ],
            ["{N} jumped up and down.", "{N} laughed with joy.", "\"Thank you, {F}!\" said {N}.", ""],
        ],
        Sad =
        [
            [
                "They looked until it was dark, but they did not find it.", "But the {thing} was nowhere.",
                "They looked for a long time, but it was gone.",
            ],
            ["\"I am sorry,\" said {F}.", "{F} gave {N} a hug.", ""],
        ],
        HappyEndings =
        [
            "{N} held the {thing} tight and never lost it again.",
            "From then on, {N} always kept the {thing} in a safe place.",
            "That night, {N} put the {thing} next to {his} bed and slept well.",
        ],
        SadEndings =
        [
            "{N} never saw the {thing} again, but {he} was glad to have a good friend.",
            "{N} went home without the {thing} and felt sad for a while.",
            "That night, {N} dreamed of the {thing} that was gone.",
        ],
    };

    private static readonly Plot Broken = new()
    {
        Name = "broken",
        Premise = "broke {a look} {thing}",
        Things = Fragile,
        Beats =
        [
            [
                "{N} had {a look} {thing}.", "{N} liked to play with {a look} {thing}.",
                "On the table stood {a look} {thing}. {N} loved it.",
            ],
            [
                "One day, {he} ran too fast and fell over it. Crack! The {thing} broke.",
                "{He} wanted to show it to {F}, but it fell on the floor and broke.",
                "While {he} was playing {at place}, the {thing} fell down. Now it was broken.",
            ],
            [
                "{N} looked at the pieces and was very sad.", "\"Oh no!\" said {N}. \"My {thing} is broken.\"",
                "Big tears ran down {his} face.",
            ],
            [
                "{His} {helper} heard the noise and came.", "{N} took the pieces to {his} {helper}.",
                "{He} told {his} {helper} what happened.",
            ],
            [
                "\"Do not worry,\" said {his} {helper}. \"Let us try to fix it.\"",
                "\"We can try some glue,\" said {his} {helper}.",
            ],
            ["They got glue and string and sat down at the table.", "They worked all afternoon.", ""],
        ],
        Happy =
        [
            ["Piece by piece, they put it together.", "{N} held the pieces, and {his} {helper} used the glue.", ""],
            [
                "Soon the {thing} was as good as new!", "In the evening, the {thing} was whole again.",
                "It worked! The {thing} was fixed.",
            ],
        ],
        Sad =
        [
            ["But there were too many pieces.", "But one piece was missing.", "But the glue did not hold."],
            ["The {thing} could not be fixed.", "\"I am sorry, we cannot fix it,\" said {his} {helper}."],
        ],
        HappyEndings =
        [
            "{N} thanked {his} {helper} and was very careful with the {thing} after that.",
            "{N} smiled, because the {thing} was whole again.", "Now {N} loved the {thing} even more than before.",
        ],
        SadEndings =
        [
            "{N} put the pieces of the {thing} in a box and said goodbye to it.",
            "{N} was sad about the broken {thing}, but {he} learned to be careful.",
            "{N} kept one piece of the {thing} to remember it.",
        ],
    };

    private static readonly Plot OutOfReach = new()
    {
        Name = "out-of-reach",
        Premise = "could not reach {a look} {thing}",
        Things = Flying,
        Beats =
        [
            ["{N} went to the {place} with {a look} {thing}.", "{N} took {a look} {thing} to the {place}."],
            ["{He} played there all morning.", "{He} ran and laughed.", ""],
            [
                "Suddenly, a strong wind blew the {thing} up into a tall tree.",
                "Then the {thing} flew up and landed on a high roof.",
                "{He} threw the {thing} high, and it got stuck in a tree.",
            ],
            [
                "{N} jumped, but {he} was too small.", "{N} tried to climb, but it was too high.",
                "{N} could not reach it.",
            ],
            [
                "\"Please help me!\" {he} called.", "{He} sat down and was sad.",
                "\"What can I do now?\" {he} thought.", "",
            ],
            [
                "{F} came along with a long stick.", "{F} heard {him} and came with a ladder.",
                "{His} friend {F} wanted to help.",
            ],
        ],
        Happy =
        [
            ["{F} reached up, up, up.", "{Fhe} climbed very carefully.", ""],
            [
                "Plop! The {thing} fell down right in front of {N}.", "Then {F} gave the {thing} back to {N}.",
                "With one push, the {thing} came down.",
            ],
        ],
        Sad =
        [
            [
                "But it was still too high.", "But even {F} could not reach it.",
                "Then the wind blew again, and the {thing} flew far away.",
            ],
            ["\"I am sorry, {N},\" said {F}.", "They watched for a long time.", ""],
        ],
        HappyEndings =
        [
            "{N} hugged {F}, and they played with the {thing} until dinner.",
            "{N} went home with the {thing} and told {his} {helper} everything.",
            "{N} was happy to have the {thing} back.",
        ],
        SadEndings =
        [
            "{N} went home without the {thing}.", "{N} waved to the {thing} and said, \"Goodbye!\"",
            "{N} could not get the {thing} back that day.",
        ],
    };

    private static readonly Plot Returned = new()
    {
        Name = "returned",
        Premise = "found {a look} {thing}",
        Things = Small,
        Beats =
        [
            [
                "{N} went for a walk to the {place}.", "{N} was walking near the {place}.",
                "{N} was on the way to the {other}.",
            ],
            [
                "There {he} found {a look} {thing} on the ground.",
                "Something was in the grass. It was {a look} {thing}!",
            ],
            ["\"What a nice {thing}!\" said {N}.", "{N} wanted to keep it.", "{He} picked it up and looked at it.", ""],
            [
                "But then {he} thought, \"Somebody must be looking for it.\"",
                "But {he} knew that it was not {his} {thing}.",
            ],
            [
                "Just then, {he} saw {F}, who was crying.", "Soon {he} met {F}. {Fhe} looked very sad.",
                "Behind a tree sat {F}. {Fhe} was crying.",
            ],
            ["\"I have lost my {thing},\" said {F}.", "\"Have you seen my {thing}?\" asked {F}."],
        ],
        Happy =
        [
            ["\"Is this yours?\" asked {N}.", "{N} held it out. \"Here it is,\" {he} said."],
            ["{F} stopped crying and smiled.", "\"Yes! Thank you!\" said {F}.", "{F} was so glad that {fhe} danced."],
        ],
        Sad =
        [
            ["{N} hid the {thing} and said nothing.", "\"No,\" said {N}, and put the {thing} in {his} pocket."],
            ["{F} went away and cried.", "{F} walked home slowly.", "Then {N} felt very bad."],
        ],
        HappyEndings =
        [
            "{N} was glad that {he} gave the {thing} back.", "{N} gave the {thing} back and found a new friend.",
            "After that, {N} and {F} often played with the {thing} together.",
        ],
        SadEndings =
        [
            "{N} had the {thing}, but it did not make {him} happy.",
            "{N} kept the {thing}, but {he} could not sleep that night.",
            "Every time {N} saw the {thing}, {he} was ashamed.",
        ],
    };

    public static readonly Plot[] All = [Lost, Broken, OutOfReach, Returned];
}
