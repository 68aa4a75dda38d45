package org.learn4j.kernel;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * Kernels for FLOAT32 on the CPU, made of oneDNN primitives and Java loops; other types are left to reference kernels,
 * which are loaded when the first such tensor comes.
 *
 * <p>Compiled primitives are cached for each thread, so that a repeated call costs little more than its native work.
 * All of them run on one pool of OpenMP threads: {@code -Dlearn4j.threads} sets its size.
 */
final class OneDnnKernels implements Kernels {
    private final Supplier<Kernels> loadReference;
    private @Nullable Kernels reference;

    OneDnnKernels(Supplier<Kernels> reference) {
        this.loadReference = reference;
    }

    private synchronized Kernels reference() {
        Kernels loaded = reference;
        if (loaded == null) {
            loaded = reference = loadReference.get();
        }
        return loaded;
    }

    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public String describe() {
        return OneDnn.describe() + ", " + OneDnnThreads.describe();
    }

    private static boolean onHost(Tensor tensor) {
        return tensor.storage().address() != 0;
    }

    private static boolean mine(Tensor tensor) {
        return tensor.dtype() == DType.FLOAT32
                && onHost(tensor)
                && tensor.elements() > 0
                && tensor.shape().rank() <= OneDnnOperand.MAX_RANK
                && nested(tensor);
    }

    /**
     * oneDNN refuses strides of one axis that reach into the next longer one, as those of every third row of four do.
     */
    private static boolean nested(Tensor tensor) {
        if (tensor.isContiguous()) {
            return true;
        }
        int rank = tensor.shape().rank();
        for (int i = 0; i < rank; i++) {
            long stride = tensor.stride(i);
            for (int j = 0; j < rank && stride != 0 && tensor.shape().dim(i) > 1; j++) {
                long reach = tensor.stride(j) * tensor.shape().dim(j);
                boolean inner = tensor.stride(j) != 0 && tensor.shape().dim(j) > 1 && tensor.stride(j) <= stride;
                if (i != j && inner && stride < reach) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean mine(Tensor a, Tensor b) {
        return mine(a) && mine(b);
    }

    private static boolean mine(Tensor a, Tensor b, Tensor c) {
        return mine(a) && mine(b) && mine(c);
    }

    private static boolean indexable(Tensor tensor) {
        return (HostLoops.extent(tensor) + 1) * tensor.dtype().bytes() < Integer.MAX_VALUE;
    }

    private static boolean contiguous(Tensor a, Tensor b) {
        return a.isContiguous() && b.isContiguous();
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        boolean layouts = to.shape().rank() <= OneDnnOperand.MAX_RANK && nested(from) && nested(to);
        if (onHost(from) && onHost(to) && layouts && OneDnnCopy.converts(from.dtype(), to.dtype())) {
            if (to.elements() > 0) {
                OneDnnCopy.copy(from, to);
            }
        } else if (onHost(from) && onHost(to) && indexable(from) && indexable(to)) {
            HostLoops.copy(from, to);
        } else {
            reference().copy(from, to);
        }
    }

    @Override
    public void fill(double value, Tensor to) {
        to.requireOpen();
        if (onHost(to) && to.isContiguous() && Double.doubleToRawLongBits(value) == 0) {
            Pointer.memset(
                    OneDnnContext.current().pointer(to.address()),
                    0,
                    to.elements() * to.dtype().bytes());
        } else {
            to.fill(value);
        }
    }

    @Override
    public void unary(Unary f, double alpha, double beta, Tensor x, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        if (mine(x, out)) {
            OneDnnUnary.unary(f, alpha, beta, x, out);
        } else {
            reference().unary(f, alpha, beta, x, out);
        }
    }

    @Override
    public void unaryGradient(Unary f, double alpha, double beta, Tensor known, Tensor dy, Tensor dx) {
        if (dx.elements() == 0) {
            return;
        }
        if (mine(known, dy, dx)) {
            OneDnnUnary.gradient(f, alpha, beta, known, dy, dx);
        } else {
            reference().unaryGradient(f, alpha, beta, known, dy, dx);
        }
    }

    @Override
    public void binary(Binary f, Tensor a, Tensor b, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        if (mine(a, b, out)) {
            OneDnnBinary.binary(f, a, b, out);
        } else {
            reference().binary(f, a, b, out);
        }
    }

    @Override
    public void reduce(Reduction f, Tensor x, Tensor out) {
        if (mine(x, out)) {
            OneDnnReduction.reduce(f, x, out);
        } else {
            reference().reduce(f, x, out);
        }
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        if (mine(a, b, out)) {
            OneDnnProducts.matmul(a, b, out);
        } else {
            reference().matmul(a, b, out);
        }
    }

    @Override
    public void linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out) {
        if (mine(x, weight, out)) {
            OneDnnProducts.linear(x, weight, bias, activation, alpha, out);
        } else {
            reference().linear(x, weight, bias, activation, alpha, out);
        }
    }

    @Override
    public void softmax(Tensor x, int axis, boolean logarithm, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        if (mine(x, out)) {
            OneDnnSoftmax.softmax(x, axis, logarithm, out);
        } else {
            reference().softmax(x, axis, logarithm, out);
        }
    }

    @Override
    public void softmaxGradient(Tensor y, int axis, boolean logarithm, Tensor dy, Tensor dx) {
        if (dx.elements() == 0) {
            return;
        }
        if (mine(y, dy, dx)) {
            OneDnnSoftmax.gradient(y, axis, logarithm, dy, dx);
        } else {
            reference().softmaxGradient(y, axis, logarithm, dy, dx);
        }
    }

    @Override
    public void negativeLogLikelihood(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor out) {
        if (mine(logp, out) && indexable(logp)) {
            OneDnnCrossEntropy.negativeLogLikelihood(logp, targets, weights, smoothing, out);
        } else {
            reference().negativeLogLikelihood(logp, targets, weights, smoothing, out);
        }
    }

    @Override
    public void crossEntropyGradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx) {
        if (mine(logp, dy, dx) && indexable(dx)) {
            OneDnnCrossEntropy.gradient(logp, targets, weights, smoothing, dy, dx);
        } else {
            reference().crossEntropyGradient(logp, targets, weights, smoothing, dy, dx);
        }
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
        if (mine(x, out) && contiguous(scale, shift)) {
            OneDnnBatchNorm.forward(true, x, scale, shift, epsilon, relu, mean, variance, out);
        } else {
            reference().batchNorm(x, scale, shift, epsilon, relu, mean, variance, out);
        }
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
        if (mine(x, out) && contiguous(scale, shift) && contiguous(mean, variance)) {
            OneDnnBatchNorm.forward(false, x, scale, shift, epsilon, relu, mean, variance, out);
        } else {
            reference().batchNormInference(x, scale, shift, epsilon, relu, mean, variance, out);
        }
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
        if (mine(x, dy, dx) && scale.isContiguous() && contiguous(mean, variance)) {
            OneDnnBatchNorm.gradient(
                    x, y, scale, epsilon, relu, fixedStatistics, mean, variance, dy, dx, dscale, dshift);
        } else {
            reference()
                    .batchNormGradient(
                            x, y, scale, shift, epsilon, relu, fixedStatistics, mean, variance, dy, dx, dscale, dshift);
        }
    }

    @Override
    public void layerNorm(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        if (mine(x, out) && contiguous(scale, shift)) {
            OneDnnLayerNorm.forward(x, scale, shift, epsilon, mean, variance, out);
        } else {
            reference().layerNorm(x, scale, shift, epsilon, mean, variance, out);
        }
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
        if (mine(x, dy, dx) && scale.isContiguous() && contiguous(mean, variance)) {
            OneDnnLayerNorm.gradient(x, scale, epsilon, mean, variance, dy, dx, dscale, dshift);
        } else {
            reference().layerNormGradient(x, scale, epsilon, mean, variance, dy, dx, dscale, dshift);
        }
    }

    @Override
    public void dropout(Tensor x, double probability, long seed, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        if (mine(x, out) && indexable(out)) {
            OneDnnDropout.dropout(x, probability, seed, out);
        } else {
            reference().dropout(x, probability, seed, out);
        }
    }

    @Override
    public void select(Tensor x, Tensor positions, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        boolean rows = x.shape().dim(2) == 1 || x.stride(2) == 1;
        if (onHost(x) && onHost(out) && rows && indexable(x) && indexable(out)) {
            RowKernels.select(x, positions, out);
        } else {
            reference().select(x, positions, out);
        }
    }

    @Override
    public void selectGradient(Tensor dy, Tensor positions, Tensor dx) {
        if (dy.elements() == 0) {
            return;
        }
        if (mine(dx) && onHost(dy) && indexable(dy) && indexable(dx)) {
            RowKernels.selectGradient(dy, positions, dx);
        } else {
            reference().selectGradient(dy, positions, dx);
        }
    }

    @Override
    public void embeddings(List<Tensor> tables, Tensor codes, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        if (mine(out) && indexable(out) && rows(tables)) {
            RowKernels.embeddings(tables, codes, out);
        } else {
            reference().embeddings(tables, codes, out);
        }
    }

    private static boolean rows(List<Tensor> tables) {
        for (Tensor table : tables) {
            if (!mine(table)
                    || !indexable(table)
                    || (table.stride(1) != 1 && table.shape().dim(1) != 1)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables) {
        if (dy.elements() == 0) {
            return;
        }
        if (mine(dy) && indexable(dy) && rows(dtables)) {
            RowKernels.embeddingsGradient(dy, codes, dtables);
        } else {
            reference().embeddingsGradient(dy, codes, dtables);
        }
    }

    @Override
    public void scaleAdd(double a, Tensor x, double b, Tensor y) {
        if (y.elements() == 0) {
            return;
        }
        if (mine(x, y)) {
            OneDnnOptimizer.scaleAdd(a, x, b, y);
        } else {
            reference().scaleAdd(a, x, b, y);
        }
    }

    @Override
    public void averageSquare(double beta, Tensor x, Tensor average) {
        if (average.elements() == 0) {
            return;
        }
        if (mine(x, average)) {
            OneDnnOptimizer.averageSquare(beta, x, average);
        } else {
            reference().averageSquare(beta, x, average);
        }
    }

    @Override
    public void adaptiveStep(Tensor p, Tensor m, Tensor v, double vScale, double epsilon, double rate, double decay) {
        if (p.elements() == 0) {
            return;
        }
        if (mine(p, m, v)) {
            OneDnnOptimizer.adaptiveStep(p, m, v, vScale, epsilon, rate, decay);
        } else {
            reference().adaptiveStep(p, m, v, vScale, epsilon, rate, decay);
        }
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return mine(x) ? OneDnnOptimizer.sumOfSquares(x) : reference().sumOfSquares(x);
    }
}
