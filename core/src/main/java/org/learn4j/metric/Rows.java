package org.learn4j.metric;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** Copies of tensors' rows on the Java heap, to be laid end to end in one tensor. */
final class Rows {
    private final String metric;
    private final String what;
    private final List<Object> batches = new ArrayList<>();
    private @Nullable DType dtype;
    private Shape row = Shape.scalar();
    private long count;

    Rows(String metric, String what) {
        this.metric = metric;
        this.what = what;
    }

    long count() {
        return count;
    }

    void add(Tensor batch) {
        Shape shape = batch.shape();
        if (dtype == null) {
            dtype = batch.dtype();
            row = shape.without(0);
        }
        if (dtype != batch.dtype() || !row.equals(shape.without(0))) {
            throw new ShapeMismatchException(metric + " expects " + what + " of type " + dtype + " and items of shape "
                    + row + " as in the batches before, received " + batch.dtype() + " " + shape);
        }
        batches.add(
                switch (batch.dtype()) {
                    case FLOAT32, BFLOAT16 -> batch.toFloats();
                    case FLOAT64 -> batch.toDoubles();
                    case INT64 -> batch.toLongs();
                    case INT32, UINT8 -> batch.toInts();
                });
        count += shape.dim(0);
    }

    /** Returns all rows in one tensor. */
    Tensor all() {
        Tensor all = Tensor.uninitialized(
                dtype == null ? DType.FLOAT32 : dtype, Shape.of(count).concat(row));
        long at = 0;
        for (Object batch : batches) {
            if (batch instanceof float[] values) {
                place(all, at, values.length).set(values);
                at += values.length;
            } else if (batch instanceof double[] values) {
                place(all, at, values.length).set(values);
                at += values.length;
            } else if (batch instanceof long[] values) {
                place(all, at, values.length).set(values);
                at += values.length;
            } else if (batch instanceof int[] values) {
                place(all, at, values.length).set(values);
                at += values.length;
            }
        }
        return all;
    }

    private static Tensor place(Tensor all, long at, long length) {
        return all.view(Shape.of(length), new long[] {1}, all.offset() + at);
    }
}
