package org.learn4j.tabular.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Kind;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.WholeColumn;
import org.learn4j.tabular.proc.FillMissing.NewMissing;

class FillMissingTest {
    private static final double NO = Double.NaN;

    private static Frame frame(double[] a, double[] b, double[] c) {
        return Frame.ofRows(a.length)
                .with("a", new NumberColumn(a))
                .with("b", new NumberColumn(b))
                .with("c", new NumberColumn(c))
                .with("kind", WholeColumn.of(new long[a.length]))
                .roles(List.of("kind"), List.of("c", "a", "b"));
    }

    private static final Frame TRAIN = frame(new double[] {1, NO, 5}, new double[] {2, 3, 4}, new double[] {NO, 7, NO});

    private static double[] values(Frame frame, String name) {
        return ((NumberColumn) frame.column(name)).values();
    }

    @Test
    void flagsFollowTheOrderOfTheContinuousColumnsBehindTheCategories() {
        Frame filled = FillMissing.median().fit(TRAIN).apply(TRAIN);
        assertThat(filled.categorical()).containsExactly("kind", "c_na", "a_na");
        assertThat(filled.continuous()).containsExactly("c", "a", "b");
        assertThat(filled.column("c_na").kind()).isEqualTo(Kind.FLAG);
        assertThat(((WholeColumn) filled.column("c_na")).values()).containsExactly(1, 0, 1);
        assertThat(((WholeColumn) filled.column("a_na")).values()).containsExactly(0, 1, 0);
        assertThat(values(filled, "c")).containsExactly(7, 7, 7);
        assertThat(values(filled, "a")).containsExactly(1, 3, 5);
        assertThat(values(filled, "b")).containsExactly(2, 3, 4);
        assertThat(values(TRAIN, "c")).containsExactly(NO, 7, NO);
    }

    @Test
    void rowsWithoutMissingValuesHaveTheFlagsToo() {
        Frame later = frame(new double[] {9}, new double[] {9}, new double[] {9});
        Frame filled = FillMissing.median().fit(TRAIN).apply(later);
        assertThat(filled.categorical()).containsExactly("kind", "c_na", "a_na");
        assertThat(((WholeColumn) filled.column("a_na")).values()).containsExactly(0);
        assertThat(values(filled, "a")).containsExactly(9);
    }

    @Test
    void withoutFlagsValuesAreFilledAllTheSame() {
        Frame filled = FillMissing.median().withoutFlags().fit(TRAIN).apply(TRAIN);
        assertThat(filled.categorical()).containsExactly("kind");
        assertThat(filled.names()).doesNotContain("a_na");
        assertThat(values(filled, "a")).containsExactly(1, 3, 5);
    }

    @Test
    void constantsMayDifferByColumn() {
        FillMissing proc = FillMissing.constant(-1).constant("a", 100);
        Frame filled = proc.fit(TRAIN).apply(TRAIN);
        assertThat(values(filled, "a")).containsExactly(1, 100, 5);
        assertThat(values(filled, "c")).containsExactly(-1, 7, -1);
        Frame mixed = FillMissing.median().constant("a", 100).fit(TRAIN).apply(TRAIN);
        assertThat(values(mixed, "a")).containsExactly(1, 100, 5);
        assertThat(values(mixed, "c")).containsExactly(7, 7, 7);
    }

    @Test
    void wholeNumbersAndFlagsAreFilledAsNumbers() {
        Frame frame = Frame.ofRows(4)
                .with("n", WholeColumn.of(4, WholeColumn.MISSING, 1, 2))
                .with("f", new WholeColumn(Kind.FLAG, 1, 0, WholeColumn.MISSING, 1))
                .roles(List.of(), List.of("n", "f"));
        Frame filled = FillMissing.median().fit(frame).apply(frame);
        assertThat(values(filled, "n")).containsExactly(4, 2, 1, 2);
        assertThat(values(filled, "f")).containsExactly(1, 0, 1, 1);
    }

    @Test
    void aMissingValueWhereTrainingHadNoneIsRefusedOrFilled() {
        Frame later = frame(new double[] {9, 9}, new double[] {9, NO}, new double[] {9, NO});
        assertThatThrownBy(() -> FillMissing.median().fit(TRAIN).apply(later))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"b\" has 1 missing values, the first in row 1")
                .hasMessageContaining("NewMissing.FILL");
        Frame filled = FillMissing.median().whenNew(NewMissing.FILL).fit(TRAIN).apply(later);
        assertThat(values(filled, "b")).containsExactly(9, 3);
        assertThat(filled.categorical()).containsExactly("kind", "c_na", "a_na");
    }

    @Test
    void everyColumnsValueIsKnownFromTheStart() {
        FillMissing.Fitted fitted = (FillMissing.Fitted) FillMissing.mode().fit(TRAIN);
        assertThat(fitted.fills()).isEqualTo(Map.of("a", 1.0, "b", 2.0, "c", 7.0));
        assertThat(fitted.missing()).containsExactly("c", "a");
    }

    @Test
    void aColumnWithoutAnyValueNeedsAConstant() {
        Frame empty = frame(new double[] {NO, NO}, new double[] {1, 2}, new double[] {1, 2});
        assertThatThrownBy(() -> FillMissing.median().fit(empty))
                .hasMessageContaining("\"a\" has no value in the 2 training rows to take a median of");
        assertThatThrownBy(() -> FillMissing.mode().fit(empty)).hasMessageContaining("a mode of");
        assertThat(values(FillMissing.constant(0).fit(empty).apply(empty), "a")).containsExactly(0, 0);
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> FillMissing.constant(NO)).hasMessageContaining("finite number, received NaN");
        assertThatThrownBy(() -> FillMissing.median().constant("a", Double.POSITIVE_INFINITY))
                .hasMessageContaining("finite number");
        assertThatThrownBy(() -> FillMissing.median().constant("kind", 1).fit(TRAIN))
                .hasMessageContaining("\"kind\", which is none of the continuous columns [c, a, b]");
        Frame taken = TRAIN.with("a_na", WholeColumn.of(1, 2, 3));
        assertThatThrownBy(() -> FillMissing.median().fit(taken)).hasMessageContaining("\"a_na\", but there is one");
        assertThat(FillMissing.median().withoutFlags().fit(taken).apply(taken).categorical())
                .containsExactly("kind");
    }
}
