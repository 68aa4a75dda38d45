package org.learn4j.data;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;

/**
 * One input or target of every item of a data set.
 *
 * @param name the name for messages and files
 * @param dtype the type of its elements
 * @param shape the shape for one item, without the batch axis; a scalar for a single number
 * @param channelsLast whether rows of shape [channels, height, width] are written, and lie in memory, as height × width ×
 *     channels: the order pictures are decoded in and convolutions are fastest with
 */
public record Field(String name, DType dtype, Shape shape, boolean channelsLast) {
    /** Checks that there are channels to be last. */
    public Field {
        if (channelsLast && shape.rank() != 3) {
            throw new IllegalArgumentException(
                    "A field with its channels last has a shape [channels, height, width], the field " + name
                            + " received " + shape);
        }
    }

    /** Creates a field whose rows lie in row-major order. */
    public Field(String name, DType dtype, Shape shape) {
        this(name, dtype, shape, false);
    }

    /** Returns a field of FLOAT32 pictures of shape [channels, height, width], written channels last. */
    public static Field image(String name, int channels, int height, int width) {
        return new Field(name, DType.FLOAT32, Shape.of(channels, height, width), true);
    }

    /** Returns a field of FLOAT32 numbers. */
    public static Field floats(String name, long... dims) {
        return new Field(name, DType.FLOAT32, Shape.of(dims));
    }

    /** Returns a field of INT32 numbers: category codes or, as a scalar, class indices. */
    public static Field ints(String name, long... dims) {
        return new Field(name, DType.INT32, Shape.of(dims));
    }
}
