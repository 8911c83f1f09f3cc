namespace LlmEfficiency.Core.Tasks.Words;

/// <summary>Nouns and adjectives of a child's world.</summary>
internal static class Things
{
    /// <summary>Things that one can hold, lose, find, give and break.</summary>
    public static readonly string[] Toys =
    [
        "ball", "kite", "doll", "drum", "hat", "book", "scarf", "bell", "shell", "key", "lamp", "cup", "spoon", "boat",
        "truck", "puzzle", "whistle", "coin", "ring", "button", "basket", "blanket", "umbrella", "flute", "teddy bear",
        "toy car", "toy train", "paper plane", "music box", "feather", "glass bead", "wooden horse", "flag",
        "picture", "map", "crayon", "paintbrush", "balloon", "mitten", "backpack", "necklace", "mirror", "robot",
        "yo-yo", "lunch box", "magnet", "candle", "pillow", "sock", "shoe",
    ];

    /// <summary>Things that one counts, in the plural.</summary>
    public static readonly string[] Countable =
    [
        "apples", "pears", "oranges", "marbles", "stickers", "pencils", "cookies", "shells", "stamps", "cards", "beads",
        "buttons", "coins", "balloons", "eggs", "lemons", "nuts", "flowers", "stones", "books", "plums", "crayons",
        "candles", "tickets", "photos", "carrots", "peaches", "badges", "feathers", "acorns",
    ];

    /// <summary>What countable things are kept in, singular.</summary>
    public static readonly string[] Containers =
    [
        "box", "bag", "basket", "jar", "tray", "sack", "bucket", "packet", "crate", "drawer",
    ];

    /// <summary>Goods for sale, singular.</summary>
    public static readonly string[] Goods =
    [
        "book", "pen", "hat", "cup", "kite", "lamp", "plate", "scarf", "ball", "toy", "shirt", "plant", "puzzle",
        "notebook", "mug", "clock", "candle", "brush", "belt", "game",
    ];

    public static readonly string[] Colours =
    [
        "red", "blue", "green", "yellow", "purple", "orange", "pink", "white", "black", "brown", "silver", "golden",
    ];

    public static readonly string[] Adjectives =
    [
        "small", "big", "old", "new", "shiny", "soft", "pretty", "round", "tiny", "heavy", "light", "smooth", "strange",
        "lovely", "bright", "funny", "warm", "cold", "clean", "dusty", "long", "short", "broken", "wooden", "quiet",
    ];

    public static readonly string[] Places =
    [
        "park", "garden", "forest", "beach", "kitchen", "school", "library", "barn", "market", "village", "meadow",
        "river", "hill", "lake", "attic", "playground", "bakery", "station", "harbour", "museum", "farm", "cave",
        "bridge", "street", "yard", "orchard", "castle", "tower", "tent", "zoo",
    ];

    public static readonly string[] Animals =
    [
        "cat", "dog", "rabbit", "mouse", "fox", "bear", "duck", "frog", "owl", "bird", "turtle", "squirrel", "pig",
        "horse", "goat", "sheep", "hedgehog", "lion", "monkey", "penguin", "elephant", "tiger", "beaver", "deer",
    ];

    /// <summary>Says where something happens: "in the park", but "at the lake" and "on the hill".</summary>
    public static string At(string place) => place switch
    {
        "beach" or "school" or "river" or "lake" or "harbour" => "at the " + place,
        "station" or "zoo" or "farm" or "market" => "at the " + place,
        "hill" or "bridge" or "playground" => "on the " + place,
        _ => "in the " + place,
    };
}
