package org.learn4j.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Numbers of one {@link DType} in a {@link Shape}, in native memory: a view with strides on a block that ND4J and the
 * kernels compute on. The arithmetic lives in {@link Elementwise}, {@link Reductions}, {@link Movement} and
 * {@link LinearAlgebra}; it is differentiable inside a tape.
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *     Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
 *     Tensor y = x.matmul(x.transpose()).plus(1);
 *     System.out.println(y);                   // Tensor[2, 2] FLOAT32 [[6.0, 12.0], [12.0, 26.0]]
 * }
 * }</pre>
 *
 * <p>A tensor made inside a {@link TensorScope} is freed with it; outside any scope it belongs to its creator and is closed
 * by {@link #close()}. Views keep the memory alive. Not thread-safe while being written.
 */
public final class Tensor implements Elementwise, Reductions, Movement, LinearAlgebra, AutoCloseable {
    private static final int PRINTED_ELEMENTS = 1000;

    private final Storage storage;
    private final DType dtype;
    private final Shape shape;
    private final long[] strides;
    private final long offset;
    private final boolean contiguous;
    private final boolean channelsLast;
    private @Nullable TensorScope scope;
    private volatile @Nullable INDArray array;
    private boolean closed;
    private @Nullable Arrangements arrangements;

    private boolean requiresGradient;
    private boolean gradientWritten;
    private boolean ownsGradient;
    private @Nullable Tensor gradient;
    private long tape;
    private int slot;

    private Tensor(Storage storage, DType dtype, Shape shape, long[] strides, long offset) {
        this.storage = storage;
        this.dtype = dtype;
        this.shape = shape;
        this.strides = strides;
        this.offset = offset;
        this.contiguous = isRowMajor(shape, strides);
        this.channelsLast = shape.rank() == 4 && isChannelsLast(shape, strides);
        storage.retain();
        TensorScope current = TensorScope.current();
        this.scope = current;
        if (current != null) {
            current.add(this);
        }
    }

    private static boolean isRowMajor(Shape shape, long[] strides) {
        long step = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            long size = shape.dim(i);
            if (size != 1 && strides[i] != step) {
                return shape.elements() == 0;
            }
            step *= size;
        }
        return true;
    }

    private static boolean isChannelsLast(Shape shape, long[] strides) {
        long[] dense = channelsLastStrides(shape);
        for (int i = 0; i < dense.length; i++) {
            if (shape.dim(i) != 1 && strides[i] != dense[i]) {
                return shape.elements() == 0;
            }
        }
        return true;
    }

    private static long[] channelsLastStrides(Shape shape) {
        long channels = shape.dim(1);
        long row = shape.dim(3) * channels;
        return new long[] {shape.dim(2) * row, 1, row, channels};
    }

    // ---- making tensors

    /**
     * Returns a tensor whose elements are whatever the memory held.
     *
     * @throws TensorMemoryException if native memory runs out
     */
    public static Tensor uninitialized(DType dtype, Shape shape) {
        return new Tensor(allocate(dtype, shape.elements()), dtype, shape, shape.strides(), 0);
    }

    /**
     * Returns a tensor whose elements are whatever the memory held, row-major or channels last: of shape [n, c, h, w] over
     * memory [n, h, w, c].
     *
     * @throws ShapeMismatchException if it is to be channels last and the shape has not four axes
     */
    public static Tensor uninitialized(DType dtype, Shape shape, boolean channelsLast) {
        if (!channelsLast) {
            return uninitialized(dtype, shape);
        }
        if (shape.rank() != 4) {
            throw new ShapeMismatchException("Channels last expects a shape [n, c, h, w], received " + shape);
        }
        return new Tensor(allocate(dtype, shape.elements()), dtype, shape, channelsLastStrides(shape), 0);
    }

    /**
     * Returns a tensor of another's type and shape, channels last if that one's channels lie innermost, else row-major; its
     * elements are whatever the memory held.
     */
    public static Tensor like(Tensor other) {
        return uninitialized(other.dtype, other.shape, other.prefersChannelsLast());
    }

    private static Storage allocate(DType dtype, long elements) {
        if (Nd4jMemory.allocatedByNd4j()) {
            return Storage.of(Nd4jMemory.allocate(dtype, elements));
        }
        long bytes = Math.multiplyExact(Math.max(1, elements), (long) dtype.bytes());
        TensorScope scope = TensorScope.current();
        return scope == null ? Storage.allocate(bytes, null) : scope.allocate(bytes);
    }

    /** Returns a FLOAT32 tensor of zeros. */
    public static Tensor zeros(long... dims) {
        return zeros(DType.FLOAT32, Shape.of(dims));
    }

    /** Returns a tensor of zeros. */
    public static Tensor zeros(DType dtype, Shape shape) {
        return uninitialized(dtype, shape).fill(0);
    }

    /** Returns a FLOAT32 tensor of ones. */
    public static Tensor ones(long... dims) {
        return full(1, dims);
    }

    /** Returns a FLOAT32 tensor with every element the same. */
    public static Tensor full(double value, long... dims) {
        return uninitialized(DType.FLOAT32, Shape.of(dims)).fill(value);
    }

    /** Returns a FLOAT32 scalar. */
    public static Tensor scalar(double value) {
        return full(value);
    }

    /** Returns a FLOAT32 tensor of the values in row-major order; without dimensions, a vector. */
    public static Tensor of(float[] values, long... dims) {
        return uninitialized(DType.FLOAT32, shapeOf(values.length, dims)).set(values);
    }

    /** Returns a FLOAT64 tensor of the values in row-major order; without dimensions, a vector. */
    public static Tensor of(double[] values, long... dims) {
        return uninitialized(DType.FLOAT64, shapeOf(values.length, dims)).set(values);
    }

    /** Returns an INT32 tensor of the values in row-major order; without dimensions, a vector. */
    public static Tensor of(int[] values, long... dims) {
        return uninitialized(DType.INT32, shapeOf(values.length, dims)).set(values);
    }

    /** Returns an INT64 tensor of the values in row-major order; without dimensions, a vector. */
    public static Tensor of(long[] values, long... dims) {
        return uninitialized(DType.INT64, shapeOf(values.length, dims)).set(values);
    }

    /** Returns a FLOAT32 matrix. */
    public static Tensor of(float[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        float[] flat = new float[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != columns) {
                throw new ShapeMismatchException("Rows of one length are expected: row 0 has " + columns
                        + " numbers, row " + i + " has " + rows[i].length);
            }
            System.arraycopy(rows[i], 0, flat, i * columns, columns);
        }
        return of(flat, rows.length, columns);
    }

    private static Shape shapeOf(int length, long... dims) {
        Shape shape = dims.length == 0 ? Shape.of(length) : Shape.of(dims);
        if (shape.elements() != length) {
            throw new ShapeMismatchException(
                    "Shape " + shape + " holds " + shape.elements() + " elements, received " + length);
        }
        return shape;
    }

    /** Returns a FLOAT32 vector of 0, 1, … n−1. */
    public static Tensor range(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        return of(values);
    }

    /** Returns FLOAT32 draws from the standard normal distribution. */
    public static Tensor randomNormal(Seed seed, long... dims) {
        Shape shape = Shape.of(dims);
        RandomStream stream = seed.stream();
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) stream.nextGaussian();
        }
        return uninitialized(DType.FLOAT32, shape).set(values);
    }

    /** Returns FLOAT32 draws from [from, to), each equally likely. */
    public static Tensor randomUniform(Seed seed, double from, double to, long... dims) {
        Shape shape = Shape.of(dims);
        RandomStream stream = seed.stream();
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            float draw = (float) stream.nextDouble(from, to);
            values[i] = draw < to || !(from < to) ? draw : Math.nextDown((float) to);
        }
        return uninitialized(DType.FLOAT32, shape).set(values);
    }

    /** Returns a tensor on the memory of an ND4J array, without copying; both see what either writes. */
    public static Tensor of(INDArray array) {
        Shape shape = Shape.of(array.shape());
        if (array.isEmpty()) {
            return uninitialized(Nd4jMemory.dtype(array.dataType()), shape);
        }
        Tensor tensor = new Tensor(
                Storage.of(array),
                Nd4jMemory.dtype(array.dataType()),
                shape,
                array.stride().clone(),
                array.offset());
        tensor.array = array;
        return tensor;
    }

    /** Returns tensors laid end to end along an axis. */
    public static Tensor concat(int axis, Tensor... parts) {
        return Operators.current().concat(axis, parts);
    }

    /** Returns tensors of one shape along a new axis. */
    public static Tensor stack(int axis, Tensor... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("stack expects at least one tensor, received none");
        }
        Tensor[] unsqueezed = new Tensor[parts.length];
        try {
            for (int i = 0; i < parts.length; i++) {
                if (!parts[i].shape.equals(parts[0].shape)) {
                    throw new ShapeMismatchException("stack expects tensors of one shape, received " + parts[0].shape
                            + " and " + parts[i].shape);
                }
                unsqueezed[i] = parts[i].unsqueeze(axis);
            }
            return concat(axis < 0 ? axis + parts[0].shape().rank() + 1 : axis, unsqueezed);
        } finally {
            for (Tensor part : unsqueezed) {
                if (part != null) {
                    part.close();
                }
            }
        }
    }

    // ---- what it is

    /** Returns the shape. */
    public Shape shape() {
        return shape;
    }

    /** Returns the type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the number of elements. */
    public long elements() {
        return shape.elements();
    }

    /** Returns a copy of the strides, in elements. */
    public long[] strides() {
        return strides.clone();
    }

    /** Returns one stride, in elements; negative axes count from the end. */
    public long stride(int axis) {
        return strides[shape.axis(axis)];
    }

    /** Returns the position of the first element in the storage, in elements. */
    public long offset() {
        return offset;
    }

    /** Returns whether the elements lie in row-major order without gaps. */
    public boolean isContiguous() {
        return contiguous;
    }

    /**
     * Returns whether this is [n, c, h, w] over memory [n, h, w, c] without gaps: the order convolutions work in. Where one of
     * the two orders has only one place for each element it is the other too.
     */
    public boolean isChannelsLast() {
        return channelsLast;
    }

    /** Returns whether the elements fill their memory without gaps, row-major or channels last. */
    public boolean isDense() {
        return contiguous || channelsLast;
    }

    /** Returns whether tensors that follow from this one lie channels last ({@link #like}): its channels lie innermost. */
    public boolean prefersChannelsLast() {
        return !contiguous && shape.rank() == 4 && (channelsLast || ordered(0, 2, 3, 1));
    }

    /** Returns whether strides fall from axis to axis, those of size 1 left out. */
    private boolean ordered(int... axes) {
        long outer = Long.MAX_VALUE;
        for (int axis : axes) {
            if (shape.dim(axis) != 1) {
                if (strides[axis] >= outer || strides[axis] < 1) {
                    return false;
                }
                outer = strides[axis];
            }
        }
        return shape.dim(1) != 1;
    }

    /** Returns whether this is dense and lies as {@link #like} of another would. */
    public boolean liesLike(Tensor other) {
        return other.prefersChannelsLast() ? channelsLast : contiguous;
    }

    /** Returns the memory, for kernels. */
    public Storage storage() {
        return storage;
    }

    /** Returns the address of the first element, for kernels. */
    public long address() {
        return storage.address() + offset * dtype.bytes();
    }

    /** Returns the ND4J array on the same memory: an expert's way to the whole of ND4J. Valid while this tensor is open. */
    public INDArray array() {
        requireOpen();
        INDArray view = array;
        if (view == null) {
            view = array = Nd4jMemory.view(this);
        }
        return view;
    }

    @Override
    public Tensor self() {
        return this;
    }

    // ---- reading and writing from Java

    /** Sets every element. */
    public Tensor fill(double value) {
        HostAccess.fill(this, value);
        return this;
    }

    /** Sets the elements in row-major order, converted to this tensor's type. */
    public Tensor set(float... values) {
        HostAccess.write(this, values);
        return this;
    }

    /** Sets the elements in row-major order, converted to this tensor's type. */
    public Tensor set(double... values) {
        HostAccess.write(this, values);
        return this;
    }

    /** Sets the elements in row-major order, converted to this tensor's type. */
    public Tensor set(int... values) {
        HostAccess.write(this, values);
        return this;
    }

    /** Sets the elements in row-major order, converted to this tensor's type. */
    public Tensor set(long... values) {
        HostAccess.write(this, values);
        return this;
    }

    /** Returns the elements in row-major order. */
    public float[] toFloats() {
        return HostAccess.readFloats(this);
    }

    /** Returns the elements in row-major order. */
    public double[] toDoubles() {
        return HostAccess.readDoubles(this);
    }

    /**
     * Returns the elements in row-major order; fractions are cut off.
     *
     * @throws ArithmeticException if an INT64 element does not fit
     */
    public int[] toInts() {
        return HostAccess.readInts(this);
    }

    /** Returns the elements in row-major order; fractions are cut off. */
    public long[] toLongs() {
        return HostAccess.readLongs(this);
    }

    /**
     * Returns the only element.
     *
     * @throws ShapeMismatchException if there is not exactly one
     */
    public double item() {
        if (elements() != 1) {
            throw new ShapeMismatchException("item() expects a tensor of one element, received shape " + shape);
        }
        return HostAccess.first(this);
    }

    /**
     * Returns the bytes of a contiguous tensor as a little-endian buffer on the same memory, for files and data loaders.
     * Valid while this tensor is open and referred to.
     *
     * @throws IllegalStateException if the tensor is not contiguous
     */
    public ByteBuffer bytes() {
        requireOpen();
        if (!contiguous) {
            throw new IllegalStateException("bytes() expects a contiguous tensor, received shape " + shape
                    + " with strides " + Arrays.toString(strides));
        }
        return storage.buffer(offset * dtype.bytes(), elements() * dtype.bytes());
    }

    // ---- promises

    /**
     * Promises that the elements will not change any more, so that kernels may keep them in an order of their own beside this
     * tensor: a weight that only predicts. Returns this tensor.
     *
     * @throws IllegalStateException if gradients with respect to it are asked for
     */
    public Tensor freeze() {
        requireOpen();
        if (requiresGradient) {
            throw new IllegalStateException("A frozen tensor does not change, and this one of shape " + shape
                    + " is to be trained: call requireGradient(false) first");
        }
        if (arrangements == null) {
            arrangements = new Arrangements();
        }
        return this;
    }

    /** Returns whether {@link #freeze()} was called. */
    public boolean isFrozen() {
        return arrangements != null;
    }

    /**
     * Returns what was made from this frozen tensor under a key, made now if it is the first time; it is freed with this tensor.
     * For kernels and layers. Thread-safe.
     *
     * @throws IllegalStateException if the tensor is not frozen
     */
    public Tensor arranged(Object key, Supplier<Tensor> make) {
        requireOpen();
        Arrangements kept = arrangements;
        if (kept == null) {
            throw new IllegalStateException("Only what is made from a frozen tensor stays valid, received one of shape "
                    + shape + " that may change");
        }
        return kept.get(key, make);
    }

    // ---- views and life

    /** Returns a view with other dimensions on the same storage, not recorded on a tape; for kernels and operations. */
    public Tensor view(Shape viewShape, long[] viewStrides, long viewOffset) {
        requireOpen();
        return new Tensor(storage, dtype, viewShape, viewStrides, viewOffset);
    }

    /** Returns a view of the same elements that no tape follows. */
    public Tensor detach() {
        return view(shape, strides, offset);
    }

    /**
     * Returns a view of the same elements that no scope and no tape knows: it keeps the memory alive, whoever closes this
     * tensor, until it is closed itself. For autograd.
     */
    public Tensor hold() {
        Tensor view = detach().keep();
        view.array = array;
        return view;
    }

    /** Returns a contiguous tensor's elements as one of another shape, not recorded on a tape. */
    public Tensor viewAs(Shape viewShape) {
        requireOpen();
        if (!contiguous || viewShape.elements() != elements()) {
            throw new ShapeMismatchException("A view of shape " + viewShape + " needs a contiguous tensor of as many"
                    + " elements, received shape " + shape + " with strides " + Arrays.toString(strides));
        }
        return view(viewShape, viewShape.strides(), offset);
    }

    /** Moves this tensor out of its scope: from now on it belongs to the caller, who closes it. Returns this tensor. */
    public Tensor keep() {
        requireOpen();
        scope = null;
        return this;
    }

    @Nullable
    TensorScope scope() {
        return scope;
    }

    /** Returns whether {@link #close()} was called, by the owner or by the scope. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Checks that the memory is still there.
     *
     * @throws IllegalStateException if the tensor was closed
     */
    public void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This tensor of shape " + shape
                    + " was closed, by its owner or with its scope;" + " call keep() on what must outlive a scope");
        }
    }

    /** Gives the memory back once no view uses it. Calling it again does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            array = null;
            if (arrangements != null) {
                arrangements.close();
            }
            Tensor made = gradient;
            if (made != null && ownsGradient) {
                made.close();
            }
            storage.release();
        }
    }

    // ---- gradients

    /** Returns whether a tape computes the gradient with respect to this tensor. */
    public boolean requiresGradient() {
        return requiresGradient;
    }

    /**
     * Asks tapes to compute the gradient with respect to this tensor, or not to.
     *
     * @throws IllegalArgumentException if it is asked of a tensor of whole numbers
     * @throws IllegalStateException if it is asked of a frozen one
     */
    public Tensor requireGradient(boolean required) {
        if (required && isFrozen()) {
            throw new IllegalStateException(
                    "This tensor of shape " + shape + " is frozen: its elements are not to change any more");
        }
        if (required && !dtype.isFloating()) {
            throw new IllegalArgumentException(
                    "Only floating-point tensors have gradients, received " + dtype + " " + shape);
        }
        this.requiresGradient = required;
        return this;
    }

    /** Returns the sum of the gradients that backward passes left here since it was last cleared. */
    public Optional<Tensor> gradient() {
        return gradientWritten ? Optional.ofNullable(gradient) : Optional.empty();
    }

    /** Returns the memory gradients are written to, whether or not something was written; null if none is attached. */
    public @Nullable Tensor gradientBuffer() {
        return gradient;
    }

    /**
     * Returns the memory gradients are written to; if none is attached it is made now, and freed when this tensor closes.
     * For autograd.
     */
    public Tensor requireGradientBuffer() {
        requireOpen();
        Tensor buffer = gradient;
        if (buffer == null) {
            buffer = like(this).keep();
            gradient = buffer;
            ownsGradient = true;
            gradientWritten = false;
        }
        buffer.requireOpen();
        return buffer;
    }

    /**
     * Attaches contiguous memory of this tensor's shape and type that backward passes write the gradient to. It stays the
     * caller's to close.
     */
    public void attachGradient(Tensor buffer) {
        if (!buffer.shape.equals(shape)) {
            throw new ShapeMismatchException(
                    "The gradient of a tensor of shape " + shape + " has that shape, received " + buffer.shape);
        }
        if (buffer.dtype != dtype || !buffer.contiguous) {
            throw new IllegalArgumentException(
                    "The gradient of a tensor of " + dtype + " is contiguous and of that type," + " received "
                            + buffer.dtype + " with strides " + Arrays.toString(buffer.strides));
        }
        Tensor made = gradient;
        if (made != null && ownsGradient && made != buffer) {
            made.close();
        }
        this.gradient = buffer;
        this.ownsGradient = made == buffer && ownsGradient;
        this.gradientWritten = false;
    }

    /** Returns whether a backward pass has written the gradient since it was last cleared. */
    public boolean gradientWritten() {
        return gradientWritten;
    }

    /** Marks the gradient as written, or as cleared so that the next backward pass overwrites it. */
    public void markGradient(boolean written) {
        this.gradientWritten = written;
    }

    /** Returns the tape this tensor was last seen by, for autograd. */
    public long tape() {
        return tape;
    }

    /** Returns this tensor's place on that tape, for autograd. */
    public int tapeSlot() {
        return slot;
    }

    /** Records this tensor's place on a tape, for autograd. */
    public void enterTape(long tapeId, int tapeSlot) {
        this.tape = tapeId;
        this.slot = tapeSlot;
    }

    /** Returns the shape and type, and up to 1,000 elements. */
    @Override
    public String toString() {
        String head = "Tensor" + shape + " " + dtype;
        if (closed) {
            return head + " (closed)";
        }
        return elements() > PRINTED_ELEMENTS ? head : head + " " + HostAccess.print(this);
    }
}
