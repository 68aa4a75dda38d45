package org.learn4j.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * A function of each element, without parameters to train.
 *
 * <pre>{@code
 * Sequential model = Sequential.of(Linear.of(784, 50), Activation.relu(), Linear.of(50, 10));
 * }</pre>
 *
 * <p>Every call makes a layer of its own, so that hooks can tell two of a kind apart.
 */
public final class Activation implements Layer {
    private static final Map<String, Supplier<Activation>> PLAIN = new LinkedHashMap<>();

    static {
        PLAIN.put("relu", Activation::relu);
        PLAIN.put("gelu", Activation::gelu);
        PLAIN.put("geluTanh", Activation::geluTanh);
        PLAIN.put("silu", Activation::silu);
        PLAIN.put("tanh", Activation::tanh);
        PLAIN.put("sigmoid", Activation::sigmoid);
        PLAIN.put("softplus", Activation::softplus);
    }

    private final String name;
    private final Unary function;
    private final double alpha;

    private Activation(String name, Unary function, double alpha) {
        this.name = name;
        this.function = function;
        this.alpha = alpha;
    }

    /** Returns max(x, 0). */
    public static Activation relu() {
        return new Activation("relu", Unary.RELU, 0);
    }

    /** Returns x Φ(x) with the normal distribution function (Hendrycks and Gimpel 2016). */
    public static Activation gelu() {
        return new Activation("gelu", Unary.GELU, 0);
    }

    /** Returns the tanh approximation of {@link #gelu()}, as BERT and GPT-2 were trained with. */
    public static Activation geluTanh() {
        return new Activation("geluTanh", Unary.GELU_TANH, 0);
    }

    /** Returns x σ(x), also called swish (Elfwing et al. 2017). */
    public static Activation silu() {
        return new Activation("silu", Unary.SILU, 0);
    }

    /** Returns the hyperbolic tangent. */
    public static Activation tanh() {
        return new Activation("tanh", Unary.TANH, 0);
    }

    /** Returns 1 / (1 + e⁻ˣ). */
    public static Activation sigmoid() {
        return new Activation("sigmoid", Unary.SIGMOID, 0);
    }

    /** Returns log(1 + eˣ). */
    public static Activation softplus() {
        return new Activation("softplus", Unary.SOFTPLUS, 0);
    }

    /** Returns x where it is positive, else slope · x; PyTorch's default slope is 0.01. */
    public static Activation leakyRelu(double slope) {
        return new Activation("leakyRelu", Unary.LEAKY_RELU, Expect.positive("leakyRelu slope", slope));
    }

    Unary function() {
        return function;
    }

    double alpha() {
        return alpha;
    }

    boolean isRelu() {
        return function == Unary.RELU;
    }

    /** Returns how weights before this function start in fastai: by Glorot's rule before σ and tanh, else by Kaiming's. */
    Init usualInit() {
        return function == Unary.TANH || function == Unary.SIGMOID ? Init.xavierUniform() : Init.kaimingUniform();
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return Expect.one(this, inputs).apply(function, alpha, 0);
    }

    @Override
    public Recipe recipe() {
        Json.Fields settings = Json.object().with("function", name);
        return Recipe.of("Activation", function == Unary.LEAKY_RELU ? settings.with("slope", alpha) : settings);
    }

    static Activation build(JsonPlace settings) {
        JsonPlace name = settings.get("function");
        if (name.text().equals("leakyRelu")) {
            settings.allow("function", "slope");
            return leakyRelu(settings.get("slope").finite());
        }
        settings.allow("function");
        Supplier<Activation> plain = PLAIN.get(name.text());
        if (plain == null) {
            throw name.expected("an activation, one of leakyRelu and " + PLAIN.keySet());
        }
        return plain.get();
    }

    @Override
    public String toString() {
        return "Activation." + name + "(" + (function == Unary.LEAKY_RELU ? alpha : "") + ")";
    }
}
