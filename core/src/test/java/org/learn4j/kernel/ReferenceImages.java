package org.learn4j.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Convolution and pooling by their definitions, in double, on arrays [n, c, h, w] in row-major order. */
final class ReferenceImages {
    private ReferenceImages() {}

    /** The sizes of one case: images, output channels, groups, the window, rows and columns of the output. */
    record Sizes(int n, int c, int h, int w, int outputs, int groups, Window window, int rows, int columns) {
        static Sizes of(int n, int c, int h, int w, int outputs, int groups, Window window) {
            return new Sizes(
                    n, c, h, w, outputs, groups, window, (int) window.outputHeight(h), (int) window.outputWidth(w));
        }

        static Sizes pool(int n, int c, int h, int w, Window window, int moreRows, int moreColumns) {
            Sizes plain = of(n, c, h, w, c, 1, window);
            return new Sizes(n, c, h, w, c, 1, window, plain.rows + moreRows, plain.columns + moreColumns);
        }

        long[] x() {
            return new long[] {n, c, h, w};
        }

        long[] y() {
            return new long[] {n, outputs, rows, columns};
        }

        long[] weight() {
            return new long[] {outputs, c / groups, window.height(), window.width()};
        }

        private int x(int i, int channel, int row, int column) {
            return ((i * c + channel) * h + row) * w + column;
        }

        private int y(int i, int channel, int row, int column) {
            return ((i * outputs + channel) * rows + row) * columns + column;
        }

        private int row(int place, int element) {
            return place * window.strideHeight() - window.paddingHeight() + element * window.dilationHeight();
        }

        private int column(int place, int element) {
            return place * window.strideWidth() - window.paddingWidth() + element * window.dilationWidth();
        }

        private boolean inside(int row, int column) {
            return row >= 0 && row < h && column >= 0 && column < w;
        }
    }

    /** What one product of a convolution multiplies: places in x, weight and y. */
    private interface Product {
        void at(int x, int weight, int y);
    }

    private static void products(Sizes s, Product product) {
        int inputs = s.c / s.groups;
        int outputs = s.outputs / s.groups;
        for (int i = 0; i < s.n; i++) {
            for (int o = 0; o < s.outputs; o++) {
                for (int row = 0; row < s.rows; row++) {
                    for (int column = 0; column < s.columns; column++) {
                        for (int c = 0; c < inputs; c++) {
                            for (int k = 0; k < s.window.area(); k++) {
                                int down = s.row(row, k / s.window.width());
                                int across = s.column(column, k % s.window.width());
                                if (s.inside(down, across)) {
                                    product.at(
                                            s.x(i, o / outputs * inputs + c, down, across),
                                            (o * inputs + c) * s.window.area() + k,
                                            s.y(i, o, row, column));
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static int count(long... dims) {
        return ReferenceFormulas.count(dims);
    }

    static double[] convolution(Sizes s, double[] x, double[] weight, double @Nullable [] bias, boolean relu) {
        double[] y = new double[count(s.y())];
        products(s, (at, w, to) -> y[to] += x[at] * weight[w]);
        for (int i = 0; i < y.length; i++) {
            y[i] += bias == null ? 0 : bias[i / (s.rows * s.columns) % s.outputs];
            y[i] = relu ? Math.max(0, y[i]) : y[i];
        }
        return y;
    }

    static double[] inputGradient(Sizes s, double[] dy, double[] weight) {
        double[] dx = new double[count(s.x())];
        products(s, (to, w, at) -> dx[to] += dy[at] * weight[w]);
        return dx;
    }

    static double[] weightGradient(Sizes s, double[] x, double[] dy) {
        double[] dweight = new double[count(s.weight())];
        products(s, (at, w, from) -> dweight[w] += x[at] * dy[from]);
        return dweight;
    }

    static double[] biasGradient(Sizes s, double[] dy) {
        double[] dbias = new double[s.outputs];
        for (int i = 0; i < dy.length; i++) {
            dbias[i / (s.rows * s.columns) % s.outputs] += dy[i];
        }
        return dbias;
    }

    // ---- pooling

    /** The places of one window: those in the image, and how many count. */
    private interface Seen {
        void of(int y, int[] places, int[] elements, int counted);
    }

    private static void windows(Sizes s, boolean countPadding, Seen seen) {
        for (int y = 0; y < count(s.y()); y++) {
            int column = y % s.columns;
            int row = y / s.columns % s.rows;
            int plane = y / s.columns / s.rows;
            int[] places = new int[s.window.area()];
            int[] elements = new int[s.window.area()];
            int found = 0;
            int counted = 0;
            for (int k = 0; k < s.window.area(); k++) {
                int down = s.row(row, k / s.window.width());
                int across = s.column(column, k % s.window.width());
                boolean inside = s.inside(down, across);
                boolean padding = down < s.h + s.window.paddingHeight() && across < s.w + s.window.paddingWidth();
                counted += inside || (countPadding && padding) ? 1 : 0;
                if (inside) {
                    places[found] = (plane * s.h + down) * s.w + across;
                    elements[found++] = k;
                }
            }
            seen.of(y, Arrays.copyOf(places, found), Arrays.copyOf(elements, found), counted);
        }
    }

    static double[] average(Sizes s, double[] x, boolean countPadding) {
        double[] y = new double[count(s.y())];
        windows(s, countPadding, (to, places, elements, counted) -> {
            for (int place : places) {
                y[to] += x[place] / counted;
            }
        });
        return y;
    }

    static double[] averageGradient(Sizes s, double[] dy, boolean countPadding) {
        double[] dx = new double[count(s.x())];
        windows(s, countPadding, (from, places, elements, counted) -> {
            for (int place : places) {
                dx[place] += dy[from] / counted;
            }
        });
        return dx;
    }

    private static int greatest(double[] x, int[] places) {
        int best = 0;
        for (int i = 1; i < places.length; i++) {
            best = x[places[i]] > x[places[best]] ? i : best;
        }
        return best;
    }

    static double[] max(Sizes s, double[] x) {
        double[] y = new double[count(s.y())];
        windows(s, false, (to, places, elements, counted) -> y[to] = x[places[greatest(x, places)]]);
        return y;
    }

    static double[] maxPlaces(Sizes s, double[] x) {
        double[] y = new double[count(s.y())];
        windows(s, false, (to, places, elements, counted) -> y[to] = elements[greatest(x, places)]);
        return y;
    }

    static double[] maxGradient(Sizes s, double[] x, double[] dy) {
        double[] dx = new double[count(s.x())];
        windows(s, false, (from, places, elements, counted) -> dx[places[greatest(x, places)]] += dy[from]);
        return dx;
    }
}
