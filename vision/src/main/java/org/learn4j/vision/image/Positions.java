package org.learn4j.vision.image;

/**
 * Where every pixel of a warp's result looks in the source, row by row.
 *
 * @param xs the columns
 * @param ys the rows
 */
record Positions(float[] xs, float[] ys) {
    static Positions of(Warp warp) {
        int width = warp.width();
        int size = Math.multiplyExact(width, warp.height());
        Positions all = new Positions(new float[size], new float[size]);
        Positions row = new Positions(new float[width], new float[width]);
        float[] columns = new float[width];
        for (int i = 0; i < width; i++) {
            columns[i] = i;
        }
        Warp.Displacement displacement = warp.displacement();
        for (int y = 0; y < warp.height(); y++) {
            row.look(warp.map(), columns, y);
            if (displacement != null) {
                displacement.move(y, row.xs, row.ys);
            }
            System.arraycopy(row.xs, 0, all.xs, y * width, width);
            System.arraycopy(row.ys, 0, all.ys, y * width, width);
        }
        return all;
    }

    /** Single precision, and columns as numbers at the loop's own index, let the compiler take several pixels at a time. */
    private void look(Homography map, float[] columns, int y) {
        float a = (float) map.at(0, 0);
        float b = (float) map.at(1, 0);
        float c = (float) map.at(2, 0);
        float startX = (float) (map.at(0, 1) * y + map.at(0, 2));
        float startY = (float) (map.at(1, 1) * y + map.at(1, 2));
        float startW = (float) (map.at(2, 1) * y + map.at(2, 2));
        for (int i = 0; i < xs.length; i++) {
            xs[i] = (startX + a * columns[i]) / (startW + c * columns[i]);
            ys[i] = (startY + b * columns[i]) / (startW + c * columns[i]);
        }
    }
}
