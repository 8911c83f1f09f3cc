using System.Text.Json;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>A whole reading of a model: every byte of every tensor, the tokenizer, the template.</summary>
/// <param name="Tensors">How many tensors were read.</param>
/// <param name="Bytes">How many stored bytes were read.</param>
/// <param name="Problems">What is wrong, one line each; none for a sound model.</param>
public sealed record ModelCheck(int Tensors, long Bytes, IReadOnlyList<string> Problems)
{
    /// <summary>Reads a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="progress">Told of each tensor.</param>
    public static ModelCheck Run(StoredModel model, IProgress<LoadProgress>? progress = null)
    {
        var problems = new List<string>();
        Note(problems, () => WeightLoader.Check(model.Weights, model.Config));
        Note(problems, () => CheckVocabulary(model));
        Note(problems, () => _ = model.ReadTemplate());
        var total = model.Weights.Stored.Sum(entry => entry.StoredBytes);
        var done = 0L;
        foreach (var entry in model.Weights.Stored)
        {
            Note(problems, () => CheckNumbers(model, entry.Name));
            done += entry.StoredBytes;
            progress?.Report(new LoadProgress(entry.Name, done, total));
        }

        return new ModelCheck(model.Weights.Stored.Count, done, problems);
    }

    /// <summary>Returns the check as one JSON object with names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LoadingJson.Default.ModelCheck);

    private static void CheckNumbers(StoredModel model, string name)
    {
        using var scope = NewDisposeScope();
        var tensor = model.Weights.Read(name);
        var wrong = tensor.is_floating_point() ? tensor.numel() - tensor.isfinite().sum().item<long>() : 0;
        if (wrong > 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Numerics, $"{name}: {wrong} of {tensor.numel()} numbers are NaN or infinite: the file is damaged, fetch it again");
        }
    }

    private static void CheckVocabulary(StoredModel model)
    {
        var size = model.ReadTokenizer().Vocabulary.Size;
        if (size > model.Config.VocabularySize)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"the tokenizer has {size} ids, the model only {model.Config.VocabularySize}: they belong to different models");
        }
    }

    private static void Note(List<string> problems, Action check)
    {
        try
        {
            check();
        }
        catch (LlmEfficiencyException problem)
        {
            problems.Add(problem.Message);
        }
    }
}
