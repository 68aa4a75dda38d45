package org.learn4j.vision.augment;

import java.util.function.UnaryOperator;
import org.learn4j.tensor.RandomStream;
import org.learn4j.vision.image.Image;

/**
 * A random change of pictures. It draws what it does to one picture and adds it to the plan. What it draws follows from the
 * stream alone, so that results depend neither on threads nor on the order of items.
 *
 * <pre>{@code
 * Augmentations.standard().with(Transform.saturation(0.2).withProbability(0.5), Transform.cutout(1, 40))
 * }</pre>
 *
 * <p>Movements are about the whole picture resized, before a part of it is cut out; the defaults are fastai's.
 */
@FunctionalInterface
public interface Transform {
    /** Draws the change of one picture and adds it to the plan. */
    void draw(RandomStream random, AugmentationPlan plan);

    /**
     * Returns how many times larger than it stands in the whole picture something may become: so much more detail is
     * decoded. 1 for all but those that cut out small parts.
     */
    default double magnification() {
        return 1;
    }

    /** Returns this transform, applied with a probability. */
    default Transform withProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("A probability lies in [0, 1], received " + probability);
        }
        return new Sometimes(this, probability);
    }

    /** Returns a change of the picture, once it has its final size, that draws nothing. */
    static Transform of(UnaryOperator<Image> change) {
        return (random, plan) -> plan.edit(change);
    }

    // ---- movements

    /** Returns left and right exchanged. */
    static Transform flip() {
        return (random, plan) -> plan.move(Movements.flip());
    }

    /** Returns one of the eight symmetries of a square, each equally likely. */
    static Transform dihedral() {
        return (random, plan) -> Movements.dihedral(plan, random.nextInt(8));
    }

    /** Returns a rotation by −max to max degrees; positive ones turn counter-clockwise. */
    static Transform rotate(double maxDegrees) {
        Ranges.finite("A rotation", maxDegrees);
        return (random, plan) -> Movements.rotate(plan, random.nextDouble(-maxDegrees, maxDegrees));
    }

    /**
     * Returns an enlargement about a random point.
     *
     * @param min the smallest factor; below 1 the picture shrinks
     * @param max the largest factor
     */
    static Transform zoom(double min, double max) {
        Ranges.positive("A zoom", min, max);
        return (random, plan) -> {
            double factor = random.nextDouble(min, max);
            plan.move(Movements.zoom(factor, random.nextDouble(), random.nextDouble()));
        };
    }

    /** Returns the picture squeezed by a factor between min and max: below 1 across, above 1 down. */
    static Transform squish(double min, double max) {
        Ranges.positive("A squish", min, max);
        return (random, plan) -> {
            double factor = random.nextDouble(min, max);
            plan.move(Movements.squish(factor, random.nextDouble(), random.nextDouble()));
        };
    }

    /**
     * Returns the picture seen from elsewhere: opposite corners move alike, by −max to max where the picture is from −1 to 1 (fastai's
     * symmetric_warp).
     */
    static Transform symmetricWarp(double max) {
        Ranges.finite("A warp", max);
        return (random, plan) -> {
            double a = random.nextDouble(-max, max);
            double b = random.nextDouble(-max, max);
            double c = random.nextDouble(-max, max);
            double d = random.nextDouble(-max, max);
            plan.move(Movements.corners(d, b, c, b, d, a, c, a));
        };
    }

    /** Returns every corner moved on its own, by −max to max each way. */
    static Transform perspective(double max) {
        Ranges.finite("A perspective", max);
        return (random, plan) -> {
            double[] moves = new double[8];
            for (int i = 0; i < 8; i++) {
                moves[i] = random.nextDouble(-max, max);
            }
            plan.move(Movements.corners(moves));
        };
    }

    /** Returns one random corner moved along one edge, by −max to max. */
    static Transform skew(double max) {
        Ranges.finite("A skew", max);
        return (random, plan) -> {
            double[] moves = new double[8];
            moves[random.nextInt(8)] = random.nextDouble(-max, max);
            plan.move(Movements.corners(moves));
        };
    }

    /** Returns the picture tilted towards or away from the viewer at one random side, by −max to max. */
    static Transform tilt(double max) {
        Ranges.finite("A tilt", max);
        return (random, plan) -> plan.move(Movements.tilt(random.nextInt(4), random.nextDouble(-max, max)));
    }

    /** Returns a shift by up to some pixels of the result each way: padding and a random crop (fastai's rand_pad). */
    static Transform pad(int pixels) {
        Ranges.notNegative("A padding", pixels);
        return (random, plan) -> {
            int right = random.nextInt(2 * pixels + 1) - pixels;
            int down = random.nextInt(2 * pixels + 1) - pixels;
            plan.move(Movements.shift(plan, right, down));
        };
    }

    /**
     * Returns a random part of the picture, stretched over the result (fastai's RandomResizedCrop): a share of its area and
     * proportions between 3 : 4 and 4 : 3.
     *
     * @param minScale the smallest share of the area, such as 0.08 for large networks or 0.35
     */
    static Transform randomResizedCrop(double minScale) {
        return randomResizedCrop(minScale, 3 / 4.0, 4 / 3.0);
    }

    /** {@link #randomResizedCrop(double)} with other limits of width : height. */
    static Transform randomResizedCrop(double minScale, double minRatio, double maxRatio) {
        return new RandomResizedCrop(minScale, minRatio, maxRatio);
    }

    /** Returns every pixel looking a little elsewhere, by −max to max where the picture is from −1 to 1. */
    static Transform jitter(double max) {
        Ranges.finite("A jitter", max);
        return (random, plan) -> Movements.jitter(plan, max, random.nextLong());
    }

    // ---- light and colours

    /** Returns another brightness: log-odds shifted by those of a number in 0.5 ± max/2. */
    static Transform brightness(double max) {
        Ranges.share("Lighting", max);
        return (random, plan) -> {
            double change = random.nextDouble(0.5 * (1 - max), 0.5 * (1 + max));
            plan.light(1, Math.log(change / (1 - change)));
        };
    }

    /** Returns another contrast: log-odds multiplied by 1 − max to 1 / (1 − max), log-uniformly. */
    static Transform contrast(double max) {
        Ranges.share("Lighting", max);
        return (random, plan) -> plan.light(Ranges.logUniform(random, 1 - max), 0);
    }

    /** Returns stronger or weaker colours: log-odds' distances from grey multiplied by 1 − max to 1 / (1 − max). */
    static Transform saturation(double max) {
        Ranges.share("Saturation", max);
        return (random, plan) -> {
            double factor = Ranges.logUniform(random, 1 - max);
            plan.edit(image -> Colours.saturate(image, factor));
        };
    }

    /** Returns other hues, turned by −max to max of the whole circle. */
    static Transform hue(double max) {
        Ranges.share("Hue", max);
        return (random, plan) -> {
            double turn = random.nextDouble(-max, max);
            plan.edit(image -> Colours.turnHue(image, turn));
        };
    }

    // ---- holes

    /** Returns black squares at random places (DeVries and Taylor 2017). */
    static Transform cutout(int holes, int length) {
        return new Cutout(holes, length);
    }

    /**
     * Returns rectangles of noise, N(0, 1) after normalisation, over up to 30 % of the picture (Zhong et al. 2017; fastai's
     * RandomErasing).
     */
    static Transform erase() {
        return new RandomErasing(0, 0.3, 0.3, 1);
    }

    /**
     * {@link #erase()} with other limits.
     *
     * @param minShare the smallest share of the area that is erased
     * @param maxShare the largest
     * @param minAspect the smallest height : width; its inverse is the largest
     * @param maxCount the most rectangles, which share the area
     */
    static Transform erase(double minShare, double maxShare, double minAspect, int maxCount) {
        return new RandomErasing(minShare, maxShare, minAspect, maxCount);
    }
}
