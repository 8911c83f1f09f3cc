using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// One sequence while it is generated: takes tokens, tells of pieces, knows when to stop. Every generator uses it.
/// </summary>
public sealed class SequenceProgress
{
    private readonly GenerationRequest _request;
    private readonly int _row;
    private readonly HashSet<int> _stopTokens;
    private readonly Action<GeneratedPiece>? _onPiece;
    private readonly ContinuationText _text;
    private readonly SequenceRandom _random;
    private readonly List<SampledToken> _logProbabilities = [];
    private readonly List<int> _acceptedDrafts = [];
    private readonly int _mostTokens;

    private SequenceProgress(
        GenerationRequest request,
        int row,
        int[] prompt,
        ITokenizer tokenizer,
        TransformerConfig config,
        Action<GeneratedPiece>? onPiece)
    {
        (_request, _row, _onPiece, Prompt) = (request, row, onPiece, prompt);
        History = new TokenHistory(prompt);
        _text = new ContinuationText(tokenizer, request.StopStrings);
        _random = new SequenceRandom(request.Sampling.Seed, request.Sequence);
        _stopTokens = [.. request.StopTokens];
        if (!request.IgnoresEndOfSequence)
        {
            _stopTokens.UnionWith(config.EndOfSequence);
            _stopTokens.UnionWith(tokenizer.Vocabulary.EndOfSequence is { } end ? [end] : []);
        }

        // A recorded end stops the sequence itself, as a drawn one would.
        var hasEnd = request.Recorded is [.., var last] && _stopTokens.Contains(last);
        _mostTokens = Math.Min(request.MaxTokens, request.Recorded is { } recorded && !hasEnd ? recorded.Count : int.MaxValue);
        Limit = Math.Min(_mostTokens, config.ContextLength - prompt.Length + 1);
    }

    /// <summary>Gets the prompt's ids, at least one.</summary>
    public ReadOnlyMemory<int> Prompt { get; }

    /// <summary>
    /// Gets how many tokens can be generated: as many as asked for, or as the context has positions for (the last is
    /// never run).
    /// </summary>
    public int Limit { get; }

    /// <summary>Gets prompt and generated tokens, for penalties.</summary>
    public TokenHistory History { get; }

    /// <summary>Gets how tokens are drawn.</summary>
    public SamplingSettings Sampling => _request.Sampling;

    /// <summary>Gets the sequence's random numbers; the step is the number of generated tokens.</summary>
    public SequenceRandom Random => _random;

    /// <summary>Gets why the sequence ended; null while it goes on.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Begins a sequence; it is finished at once where no token can be generated.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="row">The request's index, for pieces and messages.</param>
    /// <param name="tokenizer">Gives the tokens' bytes.</param>
    /// <param name="config">Gives vocabulary, context and end-of-sequence tokens.</param>
    /// <param name="onPiece">Told of each piece.</param>
    /// <exception cref="LlmEfficiencyException">
    /// The request does not fit the model, or a setting is outside its range.
    /// </exception>
    public static SequenceProgress Begin(
        GenerationRequest request,
        int row,
        ITokenizer tokenizer,
        TransformerConfig config,
        Action<GeneratedPiece>? onPiece = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(config);
        request.Validate();
        var prompt = CheckedPrompt(request, row, tokenizer.Vocabulary, config);
        var sequence = new SequenceProgress(request, row, prompt, tokenizer, config, onPiece);
        sequence.EndIfFull();
        return sequence;
    }

    /// <summary>Draws the next token from logits and takes it.</summary>
    /// <param name="logits">The model's logits after the last token, <c>[vocab]</c>.</param>
    public void Draw(ReadOnlySpan<float> logits)
    {
        if (_request.LogProbabilities is { } alternatives)
        {
            var token = TokenSampler.DrawWithLogProbabilities(logits, Sampling, History, _random, alternatives);
            Take(token.Id, token);
        }
        else
        {
            var drawn = TokenSampler.Draw(logits, Sampling, History, _random);
            Take(_request.Recorded?[History.Generated.Count] ?? drawn);
        }
    }

    /// <summary>Counts a pass behind those over the prompt.</summary>
    /// <param name="acceptedDrafts">How many drafted tokens the model drew itself.</param>
    public void CountPass(int acceptedDrafts) => _acceptedDrafts.Add(acceptedDrafts);

    /// <summary>Takes a token that another method chose.</summary>
    /// <param name="id">The token.</param>
    /// <param name="logProbabilities">Needed where the request asks for them.</param>
    /// <exception cref="InvalidOperationException">The sequence has ended.</exception>
    public void Take(int id, SampledToken? logProbabilities = null)
    {
        if (Finish is not null)
        {
            throw new InvalidOperationException("the sequence has ended");
        }

        History.Append(id);
        if (_request.LogProbabilities is not null)
        {
            _logProbabilities.Add(logProbabilities ?? throw new ArgumentNullException(nameof(logProbabilities)));
        }

        if (_stopTokens.Contains(id))
        {
            End(FinishReason.StopToken, stopToken: id);
            return;
        }

        var (text, ids) = _text.Append(id);
        if (text.Length > 0 || ids.Count > 0)
        {
            _onPiece?.Invoke(new GeneratedPiece(_row, text, ids, null));
        }

        if (_text.IsStopped)
        {
            End(FinishReason.StopString);
        }
        else
        {
            EndIfFull();
        }
    }

    /// <summary>Ends the sequence because the caller stopped the work; does nothing if it has ended.</summary>
    public void Cancel()
    {
        if (Finish is null)
        {
            End(FinishReason.Cancelled);
        }
    }

    /// <summary>Returns the result.</summary>
    /// <param name="firstCompression">How many tokens the cache had taken in when it was first compressed; null if it never was.</param>
    /// <exception cref="InvalidOperationException">The sequence goes on.</exception>
    public GenerationResult ToResult(int? firstCompression = null) => new()
    {
        Prompt = Prompt.ToArray(),
        TokenIds = [.. History.Generated],
        AcceptedDrafts = [.. _acceptedDrafts],
        Text = _text.Text,
        Finish = Finish ?? throw new InvalidOperationException("the sequence has not ended"),
        FirstCompressedToken = firstCompression - Prompt.Length + 1 is { } first && first < History.Generated.Count ? Math.Max(first, 0) : null,
        LogProbabilities = _request.LogProbabilities is null ? null : [.. _logProbabilities],
    };

    private static int[] CheckedPrompt(
        GenerationRequest request, int row, Vocabulary vocabulary, TransformerConfig config)
    {
        int[] prompt = [.. request.Prompt];
        if (prompt.Length == 0)
        {
            prompt = [vocabulary.BeginOfSequence ?? config.BeginOfSequence ?? throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"prompt {row} is empty, and the model has no beginning-of-sequence token: give some text")];
        }

        if (prompt.Length > config.ContextLength)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"prompt {row} has {prompt.Length} tokens, the context only {config.ContextLength}: shorten it");
        }

        CheckIds(prompt, $"prompt {row}", config);
        CheckIds([.. request.Recorded ?? []], $"the recorded answer to prompt {row}", config);
        return prompt;
    }

    private static void CheckIds(int[] ids, string name, TransformerConfig config)
    {
        var wrong = Array.FindIndex(ids, id => id < 0 || id >= config.VocabularySize);
        if (wrong >= 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{name} holds id {ids[wrong]} at {wrong}, the vocabulary ends at {config.VocabularySize - 1}: "
                + "use the model's own tokenizer");
        }
    }

    private void EndIfFull()
    {
        if (History.Generated.Count >= Limit)
        {
            End(History.Generated.Count >= _mostTokens ? FinishReason.Length : FinishReason.ContextFull);
        }
    }

    private void End(FinishReason reason, int? stopToken = null)
    {
        var (text, ids) = _text.Finish(stopToken);
        Finish = reason;
        _onPiece?.Invoke(new GeneratedPiece(_row, text, ids, reason));
    }
}
