package org.learn4j.benchmarks;

/** Updates the parameters of a libtorch network from their gradients, and clears the gradients. */
interface LibtorchOptimizer extends AutoCloseable {
    void step();

    @Override
    void close();
}
