package org.learn4j.vision.augment;

import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.image.Homography;

/** Movements by known amounts: where each point looks, in positions from −1 to 1. */
final class Movements {
    /** The corners as x, y: upper left, lower left, upper right, lower right. */
    private static final double[] CORNERS = {-1, -1, -1, 1, 1, -1, 1, 1};

    private Movements() {}

    static Homography flip() {
        return Homography.scaling(-1, 0, 1, 0);
    }

    /** Bits of the number: mirror across, mirror down, exchange of the axes. */
    static void dihedral(AugmentationPlan plan, int number) {
        double x = (number & 1) == 0 ? 1 : -1;
        double y = (number & 2) == 0 ? 1 : -1;
        if ((number & 4) == 0) {
            plan.turn(x, 0, 0, y);
        } else {
            plan.turn(0, x, y, 0);
        }
    }

    static void rotate(AugmentationPlan plan, double degrees) {
        double angle = Math.toRadians(degrees);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        plan.turn(cos, -sin, sin, cos);
    }

    /** An enlargement about a point from (0, 0), upper left, to (1, 1), lower right. */
    static Homography zoom(double factor, double x, double y) {
        double room = 1 - 1 / factor;
        return Homography.scaling(1 / factor, room * (2 * x - 1), 1 / factor, room * (2 * y - 1));
    }

    static Homography squish(double factor, double x, double y) {
        return factor <= 1
                ? Homography.scaling(factor, (1 - factor) * (2 * x - 1), 1, 0)
                : Homography.scaling(1, 0, 1 / factor, (1 - 1 / factor) * (2 * y - 1));
    }

    /** Moves the corners outwards, each along x and along y. */
    static Homography corners(double... outwards) {
        double[] moved = new double[8];
        for (int i = 0; i < 8; i++) {
            moved[i] = CORNERS[i] * (1 + outwards[i]);
        }
        return Homography.between(moved, CORNERS);
    }

    /** Makes one side longer: right, left, lower, upper. */
    static Homography tilt(int side, double by) {
        return switch (side) {
            case 0 -> corners(0, 0, 0, 0, 0, by, 0, by);
            case 1 -> corners(0, by, 0, by, 0, 0, 0, 0);
            case 2 -> corners(0, 0, by, 0, 0, 0, by, 0);
            default -> corners(by, 0, 0, 0, by, 0, 0, 0);
        };
    }

    /** Moves the picture by pixels of the result. */
    static Homography shift(AugmentationPlan plan, int right, int down) {
        double x = 2.0 * right / Math.max(1, plan.frameWidth() - 1);
        double y = 2.0 * down / Math.max(1, plan.frameHeight() - 1);
        return Homography.scaling(1, -x, 1, -y);
    }

    static void jitter(AugmentationPlan plan, double max, long number) {
        Seed seed = Seed.of(number);
        double across = max * (plan.sourceWidth() - 1) / 2.0;
        double down = max * (plan.sourceHeight() - 1) / 2.0;
        plan.displace((row, xs, ys) -> {
            RandomStream random = seed.fold(row).stream();
            for (int i = 0; i < xs.length; i++) {
                xs[i] += (float) random.nextDouble(-across, across);
                ys[i] += (float) random.nextDouble(-down, down);
            }
        });
    }
}
