package org.learn4j.tabular.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.learn4j.tabular.table.CsvReader;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables that pandas made, see tabular/golden. */
final class Golden {
    private Golden() {}

    static Table read(CsvReader reader, String name) {
        try (InputStream file =
                Objects.requireNonNull(Golden.class.getResourceAsStream("/org/learn4j/tabular/golden/" + name), name)) {
            return reader.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compares these columns, row by row. */
    static void assertSame(Table table, Table expected, List<String> columns) {
        for (String name : columns) {
            Column<?> column = table.column(name);
            Column<?> wanted = expected.column(name);
            assertThat(column.size()).isEqualTo(wanted.size());
            for (int row = 0; row < wanted.size(); row++) {
                assertThat(column.isMissing(row)).as(name + ", row " + row).isEqualTo(wanted.isMissing(row));
                if (column instanceof NumberColumn<?, ?> numbers && !wanted.isMissing(row)) {
                    assertThat(numbers.getDouble(row))
                            .as(name + ", row " + row)
                            .isCloseTo(
                                    ((NumberColumn<?, ?>) wanted).getDouble(row),
                                    org.assertj.core.data.Offset.offset(1e-12));
                } else if (!wanted.isMissing(row)) {
                    assertThat((Object) column.get(row))
                            .as(name + ", row " + row)
                            .isEqualTo(wanted.get(row));
                }
            }
        }
    }
}
