namespace LlmEfficiency.Core.Loading;

/// <summary>The forms in which a model can lie on disk.</summary>
public enum ModelForm
{
    /// <summary>A Hugging Face folder: <c>config.json</c>, weights, tokenizer.</summary>
    Folder,

    /// <summary>One GGUF file with everything in it.</summary>
    Gguf,

    /// <summary>A llama2.c export, its tokenizer beside it.</summary>
    Llama2c,
}
