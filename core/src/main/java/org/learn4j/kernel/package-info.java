/**
 * The computations everything else is made of, behind one interface, and the implementations that race to provide them.
 *
 * <p>{@link org.learn4j.kernel.Kernels} says what is computed; {@link org.learn4j.kernel.Nd4jKernels} is the reference, made of
 * ND4J operations alone; {@link org.learn4j.kernel.OneDnnKernels} is the fast path on CPUs. Nothing outside this package
 * dereferences a pointer.
 */
@NullMarked
package org.learn4j.kernel;

import org.jspecify.annotations.NullMarked;
