package org.learn4j.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * The computations a network is made of. Every method writes into memory the caller provides and allocates nothing that
 * outlives the call; none records gradients; shapes have been checked by the caller.
 *
 * <p>Unless a method says otherwise: inputs may have any strides (0 where broadcast), outputs are contiguous, those of
 * four axes that have an input's shape, and all images, contiguous or channels last ({@link Tensor#isDense()}); all
 * floating-point tensors of a call have one type; and an output may be the same tensor as an input of its shape
 * (computed in place) but must not otherwise overlap an input. Results are deterministic for a fixed number of threads.
 * Implementations are thread-safe.
 *
 * <p>The implementation is chosen once ({@link #current()}): the fastest that loads, or the one that
 * {@code -Dlearn4j.kernels=nd4j|onednn} names.
 */
public interface Kernels {
    /** Returns the implementation in force. */
    static Kernels current() {
        return KernelSelection.CURRENT;
    }

    /** Returns the name that {@code -Dlearn4j.kernels} accepts. */
    String name();

    /** Returns one line for the log: library, version, instruction set, threads. */
    String describe();

    // ---- memory and elements

    /** Copies elements, converting the type; both may have any strides ({@code to} none of 0). */
    void copy(Tensor from, Tensor to);

    /** Sets every element; {@code to} may have any strides but 0. */
    void fill(double value, Tensor to);

    /** {@code out = f(x)}. */
    void unary(Unary f, double alpha, double beta, Tensor x, Tensor out);

    /**
     * {@code dx = dy · f′}, where {@code known} is f's value if {@link Unary#gradientFromOutput()}, else its argument;
     * {@code dx} may be {@code dy}.
     */
    void unaryGradient(Unary f, double alpha, double beta, Tensor known, Tensor dy, Tensor dx);

    /** {@code out = f(a, b)}; shapes broadcast to that of {@code out}. */
    void binary(Binary f, Tensor a, Tensor b, Tensor out);

    /** {@code out = max(a + b, 0)}, all of one shape. */
    void addRelu(Tensor a, Tensor b, Tensor out);

    /** Reduces the axes in which {@code out}, of the same rank, has size 1 and {@code x} has not. */
    void reduce(Reduction f, Tensor x, Tensor out);

    // ---- products

    /**
     * Matrix product over the last two axes. {@code a} and {@code b} have {@code out}'s rank (2 or more); a leading axis of
     * theirs has {@code out}'s size or 1.
     */
    void matmul(Tensor a, Tensor b, Tensor out);

    /**
     * {@code out = f(x · weightᵀ + bias)} for {@code x} [n, in], {@code weight} [units, in], {@code bias} [units]. The
     * activation, if any, is one whose gradient follows from its output; α as in {@link Unary}.
     */
    void linear(Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out);

    // ---- images: [n, c, h, w]; outputs are not inputs

    /**
     * Convolution, then ReLU if asked: {@code out[i][o] = bias[o] + Σ_c x[i][c] ⋆ weight[o][c]} for {@code x} [n, c, h, w],
     * {@code weight} [o, c / groups, kernel height, kernel width], {@code bias} [o], {@code out} [n, o, h′, w′]. How many groups
     * of channels there are follows from the shapes; each group's outputs see that group's inputs alone.
     */
    void convolution(Tensor x, Tensor weight, @Nullable Tensor bias, Window window, boolean relu, Tensor out);

    /**
     * Gradient of {@link #convolution} with respect to {@code x}, which is the transposed convolution of {@code dy} too: {@code
     * dx} has the shape of {@code x}.
     */
    void convolutionInputGradient(Tensor dy, Tensor weight, Window window, Tensor dx);

    /** Gradient of {@link #convolution} with respect to the weight, contiguous, and the bias if there is one. */
    void convolutionWeightGradient(Tensor x, Tensor dy, Window window, Tensor dweight, @Nullable Tensor dbias);

    /**
     * The greatest element under the window. Where it lies in the window, row · kernel width + column, is written to {@code
     * places} if that is given, of {@code out}'s shape, which both lie in one order: UINT8 where the window has at most 255
     * elements, else INT32. Of equal elements the first counts.
     */
    void maxPool(Tensor x, Window window, @Nullable Tensor places, Tensor out);

    /** Gradient of {@link #maxPool}; {@code places} may not be a view. */
    void maxPoolGradient(Tensor places, Window window, Tensor dy, Tensor dx);

    /**
     * The mean of the elements under the window. Zeros of the padding count if asked; what lies beyond the padding, under a
     * window that the output's size makes reach over it, does not.
     */
    void averagePool(Tensor x, Window window, boolean countPadding, Tensor out);

    /** Gradient of {@link #averagePool}. */
    void averagePoolGradient(Tensor dy, Window window, boolean countPadding, Tensor dx);

    // ---- softmax and classification

    /** Softmax along an axis, or its logarithm. */
    void softmax(Tensor x, int axis, boolean logarithm, Tensor out);

    /** Gradient of {@link #softmax} from its value {@code y}. */
    void softmaxGradient(Tensor y, int axis, boolean logarithm, Tensor dy, Tensor dx);

    /**
     * Smoothed, weighted negative log-likelihood of each row: {@code out[i] = w[t] · ((1 − s) · −logp[i][t]) + s/c · Σⱼ −w[j] logp[i][j]}
     * for {@code logp} [n, c], {@code targets} [n] INT32 in [0, c), {@code weights} [c] (all 1 if null), {@code out} [n].
     */
    void negativeLogLikelihood(Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor out);

    /**
     * Gradient of {@link #softmax} in the logarithm followed by {@link #negativeLogLikelihood}, with respect to the softmax's
     * argument: {@code dy} [n], {@code dx} [n, c].
     */
    void crossEntropyGradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx);

    // ---- normalisation

    /**
     * Batch normalisation with the batch's own statistics, then ReLU if asked: {@code x} [n, c] or [n, c, …], {@code scale},
     * {@code shift}, {@code mean}, {@code variance} [c]. Writes the mean and the biased variance (÷ count).
     */
    void batchNorm(
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Tensor mean,
            Tensor variance,
            Tensor out);

    /** Batch normalisation with given statistics, then ReLU if asked. */
    void batchNormInference(
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Tensor mean,
            Tensor variance,
            Tensor out);

    /**
     * Gradient of {@link #batchNorm}, or of {@link #batchNormInference} if {@code fixedStatistics}; {@code y} is the forward
     * value (read only with ReLU, whose gradient is 0 where y is 0). {@code dx} may be {@code dy}.
     */
    void batchNormGradient(
            Tensor x,
            Tensor y,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            boolean fixedStatistics,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift);

    /**
     * {@link #batchNorm} with ReLU before a gradient: returns a note of where ReLU let values pass, to be given to
     * {@link #batchNormNotedGradient} and closed by the caller, or null if {@link #batchNormGradient} is as fast.
     */
    default @Nullable Tensor batchNormNoted(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        batchNorm(x, scale, shift, epsilon, true, mean, variance, out);
        return null;
    }

    /** {@link #batchNormGradient} of {@link #batchNormNoted}, from its note instead of its value {@code y} where possible. */
    default void batchNormNotedGradient(
            Tensor note,
            Tensor x,
            Tensor y,
            Tensor scale,
            Tensor shift,
            double epsilon,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift) {
        batchNormGradient(x, y, scale, shift, epsilon, true, false, mean, variance, dy, dx, dscale, dshift);
    }

    /**
     * Layer normalisation over the last axis: {@code x} [n, f], {@code scale}, {@code shift} [f]; writes {@code mean} and the
     * biased {@code variance} [n].
     */
    void layerNorm(Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out);

    /** Gradient of {@link #layerNorm}. */
    void layerNormGradient(
            Tensor x,
            Tensor scale,
            double epsilon,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift);

    /**
     * Sets each element to 0 with probability p and multiplies the others by 1/(1−p). Which are dropped follows from the seed
     * and the element's place in the output's memory alone ({@link DropoutPattern}), so the gradient is the same call on
     * {@code dy} with a {@code dx} that lies like {@code out}.
     */
    void dropout(Tensor x, double probability, long seed, Tensor out);

    // ---- tables

    /**
     * {@code out[o][i][j] = x[o][positions[i]][j]} for {@code x} [outer, n, inner], {@code positions} [k] INT32 in [0, n),
     * {@code out} [outer, k, inner].
     */
    void select(Tensor x, Tensor positions, Tensor out);

    /** Gradient of {@link #select}: adds {@code dy} [outer, k, inner] into the chosen places of {@code dx}, repeated ones summed. */
    void selectGradient(Tensor dy, Tensor positions, Tensor dx);

    /**
     * The rows of several tables side by side: {@code out[i] = tables[0][codes[i][0]] ‖ tables[1][codes[i][1]] ‖ …} for
     * {@code codes} [n, tables] INT32, each in its table's range, {@code out} [n, Σ widths].
     */
    void embeddings(List<Tensor> tables, Tensor codes, Tensor out);

    /** Gradient of {@link #embeddings}: adds the rows of {@code dy} into the contiguous {@code dtables}, repeated ones summed in row order. */
    void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables);

    // ---- optimizers: passes over contiguous vectors

    /** {@code y = a·x + b·y}; with b = 0, y is not read. */
    void scaleAdd(double a, Tensor x, double b, Tensor y);

    /** {@code average = β·average + (1−β)·x²}. */
    void averageSquare(double beta, Tensor x, Tensor average);

    /**
     * {@code p = decay·p − rate · m / (√(v·vScale) + ε)}: the update of Adam with the bias corrections in {@code rate} and
     * {@code vScale}, and decoupled weight decay.
     */
    void adaptiveStep(Tensor p, Tensor m, Tensor v, double vScale, double epsilon, double rate, double decay);

    /** Σ x², NaN or infinite if any element is; summed in at least single precision with blocked partial sums. */
    double sumOfSquares(Tensor x);
}
