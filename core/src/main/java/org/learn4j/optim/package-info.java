/** Optimizers as recipes of steps over flat parameter buffers. */
@NullMarked
package org.learn4j.optim;

import org.jspecify.annotations.NullMarked;
