namespace LlmEfficiency.Core.Checkpoints;

/// <summary>What a Hugging Face model type implies, and what it takes for granted where its file is silent.</summary>
/// <param name="ModelType">The value of <c>model_type</c>.</param>
/// <param name="Architecture">The value of <c>architectures</c>.</param>
/// <param name="KeyValueHeadCount">
/// The default of <c>num_key_value_heads</c>; null means as many as query heads.
/// </param>
/// <param name="ContextLength">The default of <c>max_position_embeddings</c>.</param>
/// <param name="SlidingWindow">The default of <c>sliding_window</c>; null where the family has none by default.</param>
/// <param name="BeginOfSequence">The default of <c>bos_token_id</c>.</param>
/// <param name="EndOfSequence">The default of <c>eos_token_id</c>.</param>
internal sealed record ModelFamily(
    string ModelType,
    string Architecture,
    int? KeyValueHeadCount,
    int ContextLength,
    int? SlidingWindow,
    int? BeginOfSequence,
    IReadOnlyList<int> EndOfSequence)
{
    public static ModelFamily Llama { get; } = new("llama", "LlamaForCausalLM", null, 2048, null, 1, [2]);

    public static ModelFamily Mistral { get; } = new("mistral", "MistralForCausalLM", 8, 131072, 4096, 1, [2]);

    public static ModelFamily Qwen2 { get; } = new("qwen2", "Qwen2ForCausalLM", 32, 32768, 4096, null, []);

    public static IReadOnlyList<ModelFamily> All { get; } = [Llama, Mistral, Qwen2];

    public static string Names { get; } = string.Join(", ", All.Select(family => family.ModelType));

    public static ModelFamily? Find(string modelType) => All.FirstOrDefault(family => family.ModelType == modelType);
}
