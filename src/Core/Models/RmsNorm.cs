using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Divides each vector by its root mean square and scales the components; computed in fp32.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, LayerArithmetic, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;     // [hidden]

    // 1/√hidden and √ε as tensors without dimensions, which every device takes: five cheap operations, where the textbook's
    // mean of squares and its scalars cost two to three times as much. In an array, lest they be registered as buffers.
    private readonly Tensor[] _constants;

    public RmsNorm(ParameterScope scope, int width, double epsilon)
        : base(nameof(RmsNorm))
    {
        (_weight, Epsilon) = (scope.Create("weight", width), epsilon);
        _constants =
        [
            tensor((float)(1 / Math.Sqrt(width))).DetachFromDisposeScope(),
            tensor((float)Math.Sqrt(epsilon)).DetachFromDisposeScope(),
        ];
        RegisterComponents();
    }

    public Tensor Weight => _weight;

    public double Epsilon { get; }

    public override Tensor forward(Tensor input, LayerArithmetic arithmetic) => arithmetic.Normalise(input, this);

    /// <summary>Computes the norm by libtorch's operations.</summary>
    public Tensor Apply(Tensor input)
    {
        using var scope = NewDisposeScope();
        var single = input.to(ScalarType.Float32);
        var root = single.norm(-1, keepdim: true).mul(_constants[0]).hypot(_constants[1]);  // √(mean(x²) + ε), [..., 1]
        return single.div(root).to(input.dtype).mul(_weight).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_constants, constant => constant.Dispose());
        }

        base.Dispose(disposing);
    }
}
