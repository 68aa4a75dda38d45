package org.learn4j.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.learn4j.tensor.Tensor;

/**
 * Choosing rows of tables and adding gradients into them, by Java loops on one thread: the order of additions is fixed,
 * and rows are too short to share.
 */
final class RowKernels {
    /** From this many elements on, one bulk copy is faster than a loop. */
    private static final int BULK = 16;
    /** How many rows of gradients are taken to the heap at once. */
    private static final int ROWS = 512;

    private RowKernels() {}

    /**
     * Gathers one output row at a time on the heap: bulk copies of a few elements are faster there than element by
     * element.
     */
    static void embeddings(List<Tensor> tables, Tensor codes, Tensor out) {
        int rows = (int) out.shape().dim(0);
        int width = (int) out.shape().dim(1);
        int count = tables.size();
        int[] chosen = HostLoops.ints(codes);
        FloatBuffer[] sources = new FloatBuffer[count];
        int[] strides = new int[count];
        int[] widths = new int[count];
        for (int t = 0; t < count; t++) {
            sources[t] = HostLoops.floats(tables.get(t));
            strides[t] = (int) tables.get(t).stride(0);
            widths[t] = (int) tables.get(t).shape().dim(1);
        }
        FloatBuffer target = HostLoops.floats(out);
        float[] row = OneDnnContext.current().floats(width);
        for (int i = 0; i < rows; i++) {
            int to = 0;
            for (int t = 0; t < count; t++) {
                sources[t].get(chosen[i * count + t] * strides[t], row, to, widths[t]);
                to += widths[t];
            }
            target.put(i * width, row, 0, width);
        }
    }

    /** Takes a block of rows to the heap, and with it every table that has fewer rows than the block. */
    static void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables) {
        int rows = (int) dy.shape().dim(0);
        int width = (int) dy.shape().dim(1);
        int count = dtables.size();
        int[] chosen = HostLoops.ints(codes);
        FloatBuffer source = HostLoops.floats(dy);
        OneDnnContext context = OneDnnContext.current();
        for (int from = 0; from < rows; from += ROWS) {
            int block = Math.min(ROWS, rows - from);
            int tableSpace = 0;
            for (Tensor table : dtables) {
                tableSpace = Math.max(tableSpace, space(table, block));
            }
            float[] heap = context.floats(block * width + tableSpace);
            read(source, dy, from, block, heap);
            int column = 0;
            for (int t = 0; t < count; t++) {
                Tensor table = dtables.get(t);
                int[] places = context.places(block);
                for (int i = 0; i < block; i++) {
                    places[i] =
                            chosen[(from + i) * count + t] * (int) table.shape().dim(1);
                }
                addRows(heap, column, width, block, places, table);
                column += (int) table.shape().dim(1);
            }
        }
    }

    /** Returns what a table needs on the heap: all of it if it has no more rows than the block, else one row. */
    private static int space(Tensor table, int block) {
        return (int) ((table.shape().dim(0) <= block ? table.shape().dim(0) : 1)
                * table.shape().dim(1));
    }

    private static void read(FloatBuffer source, Tensor dy, int from, int block, float[] heap) {
        int width = (int) dy.shape().dim(1);
        int rowStride = (int) dy.stride(0);
        int columnStride = (int) dy.stride(1);
        for (int i = 0; i < block; i++) {
            int row = (from + i) * rowStride;
            if (columnStride == 1) {
                source.get(row, heap, i * width, width);
                continue;
            }
            for (int j = 0; j < width; j++) {
                heap[i * width + j] = source.get(row + j * columnStride);
            }
        }
    }

    private static void addRows(float[] heap, int column, int width, int block, int[] places, Tensor table) {
        FloatBuffer target = HostLoops.floats(table);
        int columns = (int) table.shape().dim(1);
        int space = space(table, block);
        int base = block * width;
        boolean whole = space == table.elements();
        if (whole) {
            target.get(0, heap, base, space);
        }
        for (int i = 0; i < block; i++) {
            int to = whole ? base + places[i] : base;
            if (!whole) {
                target.get(places[i], heap, base, columns);
            }
            int from = i * width + column;
            for (int j = 0; j < columns; j++) {
                heap[to + j] += heap[from + j];
            }
            if (!whole) {
                target.put(places[i], heap, base, columns);
            }
        }
        if (whole) {
            target.put(0, heap, base, space);
        }
    }

    private static void addRow(FloatBuffer source, int from, int stride, FloatBuffer target, int to, int count) {
        for (int j = 0; j < count; j++) {
            target.put(to + j, target.get(to + j) + source.get(from + j * stride));
        }
    }

    /** Copies the chosen blocks of elements of any type; {@code x} has contiguous inner elements. */
    static void select(Tensor x, Tensor positions, Tensor out) {
        int bytes = x.dtype().bytes();
        int outer = (int) x.shape().dim(0);
        int innerBytes = (int) x.shape().dim(2) * bytes;
        int[] chosen = HostLoops.ints(positions);
        ByteBuffer source = x.storage().buffer(x.offset() * bytes, HostLoops.extent(x) * bytes);
        ByteBuffer target = out.storage().buffer(out.offset() * bytes, out.elements() * bytes);
        long outerStride = x.stride(0) * bytes;
        long rowStride = x.stride(1) * bytes;
        int to = 0;
        for (int o = 0; o < outer; o++) {
            for (int position : chosen) {
                copyBytes(source, (int) (o * outerStride + position * rowStride), target, to, innerBytes);
                to += innerBytes;
            }
        }
    }

    private static void copyBytes(ByteBuffer source, int from, ByteBuffer target, int to, int count) {
        if (count >= Float.BYTES * BULK || count % Float.BYTES != 0) {
            target.put(to, source, from, count);
            return;
        }
        for (int j = 0; j < count; j += Float.BYTES) {
            target.putInt(to + j, source.getInt(from + j));
        }
    }

    static void selectGradient(Tensor dy, Tensor positions, Tensor dx) {
        int outer = (int) dx.shape().dim(0);
        int length = (int) dx.shape().dim(1);
        int inner = (int) dx.shape().dim(2);
        int[] chosen = HostLoops.ints(positions);
        FloatBuffer source = HostLoops.floats(dy);
        FloatBuffer target = HostLoops.floats(dx);
        for (int o = 0; o < outer; o++) {
            for (int k = 0; k < chosen.length; k++) {
                int from = (int) (o * dy.stride(0) + k * dy.stride(1));
                int to = (o * length + chosen[k]) * inner;
                addRow(source, from, (int) dy.stride(2), target, to, inner);
            }
        }
    }
}
