package org.learn4j.vision.image;

import java.util.Arrays;

/**
 * A map of the plane that keeps straight lines straight, as a 3×3 matrix: (x, y) goes to (u/w, v/w) with
 * (u, v, w) = M·(x, y, 1). Affine maps are those with w = 1. Immutable.
 */
public final class Homography {
    private static final Homography IDENTITY = of(1, 0, 0, 0, 1, 0, 0, 0, 1);

    private final double[] m;

    private Homography(double... m) {
        this.m = m;
    }

    /** Returns the map that moves nothing. */
    public static Homography identity() {
        return IDENTITY;
    }

    /**
     * Returns the map of a matrix.
     *
     * @param rows the nine numbers, row by row
     */
    public static Homography of(double... rows) {
        if (rows.length != 9) {
            throw new IllegalArgumentException("A homography has 9 numbers, received " + rows.length);
        }
        return new Homography(rows.clone());
    }

    /** Returns the affine map to (a·x + b·y + c, d·x + e·y + f). */
    public static Homography affine(double a, double b, double c, double d, double e, double f) {
        return new Homography(a, b, c, d, e, f, 0, 0, 1);
    }

    /** Returns the map to (x·scaleX + shiftX, y·scaleY + shiftY). */
    public static Homography scaling(double scaleX, double shiftX, double scaleY, double shiftY) {
        return affine(scaleX, 0, shiftX, 0, scaleY, shiftY);
    }

    /**
     * Returns the map that takes four points to four others.
     *
     * @param from the points as x0, y0, x1, y1, …
     * @param to what they go to, alike
     * @throws IllegalArgumentException if there is none: three points of a side lie on a line
     */
    public static Homography between(double[] from, double[] to) {
        if (from.length != 8 || to.length != 8) {
            throw new IllegalArgumentException(
                    "A homography takes 4 points to 4, received " + from.length + " and " + to.length + " coordinates");
        }
        double[][] equations = new double[8][];
        for (int i = 0; i < 4; i++) {
            double x = from[2 * i];
            double y = from[2 * i + 1];
            double u = to[2 * i];
            double v = to[2 * i + 1];
            equations[2 * i] = new double[] {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
            equations[2 * i + 1] = new double[] {0, 0, 0, x, y, 1, -v * x, -v * y, v};
        }
        double[] solved = solve(equations);
        double[] rows = Arrays.copyOf(solved, 9);
        rows[8] = 1;
        return new Homography(rows);
    }

    /** Gauss's elimination with pivoting; each row ends with its right side. */
    private static double[] solve(double[]... rows) {
        int n = rows.length;
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int row = column + 1; row < n; row++) {
                if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) {
                    pivot = row;
                }
            }
            double[] chosen = rows[pivot];
            rows[pivot] = rows[column];
            rows[column] = chosen;
            if (!(Math.abs(chosen[column]) > 1e-12)) {
                throw new IllegalArgumentException(
                        "No homography takes these points to the others: three of them lie on a line");
            }
            for (int row = 0; row < n; row++) {
                if (row != column) {
                    double factor = rows[row][column] / chosen[column];
                    for (int i = column; i <= n; i++) {
                        rows[row][i] -= factor * chosen[i];
                    }
                }
            }
        }
        double[] solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = rows[i][n] / rows[i][i];
        }
        return solution;
    }

    /** Returns the map that applies {@code first} and then this one: the matrix product this · first. */
    public Homography after(Homography first) {
        double[] product = new double[9];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                for (int i = 0; i < 3; i++) {
                    product[3 * row + column] += m[3 * row + i] * first.m[3 * i + column];
                }
            }
        }
        return new Homography(product);
    }

    /** Returns where a point's x goes. */
    public double x(double x, double y) {
        return (m[0] * x + m[1] * y + m[2]) / (m[6] * x + m[7] * y + m[8]);
    }

    /** Returns where a point's y goes. */
    public double y(double x, double y) {
        return (m[3] * x + m[4] * y + m[5]) / (m[6] * x + m[7] * y + m[8]);
    }

    /** Returns a number of the matrix. */
    public double at(int row, int column) {
        return m[3 * row + column];
    }

    boolean isAffine() {
        return m[6] == 0 && m[7] == 0;
    }

    /** Returns how many times longer lengths become around a point: the square root of what areas grow by. */
    double scaleAt(double x, double y) {
        double w = m[6] * x + m[7] * y + m[8];
        double determinant = m[0] * (m[4] * m[8] - m[5] * m[7])
                - m[1] * (m[3] * m[8] - m[5] * m[6])
                + m[2] * (m[3] * m[7] - m[4] * m[6]);
        return Math.sqrt(Math.abs(determinant / (w * w * w)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Homography that && Arrays.equals(m, that.m);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(m);
    }

    @Override
    public String toString() {
        return "Homography" + Arrays.toString(m);
    }
}
