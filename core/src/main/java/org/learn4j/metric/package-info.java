/** Metrics: what people judge models by, computed over whole data sets, each knowing its direction. */
@NullMarked
package org.learn4j.metric;

import org.jspecify.annotations.NullMarked;
