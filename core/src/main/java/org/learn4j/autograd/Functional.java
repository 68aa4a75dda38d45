package org.learn4j.autograd;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * The fused operations layers are made of, as functions (PyTorch's {@code torch.nn.functional}).
 *
 * <pre>{@code
 * Tensor hidden = Functional.linear(x, weight, bias, Unary.RELU, 0);
 * Tensor losses = Functional.crossEntropy(logits, targets, null, 0.1);
 * }</pre>
 */
public final class Functional {
    private Functional() {}

    /**
     * Returns {@code f(x · weightᵀ + bias)}: x [n, in], weight [units, in], bias [units] or null. The activation, if any, must be
     * one whose gradient follows from its output ({@link Unary#gradientFromOutput()}).
     */
    public static Tensor linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha) {
        LinearOp op = new LinearOp(activation, alpha);
        return bias == null ? Tape.apply(op, x, weight) : Tape.apply(op, x, weight, bias);
    }

    /**
     * Returns each row's cross entropy, label-smoothed and weighted by class: logits [n, c], targets [n] INT32 in [0, c),
     * weights [c] or null. With smoothing ε: {@code ε/c · Σ −log p + (1−ε) · nll} (fastai's form).
     *
     * @throws IndexOutOfBoundsException if a target is not a class
     */
    public static Tensor crossEntropy(Tensor logits, Tensor targets, @Nullable Tensor weights, double smoothing) {
        CrossEntropyOp op = new CrossEntropyOp(smoothing);
        return weights == null ? Tape.apply(op, logits, targets) : Tape.apply(op, logits, targets, weights);
    }

    /**
     * Returns the batch-normalised input, then ReLU if asked; x [n, c, …], the others [c]. Writes the batch's mean and biased
     * variance.
     *
     * @throws org.learn4j.tensor.ShapeMismatchException if there is only one value per channel
     */
    public static Tensor batchNorm(
            Tensor x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon, boolean relu) {
        return Tape.apply(new BatchNormOp(epsilon, relu, false), x, scale, shift, mean, variance);
    }

    /** Returns the input normalised with given statistics, then ReLU if asked. */
    public static Tensor batchNormInference(
            Tensor x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon, boolean relu) {
        return Tape.apply(new BatchNormOp(epsilon, relu, true), x, scale, shift, mean, variance);
    }

    /** Returns the input normalised over its last axis: x [n, f], scale and shift [f]. */
    public static Tensor layerNorm(Tensor x, Tensor scale, Tensor shift, double epsilon) {
        return Tape.apply(new LayerNormOp(epsilon), x, scale, shift);
    }

    /** Returns the input with elements dropped with probability p and the others scaled by 1/(1−p). */
    public static Tensor dropout(Tensor x, double probability, Seed seed) {
        return Tape.apply(new DropoutOp(probability, seed.value()), x);
    }

    /** Returns the rows of several tables side by side: codes [n, tables] INT32, tables [rowsᵢ, widthᵢ]. */
    public static Tensor embeddings(Tensor codes, List<Tensor> tables) {
        Tensor[] inputs = new Tensor[tables.size() + 1];
        inputs[0] = codes;
        for (int i = 0; i < tables.size(); i++) {
            inputs[i + 1] = tables.get(i);
        }
        return Tape.apply(new EmbeddingsOp(), inputs);
    }
}
