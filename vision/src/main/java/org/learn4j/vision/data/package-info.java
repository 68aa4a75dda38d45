/** Pictures ready for training: items, labels, splits, transforms and loaders. */
@NullMarked
package org.learn4j.vision.data;

import org.jspecify.annotations.NullMarked;
