/** Data: indexed items, how they are split, and loaders that turn them into batches in native memory. */
@NullMarked
package org.learn4j.data;

import org.jspecify.annotations.NullMarked;
