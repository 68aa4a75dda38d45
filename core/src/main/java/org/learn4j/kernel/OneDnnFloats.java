package org.learn4j.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** The oneDNN kernels for tensors that {@link OneDnnFit} has found to fit, none empty: each is one call further down. */
final class OneDnnFloats implements Kernels {
    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public String describe() {
        return OneDnn.describe() + ", " + OneDnnThreads.describe();
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        OneDnnCopy.copy(from, to);
    }

    @Override
    public void fill(double value, Tensor to) {
        to.fill(value);
    }

    @Override
    public void unary(Unary f, double alpha, double beta, Tensor x, Tensor out) {
        OneDnnUnary.unary(f, alpha, beta, x, out);
    }

    @Override
    public void unaryGradient(Unary f, double alpha, double beta, Tensor known, Tensor dy, Tensor dx) {
        OneDnnUnaryGradient.gradient(f, alpha, beta, known, dy, dx);
    }

    @Override
    public void binary(Binary f, Tensor a, Tensor b, Tensor out) {
        OneDnnBinary.binary(f, a, b, out);
    }

    @Override
    public void addRelu(Tensor a, Tensor b, Tensor out) {
        OneDnnBinary.addRelu(a, b, out);
    }

    @Override
    public void reduce(Reduction f, Tensor x, Tensor out) {
        OneDnnReduction.reduce(f, x, out);
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor out) {
        OneDnnProducts.matmul(a, b, out);
    }

    @Override
    public void linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out) {
        OneDnnProducts.linear(x, weight, bias, activation, alpha, out);
    }

    @Override
    public void convolution(Tensor x, Tensor weight, @Nullable Tensor bias, Window window, boolean relu, Tensor out) {
        OneDnnConvolution.forward(x, weight, bias, window, relu, out);
    }

    @Override
    public void convolutionInputGradient(Tensor dy, Tensor weight, Window window, Tensor dx) {
        OneDnnConvolution.inputGradient(dy, weight, window, dx);
    }

    @Override
    public void convolutionWeightGradient(Tensor x, Tensor dy, Window window, Tensor dweight, @Nullable Tensor dbias) {
        OneDnnConvolution.weightGradient(x, dy, window, dweight, dbias);
    }

    @Override
    public void maxPool(Tensor x, Window window, @Nullable Tensor places, Tensor out) {
        OneDnnPooling.max(x, window, places, out);
    }

    @Override
    public void maxPoolGradient(Tensor places, Window window, Tensor dy, Tensor dx) {
        OneDnnPooling.maxGradient(places, window, dy, dx);
    }

    @Override
    public void averagePool(Tensor x, Window window, boolean countPadding, Tensor out) {
        OneDnnPooling.average(x, window, countPadding, out);
    }

    @Override
    public void averagePoolGradient(Tensor dy, Window window, boolean countPadding, Tensor dx) {
        OneDnnPooling.averageGradient(dy, window, countPadding, dx);
    }

    @Override
    public void softmax(Tensor x, int axis, boolean logarithm, Tensor out) {
        OneDnnSoftmax.softmax(x, axis, logarithm, out);
    }

    @Override
    public void softmaxGradient(Tensor y, int axis, boolean logarithm, Tensor dy, Tensor dx) {
        OneDnnSoftmax.gradient(y, axis, logarithm, dy, dx);
    }

    @Override
    public void negativeLogLikelihood(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor out) {
        OneDnnCrossEntropy.negativeLogLikelihood(logp, targets, weights, smoothing, out);
    }

    @Override
    public void crossEntropyGradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx) {
        OneDnnCrossEntropy.gradient(logp, targets, weights, smoothing, dy, dx);
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
        OneDnnBatchNorm.forward(true, x, scale, shift, epsilon, relu, mean, variance, out);
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
        OneDnnBatchNorm.forward(false, x, scale, shift, epsilon, relu, mean, variance, out);
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
        OneDnnBatchNorm.gradient(x, y, scale, epsilon, relu, fixedStatistics, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public Tensor batchNormNoted(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        return OneDnnBatchNorm.noted(x, scale, shift, epsilon, mean, variance, out);
    }

    @Override
    public void batchNormNotedGradient(
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
        OneDnnBatchNorm.notedGradient(note, x, y, scale, epsilon, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public void layerNorm(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        OneDnnLayerNorm.forward(x, scale, shift, epsilon, mean, variance, out);
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
        OneDnnLayerNorm.gradient(x, scale, epsilon, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public void dropout(Tensor x, double probability, long seed, Tensor out) {
        OneDnnDropout.dropout(x, probability, seed, out);
    }

    @Override
    public void select(Tensor x, Tensor positions, Tensor out) {
        RowKernels.select(x, positions, out);
    }

    @Override
    public void selectGradient(Tensor dy, Tensor positions, Tensor dx) {
        RowKernels.selectGradient(dy, positions, dx);
    }

    @Override
    public void embeddings(List<Tensor> tables, Tensor codes, Tensor out) {
        RowKernels.embeddings(tables, codes, out);
    }

    @Override
    public void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables) {
        RowKernels.embeddingsGradient(dy, codes, dtables);
    }

    @Override
    public void scaleAdd(double a, Tensor x, double b, Tensor y) {
        OneDnnOptimizer.scaleAdd(a, x, b, y);
    }

    @Override
    public void averageSquare(double beta, Tensor x, Tensor average) {
        OneDnnOptimizer.averageSquare(beta, x, average);
    }

    @Override
    public void adaptiveStep(Tensor p, Tensor m, Tensor v, double vScale, double epsilon, double rate, double decay) {
        OneDnnOptimizer.adaptiveStep(p, m, v, vScale, epsilon, rate, decay);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return OneDnnOptimizer.sumOfSquares(x);
    }
}
