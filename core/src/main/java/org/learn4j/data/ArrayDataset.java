package org.learn4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;

/**
 * A data set in arrays on the heap.
 *
 * <pre>{@code
 * Dataset digits = ArrayDataset.of(pixels, labels).classes("zero", "one");     // float[][], int[]
 * Dataset table = ArrayDataset.ofSize(rows)
 *         .input(Field.ints("categories", 3), codes)                            // int[rows * 3]
 *         .input(Field.floats("numbers", 5), numbers)                           // float[rows * 5]
 *         .target(Field.floats("price"), prices);
 * }</pre>
 */
public final class ArrayDataset implements Dataset {
    private final int size;
    private final List<Column> inputs;
    private final @Nullable Column target;
    private final List<String> classes;

    private ArrayDataset(int size, List<Column> inputs, @Nullable Column target, List<String> classes) {
        this.size = size;
        this.inputs = List.copyOf(inputs);
        this.target = target;
        this.classes = classes;
    }

    /** Returns a data set of a number of items without any fields yet. */
    public static ArrayDataset ofSize(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("A data set's size is not negative, received " + size);
        }
        return new ArrayDataset(size, List.of(), null, List.of());
    }

    /** Returns rows of numbers with class indices as targets. */
    public static ArrayDataset of(float[][] rows, int[] classIndices) {
        return ofRows(rows).target(Field.ints("class"), classIndices);
    }

    /** Returns rows of numbers with one number each to predict. */
    public static ArrayDataset of(float[][] rows, float[] values) {
        return ofRows(rows).target(Field.floats("value", 1), values);
    }

    private static ArrayDataset ofRows(float[]... rows) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        float[] flat = new float[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != width) {
                throw new ShapeMismatchException("Rows of one length are expected: row 0 has " + width
                        + " numbers, row " + i + " has " + rows[i].length);
            }
            System.arraycopy(rows[i], 0, flat, i * width, width);
        }
        return ofSize(rows.length).input(Field.floats("input", width), flat);
    }

    /** Returns this data set with one more input, items one after the other. The array is not copied. */
    public ArrayDataset input(Field field, float... values) {
        return withInput(new Column(field, check(field, DType.FLOAT32, values.length), values, null));
    }

    /** Returns this data set with one more input, items one after the other. The array is not copied. */
    public ArrayDataset input(Field field, int... values) {
        return withInput(new Column(field, check(field, DType.INT32, values.length), null, values));
    }

    private ArrayDataset withInput(Column column) {
        List<Column> more = new ArrayList<>(inputs);
        more.add(column);
        return new ArrayDataset(size, more, target, classes);
    }

    /** Returns this data set with a target, items one after the other. The array is not copied. */
    public ArrayDataset target(Field field, float... values) {
        return new ArrayDataset(
                size, inputs, new Column(field, check(field, DType.FLOAT32, values.length), values, null), classes);
    }

    /** Returns this data set with a target, items one after the other. The array is not copied. */
    public ArrayDataset target(Field field, int... values) {
        return new ArrayDataset(
                size, inputs, new Column(field, check(field, DType.INT32, values.length), null, values), classes);
    }

    /** Returns this data set with names for its classes. */
    public ArrayDataset classes(String... names) {
        return new ArrayDataset(size, inputs, target, List.of(names));
    }

    private int check(Field field, DType dtype, int length) {
        if (field.dtype() != dtype) {
            throw new IllegalArgumentException(
                    "The field " + field.name() + " holds " + field.dtype() + ", received numbers of " + dtype);
        }
        Shape shape = field.shape();
        if (length != size * shape.elements()) {
            throw new ShapeMismatchException("The field " + field.name() + " of shape " + shape + " takes " + size
                    + " x " + shape.elements() + " numbers, received " + length);
        }
        return Math.toIntExact(shape.elements());
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Field> inputs() {
        return inputs.stream().map(Column::field).toList();
    }

    @Override
    public Optional<Field> target() {
        return Optional.ofNullable(target).map(Column::field);
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public void write(int item, int row, List<Slot> slots, Optional<Slot> targetSlot) {
        for (int i = 0; i < slots.size(); i++) {
            inputs.get(i).write(item, row, slots.get(i));
        }
        if (target != null && targetSlot.isPresent()) {
            target.write(item, row, targetSlot.get());
        }
    }

    /** A field's numbers for all items. */
    private record Column(Field field, int width, float @Nullable [] floats, int @Nullable [] ints) {
        void write(int item, int row, Slot slot) {
            if (floats != null) {
                slot.set(row, floats, item * width);
            } else if (ints != null) {
                slot.set(row, ints, item * width);
            }
        }
    }
}
