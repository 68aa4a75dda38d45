package org.learn4j.callback;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.Batch;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.TrainStep;
import org.learn4j.loss.Loss;
import org.learn4j.nn.MixesWithin;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;

/**
 * Trains on mixtures of pairs of items: inputs λx + (1−λ)x′, losses mixed alike, λ = max(B, 1−B) with B ~ Beta(α, α)
 * for each item (Zhang et al. 2018; fastai's MixUp). Inputs must be numbers, unless the model mixes for itself
 * ({@link MixesWithin}, as the one for tables does).
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(MixUp.withAlpha(0.4))
 * }</pre>
 */
public final class MixUp implements Callback {
    private final double alpha;

    private MixUp(double alpha) {
        this.alpha = alpha;
    }

    /** Returns mixup with Beta(α, α); fastai uses .4. */
    public static MixUp withAlpha(double alpha) {
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("Mixup's alpha is positive and finite, received " + alpha);
        }
        return new MixUp(alpha);
    }

    @Override
    public Stage stage() {
        return Stage.PREPARE;
    }

    @Override
    public TrainStep wrap(TrainStep step) {
        return new Mixing(step, alpha);
    }

    /** The step on mixtures. */
    private static final class Mixing extends TrainStep.Wrapper {
        private final double alpha;
        private @Nullable Tensor partners;
        private @Nullable Tensor shares;

        Mixing(TrainStep inner, double alpha) {
            super(inner);
            this.alpha = alpha;
        }

        @Override
        public Tensor predict(FitContext context, Batch batch) {
            Seed seed = context.pass().nextSeed().fold("mixup");
            RandomStream stream = seed.stream();
            int[] order = stream.permutation(batch.size());
            float[] lambda = new float[batch.size()];
            for (int i = 0; i < lambda.length; i++) {
                double draw = beta(stream);
                lambda[i] = (float) Math.max(draw, 1 - draw);
            }
            Tensor chosen = Tensor.of(order);
            Tensor share = Tensor.of(lambda);
            partners = chosen;
            shares = share;
            List<Tensor> mixed = new ArrayList<>();
            if (context.learner().model() instanceof MixesWithin) {
                mixed.addAll(List.of(batch.inputs()));
                mixed.add(chosen);
                mixed.add(share);
            } else {
                for (Tensor input : batch.inputs()) {
                    mixed.add(mix(input, chosen, share));
                }
            }
            return super.predict(context, new Batch(batch.number(), batch.items(), mixed, batch.requireTarget()));
        }

        private static Tensor mix(Tensor input, Tensor chosen, Tensor share) {
            if (!input.dtype().isFloating()) {
                throw new IllegalArgumentException("Mixup mixes inputs that are numbers, received an input of "
                        + input.dtype() + " " + input.shape());
            }
            return MixesWithin.mix(input, chosen, share);
        }

        @Override
        public Tensor loss(FitContext context, Tensor prediction, Batch batch) {
            Tensor chosen = partners;
            Tensor share = shares;
            if (chosen == null || share == null) {
                return super.loss(context, prediction, batch);
            }
            Loss loss = context.learner().loss();
            Tensor target = batch.requireTarget();
            Tensor own = loss.items(prediction, target);
            Tensor others = loss.items(prediction, target.select(0, chosen));
            return others.plus(own.minus(others).times(share)).mean();
        }

        /** A draw from Beta(α, α) by two from Gamma(α), whose logarithms do not vanish however small α is. */
        private double beta(RandomStream stream) {
            double own = logGamma(stream);
            double others = logGamma(stream);
            return 1 / (1 + Math.exp(own - others));
        }

        /** Marsaglia and Tsang 2000; for a shape below 1 a draw for shape + 1 is scaled down. */
        private double logGamma(RandomStream stream) {
            double shape = alpha < 1 ? alpha + 1 : alpha;
            double d = shape - 1.0 / 3;
            double c = 1 / Math.sqrt(9 * d);
            while (true) {
                double z = stream.nextGaussian();
                double v = Math.pow(1 + c * z, 3);
                double u = stream.nextDouble();
                if (v > 0 && Math.log(u) < 0.5 * z * z + d - d * v + d * Math.log(v)) {
                    double draw = Math.log(d * v);
                    return alpha < 1 ? draw + Math.log(1 - stream.nextDouble()) / alpha : draw;
                }
            }
        }
    }
}
