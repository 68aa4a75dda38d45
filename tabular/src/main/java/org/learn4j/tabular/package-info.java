/** Models of tables. */
@NullMarked
package org.learn4j.tabular;

import org.jspecify.annotations.NullMarked;
