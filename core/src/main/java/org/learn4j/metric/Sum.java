package org.learn4j.metric;

/** A sum in double precision that carries along what rounding lost (Neumaier 1974). */
final class Sum {
    private double sum;
    private double lost;

    void add(double value) {
        double next = sum + value;
        if (Double.isFinite(next)) {
            lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
        }
        sum = next;
    }

    double value() {
        return sum + lost;
    }
}
