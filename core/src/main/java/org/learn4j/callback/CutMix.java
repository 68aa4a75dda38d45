package org.learn4j.callback;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.Batch;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.TrainStep;
import org.learn4j.loss.Loss;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Trains on pictures with a rectangle of another one of the batch in them, losses mixed by the areas (Yun et al. 2019; fastai's CutMix). In
 * every batch the rectangle covers a share 1−λ with λ ~ Beta(α, α), about a random centre, less what lies outside. The model takes one
 * input, of shape [n, channels, height, width].
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(CutMix.withAlpha(1))
 * }</pre>
 */
public final class CutMix implements Callback {
    private final BetaDistribution shares;

    private CutMix(BetaDistribution shares) {
        this.shares = shares;
    }

    /** Returns cutmix with Beta(α, α); 1 is usual. */
    public static CutMix withAlpha(double alpha) {
        return new CutMix(new BetaDistribution(alpha));
    }

    @Override
    public Stage stage() {
        return Stage.PREPARE;
    }

    @Override
    public TrainStep wrap(TrainStep step) {
        return new Mixing(step, shares);
    }

    /** The step on pictures with rectangles. */
    private static final class Mixing extends TrainStep.Wrapper {
        private final BetaDistribution distribution;
        private @Nullable Tensor partners;
        private double share;

        Mixing(TrainStep inner, BetaDistribution distribution) {
            super(inner);
            this.distribution = distribution;
        }

        @Override
        public Tensor predict(FitContext context, Batch batch) {
            Tensor[] inputs = batch.inputs();
            if (inputs.length != 1 || inputs[0].shape().rank() != 4) {
                throw new IllegalArgumentException(
                        "Cutmix mixes one input of shape [n, channels, height, width], received "
                                + Arrays.stream(inputs).map(Tensor::shape).toList());
            }
            Tensor pictures = inputs[0];
            RandomStream stream = context.pass().nextSeed().fold("cutmix").stream();
            Tensor chosen = Tensor.of(stream.permutation(batch.size()));
            Tensor own = own(pictures.shape(), stream);
            partners = chosen;
            Tensor others = pictures.select(0, chosen);
            Tensor mixed = others.plus(pictures.minus(others).times(own));
            return super.predict(
                    context, new Batch(batch.number(), batch.items(), List.of(mixed), batch.requireTarget()));
        }

        /** Returns 1 where a picture stays its own and 0 in the rectangle, of shape [1, 1, height, width]. */
        private Tensor own(Shape shape, RandomStream stream) {
            int height = Math.toIntExact(shape.dim(2));
            int width = Math.toIntExact(shape.dim(3));
            double side = Math.sqrt(1 - distribution.draw(stream));
            int x = stream.nextInt(width);
            int y = stream.nextInt(height);
            int left = Math.max(0, x - (int) (side * width) / 2);
            int right = Math.min(width, x + (int) (side * width) / 2);
            int top = Math.max(0, y - (int) (side * height) / 2);
            int bottom = Math.min(height, y + (int) (side * height) / 2);
            float[] own = new float[width * height];
            Arrays.fill(own, 1);
            for (int row = top; row < bottom; row++) {
                Arrays.fill(own, row * width + left, row * width + right, 0);
            }
            share = 1 - (double) (right - left) * (bottom - top) / own.length;
            return Tensor.of(own, 1, 1, height, width);
        }

        @Override
        public Tensor loss(FitContext context, Tensor prediction, Batch batch) {
            Tensor chosen = partners;
            if (chosen == null) {
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
