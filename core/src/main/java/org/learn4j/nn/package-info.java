/**
 * Building blocks of networks: {@link org.learn4j.nn.Layer}s, their parameters, initialisation and the recipes they are saved as.
 */
@NullMarked
package org.learn4j.nn;

import org.jspecify.annotations.NullMarked;
