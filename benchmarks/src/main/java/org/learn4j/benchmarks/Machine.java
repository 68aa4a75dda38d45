package org.learn4j.benchmarks;

final class Machine {
    private Machine() {}

    static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }
}
