package org.learn4j.tabular.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class ColumnKindsTest {
    @Test
    void few_whole_numbers_are_categories_and_many_are_quantities() {
        IntColumn missing = IntColumn.create("missing", IntStream.range(0, 40).map(i -> i % 20));
        missing.setMissing(39);
        Table table = Table.create(
                "t",
                IntColumn.create("twenty", IntStream.range(0, 40).map(i -> i % 20)),
                IntColumn.create("twentyone", IntStream.range(0, 40).map(i -> i % 21)),
                missing,
                LongColumn.create(
                        "long", IntStream.range(0, 40).mapToLong(i -> i).toArray()),
                DoubleColumn.create("double", new double[40]),
                FloatColumn.create("float", new float[40]),
                StringColumn.create("text", 40),
                BooleanColumn.create("flag", 40),
                DateColumn.create("date", 40),
                IntColumn.create("Sales", IntStream.range(0, 40)));
        ColumnKinds kinds = ColumnKinds.contCatSplit(table, "sales");
        assertThat(kinds.continuous()).containsExactly("twentyone", "long", "double", "float");
        assertThat(kinds.categorical()).containsExactly("twenty", "missing", "text", "flag", "date");
        assertThat(ColumnKinds.contCatSplit(table, 40).categorical()).contains("Sales", "long");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ColumnKinds.contCatSplit(table, "Profit"))
                .withMessageContaining("A target column Profit is expected");
    }
}
