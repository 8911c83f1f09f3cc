using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>A linear map whose memory comes from outside, so that nothing is initialised twice.</summary>
internal sealed class Projection : nn.Module<Tensor, LayerArithmetic, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;     // [out, in]

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;      // [out]

    public Projection(ParameterScope scope, int inputs, int outputs, bool hasBias)
        : base(nameof(Projection))
    {
        _weight = scope.Create("weight", outputs, inputs);
        _bias = hasBias ? scope.Create("bias", outputs) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, LayerArithmetic arithmetic) => arithmetic.Linear(input, _weight, _bias);
}
