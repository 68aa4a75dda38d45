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

    private RowKernels() {}

    static void embeddings(List<Tensor> tables, Tensor codes, Tensor out) {
        int rows = (int) out.shape().dim(0);
        int width = (int) out.shape().dim(1);
        int count = tables.size();
        int[] chosen = HostLoops.ints(codes);
        FloatBuffer target = HostLoops.floats(out);
        int column = 0;
        for (int t = 0; t < count; t++) {
            Tensor table = tables.get(t);
            int columns = (int) table.shape().dim(1);
            int stride = (int) table.stride(0);
            FloatBuffer source = HostLoops.floats(table);
            for (int i = 0; i < rows; i++) {
                copyRow(source, chosen[i * count + t] * stride, target, i * width + column, columns);
            }
            column += columns;
        }
    }

    private static void copyRow(FloatBuffer source, int from, FloatBuffer target, int to, int count) {
        if (count >= BULK) {
            target.put(to, source, from, count);
            return;
        }
        for (int j = 0; j < count; j++) {
            target.put(to + j, source.get(from + j));
        }
    }

    static void embeddingsGradient(Tensor dy, Tensor codes, List<Tensor> dtables) {
        int rows = (int) dy.shape().dim(0);
        int rowStride = (int) dy.stride(0);
        int columnStride = (int) dy.stride(1);
        int count = dtables.size();
        int[] chosen = HostLoops.ints(codes);
        FloatBuffer source = HostLoops.floats(dy);
        int column = 0;
        for (int t = 0; t < count; t++) {
            Tensor table = dtables.get(t);
            int columns = (int) table.shape().dim(1);
            FloatBuffer target = HostLoops.floats(table);
            for (int i = 0; i < rows; i++) {
                int from = i * rowStride + column * columnStride;
                addRow(source, from, columnStride, target, chosen[i * count + t] * columns, columns);
            }
            column += columns;
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
