package org.learn4j.nn;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.NoGrad;
import org.learn4j.kernel.Kernels;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * A linear layer or convolution whose weight, as a matrix with a row for each output, is divided by its largest singular value,
 * so that the layer stretches nothing (Miyato et al. 2018). The value is estimated by one power iteration in each training pass,
 * from vectors that are kept.
 *
 * <pre>{@code
 * Layer layer = SpectralNorm.of(Conv2d.of(3, 64, 3));
 * }</pre>
 *
 * <p>The parameter is called {@code weight_orig}, the vectors {@code weight_u} and {@code weight_v}, as in PyTorch. The wrapped
 * layer is only read, at initialisation.
 */
public final class SpectralNorm implements Layer, FusesActivation {
    private static final double LEAST_NORM = 1e-12;

    private final HasWeight layer;
    private final Param original;
    private final Buffer left;
    private final Buffer right;
    private final @Nullable Param bias;

    private SpectralNorm(HasWeight layer) {
        this.layer = layer;
        Param weight = layer.weight();
        this.original = Param.of("weight_orig", weight.shape(), WrappedWeight.like(weight), weight.role());
        long outputs = weight.shape().dim(0);
        this.left = Buffer.of("weight_u", Shape.of(outputs), SpectralNorm::unit);
        this.right = Buffer.of("weight_v", Shape.of(weight.shape().elements() / outputs), SpectralNorm::unit);
        this.bias = WrappedWeight.bias(layer);
    }

    /** Returns the layer with its weight divided by its largest singular value. */
    public static SpectralNorm of(Linear linear) {
        return new SpectralNorm(linear);
    }

    /** Returns the convolution with its weight divided by its largest singular value. */
    public static SpectralNorm of(Conv2d convolution) {
        return new SpectralNorm(convolution);
    }

    private static void unit(Tensor tensor, Seed seed) {
        Init.normal(1).fill(tensor, seed);
        double[] values = tensor.toDoubles();
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        double norm = Math.max(LEAST_NORM, Math.sqrt(squares));
        for (int i = 0; i < values.length; i++) {
            values[i] /= norm;
        }
        tensor.set(values);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return layer.apply(Expect.one(this, inputs), weight(pass), bias == null ? null : bias.value(), null);
    }

    @Override
    public boolean fuses(Activation activation) {
        return layer.fuses(activation);
    }

    @Override
    public Tensor forward(Pass pass, Activation activation, Tensor x) {
        return layer.apply(x, weight(pass), bias == null ? null : bias.value(), activation);
    }

    private Tensor weight(Pass pass) {
        Tensor weight = original.value();
        Tensor u = left.value();
        Tensor v = right.value();
        if (pass.isTraining()) {
            try (NoGrad constant = NoGrad.open()) {
                Tensor matrix = weight.reshape(weight.shape().dim(0), -1);
                v = normalised(matrix.transpose().matmul(u));
                u = normalised(matrix.matmul(v));
            }
            Tensor nextLeft = u;
            Tensor nextRight = v;
            pass.update(() -> {
                Kernels.current().copy(nextLeft, left.value());
                Kernels.current().copy(nextRight, right.value());
            });
        }
        Tensor stretched = weight.reshape(weight.shape().dim(0), -1).matmul(v);
        return weight.over(stretched.times(u).sum());
    }

    private static Tensor normalised(Tensor vector) {
        return vector.over(vector.square().sum().sqrt().clamp(LEAST_NORM, Double.MAX_VALUE));
    }

    @Override
    public List<Param> params() {
        return bias == null ? List.of(original) : List.of(original, bias);
    }

    @Override
    public List<Buffer> buffers() {
        return List.of(left, right);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("SpectralNorm", Json.object(), WrappedWeight.children(layer));
    }

    static SpectralNorm build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        return new SpectralNorm(WrappedWeight.layer(children));
    }

    @Override
    public String toString() {
        return "SpectralNorm.of(" + layer + ")";
    }
}
