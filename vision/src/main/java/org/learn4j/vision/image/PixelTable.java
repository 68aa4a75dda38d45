package org.learn4j.vision.image;

/**
 * What number each of the 256 values of red, green and blue becomes: lighting and normalisation in one look-up. Immutable.
 */
public final class PixelTable {
    /** A number for a channel's value. */
    @FunctionalInterface
    public interface Curve {
        /**
         * Returns the number.
         *
         * @param channel 0 red, 1 green, 2 blue
         * @param value the pixel's value in [0, 1]
         */
        double apply(int channel, double value);
    }

    private static final PixelTable UNIT = of((channel, value) -> value);

    private final float[] red;
    private final float[] green;
    private final float[] blue;

    private PixelTable(float[] red, float[] green, float[] blue) {
        this.red = red;
        this.green = green;
        this.blue = blue;
    }

    /** Returns the table of a curve. */
    public static PixelTable of(Curve curve) {
        float[][] tables = new float[3][256];
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                tables[channel][value] = (float) curve.apply(channel, value / 255.0);
            }
        }
        return new PixelTable(tables[0], tables[1], tables[2]);
    }

    /** Returns the table of numbers in [0, 1]. */
    public static PixelTable unit() {
        return UNIT;
    }

    void write(byte[] rgb, float[] numbers) {
        for (int i = 0; i + 2 < rgb.length; i += 3) {
            numbers[i] = red[rgb[i] & 0xFF];
            numbers[i + 1] = green[rgb[i + 1] & 0xFF];
            numbers[i + 2] = blue[rgb[i + 2] & 0xFF];
        }
    }

    /** Writes one number a pixel: the picture's grey value looked up as red. */
    void writeGrey(byte[] rgb, float[] numbers) {
        for (int i = 0, at = 0; i + 2 < rgb.length; i += 3, at++) {
            numbers[at] = red[Image.grey(rgb[i] & 0xFF, rgb[i + 1] & 0xFF, rgb[i + 2] & 0xFF)];
        }
    }
}
