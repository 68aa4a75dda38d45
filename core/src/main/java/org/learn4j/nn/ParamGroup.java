package org.learn4j.nn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Parameters that share hyper-parameters, in one flat buffer with their gradients in another: the unit of freezing and of
 * discriminative learning rates. The parameters' values become views of the buffer, weights first, then biases, then
 * normalisation, each starting at a multiple of 64 bytes.
 */
public final class ParamGroup implements AutoCloseable {
    private static final int ALIGNMENT = 16;

    private final String name;
    private final List<Param> params;
    private final List<Long> offsets = new ArrayList<>();
    private final Tensor values;
    private final Tensor gradients;

    private ParamGroup(String name, List<Param> params, Tensor values, Tensor gradients) {
        this.name = name;
        this.params = params;
        this.values = values;
        this.gradients = gradients;
    }

    /** Moves initialised parameters into one buffer. The group owns the memory from now on. */
    public static ParamGroup of(String name, List<Param> params) {
        List<Param> ordered = new ArrayList<>(params);
        ordered.sort(Comparator.comparing(Param::role));
        DType dtype = ordered.isEmpty() ? DType.FLOAT32 : ordered.get(0).value().dtype();
        long size = 0;
        for (Param param : ordered) {
            size += aligned(param.shape().elements());
        }
        Tensor values = Tensor.zeros(dtype, Shape.of(size)).keep();
        Tensor gradients = zerosBeside(values);
        ParamGroup group = new ParamGroup(name, List.copyOf(ordered), values, gradients);
        long at = 0;
        for (Param param : ordered) {
            group.offsets.add(at);
            Shape shape = param.shape();
            Tensor value = values.view(shape, shape.strides(), at).keep();
            Tensor gradient = gradients.view(shape, shape.strides(), at).keep();
            param.moveTo(value, gradient);
            at += aligned(shape.elements());
        }
        return group;
    }

    private static Tensor zerosBeside(Tensor values) {
        try {
            return Tensor.zeros(values.dtype(), values.shape()).keep();
        } catch (RuntimeException | Error failure) {
            values.close();
            throw failure;
        }
    }

    private static long aligned(long elements) {
        return (elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the parameters in the buffer's order. */
    public List<Param> params() {
        return params;
    }

    /** Returns all values as one vector, padding of zeros between parameters included. */
    public Tensor values() {
        return values;
    }

    /** Returns all gradients as one vector. */
    public Tensor gradients() {
        return gradients;
    }

    /** Makes the next backward pass overwrite the gradients instead of adding to them. */
    public void clearGradients() {
        for (Param param : params) {
            param.value().markGradient(false);
        }
    }

    /** Sets gradients that no backward pass has written to zero, so that the whole vector is valid. */
    public void completeGradients() {
        for (Param param : params) {
            Tensor value = param.value();
            if (param.isTrainable() && !value.gradientWritten()) {
                Tensor gradient = value.gradientBuffer();
                if (gradient != null) {
                    Kernels.current().fill(0, gradient);
                }
            }
        }
    }

    /** Freezes or unfreezes the group; parameters of normalisation layers stay trainable if asked. */
    public void trainable(boolean trainable, boolean normStaysTrainable) {
        for (Param param : params) {
            param.trainable(trainable || (normStaysTrainable && param.role() == Param.Role.NORM));
        }
    }

    /** Returns the runs of the buffer whose parameters are trainable, split where the role changes so that decay can differ. */
    public List<Run> trainableRuns() {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < params.size(); i++) {
            Param param = params.get(i);
            if (!param.isTrainable()) {
                continue;
            }
            long from = offsets.get(i);
            long to = from + aligned(param.shape().elements());
            boolean decays = param.role() == Param.Role.WEIGHT;
            Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last.to == from && last.isWeight == decays) {
                runs.set(runs.size() - 1, new Run(last.from, to, decays));
            } else {
                runs.add(new Run(from, to, decays));
            }
        }
        return runs;
    }

    /** Returns where a parameter starts in the buffer, in elements. */
    public long offset(int param) {
        return offsets.get(param);
    }

    /** Frees the memory; the parameters have no value afterwards. */
    @Override
    public void close() {
        params.forEach(Param::close);
        values.close();
        gradients.close();
    }

    /**
     * A stretch of the flat buffers.
     *
     * @param from first element
     * @param to one past the last element
     * @param isWeight whether its parameters are weights rather than biases or normalisation
     */
    public record Run(long from, long to, boolean isWeight) {
        /** Returns the stretch of a flat tensor, a view. */
        public Tensor of(Tensor flat) {
            return flat.view(Shape.of(to - from), new long[] {1}, flat.offset() + from);
        }
    }
}
