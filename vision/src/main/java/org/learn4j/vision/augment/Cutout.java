package org.learn4j.vision.augment;

import org.learn4j.tensor.RandomStream;
import org.learn4j.vision.image.Image;

/** Black squares at random places, cut off at the edges. */
record Cutout(int holes, int length) implements Transform {
    Cutout {
        if (holes < 1 || length < 1) {
            throw new IllegalArgumentException(
                    "Cutout makes at least 1 hole of at least 1 pixel, received " + holes + " of " + length);
        }
    }

    @Override
    public void draw(RandomStream random, AugmentationPlan plan) {
        for (int i = 0; i < holes; i++) {
            int left = random.nextInt(plan.width()) - length / 2;
            int top = random.nextInt(plan.height()) - length / 2;
            plan.edit(image -> Image.of(image.width(), image.height(), (x, y) -> {
                boolean inside = x >= left && x < left + length && y >= top && y < top + length;
                return inside ? 0 : image.pixel(x, y);
            }));
        }
    }
}
