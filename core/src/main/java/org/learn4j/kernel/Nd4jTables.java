package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.as;
import static org.learn4j.kernel.Nd4jScratch.write;

import java.util.Arrays;
import java.util.List;
import org.learn4j.tensor.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rows of tables by number, and the sums that are their gradients. */
final class Nd4jTables {
    /** How many times the memory of the rows their sums may take. */
    private static final long FILLING = 4;

    private Nd4jTables() {}

    static void select(Tensor x, Tensor positions, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long outer = x.shape().dim(0);
            long n = x.shape().dim(1);
            long inner = x.shape().dim(2);
            INDArray numbers = scratch.of(repeated(positions.toInts(), outer, n));
            write(scratch.rows(scratch.in(x, outer * n, inner), numbers), out);
        }
    }

    static void selectGradient(Tensor dy, Tensor positions, Tensor dx) {
        if (dy.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long outer = dx.shape().dim(0);
            long n = dx.shape().dim(1);
            long inner = dx.shape().dim(2);
            int[] numbers = repeated(positions.toInts(), outer, n);
            INDArray rows = scratch.in(dy, numbers.length, inner);
            add(rows, numbers, as(scratch.out(dx), outer * n, inner), scratch);
        }
    }

    /** Returns the row numbers in a matrix [outer · n, inner]. */
    private static int[] repeated(int[] positions, long outer, long n) {
        int[] numbers = new int[Math.toIntExact(outer * positions.length)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Math.toIntExact(i / positions.length * n + positions[i % positions.length]);
        }
        return numbers;
    }

    static void embeddings(List<Tensor> tables, Tensor codes, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            int[] numbers = codes.toInts();
            INDArray[] parts = new INDArray[tables.size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = scratch.rows(scratch.in(tables.get(i)), scratch.of(column(numbers, i, parts.length)));
            }
            write(parts.length == 1 ? parts[0] : scratch.keep(Nd4j.concat(1, parts)), out);
        }
    }

    static void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables) {
        if (dy.elements() == 0) {
            return;
        }
        int[] numbers = codes.toInts();
        long from = 0;
        for (int i = 0; i < dtables.size(); i++) {
            Tensor table = dtables.get(i);
            long width = table.shape().dim(1);
            try (Nd4jScratch scratch = new Nd4jScratch();
                    Tensor block =
                            dy.view(dy.shape().with(1, width), dy.strides(), dy.offset() + from * dy.strides()[1])) {
                int[] column = column(numbers, i, dtables.size());
                add(scratch.in(block), column, scratch.out(table), scratch);
            }
            from += width;
        }
    }

    private static int[] column(int[] codes, int column, int columns) {
        int[] numbers = new int[codes.length / columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = codes[i * columns + column];
        }
        return numbers;
    }

    /**
     * Adds rows into the numbered rows of a table. ND4J's scatter_add loses updates where numbers repeat, so the rows of each
     * number are laid out one after another, filled up with zeros, and summed along that axis. Where one number has so many
     * that the zeros would take too much memory, neighbours are summed first. What is added to what follows from the numbers
     * alone, and a row that is not a number reaches no other.
     */
    private static void add(INDArray rows, int[] numbers, INDArray table, Nd4jScratch scratch) {
        int owned = Math.toIntExact(table.size(0));
        long width = table.size(1);
        INDArray sums = rows;
        int[] owners = numbers;
        int most = most(owners, owned);
        while (most > 1 && (long) owned * most > FILLING * numbers.length) {
            Pairs pairs = Pairs.of(owners, owned);
            INDArray added =
                    scratch.rows(sums, scratch.of(pairs.left)).addi(scratch.rows(sums, scratch.of(pairs.right)));
            sums = pairs.single.length == 0
                    ? added
                    : scratch.keep(Nd4j.concat(0, added, scratch.rows(sums, scratch.of(pairs.single))));
            owners = pairs.owners;
            most = most(owners, owned);
        }
        INDArray filling = scratch.zeros(rows.dataType(), 1, width);
        INDArray filled =
                scratch.rows(scratch.keep(Nd4j.concat(0, filling, sums)), scratch.of(places(owners, owned, most)));
        table.addi(most == 1 ? filled : as(scratch.sum(as(filled, owned, most, width), 1), owned, width));
    }

    /** Returns how many of the rows the owner of most has. */
    private static int most(int[] owners, int owned) {
        int[] counts = new int[owned];
        int most = 0;
        for (int owner : owners) {
            most = Math.max(most, ++counts[owner]);
        }
        return most;
    }

    /** Returns the numbers, from 1, of each owner's rows in order, with 0 for what it has fewer than others. */
    private static int[] places(int[] owners, int owned, int most) {
        int[] places = new int[Math.multiplyExact(owned, most)];
        int[] counts = new int[owned];
        for (int i = 0; i < owners.length; i++) {
            places[owners[i] * most + counts[owners[i]]++] = i + 1;
        }
        return places;
    }

    /** Neighbours with the same owner, the rows left over, and the owners of the sums followed by those of the rest. */
    private record Pairs(int[] left, int[] right, int[] single, int[] owners) {
        static Pairs of(int[] owners, int owned) {
            int[] waiting = new int[owned];
            int[] left = new int[owners.length];
            int[] right = new int[owners.length];
            int pairs = 0;
            for (int i = 0; i < owners.length; i++) {
                int other = waiting[owners[i]] - 1;
                waiting[owners[i]] = other < 0 ? i + 1 : 0;
                if (other >= 0) {
                    left[pairs] = other;
                    right[pairs++] = i;
                }
            }
            int[] single = new int[owners.length - 2 * pairs];
            int[] owner = new int[pairs + single.length];
            for (int i = 0; i < pairs; i++) {
                owner[i] = owners[left[i]];
            }
            int singles = 0;
            for (int i = 0; i < owners.length; i++) {
                if (waiting[owners[i]] == i + 1) {
                    owner[pairs + singles] = owners[i];
                    single[singles++] = i;
                }
            }
            return new Pairs(Arrays.copyOf(left, pairs), Arrays.copyOf(right, pairs), single, owner);
        }
    }
}
