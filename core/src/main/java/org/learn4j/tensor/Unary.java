package org.learn4j.tensor;

/**
 * Functions of one number that kernels compute element by element. Some take parameters, written α and β below.
 *
 * <p>{@link #gradientFromOutput()} tells which have a derivative that follows from the result alone, so that they can be
 * fused into the operation before them.
 */
public enum Unary {
    /** αx + β. */
    LINEAR(false),
    /** |x|, derivative 0 at 0. */
    ABS(false),
    /** x². */
    SQUARE(false),
    /** √x. */
    SQRT(true),
    /** x^α. */
    POWER(false),
    /** eˣ. */
    EXP(true),
    /** Natural logarithm. */
    LOG(false),
    /** max(x, 0), derivative 0 at 0. */
    RELU(true),
    /** x for x &gt; 0, else αx; α &gt; 0. */
    LEAKY_RELU(true),
    /** x Φ(x) with the normal distribution function (Hendrycks and Gimpel 2016). */
    GELU(false),
    /** The tanh approximation of {@link #GELU}. */
    GELU_TANH(false),
    /** x σ(x), also called swish (Elfwing et al. 2017). */
    SILU(false),
    /** Hyperbolic tangent. */
    TANH(true),
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID(true),
    /** log(1 + eˣ), without overflow. */
    SOFTPLUS(false),
    /** x limited to [α, β], derivative 0 outside. */
    CLAMP(false);

    private final boolean gradientFromOutput;

    Unary(boolean gradientFromOutput) {
        this.gradientFromOutput = gradientFromOutput;
    }

    /** Returns whether the derivative can be computed from the function's value. */
    public boolean gradientFromOutput() {
        return gradientFromOutput;
    }
}
