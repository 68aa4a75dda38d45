package org.learn4j.vision.image;

/** What number each of the 256 values of red, green and blue becomes: lighting and normalisation in one look-up. Immutable. */
public final class PixelTable {
    private final float[][] numbers = new float[3][256];

    private PixelTable() {}

    /**
     * Returns the table of (level − mean) / deviation.
     *
     * @param levels how bright each of the 256 values is, 0 to 1
     * @param mean what is subtracted, for red, green and blue
     * @param deviation what it is divided by, alike
     */
    public static PixelTable of(double[] levels, double[] mean, double[] deviation) {
        PixelTable table = new PixelTable();
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                table.numbers[channel][value] = (float) ((levels[value] - mean[channel]) / deviation[channel]);
            }
        }
        return table;
    }

    /** Writes three numbers a pixel. */
    void write(byte[] rgb, float[] to) {
        float[] red = numbers[0];
        float[] green = numbers[1];
        float[] blue = numbers[2];
        for (int i = 0; i + 2 < rgb.length; i += 3) {
            to[i] = red[rgb[i] & 0xFF];
            to[i + 1] = green[rgb[i + 1] & 0xFF];
            to[i + 2] = blue[rgb[i + 2] & 0xFF];
        }
    }

    /** Writes one number a pixel: its grey value, looked up as red. */
    void writeGrey(byte[] rgb, float[] to) {
        float[] red = numbers[0];
        for (int i = 0, at = 0; i + 2 < rgb.length; i += 3, at++) {
            to[at] = red[Image.grey(rgb[i] & 0xFF, rgb[i + 1] & 0xFF, rgb[i + 2] & 0xFF)];
        }
    }
}
