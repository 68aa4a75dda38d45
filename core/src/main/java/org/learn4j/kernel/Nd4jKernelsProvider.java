package org.learn4j.kernel;

import org.learn4j.tensor.DType;

/** Makes {@link Nd4jKernels}, the reference that every other implementation falls back to. Public for the service loader. */
public final class Nd4jKernelsProvider implements KernelsProvider {
    static final String NAME = "nd4j";

    /** For {@link java.util.ServiceLoader}. */
    public Nd4jKernelsProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Kernels load() {
        return new Nd4jKernels(Nd4jThreads.wanted());
    }

    @Override
    public boolean computes(DType dtype) {
        return dtype == DType.FLOAT32 || dtype == DType.FLOAT64;
    }
}
