package org.learn4j.vision.image;

import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.PaddingMode;

/**
 * How a picture is drawn anew: where each pixel of the result looks in the source, in pixels from the centre of the first
 * one. However many movements the map is composed of, the picture is interpolated once.
 *
 * @param map where a result's pixel (x, y) looks
 * @param width the width of the result
 * @param height the height of the result
 * @param padding what lies outside the source
 * @param displacement moves the positions further; null if the map is all
 */
public record Warp(
        Homography map,
        int width,
        int height,
        PaddingMode padding,
        @Nullable Displacement displacement) {

    /** A movement that is no homography. */
    @FunctionalInterface
    public interface Displacement {
        /**
         * Changes where the pixels of a row of the result look. Rows come from top to bottom.
         *
         * @param row the row of the result
         * @param xs the positions in the source, to change in place
         * @param ys the positions in the source, to change in place
         */
        void move(int row, float[] xs, float[] ys);
    }

    /** Checks the size. */
    public Warp {
        if (width < 1 || height < 1 || width > OpenCv.LONGEST || height > OpenCv.LONGEST) {
            throw new IllegalArgumentException("A picture is warped to at least 1 x 1 and at most " + OpenCv.LONGEST
                    + " x " + OpenCv.LONGEST + " pixels, received " + width + " x " + height);
        }
    }

    /** Creates a warp by a map alone. */
    public Warp(Homography map, int width, int height, PaddingMode padding) {
        this(map, width, height, padding, null);
    }

    /** Returns this warp of a source that was resized, corners on corners. */
    Warp onto(int oldWidth, int oldHeight, int newWidth, int newHeight) {
        double x = oldWidth == 1 ? 0 : (newWidth - 1.0) / (oldWidth - 1);
        double y = oldHeight == 1 ? 0 : (newHeight - 1.0) / (oldHeight - 1);
        Displacement moved = displacement == null
                ? null
                : (row, xs, ys) -> {
                    // the displacement is in pixels of the source as it was
                    scale(xs, oldWidth, newWidth);
                    scale(ys, oldHeight, newHeight);
                    displacement.move(row, xs, ys);
                    scale(xs, newWidth, oldWidth);
                    scale(ys, newHeight, oldHeight);
                };
        return new Warp(Homography.scaling(x, 0, y, 0).after(map), width, height, padding, moved);
    }

    private static void scale(float[] positions, int to, int from) {
        float factor = from == 1 ? 0 : (to - 1f) / (from - 1);
        for (int i = 0; i < positions.length; i++) {
            positions[i] *= factor;
        }
    }

    /** Returns how many pixels of the source, along a line, a pixel in the middle of the result stands for. */
    double shrinkage() {
        return map.scaleAt((width - 1) / 2.0, (height - 1) / 2.0);
    }
}
