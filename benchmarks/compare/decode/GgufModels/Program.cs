using LlmEfficiency.Core.Errors;
using LlmEfficiency.GgufModels;

try
{
    switch (args)
    {
        case ["write", var preset, var path]:
            RandomGguf.Write(preset, path);
            return 0;
        case ["describe", var path]:
            Console.WriteLine(StoredTypes.Describe(path));
            return 0;
        default:
            Console.Error.WriteLine("usage: GgufModels write PRESET FILE | describe FILE");
            return 2;
    }
}
catch (LlmEfficiencyException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
