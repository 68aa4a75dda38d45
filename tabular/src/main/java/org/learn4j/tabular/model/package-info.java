/** The network for tables. */
@NullMarked
package org.learn4j.tabular.model;

import org.jspecify.annotations.NullMarked;
