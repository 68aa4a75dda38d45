package org.learn4j.vision.augment;

import org.learn4j.tensor.RandomStream;
import org.learn4j.vision.image.Homography;

/** A random part of the picture, stretched over the result. */
record RandomResizedCrop(double minScale, double minRatio, double maxRatio) implements Transform {
    private static final int TRIES = 10;

    RandomResizedCrop {
        if (!(minScale > 0 && minScale <= 1)) {
            throw new IllegalArgumentException("The smallest share of the area lies in (0, 1], received " + minScale);
        }
        Ranges.positive("The proportions' range", minRatio, maxRatio);
    }

    @Override
    public void draw(RandomStream random, AugmentationPlan plan) {
        plan.squish();
        double width = plan.sourceWidth();
        double height = plan.sourceHeight();
        for (int i = 0; i < TRIES; i++) {
            double area = width * height * random.nextDouble(minScale, 1);
            double ratio = Math.exp(random.nextDouble(Math.log(minRatio), Math.log(maxRatio)));
            double across = Math.sqrt(area * ratio) / width;
            double down = Math.sqrt(area / ratio) / height;
            if (across <= 1 && down <= 1) {
                double x = (1 - across) * (2 * random.nextDouble() - 1);
                double y = (1 - down) * (2 * random.nextDouble() - 1);
                plan.move(Homography.scaling(across, x, down, y));
                return;
            }
        }
        // the largest part in the middle with proportions that are allowed
        double ratio = Math.max(minRatio, Math.min(maxRatio, width / height));
        plan.move(Homography.scaling(Math.min(1, ratio * height / width), 0, Math.min(1, width / ratio / height), 0));
    }

    @Override
    public double magnification() {
        return 1 / Math.sqrt(minScale);
    }
}
