package org.learn4j.optim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.nn.ParamGroup;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * How training moves parameters, as an immutable value: a recipe of {@link Step}s and its settings. Defaults are fastai
 * v2's.
 *
 * <pre>{@code
 * Optimizer adamW = Optimizer.adam().betas(.9, .999).epsilon(1e-8).weightDecay(0.1);
 * Optimizer sgd = Optimizer.sgd().momentum(.9).nesterov();
 * try (OptimizerState state = adamW.over(groups)) {
 *     state.step(List.of(adamW.hyper(1e-3)));             // one Hyper a group
 * }
 * }</pre>
 *
 * <p>Momentum and weight decay are those in force where no schedule sets others. Weight decay is decoupled from the
 * gradient (AdamW's) and spares biases and normalisation layers, unless asked otherwise.
 */
public final class Optimizer {
    private final Settings settings;

    private Optimizer(Settings settings) {
        this.settings = settings;
    }

    private static Optimizer of(Rule rule) {
        return new Optimizer(new Settings(rule, rule.moments(), new Decay(rule.weightDecay(), true, false), null));
    }

    /** Returns stochastic gradient descent (fastai's SGD), without momentum and weight decay. */
    public static Optimizer sgd() {
        return of(Rules.SGD);
    }

    /** Returns RMSProp (Hinton 2012) with β₂ .99 and ε 1e-8, not debiased, without momentum and weight decay. */
    public static Optimizer rmsProp() {
        return of(Rules.RMS_PROP);
    }

    /** Returns Adam (Kingma and Ba 2014) with β .9 and .99, ε 1e-5 and decoupled weight decay .01: AdamW. */
    public static Optimizer adam() {
        return of(Rules.ADAM);
    }

    /** Returns rectified Adam (Liu et al. 2019) with β .9 and .99, ε 1e-5, without weight decay. */
    public static Optimizer radam() {
        return of(Rules.RADAM);
    }

    /** Returns LAMB (You et al. 2019) with β .9 and .99, ε 1e-5, without weight decay; for very large batches. */
    public static Optimizer lamb() {
        return of(Rules.LAMB);
    }

    /**
     * Returns Ranger (Wright 2019): {@link #radam()} with β₁ .95, ε 1e-6 and weight decay .01, under lookahead (6, .5).
     */
    public static Optimizer ranger() {
        return lookahead(radam().momentum(.95).epsilon(1e-6).weightDecay(.01), 6, .5);
    }

    /**
     * Returns an optimizer under lookahead (Zhang et al. 2019): every k updates, slow copies of the parameters move the
     * share α of the way to the fast ones, which go on from there. fastai's k is 6, its α .5.
     */
    public static Optimizer lookahead(Optimizer inner, int k, double alpha) {
        if (inner.settings.lookahead() != null) {
            throw new IllegalArgumentException("Lookahead of lookahead: " + inner + " has one already");
        }
        return new Optimizer(inner.settings.with(new Lookahead(k, alpha)));
    }

    /**
     * Returns an optimizer of your own steps, with momentum .9, β₂ .99, ε 1e-5 and no weight decay at first. Weight
     * decay comes before the steps and is not one of them. {@link #fromJson} does not know it.
     */
    public static Optimizer of(String name, Step... steps) {
        if (Rules.named(name).isPresent()) {
            throw new IllegalArgumentException("The name \"" + name + "\" is taken, as are all of " + Rules.names());
        }
        return of(new Rule.Custom(name, List.of(steps)));
    }

    /**
     * Returns this optimizer with another momentum, which is Adam's β₁, in [0, 1). SGD's is not dampened, as in
     * PyTorch.
     */
    public Optimizer momentum(double value) {
        return with(settings.moments().momentum(value));
    }

    /**
     * Returns this SGD with Nesterov's momentum, as PyTorch computes it.
     *
     * @throws IllegalArgumentException if this is another optimizer, or has no momentum
     */
    public Optimizer nesterov() {
        if (settings.rule() != Rules.SGD && settings.rule() != Rules.NESTEROV) {
            throw new IllegalArgumentException("Nesterov's momentum is SGD's, this is " + this);
        }
        return new Optimizer(settings.with(Rules.NESTEROV));
    }

    /** Returns this optimizer with other momenta of the average and of the average square, both in [0, 1). */
    public Optimizer betas(double average, double averageSquare) {
        requireAdapts("betas");
        return with(settings.moments().momentum(average).squareMomentum(averageSquare));
    }

    /** Returns this optimizer with another number added to the root of the average square: PyTorch's Adam has 1e-8. */
    public Optimizer epsilon(double value) {
        requireAdapts("epsilon");
        return with(settings.moments().epsilon(value));
    }

    private void requireAdapts(String setting) {
        if (!settings.rule().adapts()) {
            throw new IllegalArgumentException("SGD has no " + setting + ", asked for of " + this);
        }
    }

    /** Returns this optimizer with another amount of weight decay, 0 for none. */
    public Optimizer weightDecay(double amount) {
        return with(settings.decay().amount(amount));
    }

    /** Returns this optimizer with weight decay as the L2 penalty's gradient, which passes through the averages. */
    public Optimizer l2WeightDecay() {
        return with(settings.decay().decoupled(false));
    }

    /**
     * Returns this optimizer with weight decay decoupled from the gradient (Loshchilov and Hutter 2017), the default.
     */
    public Optimizer decoupledWeightDecay() {
        return with(settings.decay().decoupled(true));
    }

    /**
     * Returns this optimizer with biases and normalisation layers decaying too (fastai v1's bn_wd), or not (the
     * default).
     */
    public Optimizer decayNormAndBias(boolean too) {
        return with(settings.decay().normAndBias(too));
    }

    private Optimizer with(Moments changed) {
        return new Optimizer(settings.with(changed));
    }

    private Optimizer with(Decay changed) {
        return new Optimizer(settings.with(changed));
    }

    /** Returns the momentum, Adam's β₁. */
    public double momentum() {
        return settings.moments().momentum();
    }

    /** Returns the weight decay. */
    public double weightDecay() {
        return settings.decay().amount();
    }

    /** Returns whether biases and normalisation layers decay too. */
    public boolean decaysNormAndBias() {
        return settings.decay().normAndBias();
    }

    /** Returns this optimizer's momentum and weight decay with a learning rate. */
    public Hyper hyper(double rate) {
        return new Hyper(rate, momentum(), weightDecay());
    }

    Moments moments() {
        return settings.moments();
    }

    /** Returns the recipe: what is done to each stretch of parameters, in order. */
    public List<Step> steps() {
        return settings.steps();
    }

    /** Returns this optimizer at work on parameters, with memory for its averages. */
    public OptimizerState over(List<ParamGroup> groups) {
        return new OptimizerState(this, groups);
    }

    /** Returns name and settings, from which {@link #fromJson} makes an equal optimizer. */
    public Json.Fields toJson() {
        return settings.toJson();
    }

    /**
     * Returns the optimizer of a file.
     *
     * @throws org.learn4j.persist.ModelFormatException if it is none of this library's, or a setting is not valid
     */
    public static Optimizer fromJson(JsonPlace place) {
        return new Optimizer(Settings.fromJson(place));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Optimizer that && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }

    /** Returns the expression that makes this optimizer, naming what differs from the defaults. */
    @Override
    public String toString() {
        return settings.toString();
    }
}
