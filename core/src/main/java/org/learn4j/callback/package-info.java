/**
 * Callbacks to add to a learner: stopping, keeping the best, changing rates, mixing, accumulating, writing histories.
 */
@NullMarked
package org.learn4j.callback;

import org.jspecify.annotations.NullMarked;
