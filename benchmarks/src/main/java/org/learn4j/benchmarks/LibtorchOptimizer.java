package org.learn4j.benchmarks;

/** Updates the parameters of a libtorch network from their gradients, and clears the gradients. */
interface LibtorchOptimizer extends AutoCloseable {
    /** Does nothing: for a network that only predicts. */
    LibtorchOptimizer NONE = new LibtorchOptimizer() {
        @Override
        public void step() {}

        @Override
        public void close() {}
    };

    void step();

    @Override
    void close();
}
