package org.learn4j.vision.image;

/** Draws pictures anew with bilinear interpolation, in integers: weights have 11 bits, results are rounded once. */
final class BilinearSampler {
    private static final int BITS = 11;
    private static final int ONE = 1 << BITS;
    private static final int HALF = 1 << (2 * BITS - 1);
    private static final float FARTHEST = 1 << 24;

    private final byte[] source;
    private final int width;
    private final int height;

    BilinearSampler(byte[] source, int width, int height) {
        this.source = source;
        this.width = width;
        this.height = height;
    }

    byte[] draw(Warp warp) {
        byte[] result = new byte[Math.multiplyExact(Math.multiplyExact(3, warp.width()), warp.height())];
        float[] xs = new float[warp.width()];
        float[] ys = new float[warp.width()];
        Warp.Displacement displacement = warp.displacement();
        for (int row = 0; row < warp.height(); row++) {
            look(warp.map(), row, xs, ys);
            if (displacement != null) {
                displacement.move(row, xs, ys);
            }
            draw(xs, ys, warp.padding(), result, 3 * warp.width() * row);
        }
        return result;
    }

    private static void look(Homography map, int row, float[] xs, float[] ys) {
        double a = map.at(0, 0);
        double b = map.at(1, 0);
        double c = map.at(2, 0);
        double startX = map.at(0, 1) * row + map.at(0, 2);
        double startY = map.at(1, 1) * row + map.at(1, 2);
        double startW = map.at(2, 1) * row + map.at(2, 2);
        if (map.isAffine()) {
            double scale = 1 / startW;
            for (int i = 0; i < xs.length; i++) {
                xs[i] = (float) ((startX + a * i) * scale);
                ys[i] = (float) ((startY + b * i) * scale);
            }
        } else {
            for (int i = 0; i < xs.length; i++) {
                double scale = 1 / (startW + c * i);
                xs[i] = (float) ((startX + a * i) * scale);
                ys[i] = (float) ((startY + b * i) * scale);
            }
        }
    }

    private void draw(float[] xs, float[] ys, PaddingMode padding, byte[] result, int from) {
        int stride = 3 * width;
        byte[] pixels = source;
        float right = width - 1;
        float bottom = height - 1;
        int at = from;
        for (int i = 0; i < xs.length; i++, at += 3) {
            float x = xs[i];
            float y = ys[i];
            if (x >= 0 && x < right && y >= 0 && y < bottom) {
                int column = (int) x;
                int line = (int) y;
                int wx = (int) ((x - column) * ONE + 0.5f);
                int wy = (int) ((y - line) * ONE + 0.5f);
                int p = line * stride + 3 * column;
                int q = p + stride;
                for (int c = 0; c < 3; c++) {
                    int above = pixels[p + c] & 0xFF;
                    int below = pixels[q + c] & 0xFF;
                    int top = (above << BITS) + ((pixels[p + 3 + c] & 0xFF) - above) * wx;
                    int low = (below << BITS) + ((pixels[q + 3 + c] & 0xFF) - below) * wx;
                    result[at + c] = (byte) (((top << BITS) + (low - top) * wy + HALF) >>> (2 * BITS));
                }
            } else {
                drawNearEdge(x, y, padding, result, at);
            }
        }
    }

    private void drawNearEdge(float anyX, float anyY, PaddingMode padding, byte[] result, int at) {
        float x = bound(anyX);
        float y = bound(anyY);
        int column = (int) Math.floor(x);
        int line = (int) Math.floor(y);
        int wx = (int) ((x - column) * ONE + 0.5f);
        int wy = (int) ((y - line) * ONE + 0.5f);
        int x0 = padding.index(column, width);
        int x1 = padding.index(column + 1, width);
        int y0 = padding.index(line, height);
        int y1 = padding.index(line + 1, height);
        for (int c = 0; c < 3; c++) {
            int above = pixel(x0, y0, c);
            int below = pixel(x0, y1, c);
            int top = (above << BITS) + (pixel(x1, y0, c) - above) * wx;
            int low = (below << BITS) + (pixel(x1, y1, c) - below) * wx;
            result[at + c] = (byte) (((top << BITS) + (low - top) * wy + HALF) >>> (2 * BITS));
        }
    }

    /** What a horizon sends to infinity, or nowhere, looks at a place far away. */
    private static float bound(float position) {
        return Float.isNaN(position) ? 0 : Math.max(-FARTHEST, Math.min(FARTHEST, position));
    }

    private int pixel(int x, int y, int channel) {
        return x < 0 || y < 0 ? 0 : source[3 * (y * width + x) + channel] & 0xFF;
    }
}
