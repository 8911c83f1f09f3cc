namespace LlmEfficiency.Core.Tasks.Stories;

/// <summary>Somebody is afraid, lost, hurt, or learns something hard.</summary>
internal static class CouragePlots
{
    private static readonly string[] Cosy =
    [
        "teddy bear", "blanket", "lamp", "candle", "pillow", "doll", "music box", "bell", "scarf", "hat", "whistle",
        "book",
        "drum", "flute", "robot", "umbrella",
    ];

    private static readonly string[] Signals =
    [
        "whistle", "drum", "flute", "bell", "lamp", "candle", "umbrella", "flag", "balloon", "mirror", "music box",
        "kite",
    ];

    private static readonly string[] Instruments =
        [
            "drum", "flute", "whistle", "yo-yo", "kite", "bell", "ball", "boat", "puzzle", "toy train", "robot",
            "paper plane",
        ];

    private static readonly Plot Afraid = new()
    {
        Name = "afraid",
        Premise = "was afraid of the dark and had {a look} {thing}",
        Things = Cosy,
        Beats =
        [
            ["{N} was afraid of the dark.", "{N} did not like the night.", "When it got dark, {N} was always afraid."],
            [
                "One night, there was a loud noise outside.", "One night, a big storm came.",
                "Late at night, something went bump.",
            ],
            ["{N} hid in {his} bed.", "\"What was that?\" {he} said in a small voice.", "{His} heart beat fast."],
            ["{He} called {his} {helper}.", "{His} {helper} came into the room.", "{He} ran to {his} {helper}."],
            [
                "{His} {helper} gave {him} {a look} {thing}. \"This will keep you safe,\" {he} heard.",
                "\"Take this {thing},\" said {his} {helper}. It was {look}.",
            ],
            ["{N} took it and went to the window.", "{N} held it tight and listened.", ""],
        ],
        Happy =
        [
            [
                "It was only a branch that hit the window.", "It was only a cat on the roof.",
                "It was only {F}, who had lost a key.",
            ],
            [
                "{N} laughed. There was nothing to be afraid of.", "\"I am not afraid any more,\" said {N}.",
                "{N} felt much better.",
            ],
        ],
        Sad =
        [
            ["But the noise came again, even louder.", "But then the light went out.", "But the wind did not stop."],
            ["{N} cried and could not sleep.", "{N} was still afraid.", "{N} stayed awake all night."],
        ],
        HappyEndings =
        [
            "{N} put the {thing} next to the bed and slept all night.",
            "With the {thing} by {his} side, {N} was brave from then on.",
            "{N} said good night to the {thing} and closed {his} eyes.",
        ],
        SadEndings =
        [
            "{N} held the {thing} and waited for the morning.",
            "Even with the {thing}, {N} was afraid until the sun came up.",
            "{N} and the {thing} did not sleep that night.",
        ],
    };

    private static readonly Plot LostWay = new()
    {
        Name = "lost-way",
        Premise = "lost the way and had {a look} {thing}",
        Things = Signals,
        Beats =
        [
            [
                "{N} wanted to see the {place}.", "One day, {N} walked to the {place} alone.",
                "{N} went with {his} {helper} to the {place}.",
            ],
            ["{He} took {his} {look} {thing} with {him}.", "In {his} bag was {a look} {thing}."],
            ["{He} followed a butterfly and went too far.", "{He} looked at the flowers and did not look at the path."],
            [
                "Soon {he} did not know where {he} was.", "Suddenly, everything looked strange.",
                "\"I am lost!\" {he} said.",
            ],
            ["It got dark and cold.", "{He} sat down and cried.", "{He} called, but nobody came.", ""],
            ["Then {he} had an idea. {He} could use the {thing}!", "{N} held the {thing} and thought hard."],
        ],
        Happy =
        [
            [
                "{F} noticed the {look} {thing} from far away.", "Somebody heard {him}. It was {F}!",
                "{F} knew the {thing} and came running.",
            ],
            [
                "\"Come, I know the way,\" said {F}.", "{F} took {him} by the hand and brought {him} home.",
                "Together they found the path.",
            ],
        ],
        Sad =
        [
            ["But no one was near.", "But it did not help.", "{He} waited and waited."],
            ["{N} had to stay there all night.", "{N} walked and walked, but {he} did not find the path.", ""],
        ],
        HappyEndings =
        [
            "At home, {N} put the {thing} on the table and told the story.",
            "{N} was safe, and {he} never went out without the {thing}.",
            "{N} thanked {F} and gave the {thing} a kiss.",
        ],
        SadEndings =
        [
            "{N} slept under a tree with the {thing} in {his} arms.", "{N} had only the {thing} and waited for help.",
            "That night, {N} was alone with the {thing}.",
        ],
    };

    private static readonly Plot HurtBird = new()
    {
        Name = "hurt-bird",
        Premise = "helped a bird with {a look} {thing}",
        Things =
        [
            "scarf", "blanket", "hat", "basket", "pillow", "sock", "mitten", "lunch box", "cup", "backpack",
            "umbrella",
        ],
        Beats =
        [
            ["{N} was playing near the {place}.", "{N} took a walk to the {place}."],
            [
                "{He} heard a small voice. It was a little bird with a hurt wing.",
                "On the ground lay a bird. It could not fly.",
            ],
            ["\"Poor bird!\" said {N}.", "{N} wanted to help it.", "\"Do not be afraid,\" said {N}."],
            [
                "{He} put the bird in {his} {look} {thing}.",
                "{He} had {a look} {thing} and made a bed of it for the bird.",
            ],
            [
                "{He} carried it home to {his} {helper}.", "{F} came and brought some water.",
                "{F} helped {him} to carry it home.",
            ],
            ["Every day, {N} gave it food and water.", "{N} sat next to the bird and sang.", ""],
        ],
        Happy =
        [
            ["After a week, the wing was well.", "Day by day, the bird got stronger."],
            [
                "Then the bird flew up into the sky.", "One morning, it could fly again!",
                "It sang a song and flew around the room.",
            ],
        ],
        Sad =
        [
            ["But the bird did not want to eat.", "But the wing did not get well."],
            [
                "The bird could never fly again.", "It could only walk now.",
                "\"It will not fly any more,\" said {his} {helper}.",
            ],
        ],
        HappyEndings =
        [
            "{N} waved to the bird and kept the {thing} to remember it.",
            "{N} hung the {thing} in a tree, and the bird came back every spring.",
            "{N} washed the {thing} and was happy that the bird was free.",
        ],
        SadEndings =
        [
            "So the bird stayed with {N} and always slept in the {thing}.",
            "{N} was sad, but the bird liked its home in the {thing}.",
            "{N} kept the bird in the {thing} and took care of it.",
        ],
    };

    private static readonly Plot Learning = new()
    {
        Name = "learning",
        Premise = "wanted to learn to use {a look} {thing}",
        Things = Instruments,
        Beats =
        [
            [
                "{N} saw {F} with {a look} {thing}.", "{His} {helper} gave {N} {a look} {thing}.",
                "{At place}, {N} found {a look} {thing}.",
            ],
            ["{He} wanted to learn how to use it.", "\"I want to be good at this,\" said {N}."],
            [
                "But it was hard, and nothing worked.", "The first day, it did not work at all.",
                "{He} tried and tried, but it was not easy.",
            ],
            ["{F} laughed at {him}.", "{N} wanted to give up.", "\"I cannot do it,\" said {N}."],
            ["\"You must try every day,\" said {his} {helper}.", "\"Do not give up,\" said {his} {helper}."],
            [
                "Day after day, {N} went to the {other} and tried again.",
                "{N} tried in the morning and in the evening.", "",
            ],
        ],
        Happy =
        [
            ["After many days, it worked!", "Then, one day, {he} could do it!"],
            ["Everybody was surprised.", "\"How did you do that?\" asked {F}.", "{F} clapped and said, \"Well done!\""],
        ],
        Sad =
        [
            ["But after a week, {he} was tired of it.", "But it still did not work."],
            ["\"This is not for me,\" said {N}.", "{N} gave up.", "{N} did not want to try any more."],
        ],
        HappyEndings =
        [
            "{N} was proud and took the {thing} everywhere.", "{N} showed {F} how to use the {thing}.",
            "Now {N} was the best with the {thing} in the whole village.",
        ],
        SadEndings =
        [
            "{N} put the {thing} in a corner and forgot it.",
            "{N} gave the {thing} away and looked for something else.",
            "The {thing} lay under the bed, and {N} did not touch it again.",
        ],
    };

    public static readonly Plot[] All = [Afraid, LostWay, HurtBird, Learning];
}
