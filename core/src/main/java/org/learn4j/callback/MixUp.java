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
    private final BetaDistribution shares;

    private MixUp(BetaDistribution shares) {
        this.shares = shares;
    }

    /** Returns mixup with Beta(α, α); fastai uses .4. */
    public static MixUp withAlpha(double alpha) {
        return new MixUp(new BetaDistribution(alpha));
    }

    @Override
    public Stage stage() {
        return Stage.PREPARE;
    }

    @Override
    public TrainStep wrap(TrainStep step) {
        return new Mixing(step, shares);
    }

    /** The step on mixtures. */
    private static final class Mixing extends TrainStep.Wrapper {
        private final BetaDistribution distribution;
        private @Nullable Tensor partners;
        private @Nullable Tensor shares;

        Mixing(TrainStep inner, BetaDistribution distribution) {
            super(inner);
            this.distribution = distribution;
        }

        @Override
        public Tensor predict(FitContext context, Batch batch) {
            Seed seed = context.pass().nextSeed().fold("mixup");
            RandomStream stream = seed.stream();
            int[] order = stream.permutation(batch.size());
            float[] lambda = new float[batch.size()];
            for (int i = 0; i < lambda.length; i++) {
                double draw = distribution.draw(stream);
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
    }
}
