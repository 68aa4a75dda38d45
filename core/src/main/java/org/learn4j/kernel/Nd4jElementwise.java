package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.write;

import java.util.Arrays;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erfc;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Functions of one and two numbers, and reductions. */
final class Nd4jElementwise {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    private Nd4jElementwise() {}

    static void unary(Unary f, double alpha, double beta, Tensor x, Tensor out) {
        if (out.elements() > 0) {
            try (Nd4jScratch scratch = new Nd4jScratch()) {
                write(value(f, alpha, beta, scratch.in(x), scratch), out);
            }
        }
    }

    /** Returns f(x); ND4J's own gelu is the x·σ(1.702x) approximation and its softplus overflows, so both are composed. */
    static INDArray value(Unary f, double alpha, double beta, INDArray x, Nd4jScratch scratch) {
        INDArray result = switch (f) {
            case LINEAR -> x.mul(alpha).addi(beta);
            case ABS -> Transforms.abs(x, true);
            case SQUARE -> x.mul(x);
            case SQRT -> Transforms.sqrt(x, true);
            case POWER -> Transforms.pow(x, alpha, true);
            case EXP -> Transforms.exp(x, true);
            case LOG -> Transforms.log(x, true);
            case RELU -> Transforms.relu(x, true);
            case LEAKY_RELU -> scratch.positive(x).muli(1 - alpha).addi(alpha).muli(x);
            case GELU -> normal(x, scratch).muli(x);
            case GELU_TANH -> tanhOfCubic(x, scratch).addi(1).muli(0.5).muli(x);
            case SILU -> Transforms.sigmoid(x, true).muli(x);
            case TANH -> Transforms.tanh(x, true);
            case SIGMOID -> Transforms.sigmoid(x, true);
            case SOFTPLUS -> softplus(x, scratch);
            case CLAMP -> Transforms.min(scratch.keep(Transforms.max(x, alpha, true)), beta, true);
        };
        return scratch.keep(result);
    }

    /** Φ(x), accurate in both tails. */
    private static INDArray normal(INDArray x, Nd4jScratch scratch) {
        INDArray argument = scratch.keep(x.mul(-Math.sqrt(0.5)));
        return Nd4j.exec(new Erfc(argument, argument)).muli(0.5);
    }

    private static INDArray tanhOfCubic(INDArray x, Nd4jScratch scratch) {
        INDArray cubic = scratch.keep(x.mul(x)).muli(CUBIC).addi(1).muli(x).muli(SQRT_2_OVER_PI);
        return Transforms.tanh(cubic, false);
    }

    /** max(x, 0) + log(1 + e^−|x|). */
    private static INDArray softplus(INDArray x, Nd4jScratch scratch) {
        INDArray tail = scratch.keep(
                Transforms.exp(scratch.keep(Transforms.abs(x, true)).negi(), false));
        return Nd4j.exec(new Log1p(tail, tail)).addi(scratch.keep(Transforms.relu(x, true)));
    }

    static void unaryGradient(Unary f, double alpha, double beta, Tensor known, Tensor dy, Tensor dx) {
        if (dx.elements() > 0) {
            try (Nd4jScratch scratch = new Nd4jScratch()) {
                write(slope(f, alpha, beta, scratch.in(known), scratch).muli(scratch.in(dy)), dx);
            }
        }
    }

    /** Returns f′ from f's value or argument, as {@link Kernels#unaryGradient} says. */
    private static INDArray slope(Unary f, double alpha, double beta, INDArray known, Nd4jScratch scratch) {
        INDArray result = switch (f) {
            case LINEAR -> scratch.make(known.dataType(), known.shape()).assign(alpha);
            case ABS -> Transforms.sign(known, true);
            case SQUARE -> known.mul(2);
            case SQRT -> known.rdiv(0.5);
            case POWER -> powerSlope(alpha, known, scratch);
            case EXP -> known.dup('c');
            case LOG -> known.rdiv(1);
            case RELU -> scratch.positive(known);
            case LEAKY_RELU -> scratch.positive(known).muli(1 - alpha).addi(alpha);
            case GELU -> geluSlope(known, scratch);
            case GELU_TANH -> geluTanhSlope(known, scratch);
            case SILU -> siluSlope(known, scratch);
            case TANH -> scratch.keep(known.mul(known)).rsubi(1);
            case SIGMOID -> scratch.keep(known.rsub(1)).muli(known);
            case SOFTPLUS -> Transforms.sigmoid(known, true);
            case CLAMP -> inside(alpha, beta, known, scratch);
        };
        return scratch.keep(result);
    }

    /** αx^(α−1); 0 for α = 0 even where the power is infinite. */
    private static INDArray powerSlope(double alpha, INDArray x, Nd4jScratch scratch) {
        return alpha == 0
                ? scratch.zeros(x.dataType(), x.shape())
                : Transforms.pow(x, alpha - 1, true).muli(alpha);
    }

    /** Φ(x) + xφ(x). */
    private static INDArray geluSlope(INDArray x, Nd4jScratch scratch) {
        INDArray density = scratch.keep(x.mul(x)).muli(-0.5);
        Transforms.exp(density, false).muli(1 / Math.sqrt(2 * Math.PI)).muli(x);
        return normal(x, scratch).addi(density);
    }

    /** (1 + t)/2 + x(1 − t²)/2 · √(2/π)(1 + 3cx²). */
    private static INDArray geluTanhSlope(INDArray x, Nd4jScratch scratch) {
        INDArray t = tanhOfCubic(x, scratch);
        INDArray inner = scratch.keep(x.mul(x))
                .muli(3 * CUBIC)
                .addi(1)
                .muli(SQRT_2_OVER_PI)
                .muli(x);
        inner.muli(scratch.keep(t.mul(t)).rsubi(1));
        return t.addi(1).addi(inner).muli(0.5);
    }

    /** σ(x)(1 + x(1 − σ(x))). */
    private static INDArray siluSlope(INDArray x, Nd4jScratch scratch) {
        INDArray sigmoid = scratch.keep(Transforms.sigmoid(x, true));
        return scratch.keep(sigmoid.rsub(1)).muli(x).addi(1).muli(sigmoid);
    }

    private static INDArray inside(double least, double greatest, INDArray x, Nd4jScratch scratch) {
        INDArray above = scratch.keep(scratch.keep(x.gte(least)).castTo(x.dataType()));
        return above.muli(scratch.keep(scratch.keep(x.lte(greatest)).castTo(x.dataType())));
    }

    // ---- two numbers

    static void binary(Binary f, Tensor a, Tensor b, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            int rank = Math.max(1, out.shape().rank());
            DataType type = out.array().dataType();
            INDArray left = aligned(a, rank, scratch);
            INDArray right = aligned(b, rank, scratch);
            switch (f) {
                case EQUAL -> spread(scratch.compare("equals", left, right, type), out, scratch);
                case GREATER_OR_EQUAL -> spread(scratch.compare("greater_equal", left, right, type), out, scratch);
                default -> spread(scratch.broadcast(name(f), left, right), out, scratch);
            }
        }
    }

    static void addRelu(Tensor a, Tensor b, Tensor out) {
        if (out.elements() > 0) {
            try (Nd4jScratch scratch = new Nd4jScratch()) {
                INDArray sum = scratch.keep(scratch.in(a).add(scratch.in(b)));
                write(Transforms.relu(sum, false), out);
            }
        }
    }

    private static String name(Binary f) {
        return switch (f) {
            case ADD -> "add";
            case SUBTRACT -> "subtract";
            case MULTIPLY -> "multiply";
            case DIVIDE -> "divide";
            case MAXIMUM -> "maximum";
            case MINIMUM -> "minimum";
            case EQUAL -> "equals";
            case GREATER_OR_EQUAL -> "greater_equal";
        };
    }

    private static INDArray aligned(Tensor tensor, int rank, Nd4jScratch scratch) {
        long[] dims = tensor.shape().dims();
        long[] padded = new long[rank];
        Arrays.fill(padded, 1);
        System.arraycopy(dims, 0, padded, rank - dims.length, dims.length);
        return scratch.in(tensor, padded);
    }

    /** Writes a result whose axes may still have size 1 where those of {@code out} have not. */
    private static void spread(INDArray result, Tensor out, Nd4jScratch scratch) {
        if (result.length() == out.elements()) {
            write(result, out);
        } else {
            INDArray zeros = scratch.zeros(result.dataType(), out.shape().dims());
            write(scratch.plus(zeros, result), out);
        }
    }

    // ---- reductions

    static void reduce(Reduction f, Tensor x, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        if (x.elements() == 0) {
            out.array().assign(empty(f));
            return;
        }
        long[] dims = x.shape().dims();
        int[] axes = new int[dims.length];
        int count = 0;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != 1 && out.shape().dim(i) == 1) {
                axes[count++] = i;
            }
        }
        if (count == 0) {
            copy(x, out);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray from = scratch.in(x);
            int[] reduced = Arrays.copyOf(axes, count);
            write(
                    scratch.keep(
                            switch (f) {
                                case SUM -> from.sum(true, reduced);
                                case MEAN -> from.mean(true, reduced);
                                case MAX -> from.max(true, reduced);
                                case MIN -> from.min(true, reduced);
                            }),
                    out);
        }
    }

    private static double empty(Reduction f) {
        return switch (f) {
            case SUM -> 0;
            case MEAN -> Double.NaN;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
    }

    static void copy(Tensor from, Tensor to) {
        if (to.elements() > 0) {
            to.array().assign(from.array());
        }
    }
}
