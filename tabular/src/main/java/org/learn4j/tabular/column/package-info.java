/** Columns as primitive arrays: what tables and rows become before anything is computed on them. */
@NullMarked
package org.learn4j.tabular.column;

import org.jspecify.annotations.NullMarked;
