package org.learn4j.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The reference: ND4J operations alone, in FLOAT32 and FLOAT64, on every ND4J backend. Operations of ND4J that were found
 * wrong or are known to differ between its backends are not used but composed from simpler ones.
 *
 * <p>Made for being right: results are computed in temporary arrays and then written, so that every input may share
 * memory with every output of its shape.
 */
public final class Nd4jKernels implements Kernels {
    static {
        Nd4jThreads.quiet();
    }

    /** Loads ND4J. Its BLAS is held to one thread, so that its workers do not get in the way of other kernels'. */
    public Nd4jKernels() {
        this(1);
    }

    /** Loads ND4J with the given number of threads for BLAS. */
    Nd4jKernels(int blasThreads) {
        Nd4jThreads.set(blasThreads);
    }

    @Override
    public String name() {
        return Nd4jKernelsProvider.NAME;
    }

    @Override
    public String describe() {
        return Nd4jThreads.describe();
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        Nd4jElementwise.copy(from, to);
    }

    @Override
    public void fill(double value, Tensor to) {
        if (to.elements() > 0) {
            to.array().assign(value);
        }
    }

    @Override
    public void unary(Unary f, double alpha, double beta, Tensor x, Tensor out) {
        Nd4jElementwise.unary(f, alpha, beta, x, out);
    }

    @Override
    public void unaryGradient(Unary f, double alpha, double beta, Tensor known, Tensor dy, Tensor dx) {
        Nd4jElementwise.unaryGradient(f, alpha, beta, known, dy, dx);
    }

    @Override
    public void binary(Binary f, Tensor a, Tensor b, Tensor out) {
        Nd4jElementwise.binary(f, a, b, out);
    }

    @Override
    public void addRelu(Tensor a, Tensor b, Tensor out) {
        Nd4jElementwise.addRelu(a, b, out);
    }

    @Override
    public void reduce(Reduction f, Tensor x, Tensor out) {
        Nd4jElementwise.reduce(f, x, out);
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor out) {
        Nd4jProducts.matmul(a, b, out);
    }

    @Override
    public void linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out) {
        Nd4jProducts.linear(x, weight, bias, activation, alpha, out);
    }

    @Override
    public void convolution(Tensor x, Tensor weight, @Nullable Tensor bias, Window window, boolean relu, Tensor out) {
        Nd4jConvolution.forward(x, weight, bias, window, relu, out);
    }

    @Override
    public void convolutionInputGradient(Tensor dy, Tensor weight, Window window, Tensor dx) {
        Nd4jConvolution.inputGradient(dy, weight, window, dx);
    }

    @Override
    public void convolutionWeightGradient(Tensor x, Tensor dy, Window window, Tensor dweight, @Nullable Tensor dbias) {
        Nd4jConvolution.weightGradient(x, dy, window, dweight, dbias);
    }

    @Override
    public void maxPool(Tensor x, Window window, @Nullable Tensor places, Tensor out) {
        Nd4jPooling.max(x, window, places, out);
    }

    @Override
    public void maxPoolGradient(Tensor places, Window window, Tensor dy, Tensor dx) {
        Nd4jPooling.maxGradient(places, window, dy, dx);
    }

    @Override
    public void averagePool(Tensor x, Window window, boolean countPadding, Tensor out) {
        Nd4jPooling.average(x, window, countPadding, out);
    }

    @Override
    public void averagePoolGradient(Tensor dy, Window window, boolean countPadding, Tensor dx) {
        Nd4jPooling.averageGradient(dy, window, countPadding, dx);
    }

    @Override
    public void softmax(Tensor x, int axis, boolean logarithm, Tensor out) {
        Nd4jClassification.softmax(x, axis, logarithm, out);
    }

    @Override
    public void softmaxGradient(Tensor y, int axis, boolean logarithm, Tensor dy, Tensor dx) {
        Nd4jClassification.softmaxGradient(y, axis, logarithm, dy, dx);
    }

    @Override
    public void negativeLogLikelihood(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor out) {
        Nd4jClassification.negativeLogLikelihood(logp, targets, weights, smoothing, out);
    }

    @Override
    public void crossEntropyGradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx) {
        Nd4jClassification.crossEntropyGradient(logp, targets, weights, smoothing, dy, dx);
    }

    @Override
    public void batchNorm(
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Tensor mean,
            Tensor variance,
            Tensor out) {
        Nd4jNormalization.batchNorm(x, scale, shift, epsilon, relu, mean, variance, out);
    }

    @Override
    public void batchNormInference(
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Tensor mean,
            Tensor variance,
            Tensor out) {
        Nd4jNormalization.batchNormInference(x, scale, shift, epsilon, relu, mean, variance, out);
    }

    @Override
    public void batchNormGradient(
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
            Tensor dshift) {
        Nd4jNormalization.batchNormGradient(
                x, y, scale, epsilon, relu, fixedStatistics, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public void layerNorm(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        Nd4jNormalization.layerNorm(x, scale, shift, epsilon, mean, variance, out);
    }

    @Override
    public void layerNormGradient(
            Tensor x,
            Tensor scale,
            double epsilon,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift) {
        Nd4jNormalization.layerNormGradient(x, scale, epsilon, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public void dropout(Tensor x, double probability, long seed, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        float[] mask = new float[Math.toIntExact(out.elements())];
        DropoutPattern.mask(probability, seed, mask);
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray factors = scratch.keep(Nd4j.createFromArray(mask));
            if (out.dtype() == DType.FLOAT64) {
                factors = scratch.keep(
                        scratch.positive(factors).castTo(out.array().dataType()));
                factors.muli(probability < 1 ? 1 / (1 - probability) : 0);
            }
            try (Tensor from = inOrderOf(out, x);
                    Tensor to = inOrderOf(out, out)) {
                Nd4jScratch.write(factors.muli(scratch.in(from, mask.length)), to);
            }
        }
    }

    /** Returns a view of a tensor with its axes in the order in which a dense one of its shape lies in memory. */
    private static Tensor inOrderOf(Tensor dense, Tensor tensor) {
        if (dense.isContiguous()) {
            return tensor.detach();
        }
        long[] dims = tensor.shape().dims();
        long[] strides = tensor.strides();
        return tensor.view(
                Shape.of(dims[0], dims[2], dims[3], dims[1]),
                new long[] {strides[0], strides[2], strides[3], strides[1]},
                tensor.offset());
    }

    @Override
    public void select(Tensor x, Tensor positions, Tensor out) {
        Nd4jTables.select(x, positions, out);
    }

    @Override
    public void selectGradient(Tensor dy, Tensor positions, Tensor dx) {
        Nd4jTables.selectGradient(dy, positions, dx);
    }

    @Override
    public void embeddings(List<Tensor> tables, Tensor codes, Tensor out) {
        Nd4jTables.embeddings(tables, codes, out);
    }

    @Override
    public void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables) {
        Nd4jTables.embeddingsGradient(dy, codes, dtables);
    }

    @Override
    public void scaleAdd(double a, Tensor x, double b, Tensor y) {
        Nd4jOptimizers.scaleAdd(a, x, b, y);
    }

    @Override
    public void averageSquare(double beta, Tensor x, Tensor average) {
        Nd4jOptimizers.averageSquare(beta, x, average);
    }

    @Override
    public void adaptiveStep(Tensor p, Tensor m, Tensor v, double vScale, double epsilon, double rate, double decay) {
        Nd4jOptimizers.adaptiveStep(p, m, v, vScale, epsilon, rate, decay);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return Nd4jOptimizers.sumOfSquares(x);
    }
}
