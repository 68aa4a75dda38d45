package org.learn4j.vision.augment;

import org.learn4j.tensor.RandomStream;

/** A transform that is applied with a probability. */
record Sometimes(Transform inner, double probability) implements Transform {
    @Override
    public void draw(RandomStream random, AugmentationPlan plan) {
        if (random.nextDouble() < probability) {
            inner.draw(random, plan);
        }
    }

    @Override
    public double magnification() {
        return inner.magnification();
    }
}
