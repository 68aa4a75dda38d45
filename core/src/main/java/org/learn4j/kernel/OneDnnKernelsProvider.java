package org.learn4j.kernel;

/** Offers {@link OneDnnKernels}. */
public final class OneDnnKernelsProvider implements KernelsProvider {
    /** Called by {@link java.util.ServiceLoader}. */
    public OneDnnKernelsProvider() {}

    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Kernels load() {
        Kernels kernels = new OneDnnKernels(Nd4jKernels::new);
        kernels.describe();
        return kernels;
    }
}
