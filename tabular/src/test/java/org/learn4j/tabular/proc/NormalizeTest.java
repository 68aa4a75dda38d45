package org.learn4j.tabular.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Kind;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.TextColumn;
import org.learn4j.tabular.column.WholeColumn;

class NormalizeTest {
    private static Frame frame(Column column) {
        return Frame.ofRows(column.size()).with("x", column).roles(List.of(), List.of("x"));
    }

    private static double[] scaled(FittedProc fitted, double... values) {
        return ((NumberColumn) fitted.apply(frame(new NumberColumn(values))).column("x")).values();
    }

    @Test
    void bothDeviationsOfThreeNumbers() {
        Frame train = frame(new NumberColumn(1, 2, 6)); // mean 3, squares 4 + 1 + 9
        assertThat(scaled(Normalize.create().fit(train), 3, 6))
                .containsExactly(new double[] {0, 3 / Math.sqrt(7)}, within(1e-6));
        assertThat(scaled(Normalize.byPopulation().fit(train), 3, 6))
                .containsExactly(new double[] {0, 3 / Math.sqrt(14 / 3.0)}, within(1e-6));
    }

    @Test
    void flagsAreScaledLikeNumbers() {
        Frame train = frame(new WholeColumn(Kind.FLAG, 1, 0, 0, 1));
        FittedProc fitted = Normalize.create().fit(train);
        double deviation = Math.sqrt(1 / 3.0) + 1e-7;
        assertThat(((NumberColumn) fitted.apply(train).column("x")).values())
                .containsExactly(
                        new double[] {.5 / deviation, -.5 / deviation, -.5 / deviation, .5 / deviation}, within(1e-12));
    }

    /** 0.1 is among those whose computed mean is not the number itself. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 5, 0.1, 0.7, -1e-9, 123456.789, 1e12 + 0.3})
    void aConstantColumnBecomesZeroAndWhatDiffersIsNotScaled(double value) {
        for (int rows : new int[] {1, 3, 10, 1001}) {
            double[] constant = new double[rows];
            java.util.Arrays.fill(constant, value);
            FittedProc fitted = Normalize.create().fit(frame(new NumberColumn(constant)));
            assertThat(scaled(fitted, value, value + 2)).containsExactly(0, value + 2 - value);
        }
    }

    @Test
    void missingValuesAreLeftOutAndStayMissing() {
        FittedProc fitted = Normalize.create().fit(frame(new NumberColumn(1, Double.NaN, 3)));
        assertThat(scaled(fitted, 2, Double.NaN)[0]).isZero();
        assertThat(scaled(fitted, 2, Double.NaN)[1]).isNaN();
    }

    @Test
    void decodingTurnsItBack() {
        FittedProc fitted = Normalize.create().fit(frame(new NumberColumn(1, 2, 6)));
        Frame back = fitted.decode(fitted.apply(frame(new NumberColumn(-7, 2.5, 1e6))));
        assertThat(((NumberColumn) back.column("x")).values())
                .containsExactly(new double[] {-7, 2.5, 1e6}, within(1e-9));
    }

    @Test
    void columnsWithoutFiniteNumbersAreRefusedByName() {
        assertThatThrownBy(() -> Normalize.create().fit(frame(new NumberColumn(Double.NaN))))
                .hasMessageContaining("\"x\" has no value in the training rows");
        assertThatThrownBy(() -> Normalize.create().fit(frame(new NumberColumn(1, Double.POSITIVE_INFINITY))))
                .hasMessageContaining("\"x\" is to hold finite numbers");
        assertThatThrownBy(() -> Normalize.create().fit(frame(new NumberColumn(Double.NEGATIVE_INFINITY))))
                .hasMessageContaining("\"x\" is to hold finite numbers");
        assertThatThrownBy(() -> Normalize.create().fit(frame(TextColumn.of("1"))))
                .hasMessageContaining("\"x\": numbers are expected, received text");
    }
}
