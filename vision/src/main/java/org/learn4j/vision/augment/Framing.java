package org.learn4j.vision.augment;

import org.learn4j.vision.image.Homography;

/**
 * Which part of a resized picture, the frame, becomes the result. Between result and source, positions in the frame are numbers from
 * −1, the centre of the first pixel, to 1, the centre of the last.
 *
 * @param frameWidth the width of the whole source when resized
 * @param frameHeight its height
 * @param left the frame's column where the result starts; negative where the result is wider
 * @param top the frame's row where it starts
 */
record Framing(int frameWidth, int frameHeight, int left, int top) {
    /**
     * Frames a picture.
     *
     * @param x where the result starts, from 0 at the left to 1 at the right, as far as there is room
     * @param y where it starts, from 0 at the top to 1 at the bottom
     */
    static Framing of(
            ResizeMethod method, int sourceWidth, int sourceHeight, int width, int height, double x, double y) {
        if (method == ResizeMethod.SQUISH) {
            return new Framing(width, height, 0, 0);
        }
        double across = (double) sourceWidth / width;
        double down = (double) sourceHeight / height;
        double ratio = method == ResizeMethod.CROP ? Math.min(across, down) : Math.max(across, down);
        int frameWidth = (int) Math.max(1, Math.round(sourceWidth / ratio));
        int frameHeight = (int) Math.max(1, Math.round(sourceHeight / ratio));
        return new Framing(frameWidth, frameHeight, start(frameWidth - width, x), start(frameHeight - height, y));
    }

    /** A whole pixel; each start equally likely where the position is. What has to be padded stands in the middle. */
    private static int start(int room, double position) {
        return room < 0 ? -(-room / 2) : (int) ((room + 1) * Math.min(position, 1 - 1e-7));
    }

    /** Returns the map from the result's pixels to positions in the frame. */
    Homography toFrame() {
        double x = scale(frameWidth);
        double y = scale(frameHeight);
        return Homography.scaling(x, frameWidth == 1 ? 0 : left * x - 1, y, frameHeight == 1 ? 0 : top * y - 1);
    }

    private static double scale(int pixels) {
        return pixels == 1 ? 0 : 2.0 / (pixels - 1);
    }

    /** Returns the map from positions in the frame to a source's pixels. */
    static Homography toSource(int width, int height) {
        double x = (width - 1) / 2.0;
        double y = (height - 1) / 2.0;
        return Homography.scaling(x, x, y, y);
    }
}
