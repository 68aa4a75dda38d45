package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.loss.Loss;
import org.learn4j.tensor.DType;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

class TargetTest {
    /** Four training rows, then two validation rows. */
    private static TabularData.Builder data(Column<?>... targets) {
        Table table = Table.create("t", IntColumn.create("k", 1, 2, 1, 2, 1, 2));
        return TabularData.of(table.addColumns(targets))
                .categorical("k")
                .batchSize(2)
                .splitByRows(4, 5);
    }

    private static DoubleColumn numbers(String name, double... values) {
        return DoubleColumn.create(name, values);
    }

    private static double[] targets(TabularData data) {
        List<Double> all = new ArrayList<>();
        try (DataLoader loader = DataLoader.of(data.dataset())
                        .batchSize(data.dataset().size())
                        .build();
                BatchStream batches = loader.open(0, 0)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                Arrays.stream(batch.requireTarget().toDoubles()).forEach(all::add);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Test
    void wholeNumbersAreRegressionUnlessNamedAsClasses() {
        IntColumn y = IntColumn.create("y", 3, 1, 2, 1, 1, 3);
        TabularData regression = data(y).target(Target.of("y")).build();
        assertThat(regression.outputs()).isEqualTo(1);
        assertThat(regression.classes()).isEmpty();
        assertThat(regression.dataset().target().orElseThrow().dtype()).isEqualTo(DType.FLOAT32);
        assertThat(targets(regression)).containsExactly(3, 1, 2, 1, 1, 3);
        TabularData classes = data(y).target(Target.classOf("y")).build();
        assertThat(classes.outputs()).isEqualTo(3);
        assertThat(classes.classes()).containsExactly("1", "2", "3");
        assertThat(classes.dataset().target().orElseThrow().dtype()).isEqualTo(DType.INT32);
        assertThat(targets(classes)).containsExactly(2, 0, 1, 0, 0, 2);
        try (TabularLearner learner = TabularLearner.of(regression).silent().build();
                TabularLearner classifier = TabularLearner.of(classes).silent().build()) {
            assertThat(learner.loss().name()).isEqualTo(Loss.mse().name());
            assertThat(classifier.loss().name()).isEqualTo(Loss.crossEntropy().name());
        }
    }

    @Test
    void classesAreSortedOrAsDeclaredAndOfAnyKind() {
        StringColumn text = StringColumn.create("y", "lo", "hi", "mid", "lo", "hi", "lo");
        assertThat(data(text).target(Target.classOf("y")).build().classes()).containsExactly("hi", "lo", "mid");
        TabularData declared =
                data(text).target(Target.classOf("y", "lo", "mid", "hi", "top")).build();
        assertThat(declared.classes()).containsExactly("lo", "mid", "hi", "top");
        assertThat(targets(declared)).containsExactly(0, 2, 1, 0, 2, 0);
        assertThat(data(BooleanColumn.create("y", true, false, true, true, false, true))
                        .target(Target.classOf("y"))
                        .build()
                        .classes())
                .containsExactly("false", "true");
        assertThat(data(IntColumn.create("y", 10, 9, 10, 9, 9, 9))
                        .target(Target.classOf("y", 10, 9))
                        .build()
                        .classes())
                .containsExactly("10", "9");
        DateColumn days = DateColumn.create(
                "y",
                java.util.stream.IntStream.range(0, 6)
                        .mapToObj(i -> LocalDate.of(2020, 1, 2 - i % 2))
                        .toArray(LocalDate[]::new));
        assertThat(data(days).target(Target.classOf("y")).build().classes())
                .containsExactly("2020-01-01", "2020-01-02");
    }

    @Test
    void classesThatTrainingDoesNotHaveAreRefusedWithRowAndRemedy() {
        StringColumn text = StringColumn.create("y", "a", "b", "a", "b", "a", "c");
        assertThatThrownBy(() -> data(text).target(Target.classOf("y")).build())
                .hasMessageContaining("\"y\" has the class c in row 5, which no training row has")
                .hasMessageContaining("Target.classOf(column, classes...)");
        assertThat(data(text).target(Target.classOf("y", "a", "b", "c")).build().outputs())
                .isEqualTo(3);
        assertThatThrownBy(
                        () -> data(text).target(Target.classOf("y", "a", "b")).build())
                .hasMessageContaining("which is none of those given");
        assertThatThrownBy(() -> data(text)
                        .target(Target.classOf("y", "a", "b", "c", "a"))
                        .build())
                .hasMessageContaining("received a twice");
        assertThatThrownBy(() -> data(text).target(Target.classOf("y", 1, 2)).build())
                .hasMessageContaining("\"y\" expects levels of kind text (String), received 1 of type Long");
        StringColumn one = StringColumn.create("y", "a", "a", "a", "a", "a", "a");
        assertThatThrownBy(() -> data(one).target(Target.classOf("y")).build())
                .hasMessageContaining("at least two classes, received 1 levels: [a]");
    }

    @Test
    void logarithmsAreTakenAndTurnedBack() {
        TabularData data = data(numbers("y", 1, Math.E, 10, 2, 100, 5))
                .target(Target.logOf("y"))
                .build();
        assertThat(targets(data))
                .containsExactly(
                        new double[] {0, 1, Math.log(10), Math.log(2), Math.log(100), Math.log(5)}, within(1e-6));
        FittedTarget target = data.encoder().target();
        for (double value : new double[] {1e-3, 1, 5263, 41551}) {
            assertThat(target.decode(Math.log(value))).isCloseTo(value, within(1e-10 * value));
        }
        assertThat(data(numbers("y", 1, 2, 3, 4, 5, 6))
                        .target(Target.of("y"))
                        .build()
                        .encoder()
                        .target()
                        .decode(7))
                .isEqualTo(7);
    }

    @Test
    void severalTargetsLieSideBySide() {
        DoubleColumn a = numbers("a", 1, 2, 3, 4, 5, 6);
        IntColumn b = IntColumn.create("b", 10, 20, 30, 40, 50, 60);
        TabularData data = data(a, b).target(Target.of("b", "a")).build();
        assertThat(data.targets()).containsExactly("b", "a");
        assertThat(data.outputs()).isEqualTo(2);
        assertThat(targets(data)).containsExactly(10, 1, 20, 2, 30, 3, 40, 4, 50, 5, 60, 6);
        TabularData logs = data(a, b).target(Target.logOf("a", "b")).build();
        assertThat(targets(logs)[3]).isCloseTo(Math.log(20), within(1e-6));
        assertThat(logs.yRange(1.2)).containsExactly(0, Math.log(1.2 * 40));
    }

    /** T15: exp of the upper end is 1.2 times the largest training value, not its power. */
    @Test
    void theRangeHasItsFactorInsideTheLogarithmAndSeesTrainingRowsAlone() {
        double[] values = {5, 200, 1, 30, 9999, 0.5};
        TabularData logs = data(numbers("y", values)).target(Target.logOf("y")).build();
        assertThat(logs.yRange(1.2)).containsExactly(0, Math.log(240));
        TabularData plain = data(numbers("y", values)).target(Target.of("y")).build();
        assertThat(plain.yRange(1.2)).containsExactly(0, 240);
        TabularData below = data(numbers("y", .5, .25, .125, 1, 3, 3))
                .target(Target.logOf("y"))
                .build();
        assertThat(below.yRange(1.5)[0]).isCloseTo(Math.log(.125), within(1e-6));
        assertThat(below.yRange(1.5)[1]).isEqualTo(Math.log(1.5));
    }

    @Test
    void aRangeFromZeroNeedsTargetsThatAreNotNegative() {
        TabularData negative =
                data(numbers("y", 3, -1, 2, 1, 1, 1)).target(Target.of("y")).build();
        assertThatThrownBy(() -> negative.yRange(1.2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("never negative, received -1.0");
        TabularData allBelow =
                data(numbers("y", -3, -1, -2, -1, 1, 1)).target(Target.of("y")).build();
        assertThatThrownBy(() -> allBelow.yRange(1.2)).isInstanceOf(IllegalStateException.class);
        TabularData positive =
                data(numbers("y", 3, 1, 2, 1, 1, 1)).target(Target.of("y")).build();
        assertThatThrownBy(() -> positive.yRange(-1)).isInstanceOf(IllegalStateException.class);
        TabularData classes = data(IntColumn.create("y", 3, 1, 3, 1, 1, 1))
                .target(Target.classOf("y"))
                .build();
        assertThatThrownBy(() -> classes.yRange(1.2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void valuesThatCannotBePredictedAreRefusedWithTheirRow() {
        DoubleColumn missing = numbers("y", 1, 2, 3, 4, Double.NaN, 6);
        for (Target target : List.of(Target.of("y"), Target.logOf("y"), Target.classOf("y"))) {
            assertThatThrownBy(() -> data(missing).target(target).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"y\" has 1 missing values, the first in row 4");
        }
        for (double bad : new double[] {0, -0.0, -3}) {
            assertThatThrownBy(() -> data(numbers("y", 1, 2, bad, 4, 5, 6))
                            .target(Target.logOf("y"))
                            .build())
                    .hasMessageContaining("\"y\" is to hold positive numbers to take the logarithm of, received " + bad)
                    .hasMessageContaining("in row 2");
        }
        assertThatThrownBy(() -> data(numbers("y", 1, 2, 3, 4, 5, 0))
                        .target(Target.logOf("y"))
                        .build())
                .hasMessageContaining("in row 5");
        for (double bad : new double[] {Double.POSITIVE_INFINITY, 1e39, -1e39}) {
            assertThatThrownBy(() -> data(numbers("y", 1, 2, 3, 4, 5, bad))
                            .target(Target.of("y"))
                            .build())
                    .hasMessageContaining("is to hold finite numbers")
                    .hasMessageContaining("in row 5");
        }
        assertThatThrownBy(() -> data(StringColumn.create("y", "1", "2", "3", "4", "5", "6"))
                        .target(Target.of("y"))
                        .build())
                .hasMessageContaining("\"y\": numbers are expected, received text; for classes use Target.classOf");
    }

    @Test
    void targetsHaveDifferentColumns() {
        assertThatThrownBy(() -> Target.of()).hasMessageContaining("at least one column");
        assertThatThrownBy(() -> Target.of("a", "b", "a")).hasMessageContaining("different columns");
    }
}
