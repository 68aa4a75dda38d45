package org.learn4j.autograd;

import org.learn4j.kernel.Window;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** What operations on images [n, c, h, w] have in common. */
final class Images {
    private Images() {}

    /** Returns the shape [n, channels, h′, w′] of what a window that moves over images gives. */
    static Shape moved(String op, Window window, Shape images, long channels) {
        try {
            return Shape.of(
                    images.dim(0), channels, window.outputHeight(images.dim(2)), window.outputWidth(images.dim(3)));
        } catch (ShapeMismatchException mismatch) {
            throw new ShapeMismatchException(op + " of images " + images + ": " + mismatch.getMessage());
        }
    }

    /** Returns images that lie channels last: a view of the given ones, or a copy. */
    static Tensor channelsLast(Call call, Tensor images) {
        if (images.isChannelsLast()) {
            return images.detach();
        }
        Tensor copy = Tensor.uninitialized(images.dtype(), images.shape(), true);
        call.kernels().copy(images, copy);
        return copy;
    }
}
