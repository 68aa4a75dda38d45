/** Losses: what training minimises, with the activation and the decoding that belong to each. */
@NullMarked
package org.learn4j.loss;

import org.jspecify.annotations.NullMarked;
