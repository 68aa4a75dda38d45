package org.learn4j.data;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;

/**
 * One input or target of every item of a data set.
 *
 * @param name the name for messages and files
 * @param dtype the type of its elements
 * @param shape the shape for one item, without the batch axis; a scalar for a single number
 */
public record Field(String name, DType dtype, Shape shape) {
    /** Returns a field of FLOAT32 numbers. */
    public static Field floats(String name, long... dims) {
        return new Field(name, DType.FLOAT32, Shape.of(dims));
    }

    /** Returns a field of INT32 numbers: category codes or, as a scalar, class indices. */
    public static Field ints(String name, long... dims) {
        return new Field(name, DType.INT32, Shape.of(dims));
    }
}
