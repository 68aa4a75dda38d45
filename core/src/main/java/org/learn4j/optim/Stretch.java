package org.learn4j.optim;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * What a {@link Step} works on: a contiguous stretch of a parameter group's flat buffers, whose parameters have one
 * role and one history, and the hyper-parameters in force.
 *
 * <pre>{@code
 * public void apply(Stretch s) {
 *     double shrink = s.takeShrink();
 *     Kernels.current().scaleAdd(-s.rate(), s.gradients(), shrink, s.values());
 * }
 * }</pre>
 */
public final class Stretch {
    private final Moments moments;
    private final boolean decays;
    private final Tensor values;
    private final Tensor gradients;
    private final Map<String, Tensor> state;
    private final @Nullable Tensor scratch;
    private final int first;
    private Hyper hyper = new Hyper(0, 0, 0);
    private long count;
    private double shrink = 1;

    Stretch(Optimizer optimizer, ParamGroup group, ParamGroup.Run run, StateVectors vectors, int first) {
        this.moments = optimizer.moments();
        this.decays = run.isWeight() || optimizer.decaysNormAndBias();
        this.values = run.of(group.values()).keep();
        this.gradients = run.of(group.gradients()).keep();
        this.state = vectors.views(run);
        this.scratch = vectors.scratch(run);
        this.first = first;
    }

    /** Returns the learning rate. */
    public double rate() {
        return hyper.rate();
    }

    /** Returns the momentum, Adam's β₁. */
    public double momentum() {
        return hyper.momentum();
    }

    /** Returns the momentum of the squares, Adam's β₂. */
    public double squareMomentum() {
        return moments.squareMomentum();
    }

    /** Returns what keeps divisions from 0. */
    public double epsilon() {
        return moments.epsilon();
    }

    /** Returns the weight decay, 0 where these parameters are spared it. */
    public double weightDecay() {
        return decays ? hyper.weightDecay() : 0;
    }

    /** Returns how many updates these parameters have had, this one included: 1 in the first. */
    public long count() {
        return count;
    }

    /** Returns 1 − βᵗ, by which an average of t values that started at 0 is too small. */
    public double debias(double beta) {
        return 1 - Math.pow(beta, count);
    }

    /** Returns the parameters, after multiplying by what is left of {@link #shrink}. */
    public Tensor values() {
        if (shrink != 1) {
            Kernels.current().unary(Unary.LINEAR, takeShrink(), 0, values, values);
        }
        return values;
    }

    /** Returns the gradients. */
    public Tensor gradients() {
        return gradients;
    }

    /** Returns the running average of gradients. */
    public Tensor average() {
        return state(Average.NAME);
    }

    /** Returns the running average of squared gradients. */
    public Tensor averageSquare() {
        return state(AverageSquare.NAME);
    }

    /**
     * Returns a state vector.
     *
     * @throws IllegalArgumentException if no step of the recipe names it
     */
    public Tensor state(String name) {
        Tensor vector = state.get(name);
        if (vector == null) {
            throw new IllegalArgumentException(
                    "No step of the recipe names the state \"" + name + "\" in state(), only " + state.keySet());
        }
        return vector;
    }

    /**
     * Returns a vector to compute in, whose content nobody keeps.
     *
     * @throws IllegalArgumentException if no step of the recipe names {@code "scratch"} as state
     */
    public Tensor scratch() {
        if (scratch == null) {
            throw new IllegalArgumentException("No step of the recipe names the state \"scratch\" in state()");
        }
        return scratch;
    }

    /** Multiplies the parameters by a factor, not now but together with the change that a later step makes. */
    public void shrink(double factor) {
        shrink *= factor;
    }

    /**
     * Returns the factor that the caller multiplies the parameters by in the same pass that changes them: with it
     * decoupled weight decay costs nothing. To be called before {@link #values()}, which otherwise spends a pass on it.
     */
    public double takeShrink() {
        double factor = shrink;
        shrink = 1;
        return factor;
    }

    /** Returns the first of the parameters that it belongs to: all have had as many updates. */
    int first() {
        return first;
    }

    void start(Hyper inForce, long updates) {
        hyper = inForce;
        count = updates;
        shrink = 1;
    }

    void close() {
        values.close();
        gradients.close();
        state.values().forEach(Tensor::close);
        if (scratch != null) {
            scratch.close();
        }
    }
}
