using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>One learned vector a token; also the output matrix of a model that ties the two.</summary>
internal sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;     // [vocab, hidden]

    public TokenEmbedding(ParameterScope scope, int vocabulary, int hidden)
        : base(nameof(TokenEmbedding))
    {
        _weight = scope.Create("weight", vocabulary, hidden);
        RegisterComponents();
    }

    public Parameter Matrix => _weight;

    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var rows = _weight.index_select(0, tokens.reshape(-1));                     // [batch · seq, hidden]
        return rows.view(tokens.shape[0], tokens.shape[1], -1).MoveToOuterDisposeScope();
    }

    public Tensor Score(Tensor hidden, LayerArithmetic arithmetic) => arithmetic.Linear(hidden, _weight, null);
}
