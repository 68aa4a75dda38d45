/** Columns made of columns: parts of dates, times since and until events. */
@NullMarked
package org.learn4j.tabular.feature;

import org.jspecify.annotations.NullMarked;
