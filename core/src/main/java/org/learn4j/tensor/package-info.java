/**
 * Tensors: typed views on native memory that ND4J and oneDNN compute on, scopes that own that memory, and seeds.
 *
 * <p>Nothing in this package computes. Arithmetic methods of {@link org.learn4j.tensor.Tensor} go to the
 * {@link org.learn4j.tensor.Operators} that the autograd package provides.
 */
@NullMarked
package org.learn4j.tensor;

import org.jspecify.annotations.NullMarked;
