package org.learn4j.autograd;

import org.learn4j.kernel.Window;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** The shape of pooled images. */
final class Pooling {
    private Pooling() {}

    /** Returns the shape, where {@code ceiling} adds a place that reaches over the edge if elements would be left out. */
    static Shape shape(String op, Window window, boolean ceiling, Tensor x) {
        Checks.rank(op, "images [n, c, h, w]", 4, x);
        if (2 * window.paddingHeight() > window.spanHeight() || 2 * window.paddingWidth() > window.spanWidth()) {
            throw new IllegalArgumentException(
                    op + " expects a padding of at most half the kernel, received a " + window);
        }
        Shape shape = Images.moved(op, window, x.shape(), x.shape().dim(1));
        if (!ceiling) {
            return shape;
        }
        long rows = ceiling(
                x.shape().dim(2), shape.dim(2), window.spanHeight(), window.strideHeight(), window.paddingHeight());
        long columns = ceiling(
                x.shape().dim(3), shape.dim(3), window.spanWidth(), window.strideWidth(), window.paddingWidth());
        return shape.with(2, rows).with(3, columns);
    }

    /** Returns one place more if elements are left and it starts in the image or the padding before it. */
    private static long ceiling(long size, long places, int span, int stride, int padding) {
        boolean left = (places - 1) * stride + span < size + 2L * padding;
        return left && places * stride < size + padding ? places + 1 : places;
    }
}
