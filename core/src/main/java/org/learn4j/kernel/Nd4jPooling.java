package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.write;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pooling, composed: for each element of the window, the part of the padded image that it sees at all the window's places at
 * once is compared with or added to what the elements before it saw.
 */
final class Nd4jPooling {
    private Nd4jPooling() {}

    static void max(Tensor x, Window window, @Nullable Tensor places, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch();
                Padded image = Padded.of(x, window, out, Double.NEGATIVE_INFINITY)) {
            INDArray best = image.seen(0, scratch);
            INDArray place = scratch.zeros(best.dataType(), best.shape());
            for (int i = 1; i < window.area(); i++) {
                INDArray candidate = image.seen(i, scratch);
                INDArray better = scratch.compare("greater", candidate, best, best.dataType());
                INDArray kept = scratch.times(place, scratch.keep(better.rsub(1)));
                place = scratch.plus(kept, better.muli(i));
                best = scratch.broadcast("maximum", best, candidate);
            }
            write(best, out);
            if (places != null) {
                write(scratch.keep(place.castTo(places.array().dataType())), places);
            }
        }
    }

    static void maxGradient(Tensor places, Window window, Tensor dy, Tensor dx) {
        if (dx.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch();
                Padded image = Padded.empty(dx, window, dy)) {
            INDArray gradient = scratch.in(dy);
            INDArray place =
                    scratch.keep(places.array().castTo(gradient.dataType()).dup('c'));
            for (int i = 0; i < window.area(); i++) {
                INDArray here = scratch.keep(scratch.keep(place.eq(i)).castTo(gradient.dataType()));
                image.add(i, scratch.times(gradient, here), scratch);
            }
            image.writeTo(dx);
        }
    }

    static void average(Tensor x, Window window, boolean countPadding, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch();
                Padded image = Padded.of(x, window, out, 0)) {
            INDArray sum = image.seen(0, scratch);
            for (int i = 1; i < window.area(); i++) {
                sum = scratch.plus(sum, image.seen(i, scratch));
            }
            write(scratch.times(sum, shares(x, out, window, countPadding, scratch)), out);
        }
    }

    static void averageGradient(Tensor dy, Window window, boolean countPadding, Tensor dx) {
        if (dx.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch();
                Padded image = Padded.empty(dx, window, dy)) {
            INDArray share = scratch.times(scratch.in(dy), shares(dx, dy, window, countPadding, scratch));
            for (int i = 0; i < window.area(); i++) {
                image.add(i, share, scratch);
            }
            image.writeTo(dx);
        }
    }

    /** Returns one over the number of elements that count at each place, [1, 1, h′, w′]. */
    private static INDArray shares(
            Tensor image, Tensor pooled, Window window, boolean countPadding, Nd4jScratch scratch) {
        int rows = (int) pooled.shape().dim(2);
        int columns = (int) pooled.shape().dim(3);
        int padVertical = countPadding ? window.paddingHeight() : 0;
        int padHorizontal = countPadding ? window.paddingWidth() : 0;
        double[] shares = new double[rows * columns];
        for (int i = 0; i < shares.length; i++) {
            int top = i / columns * window.strideHeight() - window.paddingHeight();
            int left = i % columns * window.strideWidth() - window.paddingWidth();
            int high = counted(
                    top, window.height(), window.dilationHeight(), image.shape().dim(2), padVertical);
            int wide = counted(
                    left, window.width(), window.dilationWidth(), image.shape().dim(3), padHorizontal);
            shares[i] = 1.0 / (high * wide);
        }
        INDArray array = scratch.keep(Nd4j.createFromArray(shares));
        DataType type = pooled.array().dataType();
        return Nd4jScratch.as(type == DataType.DOUBLE ? array : scratch.keep(array.castTo(type)), 1, 1, rows, columns);
    }

    private static int counted(int from, int size, int dilation, long image, int padding) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            int at = from + i * dilation;
            count += at >= -padding && at < image + padding ? 1 : 0;
        }
        return count;
    }

    /** An image with padding around it, as far as any place of the window reaches, row-major. */
    private record Padded(Tensor tensor, Tensor inside, Window window, Shape pooled) implements AutoCloseable {
        static Padded of(Tensor image, Window window, Tensor pooled, double padding) {
            Padded padded = filled(image, window, pooled, padding);
            padded.inside.array().assign(image.array());
            return padded;
        }

        static Padded empty(Tensor image, Window window, Tensor pooled) {
            return filled(image, window, pooled, 0);
        }

        private static Padded filled(Tensor image, Window window, Tensor pooled, double padding) {
            Shape shape = image.shape();
            Shape padded = shape.with(2, size(shape, pooled.shape(), window, 2))
                    .with(3, size(shape, pooled.shape(), window, 3));
            Tensor tensor = Tensor.uninitialized(image.dtype(), padded);
            tensor.array().assign(padding);
            long offset = window.paddingHeight() * tensor.stride(2) + window.paddingWidth();
            Tensor inside = tensor.view(shape, tensor.strides(), offset);
            return new Padded(tensor, inside, window, pooled.shape());
        }

        private static long size(Shape image, Shape pooled, Window window, int axis) {
            boolean vertical = axis == 2;
            long padding = vertical ? window.paddingHeight() : window.paddingWidth();
            long stride = vertical ? window.strideHeight() : window.strideWidth();
            long span = vertical ? window.spanHeight() : window.spanWidth();
            return Math.max(image.dim(axis) + 2 * padding, (pooled.dim(axis) - 1) * stride + span);
        }

        private Tensor at(int element) {
            long[] strides = tensor.strides();
            long row = (long) element / window.width() * window.dilationHeight();
            long column = (long) element % window.width() * window.dilationWidth();
            long offset = row * strides[2] + column;
            strides[2] *= window.strideHeight();
            strides[3] *= window.strideWidth();
            return tensor.view(tensor.shape().with(2, pooled.dim(2)).with(3, pooled.dim(3)), strides, offset);
        }

        /** Returns what one element of the window sees at all its places. */
        INDArray seen(int element, Nd4jScratch scratch) {
            try (Tensor part = at(element)) {
                return scratch.copy(part, part.shape().dims());
            }
        }

        /** Adds to what one element of the window sees. */
        void add(int element, INDArray addition, Nd4jScratch scratch) {
            try (Tensor part = at(element)) {
                write(scratch.plus(scratch.copy(part, part.shape().dims()), addition), part);
            }
        }

        void writeTo(Tensor image) {
            write(inside.array(), image);
        }

        @Override
        public void close() {
            inside.close();
            tensor.close();
        }
    }
}
