using System.CommandLine;

namespace LlmEfficiency.Cli.Options;

/// <summary>Which model runs where.</summary>
internal sealed class ModelOptions
{
    /// <summary>Gets the model.</summary>
    public Option<string?> Model { get; } = new("--model", "-m")
    {
        Description = "A folder, a .gguf or llama2.c .bin file, or org/name[@revision] in the Hugging Face cache",
        HelpName = "MODEL",
    };

    /// <summary>Gets the device.</summary>
    public Option<string> Device { get; } = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "auto",
        HelpName = "DEVICE",
    };

    /// <summary>Gets the element type.</summary>
    public Option<string> ElementType { get; } = new("--dtype")
    {
        Description = "auto, fp32, bf16 or fp16",
        DefaultValueFactory = _ => "auto",
        HelpName = "TYPE",
    };

    /// <summary>Gets the number of threads.</summary>
    public Option<int?> Threads { get; } = new("--threads")
    {
        Description = "How many threads compute; one per core by default",
        HelpName = "N",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Model);
        command.Add(Device);
        command.Add(ElementType);
        command.Add(Threads);
    }
}
