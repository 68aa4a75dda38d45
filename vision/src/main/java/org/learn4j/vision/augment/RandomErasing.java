package org.learn4j.vision.augment;

import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;

/** Rectangles of noise. */
record RandomErasing(double minShare, double maxShare, double minAspect, int maxCount) implements Transform {
    RandomErasing {
        if (!(minShare >= 0 && minShare <= maxShare && maxShare <= 1)) {
            throw new IllegalArgumentException(
                    "The erased share of the area goes from a number in [0, 1] to one not smaller," + " received "
                            + minShare + " to " + maxShare);
        }
        if (!(minAspect > 0 && minAspect <= 1)) {
            throw new IllegalArgumentException("The smallest aspect lies in (0, 1], received " + minAspect);
        }
        if (maxCount < 1) {
            throw new IllegalArgumentException("At least 1 rectangle is erased, received " + maxCount);
        }
    }

    @Override
    public void draw(RandomStream random, AugmentationPlan plan) {
        int count = 1 + random.nextInt(maxCount);
        double pixels = (double) plan.width() * plan.height();
        for (int i = 0; i < count; i++) {
            double area = random.nextDouble(minShare, maxShare) * pixels / count;
            double aspect = minAspect == 1 ? 1 : Ranges.logUniform(random, minAspect);
            int height = (int) Math.min(plan.height(), Math.round(Math.sqrt(area * aspect)));
            int width = (int) Math.min(plan.width(), Math.round(Math.sqrt(area / aspect)));
            int left = random.nextInt(plan.width() - width + 1);
            int top = random.nextInt(plan.height() - height + 1);
            Seed noise = Seed.of(random.nextLong());
            plan.editNumbers((numbers, rowLength, rows, channels) -> {
                RandomStream stream = noise.stream();
                for (int y = top; y < top + height; y++) {
                    int from = (y * rowLength + left) * channels;
                    for (int at = from; at < from + width * channels; at++) {
                        numbers[at] = (float) stream.nextGaussian();
                    }
                }
            });
        }
    }
}
