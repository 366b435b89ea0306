using FastRnn.Training;

namespace FastRnn.Tests.Reference;

/// <summary>The losses in double, straight from their definitions, and their gradients by the logits.</summary>
public abstract class ReferenceLoss
{
    public static ReferenceLoss HalfSquaredError { get; } = new Squared();

    public static ReferenceLoss CrossEntropy { get; } = new Categorical();

    public static ReferenceLoss BinaryCrossEntropy { get; } = new Binary();

    public static ReferenceLoss[] All { get; } = [HalfSquaredError, CrossEntropy, BinaryCrossEntropy];

    /// <summary>The product's loss of the same meaning.</summary>
    public abstract LossFunction Product { get; }

    /// <summary>L = 1/R · Σ over rows; class indices come as doubles.</summary>
    /// <param name="logits">o [R, O]</param>
    /// <param name="targets">[R, O], or [R] of class indices</param>
    /// <param name="sigmoid">whether g₂ is the sigmoid</param>
    internal double Value(ReadOnlySpan<double> logits, ReadOnlySpan<double> targets, int rows, bool sigmoid)
    {
        int outputs = logits.Length / rows;
        int width = targets.Length / rows;
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            sum += Row(logits.Slice(row * outputs, outputs), targets.Slice(row * width, width), sigmoid);
        }

        return sum / rows;
    }

    /// <summary>∂L/∂o [R, O]</summary>
    internal double[] Gradient(ReadOnlySpan<double> logits, ReadOnlySpan<double> targets, int rows, bool sigmoid)
    {
        int outputs = logits.Length / rows;
        int width = targets.Length / rows;
        var gradient = new double[logits.Length];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<double> o = logits.Slice(row * outputs, outputs);
            ReadOnlySpan<double> y = targets.Slice(row * width, width);
            for (int i = 0; i < outputs; i++)
            {
                gradient[row * outputs + i] = Slope(o, y, i, sigmoid) / rows;
            }
        }

        return gradient;
    }

    public override string ToString() => Product.ToString();

    protected abstract double Row(ReadOnlySpan<double> o, ReadOnlySpan<double> y, bool sigmoid);

    protected abstract double Slope(ReadOnlySpan<double> o, ReadOnlySpan<double> y, int i, bool sigmoid);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private sealed class Squared : ReferenceLoss
    {
        public override LossFunction Product => Loss.HalfSquaredError;

        protected override double Row(ReadOnlySpan<double> o, ReadOnlySpan<double> y, bool sigmoid)
        {
            double sum = 0;
            for (int i = 0; i < o.Length; i++)
            {
                double error = (sigmoid ? Sigmoid(o[i]) : o[i]) - y[i];
                sum += error * error / 2;
            }

            return sum;
        }

        protected override double Slope(ReadOnlySpan<double> o, ReadOnlySpan<double> y, int i, bool sigmoid)
        {
            double output = Sigmoid(o[i]);
            return sigmoid ? (output - y[i]) * output * (1 - output) : o[i] - y[i];
        }
    }

    private sealed class Categorical : ReferenceLoss
    {
        public override LossFunction Product => Loss.CrossEntropy;

        protected override double Row(ReadOnlySpan<double> o, ReadOnlySpan<double> y, bool sigmoid) => -Math.Log(Softmax(o, (int)y[0]));

        protected override double Slope(ReadOnlySpan<double> o, ReadOnlySpan<double> y, int i, bool sigmoid)
            => Softmax(o, i) - (i == (int)y[0] ? 1 : 0);

        private static double Softmax(ReadOnlySpan<double> o, int i)
        {
            double sum = 0;
            foreach (double other in o)
            {
                sum += Math.Exp(other - o[i]);
            }

            return 1 / sum;
        }
    }

    private sealed class Binary : ReferenceLoss
    {
        public override LossFunction Product => Loss.BinaryCrossEntropy;

        protected override double Row(ReadOnlySpan<double> o, ReadOnlySpan<double> y, bool sigmoid)
        {
            double sum = 0;
            for (int i = 0; i < o.Length; i++)
            {
                // 1 − σ(o) = σ(−o), which keeps its digits where σ(o) is near 1.
                sum -= y[i] * Math.Log(Sigmoid(o[i])) + (1 - y[i]) * Math.Log(Sigmoid(-o[i]));
            }

            return sum / o.Length;
        }

        protected override double Slope(ReadOnlySpan<double> o, ReadOnlySpan<double> y, int i, bool sigmoid)
            => (Sigmoid(o[i]) - y[i]) / o.Length;
    }
}
