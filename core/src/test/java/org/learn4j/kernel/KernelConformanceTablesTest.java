package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/** Rows of tables by number, and the sums that are their gradients. */
class KernelConformanceTablesTest {
    /** outer, n, inner, positions. */
    private static final int[][] SELECTIONS = {
        {1, 1, 1, 1},
        {1, 5, 3, 8},
        {1, 5, 1, 2},
        {3, 4, 1, 6},
        {3, 4, 5, 2},
        {2, 17, 3, 1},
        {1, 257, 17, 513},
        {1, 3, 4, 0},
        {0, 3, 4, 2},
        {2, 3, 0, 2}
    };

    @TestFactory
    Stream<DynamicNode> select() {
        return KernelConformance.each(dtype -> Stream.of(SELECTIONS)
                .map(sizes -> new Case(Arrays.toString(sizes), check -> {
                    for (Layout layout : Layout.values()) {
                        Tensor x = check.input(layout, sizes[0], sizes[1], sizes[2]);
                        Tensor positions = check.input(layout, check.integers(sizes[3], sizes[1]), sizes[3]);
                        Tensor out = check.output(sizes[0], sizes[3], sizes[2]);
                        check.call(() -> check.kernels.select(x, positions, out), out);
                        double[] expected = ReferenceFormulas.select(
                                x.toDoubles(), positions.toInts(), sizes[0], sizes[1], sizes[2]);
                        assertThat(out.toDoubles()).as("%s", layout).isEqualTo(expected);
                    }
                })));
    }

    /** Category codes and class indices are chosen like numbers. */
    @TestFactory
    Stream<DynamicNode> selectIntegers() {
        return KernelConformance.each(dtype -> Stream.of(DType.INT32, DType.INT64, DType.UINT8)
                .map(type -> new Case(type + "", check -> {
                    Tensor x = check.place(OFFSET, type, 2, 4, 3).set(check.integers(24, 200));
                    Tensor positions = check.input(ALIGNED, new int[] {3, 0, 3}, 3);
                    Tensor out = check.place(OFFSET, type, 2, 3, 3);
                    check.call(() -> check.kernels.select(x, positions, out), out);
                    assertThat(out.toDoubles())
                            .isEqualTo(ReferenceFormulas.select(x.toDoubles(), positions.toInts(), 2, 4, 3));
                })));
    }

    @TestFactory
    Stream<DynamicNode> selectGradient() {
        return KernelConformance.each(dtype -> Stream.of(SELECTIONS)
                .map(sizes -> new Case(Arrays.toString(sizes), check -> {
                    for (Layout layout : Layout.values()) {
                        Tensor dy = check.input(layout, sizes[0], sizes[3], sizes[2]);
                        Tensor positions = check.input(layout, check.integers(sizes[3], sizes[1]), sizes[3]);
                        Tensor dx = check.input(OFFSET, sizes[0], sizes[1], sizes[2]);
                        double[] expected = dx.toDoubles();
                        ReferenceFormulas.selectGradient(
                                dy.toDoubles(), positions.toInts(), expected, sizes[0], sizes[1], sizes[2]);
                        check.call(() -> check.kernels.selectGradient(dy, positions, dx), dx);
                        check.close(layout + "", dx, expected, 3);
                    }
                })));
    }

    // ---- embeddings

    /** Rows and width of each table. */
    private static final int[][][] TABLES = {
        {{1, 1}},
        {{8, 5}},
        {{3, 2}, {8, 5}, {1, 1}, {40, 17}},
        {{1116, 81}, {8, 5}},
        {{2, 50}, {3, 1}, {13, 7}, {1, 3}, {24, 13}}
    };

    private static final int[] ROWS = {0, 1, 2, 17, 64, 513};

    private static Stream<Case> bags(BiConsumer<KernelCheck, Bag> run) {
        return Stream.of(TABLES)
                .flatMap(tables -> Arrays.stream(ROWS)
                        .boxed()
                        .map(rows -> new Case(rows + " of " + Arrays.deepToString(tables), check -> {
                            for (Layout layout : Layout.values()) {
                                if (layout == Layout.REPEATED && rows < 2) {
                                    continue; // would repeat the code of one table for another
                                }
                                KernelCheck own = check.fresh();
                                run.accept(own, new Bag(own, layout, tables, rows));
                            }
                        })));
    }

    /** Tables, codes, and where each table's columns begin. */
    private static final class Bag {
        final Layout layout;
        final int[][] sizes;
        final int rows;
        final int width;
        final Tensor codes;
        final int[] numbers;

        Bag(KernelCheck check, Layout layout, int[][] sizes, int rows) {
            this.layout = layout;
            this.sizes = sizes;
            this.rows = rows;
            width = Arrays.stream(sizes).mapToInt(size -> size[1]).sum();
            int[] drawn = new int[rows * sizes.length];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = check.integers(1, sizes[i % sizes.length][0])[0];
            }
            codes = check.input(layout, drawn, rows, sizes.length);
            numbers = codes.toInts();
        }

        List<Tensor> tables(KernelCheck check, Layout tableLayout) {
            List<Tensor> tables = new ArrayList<>();
            for (int[] size : sizes) {
                tables.add(check.input(tableLayout, size[0], size[1]));
            }
            return tables;
        }
    }

    @TestFactory
    Stream<DynamicNode> embeddings() {
        return KernelConformance.each(dtype -> bags((check, bag) -> {
            List<Tensor> tables = bag.tables(check, bag.layout);
            Tensor out = check.output(bag.rows, bag.width);
            check.call(() -> check.kernels.embeddings(tables, bag.codes, out), out);
            double[] expected = new double[bag.rows * bag.width];
            int from = 0;
            for (int t = 0; t < bag.sizes.length; t++) {
                double[] table = tables.get(t).toDoubles();
                int columns = bag.sizes[t][1];
                for (int i = 0; i < bag.rows; i++) {
                    int code = bag.numbers[i * bag.sizes.length + t];
                    System.arraycopy(table, code * columns, expected, i * bag.width + from, columns);
                }
                from += columns;
            }
            assertThat(out.toDoubles()).as("%s", bag.layout).isEqualTo(expected);
        }));
    }

    @TestFactory
    Stream<DynamicNode> embeddingsGradient() {
        return KernelConformance.each(dtype -> bags(KernelConformanceTablesTest::embeddingsGradient));
    }

    private static void embeddingsGradient(KernelCheck check, Bag bag) {
        Tensor dy = check.input(bag.layout, bag.rows, bag.width);
        List<Tensor> dtables = bag.tables(check, OFFSET);
        List<double[]> expected = expected(bag, dy, dtables);
        check.call(() -> check.kernels.embeddingsGradient(dy, bag.codes, dtables), dtables.toArray(Tensor[]::new));
        for (int t = 0; t < dtables.size(); t++) {
            double repeats = Math.sqrt((double) bag.rows / bag.sizes[t][0]);
            check.close(bag.layout + ", table " + t, dtables.get(t), expected.get(t), repeats);
        }
    }

    private static List<double[]> expected(Bag bag, Tensor dy, List<Tensor> dtables) {
        double[] slopes = dy.toDoubles();
        List<double[]> expected = new ArrayList<>();
        int from = 0;
        for (int t = 0; t < bag.sizes.length; t++) {
            double[] table = dtables.get(t).toDoubles();
            int columns = bag.sizes[t][1];
            for (int i = 0; i < bag.rows; i++) {
                int code = bag.numbers[i * bag.sizes.length + t];
                for (int j = 0; j < columns; j++) {
                    table[code * columns + j] += slopes[i * bag.width + from + j];
                }
            }
            expected.add(table);
            from += columns;
        }
        return expected;
    }

    /** The case in which ND4J's scatter_add loses updates: few rows, many repeats, several threads; 20 times. */
    @TestFactory
    Stream<DynamicNode> noUpdateIsLost() {
        return KernelConformance.each(dtype -> Stream.of(new int[] {8, 81}, new int[] {100, 81}, new int[] {2, 5})
                .map(size -> new Case("4096 rows into " + Arrays.toString(size), check -> {
                    for (int run = 0; run < 20; run++) {
                        KernelCheck own = check.fresh();
                        Bag bag = new Bag(own, ALIGNED, new int[][] {size}, 4096);
                        Tensor dy = own.between(ALIGNED, 1, 1, 4096, size[1]);
                        Tensor table = own.between(ALIGNED, 0, 0, size[0], size[1]);
                        own.kernels.embeddingsGradient(dy, bag.codes, List.of(table));
                        double[] counts = new double[size[0] * size[1]];
                        for (int code : bag.numbers) {
                            for (int j = 0; j < size[1]; j++) {
                                counts[code * size[1] + j]++;
                            }
                        }
                        assertThat(table.toDoubles()).isEqualTo(counts);
                    }
                })));
    }

    /** Nearly all rows have the same code, as "unknown" does. */
    @TestFactory
    Stream<DynamicNode> oneCodeOfMany() {
        return KernelConformance.each(dtype -> Stream.of(1, 5, 64, 4096)
                .map(rows -> new Case(rows + " rows", check -> {
                    int[] codes = check.integers(rows, 1116);
                    for (int i = 0; i < rows; i++) {
                        codes[i] = i % 10 == 3 ? codes[i] : 7;
                    }
                    Tensor dy = check.input(OFFSET, rows, 5);
                    Tensor table = check.input(OFFSET, 1116, 5);
                    double[] expected = table.toDoubles();
                    ReferenceFormulas.selectGradient(dy.toDoubles(), codes, expected, 1, 1116, 5);
                    Tensor column = check.input(ALIGNED, codes, rows, 1);
                    check.call(() -> check.kernels.embeddingsGradient(dy, column, List.of(table)), table);
                    check.close("", table, expected, Math.sqrt(rows));
                })));
    }

    /** A row that is not a number reaches its own place and no other. */
    @TestFactory
    Stream<DynamicNode> notANumberStaysInItsRow() {
        return KernelConformance.each(dtype -> Stream.of(new Case("embeddings and select", check -> {
            double none = Double.NaN;
            Tensor dy = check.input(ALIGNED, new double[] {1, 2, none, none, 3, 4}, 3, 2);
            Tensor codes = check.input(ALIGNED, new int[] {2, 0, 2}, 3, 1);
            Tensor table = check.between(ALIGNED, 0, 0, 4, 2);
            check.call(() -> check.kernels.embeddingsGradient(dy, codes, List.of(table)), table);
            check.close("embeddings", table, new double[] {none, none, 0, 0, 4, 6, 0, 0});
            Tensor dx = check.between(ALIGNED, 0, 0, 1, 4, 2);
            Tensor rows = check.input(ALIGNED, dy.toDoubles(), 1, 3, 2);
            Tensor positions = check.input(ALIGNED, new int[] {2, 0, 2}, 3);
            check.call(() -> check.kernels.selectGradient(rows, positions, dx), dx);
            check.close("select", dx, new double[] {none, none, 0, 0, 4, 6, 0, 0});
        })));
    }
}
