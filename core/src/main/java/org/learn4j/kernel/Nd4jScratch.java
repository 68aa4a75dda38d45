package org.learn4j.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The temporary arrays of one kernel call, freed when it ends, and the few ND4J operations that were found right for every
 * shape as long as arrays lie in row-major order without gaps. All arrays here do.
 */
final class Nd4jScratch implements AutoCloseable {
    private final List<INDArray> arrays = new ArrayList<>();

    /** Frees the array at the end of the call. */
    INDArray keep(INDArray array) {
        arrays.add(array);
        return array;
    }

    /** Returns the elements of a tensor, to be read only: the tensor's own memory where possible. */
    INDArray in(Tensor tensor) {
        return in(tensor, tensor.shape());
    }

    /** Returns the elements of a tensor in another shape, to be read only. */
    INDArray in(Tensor tensor, long... dims) {
        return in(tensor, Shape.of(dims));
    }

    private INDArray in(Tensor tensor, Shape shape) {
        return tensor.isContiguous()
                ? rowMajor(tensor, shape)
                : as(keep(tensor.array().dup('c')), shape.dims());
    }

    /** Returns a contiguous tensor's own memory, to be written. */
    INDArray out(Tensor tensor) {
        return rowMajor(tensor, tensor.shape());
    }

    /** The strides of axes of size 1 are arbitrary in a tensor and take ND4J's products off the track: set them right. */
    private static INDArray rowMajor(Tensor tensor, Shape shape) {
        if (tensor.shape().equals(shape) && Arrays.equals(tensor.strides(), shape.strides())) {
            return tensor.array();
        }
        try (Tensor view = tensor.view(shape, shape.strides(), tensor.offset())) {
            return view.array();
        }
    }

    /** Returns a copy of a tensor's elements in another shape, to be changed. */
    INDArray copy(Tensor tensor, long... dims) {
        return as(keep(tensor.array().dup('c')), dims);
    }

    /** Returns the same elements in another shape. */
    static INDArray as(INDArray array, long... dims) {
        return Arrays.equals(array.shape(), dims) ? array : array.reshape('c', dims);
    }

    /** Returns memory to be written. */
    INDArray make(DataType type, long... dims) {
        return keep(Nd4j.createUninitialized(type, dims));
    }

    /** Returns an array of zeros. */
    INDArray zeros(DataType type, long... dims) {
        return keep(Nd4j.createUninitialized(type, dims).assign(0));
    }

    /** Returns numbers from Java as a vector. */
    INDArray of(int... values) {
        return keep(Nd4j.createFromArray(values));
    }

    /** Writes an array's elements to a tensor of as many, in row-major order. */
    static void write(INDArray array, Tensor tensor) {
        tensor.array().assign(as(array, tensor.shape().dims()));
    }

    /** Runs a named ND4J operation with one output. */
    static INDArray run(String name, INDArray out, INDArray... inputs) {
        Nd4j.exec(
                DynamicCustomOp.builder(name).addInputs(inputs).addOutputs(out).build());
        return out;
    }

    // ---- arithmetic with broadcasting, for arrays of one rank

    /** Returns f(a, b) for the name of an ND4J operation. */
    INDArray broadcast(String name, INDArray a, INDArray b) {
        return run(name, make(a.dataType(), broadcast(a.shape(), b.shape())), a, b);
    }

    /** Returns f(a, b) for the name of a comparison as 0 and 1 of the given type. */
    INDArray compare(String name, INDArray a, INDArray b, DataType type) {
        INDArray truth = make(DataType.BOOL, broadcast(a.shape(), b.shape()));
        return keep(run(name, truth, a, b).castTo(type));
    }

    private static long[] broadcast(long[] a, long[] b) {
        long[] dims = new long[a.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = a[i] == 1 ? b[i] : a[i];
        }
        return dims;
    }

    INDArray plus(INDArray a, INDArray b) {
        return broadcast("add", a, b);
    }

    INDArray minus(INDArray a, INDArray b) {
        return broadcast("subtract", a, b);
    }

    INDArray times(INDArray a, INDArray b) {
        return broadcast("multiply", a, b);
    }

    INDArray over(INDArray a, INDArray b) {
        return broadcast("divide", a, b);
    }

    // ---- reductions; the axes stay, with size 1

    INDArray sum(INDArray x, int... axes) {
        return keep(x.sum(true, axes));
    }

    INDArray mean(INDArray x, int... axes) {
        return keep(x.mean(true, axes));
    }

    INDArray max(INDArray x, int... axes) {
        return keep(x.max(true, axes));
    }

    // ---- functions

    INDArray exp(INDArray x) {
        return keep(Transforms.exp(x, true));
    }

    /** Returns 1/√(x + ε). */
    INDArray inverseRoot(INDArray x, double epsilon) {
        return keep(Transforms.sqrt(keep(x.add(epsilon)), true)).rdivi(1);
    }

    /** Returns 1 where an element is positive, else 0. */
    INDArray positive(INDArray x) {
        return keep(keep(x.gt(0)).castTo(x.dataType()));
    }

    /** Returns rows of a matrix by number, which may repeat. */
    INDArray rows(INDArray matrix, INDArray numbers) {
        INDArray out = make(matrix.dataType(), numbers.length(), matrix.size(1));
        Nd4j.exec(DynamicCustomOp.builder("gather")
                .addInputs(matrix, numbers)
                .addIntegerArguments(0)
                .addOutputs(out)
                .build());
        return out;
    }

    @Override
    public void close() {
        for (INDArray array : arrays) {
            if (array.closeable()) {
                array.close();
            }
        }
        arrays.clear();
    }
}
