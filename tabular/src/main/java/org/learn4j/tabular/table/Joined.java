package org.learn4j.tabular.table;

import java.util.List;
import tech.tablesaw.api.Table;

/**
 * What a {@link Join} made.
 *
 * @param table the main table's rows with the columns of both; it shares columns with the main table
 * @param unmatched how many rows of the main table have no match
 * @param unmatchedExamples the keys of the first few of them
 * @param duplicates how many rows of the other table were passed over, since an earlier one has their key
 * @param duplicateExamples the keys of the first few of them
 */
public record Joined(
        Table table, int unmatched, List<String> unmatchedExamples, int duplicates, List<String> duplicateExamples) {
    /** Copies the lists. */
    public Joined {
        unmatchedExamples = List.copyOf(unmatchedExamples);
        duplicateExamples = List.copyOf(duplicateExamples);
    }
}
