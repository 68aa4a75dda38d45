/**
 * Tables in and out: strict CSV files, joins, and tables from records, maps and databases.
 *
 * <p>Tables are Tablesaw's, and all of it works but one thing: its own readers guess a file's character set with icu4j, 14 MB
 * that come with no artifact of ours. {@code Table.read().csv(reader)} does without; {@code Table.read().csv("file")} needs
 * {@code com.ibm.icu:icu4j} beside it, or {@link org.learn4j.tabular.table.CsvReader} in its place.
 */
@NullMarked
package org.learn4j.tabular.table;

import org.jspecify.annotations.NullMarked;
