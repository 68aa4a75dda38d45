package org.learn4j.kernel;

import org.learn4j.tensor.DType;

/** Makes one implementation of {@link Kernels}; found by {@link java.util.ServiceLoader}. */
public interface KernelsProvider {
    /** Returns the name that {@code -Dlearn4j.kernels} accepts. */
    String name();

    /** Returns the rank among providers: the highest that loads is chosen. */
    int priority();

    /**
     * Loads the native library and returns the kernels for it.
     *
     * @throws LinkageError if the native library is missing or does not fit this machine
     * @throws RuntimeException if it refuses to start
     */
    Kernels load();

    /** Returns whether the kernels compute this type without help. */
    default boolean computes(DType dtype) {
        return dtype == DType.FLOAT32;
    }
}
