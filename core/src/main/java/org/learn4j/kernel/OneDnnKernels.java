package org.learn4j.kernel;

import static org.learn4j.kernel.OneDnnFit.contiguous;
import static org.learn4j.kernel.OneDnnFit.fits;
import static org.learn4j.kernel.OneDnnFit.indexable;
import static org.learn4j.kernel.OneDnnFit.nested;
import static org.learn4j.kernel.OneDnnFit.onHost;
import static org.learn4j.kernel.OneDnnFit.rows;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Binary;
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
    private static final Kernels FLOATS = new OneDnnFloats();
    /** For empty outputs: does nothing. */
    private static final Kernels NOTHING = (Kernels) Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (self, method, arguments) -> null);

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

    private Kernels choose(Tensor written, boolean fits) {
        if (written.elements() == 0) {
            return NOTHING;
        }
        return fits ? FLOATS : reference();
    }

    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public String describe() {
        return FLOATS.describe();
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        boolean layouts = to.shape().rank() <= OneDnnOperand.MAX_RANK && nested(from) && nested(to);
        if (onHost(from) && onHost(to) && layouts && OneDnnCopy.converts(from.dtype(), to.dtype())) {
            if (to.elements() > 0) {
                FLOATS.copy(from, to);
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
        choose(out, fits(x, out)).unary(f, alpha, beta, x, out);
    }

    @Override
    public void unaryGradient(Unary f, double alpha, double beta, Tensor known, Tensor dy, Tensor dx) {
        choose(dx, fits(known, dy, dx)).unaryGradient(f, alpha, beta, known, dy, dx);
    }

    @Override
    public void binary(Binary f, Tensor a, Tensor b, Tensor out) {
        choose(out, fits(a, b, out)).binary(f, a, b, out);
    }

    @Override
    public void addRelu(Tensor a, Tensor b, Tensor out) {
        choose(out, fits(a, b, out)).addRelu(a, b, out);
    }

    @Override
    public void reduce(Reduction f, Tensor x, Tensor out) {
        (fits(x, out) ? FLOATS : reference()).reduce(f, x, out);
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor out) {
        choose(out, fits(a, b, out)).matmul(a, b, out);
    }

    @Override
    public void linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out) {
        (fits(x, weight, out) ? FLOATS : reference()).linear(x, weight, bias, activation, alpha, out);
    }

    @Override
    public void convolution(Tensor x, Tensor weight, @Nullable Tensor bias, Window window, boolean relu, Tensor out) {
        choose(out, fits(x, weight, out)).convolution(x, weight, bias, window, relu, out);
    }

    @Override
    public void convolutionInputGradient(Tensor dy, Tensor weight, Window window, Tensor dx) {
        choose(dx, fits(dy, weight, dx)).convolutionInputGradient(dy, weight, window, dx);
    }

    @Override
    public void convolutionWeightGradient(Tensor x, Tensor dy, Window window, Tensor dweight, @Nullable Tensor dbias) {
        choose(dweight, fits(x, dy, dweight)).convolutionWeightGradient(x, dy, window, dweight, dbias);
    }

    @Override
    public void maxPool(Tensor x, Window window, @Nullable Tensor places, Tensor out) {
        boolean noted = places == null || (onHost(places) && places.isChannelsLast());
        choose(out, fits(x, out) && noted).maxPool(x, window, places, out);
    }

    @Override
    public void maxPoolGradient(Tensor places, Window window, Tensor dy, Tensor dx) {
        choose(dx, fits(dy, dx) && onHost(places) && places.isChannelsLast()).maxPoolGradient(places, window, dy, dx);
    }

    @Override
    public void averagePool(Tensor x, Window window, boolean countPadding, Tensor out) {
        boolean divides = OneDnnPooling.averages(x, out, window, countPadding);
        choose(out, fits(x, out) && divides).averagePool(x, window, countPadding, out);
    }

    @Override
    public void averagePoolGradient(Tensor dy, Window window, boolean countPadding, Tensor dx) {
        boolean divides = OneDnnPooling.averages(dx, dy, window, countPadding);
        choose(dx, fits(dy, dx) && divides).averagePoolGradient(dy, window, countPadding, dx);
    }

    @Override
    public void softmax(Tensor x, int axis, boolean logarithm, Tensor out) {
        choose(out, fits(x, out)).softmax(x, axis, logarithm, out);
    }

    @Override
    public void softmaxGradient(Tensor y, int axis, boolean logarithm, Tensor dy, Tensor dx) {
        choose(dx, fits(y, dy, dx)).softmaxGradient(y, axis, logarithm, dy, dx);
    }

    @Override
    public void negativeLogLikelihood(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor out) {
        (fits(logp, out) && indexable(logp) ? FLOATS : reference())
                .negativeLogLikelihood(logp, targets, weights, smoothing, out);
    }

    @Override
    public void crossEntropyGradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx) {
        (fits(logp, dy, dx) && indexable(dx) ? FLOATS : reference())
                .crossEntropyGradient(logp, targets, weights, smoothing, dy, dx);
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
        (fits(x, out) && contiguous(scale, shift) ? FLOATS : reference())
                .batchNorm(x, scale, shift, epsilon, relu, mean, variance, out);
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
        (fits(x, out) && contiguous(scale, shift) && contiguous(mean, variance) ? FLOATS : reference())
                .batchNormInference(x, scale, shift, epsilon, relu, mean, variance, out);
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
        (fits(x, dy, dx) && scale.isContiguous() && contiguous(mean, variance) ? FLOATS : reference())
                .batchNormGradient(
                        x, y, scale, shift, epsilon, relu, fixedStatistics, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public @Nullable Tensor batchNormNoted(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        return (fits(x, out) && contiguous(scale, shift) ? FLOATS : reference())
                .batchNormNoted(x, scale, shift, epsilon, mean, variance, out);
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
        (fits(x, dy, dx) && scale.isContiguous() && contiguous(mean, variance) ? FLOATS : reference())
                .batchNormNotedGradient(note, x, y, scale, shift, epsilon, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public void layerNorm(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        (fits(x, out) && contiguous(scale, shift) ? FLOATS : reference())
                .layerNorm(x, scale, shift, epsilon, mean, variance, out);
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
        (fits(x, dy, dx) && scale.isContiguous() && contiguous(mean, variance) ? FLOATS : reference())
                .layerNormGradient(x, scale, epsilon, mean, variance, dy, dx, dscale, dshift);
    }

    @Override
    public void dropout(Tensor x, double probability, long seed, Tensor out) {
        choose(out, fits(x, out) && indexable(out)).dropout(x, probability, seed, out);
    }

    @Override
    public void select(Tensor x, Tensor positions, Tensor out) {
        boolean rows = x.shape().dim(2) == 1 || x.stride(2) == 1;
        choose(out, onHost(x) && onHost(out) && rows && indexable(x) && indexable(out))
                .select(x, positions, out);
    }

    @Override
    public void selectGradient(Tensor dy, Tensor positions, Tensor dx) {
        choose(dy, fits(dx) && onHost(dy) && indexable(dy) && indexable(dx)).selectGradient(dy, positions, dx);
    }

    @Override
    public void embeddings(List<Tensor> tables, Tensor codes, Tensor out) {
        choose(out, fits(out) && indexable(out) && rows(tables)).embeddings(tables, codes, out);
    }

    @Override
    public void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables) {
        choose(dy, fits(dy) && indexable(dy) && rows(dtables)).embeddingsGradient(dy, codes, dtables);
    }

    @Override
    public void scaleAdd(double a, Tensor x, double b, Tensor y) {
        choose(y, fits(x, y)).scaleAdd(a, x, b, y);
    }

    @Override
    public void averageSquare(double beta, Tensor x, Tensor average) {
        choose(average, fits(x, average)).averageSquare(beta, x, average);
    }

    @Override
    public void adaptiveStep(Tensor p, Tensor m, Tensor v, double vScale, double epsilon, double rate, double decay) {
        choose(p, fits(p, m, v)).adaptiveStep(p, m, v, vScale, epsilon, rate, decay);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return (fits(x) ? FLOATS : reference()).sumOfSquares(x);
    }
}
