namespace LlmEfficiency.Core.Tasks.Words;

/// <summary>Given names, each with one pronoun, so that a reader can tell whom a sentence is about.</summary>
internal static class Names
{
    public static readonly string[] Boys =
    [
        "Tim", "Ben", "Tom", "Max", "Sam", "Jack", "Leo", "Finn", "Noah", "Adam", "Oscar", "Peter", "David", "Omar",
        "Felix", "Hugo", "Luke", "Mark", "Nick", "Paul", "Ryan", "Simon", "Theo", "Victor", "Will", "Zach", "Anton",
        "Carl", "Dan", "Eric", "Fred", "George", "Henry", "Ivan", "Jacob", "Kevin", "Liam", "Milo", "Oliver", "Rob",
        "Ali", "Bruno", "Diego", "Emil", "Ravi", "Kenji", "Marco", "Pablo", "Samir", "Yusuf",
    ];

    public static readonly string[] Girls =
    [
        "Lily", "Mia", "Anna", "Sara", "Lucy", "Emma", "Zoe", "Ella", "Nora", "Ruby", "Alice", "Clara", "Daisy", "Eva",
        "Fiona", "Grace", "Hannah", "Ivy", "Jane", "Kate", "Laura", "Maria", "Nina", "Olga", "Paula", "Rosa", "Sophie",
        "Tina", "Vera", "Wendy", "Amy", "Beth", "Carol", "Diana", "Emily", "Flora", "Gina", "Helen", "Irene", "Julia",
        "Amina", "Bella", "Chloe", "Fatima", "Leila", "Mei", "Priya", "Yuki", "Zara", "Ingrid",
    ];

    public static readonly string[] All = [.. Boys, .. Girls];

    public static bool IsGirl(string name) => Array.IndexOf(Girls, name) >= 0;

    public static string He(string name) => IsGirl(name) ? "she" : "he";

    public static string His(string name) => IsGirl(name) ? "her" : "his";

    public static string Him(string name) => IsGirl(name) ? "her" : "him";
}
