package org.learn4j.nn;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * A linear map with a bias: {@code x · weightᵀ + bias} for x [n, inputs] or […, inputs]. Weight [outputs, inputs] and bias
 * [outputs] start as PyTorch's do, uniform in ±1/√inputs.
 *
 * <pre>{@code
 * Linear layer = Linear.of(784, 50).init(Init.kaimingNormal());
 * Linear projection = Linear.of(50, 10).withoutBias();
 * }</pre>
 */
public final class Linear implements HasWeight {
    private final int inputs;
    private final int outputs;
    private final Init init;
    private final @Nullable Init biasInit;
    private final Param weight;
    private final @Nullable Param bias;

    private Linear(int inputs, int outputs, Init init, @Nullable Init biasInit) {
        this.inputs = Expect.positive("Linear inputs", inputs);
        this.outputs = Expect.positive("Linear outputs", outputs);
        this.init = init;
        this.biasInit = biasInit;
        this.weight = Param.of("weight", Shape.of(outputs, inputs), init, Param.Role.WEIGHT);
        this.bias = biasInit == null ? null : Param.of("bias", Shape.of(outputs), biasInit, Param.Role.BIAS);
    }

    /** Returns a layer from vectors of one length to vectors of another. */
    public static Linear of(int inputs, int outputs) {
        Init init = Init.fanInUniform(Math.max(1, inputs));
        return new Linear(inputs, outputs, init, init);
    }

    /** Returns such a layer without a bias. */
    public Linear withoutBias() {
        return new Linear(inputs, outputs, init, null);
    }

    /** Returns such a layer whose weight will start in another way. */
    public Linear init(Init weightInit) {
        return new Linear(inputs, outputs, weightInit, biasInit);
    }

    /** Returns such a layer whose bias will start in another way, and is there. */
    public Linear biasInit(Init start) {
        return new Linear(inputs, outputs, init, start);
    }

    /** Returns the length of input vectors. */
    public int inputs() {
        return inputs;
    }

    /** Returns the length of output vectors. */
    public int outputs() {
        return outputs;
    }

    /** Returns the weight, [outputs, inputs]. */
    @Override
    public Param weight() {
        return weight;
    }

    /** Returns the bias, [outputs], unless the layer has none. */
    @Override
    public Optional<Param> bias() {
        return Optional.ofNullable(bias);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... tensors) {
        return apply(Expect.one(this, tensors), weight.value(), bias == null ? null : bias.value(), null);
    }

    @Override
    public boolean fuses(Activation activation) {
        return activation.function().gradientFromOutput();
    }

    @Override
    public Tensor forward(Pass pass, Activation activation, Tensor x) {
        return apply(x, weight.value(), bias == null ? null : bias.value(), activation);
    }

    /** Applies a weight to the last axis, whatever axes are before it. */
    @Override
    public Tensor apply(Tensor x, Tensor matrix, @Nullable Tensor shift, @Nullable Activation activation) {
        Shape shape = x.shape();
        int rank = shape.rank();
        if (rank == 0 || shape.dim(-1) != inputs) {
            throw new ShapeMismatchException("Linear with weight " + matrix.shape() + " expects input of shape ["
                    + (rank == 2 ? "n" : "…") + ", " + inputs + "], received " + shape);
        }
        Tensor rows = rank == 2 ? x : x.reshape(shape.elements() / inputs, inputs);
        Tensor y = Functional.linear(
                rows,
                matrix,
                shift,
                activation == null ? null : activation.function(),
                activation == null ? 0 : activation.alpha());
        return rank == 2 ? y : y.reshape(shape.with(-1, matrix.shape().dim(0)).dims());
    }

    @Override
    public List<Param> params() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "Linear",
                Json.object().with("inputs", inputs).with("outputs", outputs).with("bias", bias != null));
    }

    static Linear build(JsonPlace settings) {
        settings.allow("inputs", "outputs", "bias");
        Linear layer =
                of(settings.get("inputs").integer(), settings.get("outputs").integer());
        return settings.get("bias").bool() ? layer : layer.withoutBias();
    }

    @Override
    public String toString() {
        return "Linear.of(" + inputs + ", " + outputs + ")" + (bias == null ? ".withoutBias()" : "");
    }
}
