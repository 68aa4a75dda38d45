package org.learn4j.kernel;

import org.learn4j.tensor.Tensor;

/** Images [n, c, h, w] as primitives read and write them: channels last. */
final class OneDnnImages {
    private OneDnnImages() {}

    /** Returns the address of an image's elements channels last, copied to temporary memory if need be. */
    static long read(OneDnnContext context, Tensor image, int temporary) {
        image.requireOpen();
        if (image.isChannelsLast()) {
            return image.address();
        }
        OneDnnOperand from = context.operand(5).of(image);
        OneDnnOperand to = channelsLast(context.operand(6).of(image));
        to.address = context.temporary(temporary, Float.BYTES * image.elements());
        OneDnnCopy.copy(context, from, to);
        return to.address;
    }

    /** Returns where to write an image channels last: to its own memory, or to temporary memory if it lies otherwise. */
    static long written(OneDnnContext context, Tensor image, int temporary) {
        image.requireOpen();
        return image.isChannelsLast() ? image.address() : context.temporary(temporary, Float.BYTES * image.elements());
    }

    /** Copies an image from where it was {@link #written} to its own memory, if that is elsewhere. */
    static void finish(OneDnnContext context, long written, Tensor image) {
        if (written != image.address()) {
            OneDnnOperand from = channelsLast(context.operand(5).of(image));
            from.address = written;
            OneDnnCopy.copy(context, from, context.operand(6).of(image));
        }
    }

    private static OneDnnOperand channelsLast(OneDnnOperand image) {
        image.strides[1] = 1;
        image.strides[3] = image.dims[1];
        image.strides[2] = image.strides[3] * image.dims[3];
        image.strides[0] = image.strides[2] * image.dims[2];
        return image;
    }

    /** Adds a window to a key. */
    static OneDnnKey add(OneDnnKey key, Window window) {
        return key.add(window.height())
                .add(window.width())
                .add(window.strideHeight())
                .add(window.strideWidth())
                .add(window.paddingHeight())
                .add(window.paddingWidth())
                .add(window.dilationHeight())
                .add(window.dilationWidth());
    }
}
