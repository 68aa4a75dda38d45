/** Tables in and out: strict CSV files, joins, and tables from records, maps and databases. */
@NullMarked
package org.learn4j.tabular.table;

import org.jspecify.annotations.NullMarked;
